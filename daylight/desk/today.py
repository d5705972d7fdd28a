"""What needs the crew now: one question per function, and every item ends by itself when its cause does."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db.models import Count, F, OuterRef, Subquery, Sum
from django.urls import reverse

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.core.models import Heartbeat
from daylight.customers.models import Import
from daylight.desk import inbox_items, regime_items
from daylight.desk.addresses import address_of, room_of
from daylight.desk.items import Deed, Item, Scene, counted
from daylight.desk.standing import Standing
from daylight.incidents import duty
from daylight.incidents.models import Incident, Update, WithheldFact
from daylight.reach.models import Batch, Call, Provider, WebhookEndpoint
from daylight.watch.models import Signal
from daylight.watch.words import SignalStage

SOON = timedelta(minutes=30)
"""A promise is shown from here on, or from half of its time."""

MOST_QUIET = 3
"""Signals that are not alarms yet, and so must not crowd the list."""

LATELY = timedelta(days=7)
"""How long something that went wrong and cannot be put right stays on the list."""


def items(member: Member, *, now: datetime, standings: list[Standing]) -> list[Item]:
    """Everything that needs this member now, the most pressing first."""
    scene = Scene(member, now, standings, [row.incident.pk for row in standings])
    found = [item for question in QUESTIONS for item in question(scene)]
    return sorted(found, key=lambda item: URGENCY[item.colour])


URGENCY = {"red": 0, "amber": 1, "blue": 2, "grey": 3}


def words_due(scene: Scene) -> Iterator[Item]:
    """Promised and first words that are late, or due soon."""
    for row in scene.standings:
        if row.due is None or row.leaving is not None:
            continue
        left = row.due - scene.now
        span = row.due - (row.since or row.due)
        if left > max(SOON, span / 2):
            continue
        is_late = left < timedelta(0)
        colour = "red" if is_late else "amber" if left < span / 5 else "blue"
        yield Item(
            colour=colour,
            word="late" if is_late else "due",
            subject=row.incident.title,
            text=f"The {row.what_is_due} {'was' if is_late else 'is'} due",
            due=row.due,
            since=row.since,
            deeds=tuple(_word_deeds(scene, row)),
            is_exercise=row.incident.is_exercise,
        )


def _word_deeds(scene: Scene, row: Standing) -> Iterator[Deed]:
    if scene.member.may(Act.WRITE_UPDATE):
        yield Deed("Write it", f"{row.address}#composer", is_first=True)
    holding = address_of("incidents:holding", row.incident.public_id)
    if holding and row.what_is_due == "next word" and scene.member.may(Act.PUBLISH_UPDATE):
        yield Deed("Send holding update", holding, posts=True)


def without_a_lead(scene: Scene) -> Iterator[Item]:
    """Incidents that nobody leads."""
    for incident in Incident.objects.filter(pk__in=scene.open_ids).exclude(
        assignments__role="lead", assignments__until__isnull=True
    ):
        room, manage = room_of(incident), address_of("incidents:manage", incident.public_id)
        deed = Deed("Look", room)
        if scene.member.may(Act.LEAD_INCIDENT):
            deed = (
                Deed("Take the lead", manage, posts=True, act="take-the-lead")
                if manage
                else Deed("Take the lead", room)
            )
        yield Item(
            "red",
            "no lead",
            "Nobody leads this incident.",
            (deed,),
            subject=incident.title,
            is_exercise=incident.is_exercise,
        )


def drafts_to_approve(scene: Scene) -> Iterator[Item]:
    """Drafts of somebody else that wait for a yes or no this member may give."""
    if not scene.member.may(Act.APPROVE_UPDATE):
        return
    waiting = Update.objects.filter(state=Update.State.WAITING, incident__in=scene.open_ids)
    for update in waiting.exclude(written_by=scene.member).select_related("incident", "written_by"):
        if not update.is_approved:
            yield _about_draft(update, "draft", f"{_whose(update)} update waits for your yes.", "Read")


def approved_drafts(scene: Scene) -> Iterator[Item]:
    """Drafts that have their yes and were not sent off yet, for those who may send them."""
    if not scene.member.may(Act.PUBLISH_UPDATE):
        return
    waiting = Update.objects.filter(state=Update.State.WAITING, incident__in=scene.open_ids)
    for update in waiting.select_related("incident", "written_by"):
        if update.is_approved:
            yield _about_draft(
                update, "approved", f"{_whose(update)} update has its yes and was not sent yet.", "Send it"
            )


def _about_draft(update: Update, word: str, text: str, deed: str) -> Item:
    return Item(
        "blue",
        word,
        text,
        (Deed(deed, f"{room_of(update.incident)}#composer", is_first=True),),
        subject=update.incident.title,
        is_exercise=update.incident.is_exercise,
    )


def _whose(update: Update) -> str:
    return f"{update.written_by.name}'s" if update.written_by else "An"


def paused_channels(scene: Scene) -> Iterator[Item]:
    """Channels that cannot send at all, and webhooks in quarantine."""
    settings = address_of("reach:channels") if scene.member.may(Act.SET_UP) else ""
    deeds = (Deed("Mend it", settings, is_first=True),) if settings else ()
    for provider in Provider.objects.defer("settings").filter(is_active=True, paused_at__isnull=False):
        text = f"Nothing can be sent: {provider.problem or 'the provider refuses us'}. What waits is kept."
        yield Item("red", "paused", text, deeds, subject=f"Channel {provider.name}", since=provider.paused_at)
    quarantined = WebhookEndpoint.objects.filter(quarantined_at__isnull=False).count()
    if quarantined:
        yield Item("amber", "quarantine", f"{counted(quarantined, 'webhook')} failed for long and gets nothing.", deeds)


def unreachable_customers(scene: Scene) -> Iterator[Item]:
    """Affected customers of open incidents whom only a person can reach now."""
    lost = dict(
        Call.objects.open()
        .filter(incident__in=scene.open_ids)
        .order_by()
        .values("incident")
        .annotate(lost=Count("pk"))
        .values_list("incident", "lost")
    )
    for row in scene.standings:
        count = lost.get(row.incident.pk)
        if count:
            calls = address_of("reach:calls", row.incident.public_id)
            yield Item(
                "amber",
                f"{count:,}",
                f"{counted(count, 'customer')} can only be reached by a call.",
                (Deed("Call list", calls or row.address, is_first=True),),
                subject=row.incident.title,
                is_exercise=row.incident.is_exercise,
            )


def in_doubt(scene: Scene) -> Iterator[Item]:
    """Deliveries of the latest word of which nobody knows whether they left: a worker died with them on the wire."""
    latest = Update.objects.filter(incident=OuterRef("notice__incident"), number__isnull=False).order_by("-number")
    rows = (
        Batch.objects.filter(in_doubt__gt=0, notice__made_at__gte=scene.now - LATELY)
        .filter(notice__update=Subquery(latest.values("pk")[:1]))
        .values(name=F("notice__incident__title"), key=F("notice__incident__public_id"))
        .annotate(doubts=Sum("in_doubt"))
        .order_by("name")
    )
    for row in rows:
        people = address_of("reach:people", row["key"], "in-doubt") or address_of("desk:incident", row["key"])
        text = f"{counted(row['doubts'], 'delivery', 'deliveries')} in doubt: sent or not, nobody knows."
        yield Item("amber", "in doubt", text, (Deed("Decide", people, is_first=True),), subject=row["name"])


def red_loops(scene: Scene) -> Iterator[Item]:
    """Loops of the worker that stopped, fail, or lag."""
    for beat in Heartbeat.objects.red(scene.now):
        text = " ".join(beat.worries(scene.now))
        yield Item("red", "stopped" if beat.quiet_at < scene.now else "trouble", text, subject=f"Loop {beat.loop}")


def failed_imports(scene: Scene) -> Iterator[Item]:
    """Imports that failed lately and were not done again under the same name."""
    if not scene.member.may(Act.WRITE_CUSTOMERS):
        return
    failed = Import.objects.filter(state=Import.State.FAILED, made_at__gte=scene.now - LATELY)
    for row in failed:
        again = Import.objects.filter(file_name=row.file_name, state=Import.State.DONE, made_at__gt=row.made_at)
        if not again.exists():
            where = address_of("customers:import", row.pk)
            deeds = (Deed("Look", where, is_first=True),) if where else ()
            yield Item("red", "failed", f"The import stopped. {row.problem}", deeds, subject=row.file_name)


def withheld_facts(scene: Scene) -> Iterator[Item]:
    """Facts kept back whose time to be looked at again has come."""
    due = WithheldFact.objects.overdue(scene.now).filter(incident__in=scene.open_ids, told_in__isnull=True)
    for fact in due.select_related("incident", "owner"):
        whose = "You keep" if fact.owner_id == scene.member.pk else f"{fact.owner.name} keeps"
        yield Item(
            "amber",
            "review",
            f"{whose} a fact back, and it was to be looked at again by now.",
            (Deed("Look again", f"{room_of(fact.incident)}#part-facts", is_first=True),),
            subject=fact.incident.title,
            is_exercise=fact.incident.is_exercise,
        )


def unspoken(scene: Scene) -> Iterator[Item]:
    """Grave incidents that are kept from the public, and nobody answers for it; a late first word is shown anyway."""
    for row in scene.standings:
        owed = duty.duty(row.incident, at=scene.now)
        if owed is not None and owed.is_breached and not owed.is_silent:
            yield Item(
                "red",
                "not public",
                owed.text,
                (Deed("Decide", f"{row.address}#composer", is_first=True),),
                subject=row.incident.title,
                since=owed.since,
            )


def surges(scene: Scene) -> Iterator[Item]:
    """Complaints that grow beyond the usual, quietly."""
    colours = {SignalStage.WATCH: "blue", SignalStage.WARN: "amber", SignalStage.CRISIS: "red"}
    quiet = Signal.objects.present().filter(stage=SignalStage.WATCH).order_by("-opened_at")[:MOST_QUIET]
    loud = Signal.objects.present().exclude(stage=SignalStage.WATCH).order_by("-opened_at")
    for row in [*loud, *quiet]:
        yield Item(
            colours[SignalStage(row.stage)],
            "signal",
            f"{counted(row.customers, 'customer')}, usual {row.usual}," if row.topic_id else "",
            (Deed("Look", reverse("watch:signal", args=[row.public_id]), is_first=True),),
            subject=f"“{row.headline}”" if row.topic_id else row.headline,
            since=row.since,
        )


QUESTIONS: tuple[Callable[[Scene], Iterator[Item]], ...] = (
    words_due,
    without_a_lead,
    drafts_to_approve,
    approved_drafts,
    paused_channels,
    red_loops,
    unreachable_customers,
    in_doubt,
    failed_imports,
    withheld_facts,
    unspoken,
    *regime_items.QUESTIONS,
    surges,
    *inbox_items.QUESTIONS,
)
"""Every question, in the order in which items of one colour are shown."""
