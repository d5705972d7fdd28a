"""Somebody asks on a public page to be told: asked back once at the address, and told after their yes alone."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.core import links as signed
from daylight.core.limits import Limit
from daylight.customers.models import ContactPoint, Customer
from daylight.incidents.models import Component
from daylight.reach import asking_back, fanout, preferring, signing_up, subscribers, subscribing, suppressing
from daylight.reach.asking_back import mailbox_of
from daylight.reach.channels.base import AddressRejected, TryLater
from daylight.reach.channels.inbound import SaidReply
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.channels.tests.far_end import FarEnd, listening
from daylight.reach.inbound import replying
from daylight.reach.inbound.tests.makers import a_provider
from daylight.reach.models import Delivery, Notice, SignUp, Subscriber, Subscription, Suppression, WebhookEndpoint
from daylight.reach.subscribers import NothingWaits, Wish
from daylight.reach.tests.makers import HandChannel, a_contact_point, a_published_update, a_reached_incident, customers

pytestmark = pytest.mark.django_db
ZOE = "zoe@home.example"


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> HandChannel:
    channel = HandChannel()
    monkeypatch.setitem(CHANNELS, "email", channel)
    return channel


def wish(address: str = ZOE, *about: str, **more: Any) -> Wish:
    return Wish("status", more.pop("channel", "email"), address, about or (subscribing.EVERYTHING,), **more)


def asked(clock: HandClock, *wishes: Wish) -> None:
    for one in wishes or (wish(),):
        signing_up.ask(one, at=clock.now)
    signing_up.step(clock.now)


def state_of(address: str = ZOE) -> str:
    found = Subscriber.objects.with_state().get(address=address)
    return str(found.state)  # type: ignore[attr-defined]  # annotated


def confirmed(clock: HandClock, *wishes: Wish) -> Subscriber:
    asked(clock, *wishes)
    row = Subscriber.objects.get()
    subscribers.confirm(row, at=clock.now)
    row.refresh_from_db()
    return row


def test_a_yes_at_the_address_makes_a_subscriber_who_is_no_customer(mail: HandChannel, clock: HandClock) -> None:
    asked(clock)
    [message] = mail.sent
    row = Subscriber.objects.get()
    assert message.address == ZOE
    assert subscribers.confirm_url(row) in message.text
    assert (state_of(), Subscription.objects.count(), Customer.objects.count()) == ("waiting", 0, 0)

    subscribers.confirm(subscribers.by_token(subscribers.confirm_token(row)), at=clock.now)

    assert state_of() == "active"
    assert Subscription.objects.get().contact_point.address == ZOE
    assert (Customer.objects.count(), Customer.objects.present().count()) == (1, 0)
    assert SignUp.objects.get().address == "", "what was asked forgets the address"
    with pytest.raises(NothingWaits):
        subscribers.confirm(row, at=clock.now)


def test_the_wish_of_a_known_address_joins_its_customer(mail: HandChannel, clock: HandClock) -> None:
    point = a_contact_point(address=ZOE)

    asked(clock)
    assert not Subscription.objects.exists(), "nothing joins before the yes"
    subscribers.confirm(Subscriber.objects.get(), at=clock.now)

    assert Subscription.objects.get().contact_point == point
    assert Customer.objects.count() == 1


def test_a_wish_waits_for_two_days(mail: HandChannel, clock: HandClock) -> None:
    asked(clock)
    token = subscribers.confirm_token(Subscriber.objects.get())

    with pytest.raises(NothingWaits):
        subscribers.confirm(Subscriber.objects.get(), at=clock.now + timedelta(hours=48))
    signing_up.step(clock.move(hours=48))

    assert not Subscriber.objects.exists()
    with pytest.raises(NothingWaits):
        subscribers.by_token(token)


@pytest.mark.parametrize("change", ["x", "", "1-1.abc"])
def test_a_link_that_is_not_ours_confirms_nothing(mail: HandChannel, clock: HandClock, change: str) -> None:
    asked(clock)
    token = subscribers.confirm_token(Subscriber.objects.get())

    for wrong in (change, token + "x", signed.sign("preferences", token.partition(".")[0])):
        with pytest.raises(signed.LinkRefused):
            subscribers.by_token(wrong)


def test_the_link_of_an_earlier_wish_does_not_confirm_a_later_one(mail: HandChannel, clock: HandClock) -> None:
    Component.objects.create(key="checkout", name="Checkout")
    row = confirmed(clock)
    old = f"{row.pk}-{int(clock.now.timestamp())}"
    clock.move(hours=3)
    asked(clock, wish(ZOE, f"component-{Component.objects.get().pk}"))

    with pytest.raises(NothingWaits):
        subscribers.by_token(signed.sign(subscribers.CONFIRM, old))
    assert subscribing.name_of(Subscription.objects.get()) == "everything"


def test_one_mailbox_is_asked_seldom_however_it_is_written(mail: HandChannel, clock: HandClock) -> None:
    sent_after: list[int] = []
    for hour in range(49):
        asked(clock, wish(f"z.o.e+{hour}@gmail.com"), wish("zoe@googlemail.com"))
        if len(mail.sent) > len(sent_after):
            sent_after.append(hour)
        clock.move(hours=1)

    assert sent_after == [0, 1, 3, 24, 32, 48]
    assert len(mail.sent) == len(sent_after), "and never two at once"
    assert mailbox_of("email", "z.oe@example.com") != mailbox_of("email", "zoe@example.com")


def test_two_workers_at_once_write_to_a_mailbox_once(mail: HandChannel, clock: HandClock) -> None:
    mailbox = mailbox_of("email", ZOE)
    assert asking_back.claim(mailbox, at=clock.now), "the other worker was a moment sooner"

    asked(clock)

    assert mail.sent == []


@pytest.mark.parametrize("reason", [Suppression.Reason.UNSUBSCRIBED, Suppression.Reason.BOUNCED])
def test_a_stopped_address_gets_nothing(mail: HandChannel, clock: HandClock, reason: Suppression.Reason) -> None:
    suppressing.suppress(a_contact_point(address=ZOE), reason=reason, at=clock.now)

    asked(clock)
    signing_up.ask_for_link(wish(), at=clock.now)
    signing_up.step(clock.now)

    assert mail.sent == []
    assert not Subscriber.objects.exists()


def test_asking_costs_the_same_whoever_it_is(mail: HandChannel, clock: HandClock) -> None:
    suppressing.suppress(
        a_contact_point(address="stopped@home.example"), reason=Suppression.Reason.UNSUBSCRIBED, at=clock.now
    )
    a_contact_point(address="customer@home.example")
    confirmed(clock, wish("subscriber@home.example"))
    who = ("new", "stopped", "customer", "subscriber", "zoe+tag")
    seen = set()
    for name in (*who, "zoe@no-such-host"):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            signing_up.ask(wish(f"{name}@home.example" if "@" not in name else name), at=clock.now)
        seen.add(tuple(query["sql"].partition("VALUES")[0].partition("SELECT")[0] for query in captured))

    assert len(seen) == 1
    [shape] = seen
    assert [sql.split()[:3] for sql in shape] == [["INSERT", "INTO", '"reach_signup"']]


def test_who_is_told_already_gets_the_link_and_who_is_unknown_gets_nothing(mail: HandChannel, clock: HandClock) -> None:
    confirmed(clock)
    clock.move(hours=2)

    asked(clock)
    clock.move(hours=5)
    signing_up.ask_for_link(wish(), at=clock.now)
    signing_up.ask_for_link(wish("nobody@home.example"), at=clock.now)
    signing_up.step(clock.now)

    _, already, link = mail.sent
    assert "We do so already" in already.text
    assert "/preferences/" in link.text
    assert link.address == ZOE


def test_the_confirmation_is_sent_again_on_request(mail: HandChannel, clock: HandClock) -> None:
    asked(clock)

    signing_up.ask_again("status", wish().public_id, at=clock.move(hours=2))
    signing_up.ask_again("status", "nosuchperson", at=clock.now)
    signing_up.step(clock.now)

    assert [message.address for message in mail.sent] == [ZOE, ZOE]


def test_a_page_asks_back_at_a_pace_and_nobody_is_lost(
    mail: HandChannel, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking_back, "OF_A_PAGE", Limit("small", times=2, per=timedelta(minutes=2)))
    asked(clock, *(wish(f"c{number}@home.example") for number in range(3)))
    assert len(mail.sent) == 2

    signing_up.step(clock.move(minutes=1))

    assert len(mail.sent) == 3


def test_a_mishap_is_tried_again_and_a_dead_address_is_not(mail: HandChannel, clock: HandClock) -> None:
    mail.fails_with = TryLater("busy")
    asked(clock)
    mail.fails_with = None
    signing_up.step(clock.move(minutes=2))
    assert len(mail.sent) == 1

    mail.fails_with = AddressRejected("no such mailbox")
    asked(clock, wish("dead@home.example"))
    mail.fails_with = None
    signing_up.step(clock.move(minutes=30))
    assert len(mail.sent) == 1


def test_an_incident_is_told_to_a_subscriber_until_it_is_over(mail: HandChannel, clock: HandClock, ana: Member) -> None:
    incident = a_reached_incident(ana, affected=customers(1))
    other = a_reached_incident(ana, affected=customers(1))
    row = confirmed(clock, wish(ZOE, f"incident-{incident.pk}"))
    assert "Checkout fails" in mail.sent[0].text
    for one in (incident, other):
        a_published_update(one)
    fanout.step(clock.now)

    [told] = Delivery.objects.filter(notice__audience=Notice.Audience.SUBSCRIBERS)
    assert (told.contact_point, told.notice.incident) == (row.contact_point, incident)
    type(incident).objects.filter(pk=incident.pk).update(closed_at=clock.now)
    signing_up.tidy(clock.move(days=31))
    assert state_of() == "ended"


def test_a_customer_who_joined_before_we_knew_them_hears_once(mail: HandChannel, clock: HandClock, ana: Member) -> None:
    confirmed(clock)
    a_published_update(a_reached_incident(ana, affected=[a_contact_point(address=ZOE).customer]))

    for _ in range(3):
        fanout.step(clock.now)

    assert [row.notice.audience for row in Delivery.objects.all()] == ["customers"]


def test_ending_forgets_who_only_asked_after_a_month(mail: HandChannel, clock: HandClock) -> None:
    row = confirmed(clock)
    subscribers.end(row, by="Ana", at=clock.now)
    assert state_of() == "ended"

    signing_up.tidy(clock.move(days=31))

    assert not Subscriber.objects.exists()
    assert Customer.objects.get().erased_at is not None
    assert ZOE not in str(list(ContactPoint.objects.values_list("address")))


def test_who_stopped_us_stays_stopped(mail: HandChannel, clock: HandClock) -> None:
    row = confirmed(clock)
    assert row.contact_point is not None
    preferring.unsubscribe(row.contact_point, at=clock.now)
    assert state_of() == "ended"

    signing_up.tidy(clock.move(days=400))
    asked(clock)

    assert len(mail.sent) == 1


def test_bounces_show_in_the_state(mail: HandChannel, clock: HandClock) -> None:
    row = confirmed(clock)
    assert row.contact_point is not None
    suppressing.suppress(row.contact_point, reason=Suppression.Reason.BOUNCED, at=clock.now)

    assert state_of() == "bounced"
    assert Subscriber.objects.in_state("bounced").about(everything=True).get() == row


def test_the_crew_enrols_with_a_word_of_its_own(mail: HandChannel, clock: HandClock) -> None:
    told = subscribers.enrol(wish(), is_confirmed=True, by="Ana", at=clock.now)
    waiting = subscribers.enrol(wish("bo@home.example"), is_confirmed=False, by="Ana", at=clock.now)
    signing_up.step(clock.now)

    assert (state_of(), state_of("bo@home.example")) == ("active", "waiting")
    assert told.contact_point is not None
    assert told.contact_point.consents.get().given_by == "Ana"
    assert [message.address for message in mail.sent] == [waiting.address]


def test_the_crew_cannot_lift_what_a_reader_stopped(mail: HandChannel, clock: HandClock) -> None:
    point = a_contact_point(address=ZOE)
    preferring.unsubscribe(point, at=clock.now)

    subscribers.enrol(wish(), is_confirmed=True, by="Ana", at=clock.now)

    assert state_of() == "ended"
    assert suppressing.is_suppressed(point)


@pytest.fixture
def far_end(settings: Settings) -> Iterator[FarEnd]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with listening() as far_end:
        far_end.status = 200
        yield far_end


@pytest.mark.parametrize("wrote", ["{}", '{{"challenge": "{}"}}'])
def test_a_program_says_yes_by_giving_the_challenge_back(clock: HandClock, far_end: FarEnd, wrote: str) -> None:
    far_end.body = b"thank you"
    address = f"{far_end.url}/new"
    asked(clock, wish(address, channel="webhook", statuspage="abcdefghijkl"))
    assert state_of(address) == "waiting", "any answer is not a yes"
    headers, body = far_end.requests[-1]
    question = json.loads(body)
    assert question["type"] == "subscription.confirm"
    assert question["data"]["challenge"] in question["data"]["url"]
    Webhook(question["data"]["secret"]).verify(body, headers)

    far_end.body = wrote.format(question["data"]["challenge"]).encode()
    subscribers.resend(Subscriber.objects.get(), at=clock.move(hours=2))
    signing_up.step(clock.now)

    assert state_of(address) == "active"
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.secret == question["data"]["secret"]
    assert (endpoint.format, endpoint.page_id) == ("statuspage", "abcdefghijkl")


@pytest.mark.parametrize(
    ("wrote", "state"), [("YES", "active"), ("ja.", "active"), ("ok", "waiting"), ("maybe", "waiting")]
)
def test_a_reply_is_a_yes(clock: HandClock, monkeypatch: pytest.MonkeyPatch, wrote: str, state: str) -> None:
    channel = HandChannel("sms")
    monkeypatch.setitem(CHANNELS, "sms", channel)
    provider = a_provider("sms")
    asked(clock, wish("+49301234", channel="sms"))
    assert "Reply YES" in channel.sent[0].text

    replying.take(SaidReply("+49301234", wrote, clock.now, "m1"), provider=provider, at=clock.now)
    replying.step(clock.now)

    assert state_of("+49301234") == state
    assert len(channel.sent) == (2 if state == "active" else 1), "a yes is answered, with the way to leave"


def test_a_stop_before_any_yes_forgets_the_wish(clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHANNELS, "sms", HandChannel("sms"))
    asked(clock, wish("+49301234", channel="sms"))

    replying.take(SaidReply("+49301234", "STOP", clock.now, "m1"), provider=a_provider("sms"), at=clock.now)

    assert not Subscriber.objects.exists()
