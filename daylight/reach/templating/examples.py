"""Example customers and updates on which a template is tried: the usual one, and those on whom templates stumble."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings

from daylight.accounts.models import Organisation
from daylight.incidents.models import Incident, Update, UpdateText
from daylight.incidents.words import FINAL_STAGES, PLANNED_STAGES, Kind, Severity, Stage
from daylight.reach import links
from daylight.reach.channels.base import Notification, Promised, Reader
from daylight.reach.composing import Wording
from daylight.reach.templating.compiling import CompiledTemplate
from daylight.reach.templating.facts import AboutIncident, compiled
from daylight.reach.words import Phrases, zone_of

PERSON = "+49 30 901820"
"""How to reach a person, where the organisation has not set it up yet."""

LONG = "Anna-Maria Wilhelmine von Hohenstein-Oberkirchen zu Lauenburg "

EXAMPLE_TOKEN = "example-" + "x" * 36
"""As long as a real one: a text message must take the room here that it will take."""

ADDRESSES = {"email": "zoe@customer.example", "sms": "+4915112345678"}


@dataclass(frozen=True)
class Example:
    """One update for one customer; `before` is what was said before a correction."""

    name: str
    label: str
    notification: Notification
    reader: Reader
    incident: AboutIncident
    before: str = ""

    @property
    def next_time(self) -> str:
        """When we speak next, as a template writes it; empty after the last word."""
        moment, notification = self.notification.next_update_by, self.notification
        if moment is None:
            return ""
        zone = zone_of(self.reader.time_zone)
        return Phrases(notification.language).time(moment, zone=zone, seen_from=notification.published_at)

    def compiled(self, pieces: Mapping[str, str]) -> CompiledTemplate:
        """The pieces for this update."""
        return compiled(pieces, self.notification, incident=self.incident, zone=zone_of(self.reader.time_zone))


@dataclass(frozen=True)
class Scope:
    """Where a template applies: empty kind or stage means all."""

    channel: str
    language: str
    incident_kind: str = ""
    stage: str = ""


def examples(scope: Scope, *, at: datetime) -> list[Example]:
    """The examples that a template of this scope may meet."""
    phrases = Phrases(scope.language, folder="reach/examples")
    stage = scope.stage or Stage.IDENTIFIED
    usual = _usual(phrases, scope, at=at)
    bare = replace(usual, name="", reason="", commitments=(), confirm_url="")
    long = replace(usual, name=(LONG * 5)[:300].strip(), reason=(usual.reason + " ") * 5, commitments=_many(usual))
    found = [
        ("usual", "A usual customer", _statement(phrases, scope, stage, at=at), usual),
        ("bare", "No name, no commitment", _private(_statement(phrases, scope, stage, at=at)), bare),
        ("long", "Very long values", _statement(phrases, scope, stage, at=at), long),
        ("correction", "A correction", _statement(phrases, scope, stage, at=at, corrects=True), usual),
    ]
    if not scope.stage:
        found.append(("last", "The last word", _statement(phrases, scope, Stage.RESOLVED, at=at), usual))
    return [
        Example(
            name=name,
            label=label,
            notification=_notification(update, texts, before, scope.language, at=at),
            reader=reader,
            incident=AboutIncident(update.incident.kind, update.incident.public_id, update.incident.occurred_at),
            before=before.what if before else "",
        )
        for name, label, (update, texts, before), reader in found
    ]


Statement = tuple[Update, dict[str, UpdateText], UpdateText | None]


def _statement(phrases: Phrases, scope: Scope, stage: str, *, at: datetime, corrects: bool = False) -> Statement:
    """An update that was never saved."""
    incident = Incident(
        public_id="example",
        kind=scope.incident_kind or (Kind.MAINTENANCE if stage in PLANNED_STAGES else Kind.LATE_DELIVERY),
        severity=Severity.MATERIAL,
        title=phrases.say("headline"),
        occurred_at=at - timedelta(hours=3),
        made_public_at=at,
        planned_from=at if stage in PLANNED_STAGES else None,
    )
    is_last = stage in FINAL_STAGES
    kind = Update.Kind.RESOLUTION if is_last else Update.Kind.UPDATE
    update = Update(
        incident=incident,
        number=2,
        kind=Update.Kind.CORRECTION if corrects else kind,
        stage=stage,
        why_known=True,
        written_at=at,
        next_update_by=None if is_last else at + timedelta(hours=2),
    )
    words = {name: phrases.say(name) for name in ("headline", "what", "who", "why", "doing", "meanwhile")}
    text = UpdateText(update=update, language=scope.language, **words)
    before = UpdateText(language=scope.language, **(words | {"what": phrases.say("what_before")})) if corrects else None
    return update, {scope.language: text}, before


def _private(statement: Statement) -> Statement:
    statement[0].incident.made_public_at = None
    return statement


def _notification(
    update: Update, texts: dict[str, UpdateText], before: UpdateText | None, language: str, *, at: datetime
) -> Notification:
    wording = Wording(update, at=at, texts=texts, before={language: before} if before else {}, templates={})
    notification = wording.notification(language=language)
    return replace(notification, reach_a_person=notification.reach_a_person or PERSON)


def _usual(phrases: Phrases, scope: Scope, *, at: datetime) -> Reader:
    tomorrow = at.date() + timedelta(days=1)
    own = f"{settings.SITE_URL}/yours/{EXAMPLE_TOKEN}/"
    return Reader(
        address=ADDRESSES.get(scope.channel, "zoe"),
        name=phrases.say("name"),
        time_zone=Organisation.get().time_zone,
        reason=phrases.say("reason"),
        own_url=own,
        unsubscribe_url=f"{settings.SITE_URL}/unsubscribe/{EXAMPLE_TOKEN}/",
        confirm_url=own,
        say_url=links.say_url(own),
        commitments=(
            Promised(
                phrases.say("commitment_kind"),
                "10-4471",
                phrases.say("commitment_title"),
                tomorrow,
                tomorrow + timedelta(days=2),
            ),
        ),
    )


def _many(reader: Reader) -> tuple[Promised, ...]:
    [one] = reader.commitments
    return tuple(
        replace(one, reference=f"2026-{place:04}-{'0123456789' * 3}", title=one.title * 4, expected=None)
        for place in range(8)
    )
