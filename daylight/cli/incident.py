"""For scripts and for people in a terminal: declare an incident, list and show them, send an update, resolve.

An update starts from what was told last: name only what is new. A change of a fact customers were told needs
--correction. Times are read in the organisation's zone, as 14:30 or 2026-05-31T14:30.
"""

import json
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from daylight.accounts.models import Member, Organisation
from daylight.accounts.roles import Act
from daylight.cli.commands import CannotDo
from daylight.core import clock
from daylight.incidents import drafting
from daylight.incidents.declaring import declare
from daylight.incidents.failures import IncidentFailure
from daylight.incidents.models import Incident, RegisterVersion
from daylight.incidents.statement import Words
from daylight.incidents.words import FINAL_STAGES, Kind, Severity, Stage

PARTS = ("headline", "what", "who", "why", "doing", "meanwhile")


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    new = acts.add_parser("declare", help="open an incident; prints its id")
    new.add_argument("title")
    new.add_argument("--kind", choices=Kind.values, default=Kind.OUTAGE)
    new.add_argument("--severity", type=int, choices=Severity.values, default=Severity.NOTICEABLE, help="1 is worst; 3")
    new.add_argument("--since", metavar="TIME", help="when it began (now)")
    new.add_argument("--lead", metavar="EMAIL", help="who leads; else the one who declares it, if their roles allow")
    new.add_argument("--private", action="store_true", help="told to the affected only, shown nowhere else")
    new.add_argument("--exercise", action="store_true", help="everything it produces is marked as an exercise")
    new.add_argument("--holding", action="store_true", help="Daylight may say by itself that there is nothing new")
    listed = acts.add_parser("list", help="list open incidents")
    listed.add_argument("--all", action="store_true", help="past ones, too")
    shown = acts.add_parser("show", help="show one incident")
    for each in (listed, shown):
        each.add_argument("--json", action="store_true", help="print JSON")
    told = acts.add_parser("update", help="send an update; it leaves after ten seconds")
    ended = acts.add_parser("resolve", help="send the resolution, which ends the incident")
    for each in (told, ended):
        for part in PARTS:
            each.add_argument(f"--{part}", metavar="TEXT")
        each.add_argument("--correction", action="store_true", help="a fact customers were told has changed")
    told.add_argument("--stage", choices=Stage.values)
    told.add_argument("--next", metavar="TIME", help="when we speak next, as 14:30 or in minutes as +30 (the rhythm)")
    told.add_argument("--say-slower", action="store_true", help="say that we speak less often from now on")
    for each in (shown, told, ended):
        each.add_argument("id", help="the id that declare printed")
    for each in (new, told, ended):
        each.add_argument("--by", dest="member", metavar="EMAIL", help="who acts (the only owner, if there is one)")


def run(options: Namespace) -> int:
    """Do the work; returns the exit status."""
    try:
        ACTS[options.act](options)
    except IncidentFailure as problem:
        raise CannotDo(str(problem)) from None
    return 0


def _declare(options: Namespace) -> None:
    now, by = clock.now(), _member(options.member, Act.OPEN_INCIDENT)
    incident = declare(
        kind=options.kind,
        severity=options.severity,
        title=options.title[:160],
        by=by,
        at=now,
        occurred_at=_time(options.since, now) if options.since else None,
        lead=_member(options.lead, Act.LEAD_INCIDENT) if options.lead else (by if by.may(Act.LEAD_INCIDENT) else None),
        public=not options.private,
        is_exercise=options.exercise,
        holding_update_allowed=options.holding,
    )
    print(incident.public_id)


def _list(options: Namespace) -> None:
    incidents = Incident.objects.all() if options.all else Incident.objects.open()
    facts = [_facts(incident) for incident in incidents]
    if options.json:
        print(json.dumps(facts, indent=2))
    elif not facts:
        print("No incident is open.")
    for each in [] if options.json else facts:
        standing = f"severity {each['severity']}  {each['state']:8}  next word {each['next']:16}"
        print(f"{each['id']}  {standing}  {each['title']}")


