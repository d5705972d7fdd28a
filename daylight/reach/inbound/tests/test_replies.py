from datetime import datetime

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.customers.erasing import erase
from daylight.customers.models import ContactPoint
from daylight.reach import fanout, ledger, preferring, suppressing
from daylight.reach.channels.base import TryLater
from daylight.reach.channels.inbound import SaidKey, SaidReply
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.inbound import meaning, replying, taking_in
from daylight.reach.inbound.tests.makers import (
    TalkingChannel,
    a_provider,
    deliveries_that_left,
    key_of,
    name_by_reference,
)
from daylight.reach.models import Confirmation, Delivery, Provider, Reply, Suppression
from daylight.reach.moves import State
from daylight.reach.tests.makers import a_published_update, a_reached_incident

pytestmark = pytest.mark.django_db
Meaning = Reply.Meaning


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> TalkingChannel:
    talking = TalkingChannel()
    monkeypatch.setitem(CHANNELS, "email", talking)
    return talking


@pytest.fixture
def provider(clock: HandClock) -> Provider:
    return a_provider()


@pytest.fixture
def told(ana: Member, clock: HandClock) -> Delivery:
    """A delivery that its customer may answer."""
    return deliveries_that_left(ana, 1, at=clock.now)[0]


def _say(text: str, delivery: Delivery, provider: Provider, at: datetime, message_id: str = "", **facts: str) -> None:
    reply = SaidReply(delivery.contact_point.address, text, at, message_id or f"{text}-{at}", **facts)
    taking_in.take_in([reply], provider=provider, at=at)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("STOP", Meaning.STOP),
        (" stop. ", Meaning.STOP),
        ("Please, stop!", Meaning.STOP),
        ("STOPP", Meaning.STOP),
        ("Arrêt", Meaning.STOP),
        ("START", Meaning.START),
        ("ok", Meaning.SEEN),
        ("OK 👍", Meaning.WORDS),
        ("👍🏽", Meaning.SEEN),
        ("1", Meaning.SEEN),
        ("D\u2019accord", Meaning.SEEN),
        ("Gesehen!", Meaning.SEEN),
        ("Stop sending wrong figures and call me", Meaning.WORDS),
        ("When does it work again?", Meaning.WORDS),
        ("11", Meaning.WORDS),
        ("", Meaning.WORDS),
        ("\x00", Meaning.WORDS),
    ],
)
def test_only_a_whole_reply_is_a_command(text: str, meant: Reply.Meaning) -> None:
    assert meaning.of(text) == meant


def test_stop_stops_us_and_is_confirmed_once(
    channel: TalkingChannel, provider: Provider, told: Delivery, clock: HandClock
) -> None:
    _say("STOP", told, provider, clock.now, "m1")
    _say("STOP", told, provider, clock.now, "m1")
    _say("stop", told, provider, clock.move(minutes=1), "m2")
    replying.step(clock.now)
    replying.step(clock.move(minutes=5))

    assert Suppression.objects.standing().get().reason == Suppression.Reason.UNSUBSCRIBED
    [answer] = channel.sent
    assert answer.address == told.contact_point.address
    assert answer.subject == "We have stopped"
    assert "START" in answer.text
    assert f"/preferences/{told.customer_id}-" in answer.text
    assert [row.answered_at is None for row in Reply.objects.order_by("pk")] == [False, True]


def test_start_lifts_the_customers_own_wish_only(
    channel: TalkingChannel, provider: Provider, told: Delivery, clock: HandClock
) -> None:
    _say("STOP", told, provider, clock.now)
    replying.step(clock.now)
    _say("START", told, provider, clock.move(minutes=1))
    replying.step(clock.now)

    assert not suppressing.is_suppressed(told.contact_point)
    assert [message.subject for message in channel.sent] == ["We have stopped", "We write to you again"]

    suppressing.suppress(told.contact_point, reason=Suppression.Reason.BY_HAND, at=clock.now)
    _say("START", told, provider, clock.move(minutes=1))
    replying.step(clock.now)
    assert suppressing.is_suppressed(told.contact_point)
    assert len(channel.sent) == 2


def test_an_answer_waits_for_its_provider_but_not_for_ever(
    channel: TalkingChannel, provider: Provider, told: Delivery, clock: HandClock
) -> None:
    channel.fails_with = TryLater("busy")
    _say("STOP", told, provider, clock.now)
    for _ in range(40):
        replying.step(clock.now)
        clock.move(minutes=2)

    assert channel.tries == 30
    assert Reply.objects.get().due_at is None


