"""What is asked on a public page is only written down; this loop acts on it.

So a page and a program get the same answer after the same work, whether we know an address, write to it already, must
not write to it, or never heard of it: nothing is looked up while they wait.
"""

from datetime import datetime, timedelta

from daylight.core.due import work_through
from daylight.core.loops import Step, log
from daylight.customers.models import ContactPoint
from daylight.reach import alarms, asking_back, providers, subscribers
from daylight.reach.channels.base import (
    AddressRejected,
    Channel,
    ChannelBroken,
    MessageRejected,
    TryLater,
    Unanswered,
)
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import SignUp, Subscriber
from daylight.reach.subscribers import NothingWaits, Wish

OFFERED = ("email", "sms", "webhook", "slack", "teams", "mattermost", "discord")
"""Channels by which somebody may ask to be told without us knowing them."""

WAIT = timedelta(minutes=2)
GIVEN_UP_AFTER = timedelta(hours=12)
"""A question that cannot be sent for so long is no longer expected."""


def offered() -> list[Channel]:
    """The channels that a public page offers now."""
    connected = {channel.name: channel for channel in providers.connected()}
    return [connected[name] for name in OFFERED if name in connected]


def ask(wish: Wish, *, at: datetime) -> str:
    """Somebody asks on a public page to be told; returns the public name of the subscriber. It says nothing of them."""
    _write(SignUp.Kind.ASK, wish, at=at)
    return wish.public_id


def ask_for_link(wish: Wish, *, at: datetime) -> None:
    """Somebody asks to be sent the link to their choices, or to be asked for their yes again."""
    _write(SignUp.Kind.LINK, wish, at=at)


def ask_again(page: str, public_id: str, *, at: datetime) -> None:
    """Somebody asks that the subscriber of this public name be asked for their yes again, or be sent their link."""
    SignUp.objects.create(kind=SignUp.Kind.RESEND, page=page, subscriber=public_id[:12], asked_at=at, due_at=at)


def _write(kind: SignUp.Kind, wish: Wish, *, at: datetime) -> None:
    SignUp.objects.create(
        kind=kind,
        page=wish.page,
        channel=wish.channel,
        address=wish.address,
        about=list(wish.about),
        language=wish.language,
        statuspage=wish.statuspage,
        asked_at=at,
        due_at=at,
    )


def step(now: datetime) -> Step:
    """Ask those back who asked since the last turn, and forget what waited in vain."""
    acted = work_through(SignUp.objects.all(), now, _act, limit=50)
    expired = work_through(Subscriber.objects.all(), now, subscribers.expire)
    return Step(handled=acted.handled + expired.handled)


def tidy(now: datetime) -> Step:
    """Forget how often we wrote to whom, and those who are told no longer."""
    SignUp.objects.filter(due_at__isnull=True, asked_at__lt=now - asking_back.COUNTED_FOR).delete()
    return Step(handled=subscribers.tidy(now))


def oldest_due(now: datetime) -> datetime | None:
    """When what waits longest was asked."""
    return SignUp.objects.oldest_due_at()


def confirm_by_reply(channel: str, address: str, *, at: datetime) -> ContactPoint | None:
    """A yes came back from the address itself; the contact point that is told from now on, None when nothing waited."""
    point = None
    for row in Subscriber.objects.filter(channel=channel, address=address, waiting_since__isnull=False):
        try:
            point = subscribers.confirm(row, at=at)
        except NothingWaits:
            continue
    return point


def _act(row: SignUp, now: datetime) -> None:
    subscriber = _subscriber_of(row, now)
    mailbox = asking_back.mailbox_of(subscriber.channel, subscriber.address) if subscriber else ""
    is_retry = row.attempts > 1  # Then the mailbox is ours already.
    if (
        subscriber is None
        or now - row.asked_at > GIVEN_UP_AFTER
        or asking_back.is_enough(mailbox, now=now)
        or not (is_retry or asking_back.claim(mailbox, at=now))
    ):
        _close(row)
        return
    wait = asking_back.take_turn(row.page, subscriber.channel, subscriber.address, at=now)
    if wait is not None:
        row.put_off(until=now + wait)
        return
    _send(row, subscriber, mailbox, now)


def _subscriber_of(row: SignUp, now: datetime) -> Subscriber | None:
    """Whom this is about; None when there is nobody to be written to."""
    if row.kind == SignUp.Kind.ASK:
        if subscribers.is_stopped(row.channel, row.address):
            return None
        return subscribers.note(
            Wish(row.page, row.channel, row.address, row.about, row.language, row.statuspage), at=now
        )
    known = Subscriber.objects.filter(page=row.page)
    by = {"public_id": row.subscriber} if row.subscriber else {"channel": row.channel, "address": row.address}
    found = known.filter(**by).select_related("contact_point").first()
    if found is None or subscribers.is_stopped(found.channel, found.address):
        return None
    return found if found.waiting_since is not None or subscribers.told(found) else None


def _send(row: SignUp, subscriber: Subscriber, mailbox: str, now: datetime) -> None:
    try:
        _say(row, subscriber, now)
    except (TryLater, ChannelBroken) as problem:
        if isinstance(problem, ChannelBroken):
            alarms.report_broken(CHANNELS[subscriber.channel], problem=str(problem), at=now)
        row.put_off(until=now + WAIT, problem=str(problem))
    except (AddressRejected, MessageRejected, Unanswered) as problem:
        log.info("Sign-up %s was not asked back: %s", row.pk, problem)
        _close(row, mailbox=mailbox, sent_at=now)
    else:
        _close(row, mailbox=mailbox, sent_at=now)


def _say(row: SignUp, subscriber: Subscriber, now: datetime) -> None:
    key = f"join-{row.pk}"
    if subscriber.waiting_since is not None:
        if asking_back.ask(subscriber, key=key, at=now):
            subscribers.confirm(subscriber, at=now)
    elif subscribers.told(subscriber):
        asking_back.remind(subscriber, "already" if row.kind == SignUp.Kind.ASK else "link", key=key, at=now)


def _close(row: SignUp, **kept: object) -> None:
    """Nothing more happens, and the address is forgotten."""
    row.finish(address="", about=[], **kept)
