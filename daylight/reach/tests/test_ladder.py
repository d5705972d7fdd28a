"""The ladder: whom a message did not reach, or who does not confirm an urgent one, is tried on their next way."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.customers.models import Consent, ContactPoint, Customer
from daylight.incidents.models import AffectedCustomer, Incident, Update
from daylight.reach import confirming, fanout, laddering, ledger, sending, suppressing
from daylight.reach.channels.base import AddressRejected, Message
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Batch, Call, Confirmation, Delivery, Ladder, Notice, Suppression
from daylight.reach.moves import COUNT, TOLD, State
from daylight.reach.progress import Progress
from daylight.reach.tests.makers import (
    HandChannel,
    a_contact_point,
    a_published_update,
    a_reached_incident,
    customers,
)

pytestmark = pytest.mark.django_db


class FarEnd(HandChannel):
    """Refuses the addresses it was told to refuse."""

    def __init__(self, name: str, *, is_first_word: bool = True, tells_every_point: bool = False) -> None:
        super().__init__(name)
        self.is_first_word, self.tells_every_point = is_first_word, tells_every_point
        self.refuses: set[str] = set()

    def send(self, message: Message, **more):  # type: ignore[no-untyped-def]
        if message.address in self.refuses:
            raise AddressRejected("550 no such user")
        return super().send(message, **more)


class World:
    """Mail, text, voice and rooms under the hand of the test."""

    def __init__(self) -> None:
        self.email, self.sms = FarEnd("email"), FarEnd("sms")
        self.voice = FarEnd("voice", is_first_word=False)
        self.webhook = FarEnd("webhook", tells_every_point=True)

    @property
    def channels(self) -> list[FarEnd]:
        return [self.email, self.sms, self.voice, self.webhook]

    def sent(self) -> list[tuple[str, str]]:
        return [(channel.name, message.address) for channel in self.channels for message in channel.sent]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    for name in list(CHANNELS):
        monkeypatch.delitem(CHANNELS, name)
    for channel in world.channels:
        monkeypatch.setitem(CHANNELS, channel.name, channel)
    return world


def somebody(*points: tuple[str, str]) -> Customer:
    """A customer with these contact points in this order."""
    [customer] = customers(1, points=False)
    for position, (channel, address) in enumerate(points):
        point = a_contact_point(customer=customer, channel=channel, address=address)
        ContactPoint.objects.filter(pk=point.pk).update(position=position)
    return customer


def turn(clock: HandClock, times: int = 4) -> None:
    """What the worker does, until nothing more comes of it."""
    for _ in range(times):
        fanout.step(clock.now)
        for name in CHANNELS:
            sending.step(clock.now, channel=name)
        Ladder.objects.filter(due_at__isnull=False).update(due_at=clock.now)
        laddering.step(clock.now)


def assert_the_figures_equal_the_ledger() -> None:
    """Batches, notices and the told panel say what the rows say."""
    for batch in Batch.objects.all():
        rows = Counter(Delivery.objects.filter(batch=batch).values_list("state", flat=True))
        counts = {state: getattr(batch, column) for state, column in COUNT.items() if getattr(batch, column)}
        assert {State(state): number for state, number in rows.items()} == counts
        assert batch.size == sum(rows.values())
        assert not Delivery.objects.filter(batch=batch).exclude(pk__range=(batch.first_id, batch.last_id)).exists()
    for notice in Notice.objects.all():
        mine = Delivery.objects.of_notice(notice.pk)
        told = mine.filter(state__in=TOLD).values("customer").distinct().count()
        assert sum(notice.batches.values_list("told", flat=True)) == told
        tried = mine.exclude(state=State.SUPPRESSED).values("customer").distinct().count()
        assert notice.unreachable == notice.customers - tried
        assert mine.count() == mine.values("contact_point").distinct().count(), "one point, one message"
        assert bool(notice.doubled) == (mine.count() > mine.values("customer").distinct().count())
    for incident in Incident.objects.all():
        shown = Progress.of(incident)
        if shown.update is not None:
            parts = (shown.told, shown.on_the_way, shown.in_doubt, shown.failed, shown.unreachable)
            assert sum(parts) == shown.affected


@pytest.fixture(autouse=True)
def _figures(world: World) -> Iterator[None]:
    yield
    assert_the_figures_equal_the_ledger()


def test_a_refused_mail_goes_on_to_the_text_and_then_to_the_call(ana: Member, clock: HandClock, world: World) -> None:
    zoe = somebody(("voice", "+491"), ("email", "zoe@home.example"), ("sms", "+492"))
    a_published_update(a_reached_incident(ana, affected=[zoe], severity=3))
    world.email.refuses.add("zoe@home.example")

    turn(clock, times=2)
    assert world.sent() == [("sms", "+492")]
    turn(clock)
    assert world.sent() == [("sms", "+492")], "who was told is left in peace"


def test_a_call_comes_last_whatever_its_place(ana: Member, clock: HandClock, world: World) -> None:
    zoe = somebody(("voice", "+491"), ("email", "zoe@home.example"), ("sms", "+492"))
    a_published_update(a_reached_incident(ana, affected=[zoe], severity=3))
    world.email.refuses.add("zoe@home.example")
    world.sms.refuses.add("+492")

    turn(clock)

    assert world.sent() == [("voice", "+491")]
    assert [batch.why for batch in Batch.objects.order_by("pk")] == ["first", "failed", "failed"]


def test_a_bounce_days_later_still_climbs_and_a_week_later_no_more(ana: Member, clock: HandClock, world: World) -> None:
    people = [somebody(("email", f"{name}@home.example"), ("sms", f"+49{place}")) for place, name in enumerate("ab")]
    a_published_update(a_reached_incident(ana, affected=people, severity=3))
    turn(clock)
    first, second = Delivery.objects.order_by("pk")

    clock.move(days=3)
    ledger.move([first.pk], to=State.BOUNCED, at=clock.now, answer="mailbox gone")
    turn(clock)
    assert ("sms", "+490") in world.sent()

    clock.move(days=5)
    ledger.move([second.pk], to=State.BOUNCED, at=clock.now, answer="mailbox gone")
    turn(clock)
    assert ("sms", "+491") not in world.sent()
    assert Ladder.objects.get().due_at is None


def test_points_that_may_not_be_used_are_no_rungs(ana: Member, clock: HandClock, world: World) -> None:
    zoe = somebody(("email", "a@home.example"), ("sms", "+491"), ("sms", "+492"), ("sms", "+493"), ("sms", "+494"))
    stopped, unwanted, retired, good = ContactPoint.objects.filter(channel="sms").order_by("position")
    suppressing.suppress(stopped, reason=Suppression.Reason.BOUNCED, at=clock.now)
    Consent.withdraw(unwanted, by="the customer", at=clock.now)
    retired.retire(at=clock.now)
    a_published_update(a_reached_incident(ana, affected=[zoe], severity=3))
    world.email.refuses.add("a@home.example")

    turn(clock)

    assert world.sent() == [("sms", good.address)]


def test_a_room_that_was_told_ends_the_ladder_and_is_no_rung(ana: Member, clock: HandClock, world: World) -> None:
    told = somebody(("email", "a@home.example"), ("webhook", "https://a.example/"), ("sms", "+491"))
    lost = somebody(("email", "b@home.example"), ("sms", "+492"))
    a_published_update(a_reached_incident(ana, affected=[told, lost], severity=3))
    world.email.refuses |= {"a@home.example", "b@home.example"}

    turn(clock)

    assert world.sent() == [("sms", "+492"), ("webhook", "https://a.example/")]


def test_nobody_is_tried_further_while_something_is_in_doubt(ana: Member, clock: HandClock, world: World) -> None:
    zoe = somebody(("email", "a@home.example"), ("webhook", "https://a.example/"), ("sms", "+491"))
    a_published_update(a_reached_incident(ana, affected=[zoe], severity=3))
    fanout.step(clock.now)
    mail, hook = Delivery.objects.order_by("pk")
    ledger.move([mail.pk], to=State.FAILED, at=clock.now)
    ledger.move([hook.pk], to=State.IN_DOUBT, at=clock.now)

    turn(clock)

    assert world.sent() == []


def test_when_it_is_urgent_silence_climbs_until_somebody_confirms(ana: Member, clock: HandClock, world: World) -> None:
    zoe = somebody(("email", "zoe@home.example"), ("sms", "+491"), ("voice", "+492"))
    incident = a_reached_incident(ana, affected=[zoe], severity=1)
    a_published_update(incident)
    turn(clock)
    assert world.sent() == [("email", "zoe@home.example")]

    clock.move(minutes=9)
    turn(clock)
    assert len(world.sent()) == 1
    clock.move(minutes=1)
    turn(clock)
    assert world.sent() == [("email", "zoe@home.example"), ("sms", "+491")]
    assert Progress.of(incident).told == 1

    clock.move(minutes=9)
    confirming.confirm(zoe, incident, how=Confirmation.How.LINK, at=clock.now)
    clock.move(minutes=20)
    turn(clock)
    assert len(world.sent()) == 2
    assert not Call.objects.exists()


def test_a_yes_between_the_line_and_the_wire_stops_the_message(ana: Member, clock: HandClock, world: World) -> None:
    zoe = somebody(("email", "zoe@home.example"), ("sms", "+491"))
    incident = a_reached_incident(ana, affected=[zoe], severity=1)
    a_published_update(incident)
    turn(clock)
    clock.move(minutes=10)
    laddering.step(clock.now)
    assert Delivery.objects.get(batch__channel="sms").state == State.QUEUED

    confirming.confirm(zoe, incident, how=Confirmation.How.LINK, at=clock.now)
    turn(clock)

    assert world.sent() == [("email", "zoe@home.example")]
    row = Delivery.objects.get(batch__channel="sms")
    assert (row.state, row.answer) == (State.SUPERSEDED, "confirmed before it left")


def test_a_calm_incident_waits_for_nobody(ana: Member, clock: HandClock, world: World) -> None:
    a_published_update(
        a_reached_incident(ana, affected=[somebody(("email", "a@b.example"), ("sms", "+491"))], severity=3)
    )
    turn(clock)

    clock.move(days=1)
    turn(clock)

    assert world.sent() == [("email", "a@b.example")]


def test_who_has_no_way_left_is_listed_for_a_call_with_the_reason(ana: Member, clock: HandClock, world: World) -> None:
    nowhere = somebody()
    stopped = somebody(("email", "gone@home.example"))
    suppressing.suppress(ContactPoint.objects.get(), reason=Suppression.Reason.BOUNCED, at=clock.now)
    refused = somebody(("email", "refused@home.example"))
    silent = somebody(("email", "silent@home.example"))
    incident = a_reached_incident(ana, affected=[nowhere, stopped, refused, silent], severity=1)
    a_published_update(incident)
    world.email.refuses.add("refused@home.example")
    turn(clock)
    reasons = dict(Call.objects.values_list("customer", "reason"))
    assert reasons == {nowhere.pk: "unreachable", stopped.pk: "unreachable", refused.pk: "failed"}

    clock.move(minutes=10)
    turn(clock)

    assert Call.objects.get(customer=silent).reason == "unconfirmed"
    assert Progress.of(incident).unreachable == 2


def test_who_never_confirmed_is_called_only_at_the_worst(ana: Member, clock: HandClock, world: World) -> None:
    zoe = somebody(("email", "zoe@home.example"))
    a_published_update(a_reached_incident(ana, affected=[zoe], severity=2))
    turn(clock)

    clock.move(hours=5)
    turn(clock)

    assert not Call.objects.exists()


def test_a_newer_update_stops_the_older_ladder_and_has_its_own(ana: Member, clock: HandClock, world: World) -> None:
    zoe = somebody(("email", "zoe@home.example"), ("sms", "+491"))
    incident = a_reached_incident(ana, affected=[zoe], severity=1)
    a_published_update(incident)
    turn(clock)
    clock.move(minutes=5)
    newer = a_published_update(incident, at=clock.now)
    turn(clock)

    clock.move(minutes=6)
    turn(clock)
    assert Counter(world.sent()) == {("email", "zoe@home.example"): 2}
    clock.move(minutes=5)
    turn(clock)

    assert Delivery.objects.get(batch__channel="sms").notice.update == newer
    old = Ladder.objects.get(notice__update__number=1)
    assert old.due_at is None


def test_a_yes_to_an_earlier_word_ends_the_asking_but_not_the_trying(
    ana: Member, clock: HandClock, world: World
) -> None:
    zoe = somebody(("email", "zoe@home.example"), ("sms", "+491"))
    incident = a_reached_incident(ana, affected=[zoe], severity=1)
    a_published_update(incident)
    turn(clock)
    confirming.confirm(zoe, incident, how=Confirmation.How.LINK, at=clock.now)

    clock.move(minutes=5)
    a_published_update(incident, at=clock.now)
    turn(clock)
    clock.move(minutes=15)
    turn(clock)
    assert Counter(world.sent()) == {("email", "zoe@home.example"): 2}

    world.email.refuses.add("zoe@home.example")
    clock.move(minutes=5)
    a_published_update(incident, at=clock.now)
    turn(clock)
    assert world.sent()[-1] == ("sms", "+491")


def test_an_exercise_has_no_ladder(ana: Member, clock: HandClock, world: World) -> None:
    a_published_update(a_reached_incident(ana, affected=[somebody()], severity=1, is_exercise=True))

    turn(clock)

    assert not Ladder.objects.exists()
    assert not Call.objects.exists()


def test_who_is_no_longer_affected_is_left_alone(ana: Member, clock: HandClock, world: World) -> None:
    zoe = somebody(("email", "zoe@home.example"), ("sms", "+491"))
    a_published_update(a_reached_incident(ana, affected=[zoe], severity=3))
    fanout.step(clock.now)
    ledger.move(Delivery.objects.values_list("pk", flat=True), to=State.FAILED, at=clock.now)
    AffectedCustomer.objects.update(removed_at=clock.now)

    turn(clock)

    assert world.sent() == []
    assert not Call.objects.exists()


def test_a_suppressed_way_that_has_another_now_is_no_longer_unreachable(
    ana: Member, clock: HandClock, world: World
) -> None:
    zoe = somebody(("email", "zoe@home.example"), ("sms", "+491"))
    incident = a_reached_incident(ana, affected=[zoe], severity=3)
    a_published_update(incident)
    fanout.step(clock.now)
    suppressing.suppress(ContactPoint.objects.get(channel="email"), reason=Suppression.Reason.BY_HAND, at=clock.now)
    sending.step(clock.now, channel="email")
    assert Progress.of(incident).unreachable == 1

    turn(clock)

    shown = Progress.of(incident)
    assert (shown.told, shown.unreachable) == (1, 0)


def test_a_quiet_notice_costs_no_look_at_the_ledger(ana: Member, clock: HandClock, world: World) -> None:
    a_published_update(a_reached_incident(ana, affected=customers(450), severity=3))
    turn(clock)
    Ladder.objects.update(due_at=clock.now)
    asked: list[str] = []

    def listen(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        laddering.step(clock.now)

    assert not [sql for sql in asked if "reach_delivery" in sql]


def test_many_failures_go_on_in_full_batches_and_once_each(ana: Member, clock: HandClock, world: World) -> None:
    affected = customers(450)
    ContactPoint.objects.bulk_create(
        ContactPoint(customer=customer, channel="sms", address=f"+49{place}", position=1, created_at=clock.now)
        for place, customer in enumerate(affected)
    )
    world.email.refuses = set(ContactPoint.objects.filter(channel="email").values_list("address", flat=True)[::3])
    a_published_update(a_reached_incident(ana, affected=affected, severity=3))

    turn(clock, times=6)

    assert len(world.sms.sent) == len({message.address for message in world.sms.sent}) == 150
    assert [batch.size for batch in Batch.objects.filter(channel="sms", size__gt=0)] == [150]
    ladder = Ladder.objects.get()
    assert (ladder.tried, ladder.listed) == (150, 0)


def test_corrections_and_updates_each_climb(ana: Member, clock: HandClock, world: World) -> None:
    zoe = somebody(("email", "zoe@home.example"), ("sms", "+491"))
    incident = a_reached_incident(ana, affected=[zoe], severity=3)
    first = a_published_update(incident)
    a_published_update(incident, kind=Update.Kind.CORRECTION, corrects=first)
    world.email.refuses.add("zoe@home.example")

    turn(clock)

    assert world.sent() == [("sms", "+491")]