def test_ok_confirms_the_incident_last_told_there(
    channel: TalkingChannel, provider: Provider, told: Delivery, ana: Member, clock: HandClock
) -> None:
    newer = a_reached_incident(ana, affected=[told.customer])
    a_published_update(newer)
    fanout.step(clock.move(minutes=1))
    last = Delivery.objects.exclude(pk=told.pk).get()
    ledger.move([last.pk], to=State.ACCEPTED, at=clock.now)

    _say("OK", last, provider, clock.now)

    confirmation = Confirmation.objects.get()
    assert (confirmation.customer, confirmation.incident) == (told.customer, newer)
    assert confirmation.how == Confirmation.How.REPLY
    assert Reply.objects.get().incident == newer
    assert channel.sent == []


def test_a_reply_that_names_its_message_is_about_that_one(
    channel: TalkingChannel, provider: Provider, told: Delivery, ana: Member, clock: HandClock
) -> None:
    a_published_update(a_reached_incident(ana, affected=[told.customer]))
    fanout.step(clock.move(minutes=1))
    ledger.move([Delivery.objects.latest("pk").pk], to=State.ACCEPTED, at=clock.now)
    name_by_reference(told, provider, "SM1")

    _say("What now?", told, provider, clock.now, reference="SM1")

    assert Reply.objects.get().incident == told.notice.incident


def test_words_are_kept_for_the_crew(
    channel: TalkingChannel, provider: Provider, told: Delivery, clock: HandClock
) -> None:
    _say("When does it work\x00 again?", told, provider, clock.now)

    reply = Reply.objects.of_customer(told.customer).get()
    assert (reply.text, reply.meaning) == ("When does it work again?", Meaning.WORDS)
    assert list(Reply.objects.about(told.notice.incident)) == [reply]
    assert not suppressing.is_suppressed(told.contact_point)


def test_a_reply_from_a_stranger_is_kept_too(channel: TalkingChannel, provider: Provider, clock: HandClock) -> None:
    taking_in.take_in([SaidReply("who@else.example", "STOP", clock.now, "m1")], provider=provider, at=clock.now)

    reply = Reply.objects.get()
    assert (reply.contact_point, reply.incident, reply.address) == (None, None, "who@else.example")
    assert replying.step(clock.now).handled == 0


def test_stop_stops_everybody_who_shares_the_address(
    channel: TalkingChannel, provider: Provider, ana: Member, clock: HandClock
) -> None:
    one, two = deliveries_that_left(ana, 2, at=clock.now)
    ContactPoint.objects.filter(pk=two.contact_point_id).update(address=one.contact_point.address)

    _say("STOP", one, provider, clock.now)

    assert Suppression.objects.standing().count() == 2


def test_the_key_on_the_phone_that_means_seen(provider: Provider, told: Delivery, clock: HandClock) -> None:
    other = SaidKey(digit="2", said_at=clock.now, key=key_of(told))
    seen = SaidKey(digit="1", said_at=clock.now, key=key_of(told))

    taking_in.take_in([other], provider=provider, at=clock.now)
    assert not Confirmation.objects.exists()
    taking_in.take_in([seen, seen], provider=provider, at=clock.now)

    assert Confirmation.objects.get().how == Confirmation.How.KEY


def test_the_words_of_an_erased_customer_are_forgotten(
    channel: TalkingChannel, provider: Provider, told: Delivery, ana: Member, clock: HandClock
) -> None:
    _say("My name is Zoe", told, provider, clock.now)
    erase(told.customer, by=ana, at=clock.now)

    replying.step(clock.now)

    reply = Reply.objects.get()
    assert (reply.text, reply.address) == ("", "")


def test_unsubscribing_on_the_page_and_by_reply_is_the_same_wish(
    channel: TalkingChannel, provider: Provider, told: Delivery, clock: HandClock
) -> None:
    _say("STOP", told, provider, clock.now)
    preferring.undo_unsubscribe(told.contact_point, at=clock.now)

    assert not suppressing.is_suppressed(told.contact_point)


def test_what_was_written_stays_when_its_provider_is_removed(
    channel: TalkingChannel, provider: Provider, told: Delivery, clock: HandClock
) -> None:
    _say("STOP", told, provider, clock.now)

    provider.delete()
    replying.step(clock.now)

    assert Reply.objects.of_customer(told.customer).get().due_at is None
    assert channel.sent == []