def _show(options: Namespace) -> None:
    incident = _incident(options.id)
    facts = _facts(incident)
    if options.json:
        print(json.dumps(facts, indent=2))
        return
    for name, value in facts.items():
        print(f"{name:9} {value}")
    for update in incident.updates.published():
        text = update.text_in(Organisation.get().language)
        print(f"\n{update.number}. {update.get_kind_display()}, {_local(update.published_at)}")
        for part in PARTS:
            print(f"   {part:9} {getattr(text, part, '') or '-'}")


def _update(options: Namespace) -> None:
    _send(options, stage=options.stage, next_word=options.next, slower=options.say_slower)


def _resolve(options: Namespace) -> None:
    incident = _incident(options.id)
    _send(options, stage=Stage.COMPLETED if incident.is_planned else Stage.RESOLVED)


@transaction.atomic
def _send(options: Namespace, *, stage: str | None, next_word: str | None = None, slower: bool = False) -> None:
    now, by, incident = clock.now(), _member(options.member, Act.PUBLISH_UPDATE), _incident(options.id)
    draft = drafting.start(incident, by=by, at=now)
    said, language = draft.statement(), Organisation.get().language
    words = replace(said.texts.get(language, Words()), **{part: v for part in PARTS if (v := getattr(options, part))})
    next_update_by = _time(next_word, now) if next_word else drafting.suggest_next_word(incident, at=now)
    minutes = -(-(next_update_by - now).total_seconds() // 60)
    statement = replace(
        said,
        stage=stage or said.stage,
        why_known=said.why_known or bool(options.why),
        next_update_by=None if stage in FINAL_STAGES else next_update_by,
        rhythm=int(minutes) if slower else None,
        is_correction=options.correction,
        texts={**said.texts, language: words},
    )
    draft.write(statement, by=by, at=now, read=incident.updates.published().with_news().last())
    draft.send_off(by=by, at=now)
    affected = RegisterVersion.objects.total(incident)
    print(
        f"It leaves at {draft.due_at:%H:%M:%S} UTC and tells {affected:,} customers. Until then: daylight's composer."
    )


ACTS = {"declare": _declare, "list": _list, "show": _show, "update": _update, "resolve": _resolve}


def _facts(incident: Incident) -> dict[str, object]:
    promise, latest = incident.open_promise, incident.latest_update
    due = promise.promised_for if promise else None
    if promise is None and latest is None:
        due = incident.first_word_due_at
    return {
        "id": incident.public_id,
        "title": incident.title,
        "kind": incident.kind,
        "severity": incident.severity,
        "state": "open" if incident.is_open else "resolved",
        "stage": latest.stage if latest else "",
        "lead": incident.lead.name if incident.lead else "",
        "affected": RegisterVersion.objects.total(incident),
        "updates": incident.updates.published().count(),
        "next": _local(due) if incident.is_open and due else "-",
        "promise": promise.state if promise else "",
    }


def _incident(public_id: str) -> Incident:
    incident = Incident.objects.filter(public_id=public_id).first()
    if incident is None:
        raise CannotDo(f"There is no incident {public_id!r}. See: daylight incident list --all")
    return incident


def _member(email: str | None, act: Act) -> Member:
    able = Member.objects.able_to(act)
    found = able.filter(email=email.lower()) if email else able.filter(grants__role="owner")
    members: list[Member] = list(found[:2])
    if len(members) == 1:
        return members[0]
    if email:
        raise CannotDo(f"There is no member {email!r} whose roles allow this: {act.label}.")
    raise CannotDo("Say who acts: --by ana@firm.example")


def _time(text: str, now: datetime) -> datetime:
    zone = ZoneInfo(Organisation.get().time_zone)
    try:
        if text.startswith("+"):
            return now + timedelta(minutes=int(text))
        if len(text) <= 5:
            moment = datetime.combine(now.astimezone(zone).date(), datetime.strptime(text, "%H:%M").time(), zone)  # noqa: DTZ007
            return moment
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise CannotDo(f"{text!r} is not a time; write 14:30, 2026-05-31T14:30 or +30.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _local(moment: datetime | None) -> str:
    zone = ZoneInfo(Organisation.get().time_zone)
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else "-"
