"""Alarms the crew: one word to one member, over the channels of their staff contacts, until one accepts it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.template.loader import render_to_string

from daylight.accounts.models import Member, Organisation
from daylight.accounts.roles import Act
from daylight.core import waking
from daylight.core.due import work_through
from daylight.core.loops import Step, log
from daylight.incidents.models import Incident, Reminder
from daylight.reach import endpoints, providers, single
from daylight.reach.channels.base import (
    AddressRejected,
    AlarmWords,
    Channel,
    ChannelBroken,
    MessageRejected,
    Reader,
    TryLater,
    Unanswered,
)
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.composing import sender_address
from daylight.reach.models import Alarm, WebhookEndpoint
from daylight.reach.providers import Outlet

WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 900))
"""The pauses between rounds over all ways of a member; the last repeats."""

HOUSE = "Daylight"
"""Who paused a provider that only a member may take up again."""

LEASE = timedelta(minutes=4)
"""Long enough for two members on three ways each, all of which time out."""

GIVE_UP_AFTER = timedelta(hours=4)
"""From then on an alarm is shown on the desk as one that reached nobody."""


def alarm(
    members: Iterable[Member],
    *,
    key: str,
    subject: str,
    text: str,
    at: datetime,
    incident: Incident | None = None,
    reminder: Reminder | None = None,
    path: str = "",
) -> list[Alarm]:
    """Tell these members about `key`, each of them once however often this is called. `path` is where they can act."""
    if not path:
        path = f"/desk/incident/{incident.public_id}/" if incident else "/desk/"
    chosen = [member for member in members if member.is_active]
    Alarm.objects.bulk_create(
        [
            Alarm(
                member=member,
                incident=incident,
                reminder=reminder,
                key=key,
                subject=subject[:200],
                text=text,
                path=path,
                made_at=at,
                due_at=at,
            )
            for member in chosen
        ],
        ignore_conflicts=True,
    )
    waking.wake("alarm.made")
    return list(Alarm.objects.filter(member__in=chosen, key=key))


def step(now: datetime) -> Step:
    """Send the alarms that are due, few at a time: every way of a member may take its full time-out."""
    return work_through(Alarm.objects.select_related("member", "incident"), now, _ring, lease=LEASE, limit=2)


@dataclass(frozen=True)
class Way:
    """One channel and address by which a member can be alarmed."""

    channel: Channel
    address: str


def ways_to(member: Member) -> Iterator[Way]:
    """The staff contacts in order, those on a paused channel last; in the end the address the member signs in by."""
    contacts = [(contact.channel, contact.address) for contact in member.staff_contacts.all()]
    contacts.append((providers.EMAIL, member.email))
    known = [contact for contact in dict.fromkeys(contacts) if contact[0] in CHANNELS]
    for name, address in sorted(known, key=lambda contact: providers.is_paused(contact[0])):
        yield Way(CHANNELS[name], address)


def _ring(row: Alarm, now: datetime) -> None:
    """Try each way in turn; the first that accepts ends it."""
    problems = []
    after: timedelta | None = None
    for way in ways_to(row.member):
        try:
            _send(row, way)
        except TryLater as problem:
            after = problem.after
            problems.append(f"{way.channel.label}: {problem}")
        except ChannelBroken as problem:
            report_broken(way.channel, problem=str(problem), at=now)
            problems.append(f"{way.channel.label}: {problem}")
        except (AddressRejected, MessageRejected, Unanswered) as problem:
            problems.append(f"{way.channel.label}: {problem}")
        else:
            providers.record_accepted(way.channel.name, at=now)
            row.finish(sent_at=now, channel=way.channel.name, address=way.address)
            return
    _wait(row, now, problem="; ".join(problems), after=after)


def _wait(row: Alarm, now: datetime, *, problem: str, after: timedelta | None) -> None:
    if now - row.made_at >= GIVE_UP_AFTER:
        log.error("Alarm %s reached %s on no channel: %s", row.key, row.member, problem)
        row.give_up(at=now, problem=problem)
        return
    wait = after or WAITS[min(row.attempts, len(WAITS)) - 1]
    row.put_off(until=now + min(wait, WAITS[-1]), problem=problem)


def _send(row: Alarm, way: Way) -> None:
    organisation = Organisation.get()
    words = AlarmWords(
        subject=row.subject,
        text=row.text,
        url=f"{settings.SITE_URL}{row.path}",
        sender_name=organisation.sender_name or organisation.name,
        sender_address=sender_address(organisation),
        made_at=row.made_at,
        is_exercise=row.incident is not None and row.incident.is_exercise,
    )
    key = f"alarm-{row.pk}"
    reader = Reader(
        address=way.address,
        name=row.member.name,
        time_zone=row.member.time_zone,
        reason="",
        own_url=words.url,
        unsubscribe_url="",
        secret=endpoints.staff_secret(way.address) if way.channel.needs_secret else "",
    )
    single.send(way.channel, way.channel.compose_alarm(words, to=reader, key=key), key=key)


def report_broken(
    channel: Channel, *, problem: str, at: datetime, outlet: Outlet | None = None, is_held: bool = False
) -> None:
    """Pause a provider, by default all of a channel, that cannot send; alarm those who can mend it, once per break.

    One that is held goes on only when a member says so.
    """
    provider = outlet.provider if outlet else None
    if not providers.pause(channel.name, problem=problem, at=at, provider=provider, by=HOUSE if is_held else ""):
        return
    label = channel.label if outlet is None else f"{channel.label} ({outlet.name})"
    alarm(
        Member.objects.able_to(Act.SET_UP),
        key=f"channel-broken:{channel.name}:{at.isoformat()}",
        subject=f"{label} cannot send and is paused",
        text=render_to_string("reach/alarms/channel_broken.txt", {"label": label, "problem": problem}),
        at=at,
        path="/desk/reach/channels/",
    )


def report_quarantined(endpoint: WebhookEndpoint, *, at: datetime) -> None:
    """Alarm those who can mend it that a webhook is no longer written to."""
    contact_point = endpoint.contact_point
    context = {
        "customer": contact_point.customer,
        "address": contact_point.address,
        "failures": endpoint.failures,
        "failing_since": endpoint.failing_since,
        "problem": endpoint.last_problem,
    }
    alarm(
        Member.objects.able_to(Act.SET_UP),
        key=f"quarantine:{endpoint.pk}:{at.isoformat()}",
        subject=f"The webhook of {contact_point.customer} is in quarantine",
        text=render_to_string("reach/alarms/endpoint_quarantined.txt", context),
        at=at,
        path=f"/desk/reach/webhooks/{endpoint.pk}/",
    )
