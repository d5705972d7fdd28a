"""The call list: nobody is called twice at a time, and a talk counts as told and as confirmed."""

from datetime import timedelta

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.customers.models import ContactPoint, Customer
from daylight.incidents.models import AffectedCustomer, Incident
from daylight.reach import calling, confirming, fanout, laddering, ledger, suppressing
from daylight.reach.models import Batch, Call, CallAttempt, Confirmation, Delivery, Ladder, Notice
from daylight.reach.moves import State
from daylight.reach.progress import Progress
from daylight.reach.tests.makers import a_contact_point, a_published_update, a_reached_incident, customers

pytestmark = pytest.mark.django_db
Result = CallAttempt.Result


def turn(clock: HandClock) -> None:
    while fanout.step(clock.now).handled:
        pass
    Ladder.objects.filter(due_at__isnull=False).update(due_at=clock.now)
    laddering.step(clock.now)


@pytest.fixture
def incident(ana: Member, clock: HandClock) -> Incident:
    """Three customers of whom nobody could be reached: no address, a stopped one, a refused one."""
    nowhere, stopped, refused = customers(3, points=False)
    suppressing.suppress(a_contact_point(customer=stopped), reason="bounced", at=clock.now)  # type: ignore[arg-type]
    a_contact_point(customer=refused)
    incident = a_reached_incident(ana, affected=[nowhere, stopped, refused], severity=2)
    a_published_update(incident)
    turn(clock)
    ledger.move(Delivery.objects.filter(state=State.QUEUED).values_list("pk", flat=True), to=State.FAILED, at=clock.now)
    turn(clock)
    return incident


def a_call(by: Member, clock: HandClock) -> Call:
    call = calling.claim_next(Incident.objects.get(), by=by, at=clock.now)
    assert call is not None
    return call


def figures(incident: Incident) -> tuple[int, int, int]:
    shown = Progress.of(incident)
    assert shown.told + shown.failed + shown.unreachable + shown.on_the_way + shown.in_doubt == shown.affected
    return shown.told, shown.failed, shown.unreachable


def test_two_members_never_have_the_same_call(incident: Incident, ana: Member, bela: Member, clock: HandClock) -> None:
    taken = [a_call(member, clock) for member in (ana, bela, ana)]

    assert len({call.pk for call in taken}) == 3
    assert calling.claim_next(incident, by=bela, at=clock.now) is None
    assert not taken[0].claim(by=bela, at=clock.now)
    clock.move(minutes=16)
    assert taken[0].claim(by=bela, at=clock.now), "who closed the tab does not keep it"


def test_a_talk_is_told_confirmed_and_stands_in_the_ledger(incident: Incident, ana: Member, clock: HandClock) -> None:
    assert figures(incident) == (0, 1, 2)
    for expected in ((1, 1, 1), (2, 1, 0), (3, 0, 0)):
        call = a_call(ana, clock)
        point = a_contact_point(customer=call.customer, channel="voice", address="+493090182")
        calling.note(call, result=Result.REACHED, by=ana, at=clock.now, point=point, words="Knows.")
        assert figures(incident) == expected

    spoken = Delivery.objects.filter(batch__channel="call")
    assert {(row.state, row.answer) for row in spoken} == {(State.DELIVERED, "told by Ana")}
    assert Confirmation.objects.filter(how="call").count() == 3
    batch = Batch.objects.get(channel="call")
    assert (batch.size, batch.delivered, batch.queued, batch.told) == (3, 3, 0, 3)
    notice = Notice.objects.get()
    told = Delivery.objects.of_notice(notice.pk).filter(state=State.DELIVERED).values("customer").distinct().count()
    assert told == 3


def test_who_was_told_and_did_not_confirm_is_not_told_twice(ana: Member, clock: HandClock) -> None:
    [zoe] = customers(1)
    incident = a_reached_incident(ana, affected=[zoe], severity=1)
    a_published_update(incident)
    turn(clock)
    ledger.move(Delivery.objects.values_list("pk", flat=True), to=State.ACCEPTED, at=clock.now)
    turn(clock)
    clock.move(minutes=11)
    turn(clock)
    call = a_call(ana, clock)
    assert call.reason == "unconfirmed"

    calling.note(call, result=Result.REACHED, by=ana, at=clock.now, point=ContactPoint.objects.get())

    assert figures(incident) == (1, 0, 0)


def test_no_answer_comes_back_later_and_a_wrong_number_at_once(
    incident: Incident, ana: Member, clock: HandClock
) -> None:
    first = a_call(ana, clock)
    calling.note(first, result=Result.NO_ANSWER, by=ana, at=clock.now, again_at=clock.now + timedelta(hours=1))
    second = a_call(ana, clock)
    number = a_contact_point(customer=second.customer, channel="voice", address="+49301")
    calling.note(second, result=Result.WRONG_NUMBER, by=ana, at=clock.now, point=number)

    assert suppressing.is_suppressed(number)
    assert {a_call(ana, clock).pk, a_call(ana, clock).pk} == set(Call.objects.values_list("pk", flat=True)) - {first.pk}
    assert calling.claim_next(incident, by=ana, at=clock.now) is None
    clock.move(hours=1)
    assert first.pk in {call.pk for call in Call.objects.to_call(clock.now)}


def test_whoever_refuses_is_left_alone_by_later_updates_too(incident: Incident, ana: Member, clock: HandClock) -> None:
    call = a_call(ana, clock)
    calling.note(call, result=Result.REFUSES, by=ana, at=clock.now)

    a_published_update(incident, at=clock.move(minutes=20))
    turn(clock)

    call.refresh_from_db()
    assert (call.outcome, call.done_at is not None) == ("refuses", True)
    assert figures(incident)[0] == 0


def test_whoever_was_reached_and_then_missed_the_next_update_is_called_again(
    incident: Incident, ana: Member, clock: HandClock
) -> None:
    call = a_call(ana, clock)
    point = a_contact_point(customer=call.customer, channel="voice", address="+49301")
    calling.note(call, result=Result.REACHED, by=ana, at=clock.now, point=point)

    a_published_update(incident, at=clock.move(minutes=20))
    turn(clock)

    call.refresh_from_db()
    assert call.done_at is None
    assert call.notice == Notice.objects.latest("pk")


def test_a_yes_a_delivery_or_leaving_the_register_takes_off_the_list(
    incident: Incident, ana: Member, clock: HandClock
) -> None:
    confirms, is_told, leaves = Customer.objects.order_by("pk")
    confirming.confirm(confirms, incident, how=Confirmation.How.PREFERENCES, at=clock.now)
    AffectedCustomer.objects.filter(customer=leaves).update(removed_at=clock.now)
    a_contact_point(customer=is_told)
    a_published_update(incident, at=clock.move(minutes=20))
    turn(clock)
    ledger.move(
        Delivery.objects.filter(state=State.QUEUED).values_list("pk", flat=True), to=State.ACCEPTED, at=clock.now
    )
    turn(clock)

    assert dict(Call.objects.values_list("customer", "outcome")) == {
        confirms.pk: "",  # Affected by the newer update, which did not reach them either.
        is_told.pk: "told",
        leaves.pk: "gone",
    }


def test_a_call_that_was_lost_meanwhile_is_not_written_down(
    incident: Incident, ana: Member, bela: Member, clock: HandClock
) -> None:
    call = a_call(ana, clock)
    clock.move(minutes=16)
    assert call.claim(by=bela, at=clock.now)

    with pytest.raises(calling.NotYours):
        calling.note(call, result=Result.REFUSES, by=ana, at=clock.now)
    assert not CallAttempt.objects.exists()


def test_a_member_works_through_the_list_on_the_screens(
    incident: Incident, client: Client, ana: Member, clock: HandClock
) -> None:
    client.force_login(ana)
    address = f"/desk/reach/{incident.public_id}/calls/"
    assert "3</strong> still to call" in client.get(address).content.decode()

    page = client.post(f"{address}next/", follow=True)
    assert "Card payments fail at the last step." in page.content.decode()
    path = page.redirect_chain[-1][0]
    wrong = client.post(path, {"result": "reached"}).content.decode()
    assert "Choose where you reached them." in wrong
    wrong = client.post(path, {"result": "reached", "where": "another", "number": "12"}).content.decode()
    assert "country code" in wrong
    assert not CallAttempt.objects.exists()
    silent = client.post(path, {"result": "no_answer", "where": "another", "number": ""}, follow=True)
    assert "no answer" in silent.content.decode()
    Call.objects.update(next_at=None)
    client.post(path + "take/")

    done = client.post(
        path, {"result": "reached", "where": "another", "number": "+49 30 901820", "note": "=1+1"}, follow=True
    )
    assert "2</strong> still to call" in done.content.decode()
    new = ContactPoint.objects.get(channel="voice")
    assert (new.address, new.retired_at) == ("+4930901820", None)
    assert AuditEntry.objects.filter(act="call.note").count() == 2

    table = b"".join(client.get(f"/desk/reach/{incident.public_id}/calls.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=1+1" in table
    assert table.count("\r\n") == 4


def test_in_person_counts_too_and_adds_no_address_to_write_to(
    incident: Incident, client: Client, ana: Member, clock: HandClock
) -> None:
    client.force_login(ana)
    call = a_call(ana, clock)

    client.post(f"/desk/reach/calls/{call.pk}/", {"result": "reached", "where": "in_person"})

    assert figures(incident)[0] == 1
    assert ContactPoint.objects.get(customer=call.customer, channel="call").retired_at == clock.now


@pytest.mark.parametrize("path", ["calls/", "calls.csv", "confirmed/"])
def test_who_may_not_see_customers_sees_no_list(incident: Incident, client: Client, dora: Member, path: str) -> None:
    client.force_login(dora)

    assert client.get(f"/desk/reach/{incident.public_id}/{path}").status_code == 403


def test_the_words_are_in_the_customers_language_or_it_is_said_that_they_are_not(
    incident: Incident, client: Client, ana: Member, clock: HandClock
) -> None:
    client.force_login(ana)
    Customer.objects.update(language="fr")

    page = client.get(f"/desk/reach/calls/{a_call(ana, clock).pk}/").content.decode()

    assert "They speak French." in page


def test_an_empty_list_says_who_comes_here(client: Client, ana: Member, clock: HandClock) -> None:
    incident = a_reached_incident(ana, affected=[])
    client.force_login(ana)

    assert "Nobody to call" in client.get(f"/desk/reach/{incident.public_id}/calls/").content.decode()
    assert "Nobody yet" in client.get(f"/desk/reach/{incident.public_id}/confirmed/").content.decode()
