"""A link opens one customer's page about one incident until it runs out or is ended; it tells nobody anything else."""

from datetime import timedelta
from string import ascii_lowercase, digits

import pytest
from django.conf import settings as site
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.core import links as signing
from daylight.core.links import LinkRefused
from daylight.customers import erasing
from daylight.incidents.models import Incident
from daylight.pages.models import FreshLink
from daylight.pages.yours import fresh
from daylight.pages.yours.tests.makers import Told, an_order, path_of, told_of
from daylight.reach import ending, links, suppressing
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Confirmation, Suppression
from daylight.reach.tests.makers import a_contact_point, a_published_update, a_reached_incident, join

SEVERAL = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
NUMBERS = st.integers(min_value=0, max_value=2**40)


def token_of(path: str) -> str:
    return path.split("/")[2]


@given(point=NUMBERS, notice=NUMBERS, generation=st.integers(0, 99), wrong=st.text(digits + "-", max_size=12))
def test_no_other_number_passes_under_a_seal(point: int, notice: int, generation: int, wrong: str) -> None:
    token = token_of(path_of(links.own_url(point, notice, generation)))
    value, _, seal = token.rpartition(".")

    assert links.read_own(token) == links.OwnLink(point, notice, generation)
    if wrong != value:
        with pytest.raises(LinkRefused):
            links.read_own(f"{wrong}.{seal}")


@given(place=st.integers(0, 200), sign=st.sampled_from(ascii_lowercase + digits + "-._~%é "))
def test_no_altered_sign_passes(place: int, sign: str) -> None:
    token = token_of(path_of(links.own_url(4711, 12)))
    place %= len(token)
    altered = token[:place] + sign + token[place + 1 :]

    if altered != token:
        with pytest.raises(LinkRefused):
            links.read_own(altered)


@given(purpose=st.sampled_from(["preferences", "unsubscribe", "confirm", "receipts", "join", "Yours", ""]))
def test_a_link_made_for_something_else_opens_no_page(purpose: str) -> None:
    with pytest.raises(LinkRefused):
        links.read_own(signing.sign(purpose, "1-1"))


@pytest.mark.django_db
@SEVERAL
@given(point=st.integers(0, 9), notice=st.integers(0, 9), generation=st.integers(0, 2))
def test_numbers_that_do_not_belong_together_open_nothing(told: Told, point: int, notice: int, generation: int) -> None:
    """Even under a genuine seal: only this point, this notice, this generation."""
    path = path_of(links.own_url(told.point.pk + point, told.notice.pk + notice, generation))

    status = Client().get(path).status_code

    assert status == (200 if (point, notice, generation) == (0, 0, 0) else 404)


@pytest.mark.django_db
def test_a_page_holds_nothing_of_another_customer(told: Told, ana: Member, clock: HandClock) -> None:
    other = a_contact_point(address="max@home.example", name="Max Berger")
    an_order(other, "77-0815")
    join(told.incident, [other.customer])
    Incident.objects.get().affected.filter(customer=other.customer).update(reason="Your order 77-0815 is late.")
    private = a_reached_incident(ana, affected=[other.customer], made_public_at=None, made_public_by=None)
    a_published_update(private, at=clock.now, texts={"en": {"headline": "Secret of Max"}})
    theirs = told_of(private, other, at=clock.now)

    page = Client().get(told.path).content.decode()

    assert not any(word in page for word in ("Max", "max@", "77-0815", "Secret"))
    assert "Max" not in Client().get(path_of(links.own_url(told.point.pk, theirs.notice.pk))).content.decode()


@pytest.mark.django_db
def test_every_dead_link_gets_the_same_answer(told: Told, ana: Member, clock: HandClock) -> None:
    answers = {}

    def ask(why: str, path: str = told.path) -> None:
        answer = Client().get(path)
        body = answer.content.decode().replace(token_of(path), "TOKEN")
        answers[why] = (
            answer.status_code,
            sorted(answer.headers.items() - {("Content-Length", answer["Content-Length"])}),
            body,
        )

    ask("forged", "/yours/1-1.forged/")
    ask("altered", f"{told.path[:-2]}0/" if told.path[-2] != "0" else f"{told.path[:-2]}1/")
    point, notice = told.point.pk, told.notice.pk
    ask("unknown", path_of(links.own_url(point + 1000, notice)))
    ending.end_links(told.customer, by="Ana", because="Forwarded.", at=clock.now)
    ask("ended")
    told.incident.resolve(by=ana, at=clock.now, summary="Sent.")
    clock.move(days=site.OWN_PAGE_DAYS, minutes=1)
    ask("run out", path_of(links.own_url(point, notice, 1)))
    erasing.erase(told.customer, by=ana, at=clock.now)
    ask("erased", path_of(links.own_url(point, notice, 1)))

    assert len(answers) == 6
    first = answers["forged"]
    assert first[0] == 404
    assert {why for why, said in answers.items() if str(said) != str(first)} == set()


@pytest.mark.django_db
def test_it_works_until_long_after_the_end(told: Told, ana: Member, clock: HandClock) -> None:
    told.incident.resolve(by=ana, at=clock.now, summary="Sent.")

    clock.move(days=site.OWN_PAGE_DAYS)
    assert Client().get(told.path).status_code == 200
    clock.move(seconds=1)
    assert Client().get(told.path).status_code == 404


@pytest.mark.django_db
def test_ending_a_customers_links_ends_all_but_the_way_to_stop(told: Told, clock: HandClock) -> None:
    preferences = path_of(links.preferences_url(told.customer.pk, told.point.pk))
    seen = f"/seen/{signing.sign(links.CONFIRM, f'{told.point.pk}-{told.notice.pk}')}/"
    stop = path_of(links.unsubscribe_url(told.point.pk, told.notice.pk))

    ending.end_links(told.customer, by="Ana", because="Forwarded.", at=clock.now)

    assert [Client().get(path).status_code for path in (told.path, preferences, seen)] == [404, 404, 404]
    page = Client().get(stop)
    assert page.status_code == 200
    assert "/preferences/" not in page.content.decode()
    assert Client().get(path_of(links.own_url(told.point.pk, told.notice.pk, 1))).status_code == 200
    assert Client().get(path_of(links.preferences_url(told.customer.pk, told.point.pk, 1))).status_code == 200


@pytest.mark.django_db
def test_an_address_no_longer_in_use_opens_nothing(told: Told, clock: HandClock) -> None:
    type(told.point).objects.filter(pk=told.point.pk).update(retired_at=clock.now)

    assert Client().get(told.path).status_code == 404


@pytest.mark.django_db
def test_the_link_of_an_old_message_leads_to_the_page_and_its_button_still_confirms(told: Told) -> None:
    old = f"/seen/{signing.sign(links.CONFIRM, f'{told.point.pk}-{told.notice.pk}')}/"

    looked = Client().get(old)
    assert (looked.status_code, looked["Location"]) == (303, told.path)
    assert not Confirmation.objects.exists()

    Client().post(old)
    assert Confirmation.objects.get().customer == told.customer


@pytest.mark.django_db
def test_a_fresh_link_goes_to_the_same_address_and_opens_for_a_week(told: Told, ana: Member, clock: HandClock) -> None:
    told.incident.resolve(by=ana, at=clock.now, summary="Sent.")
    ending.end_links(told.customer, by="Ana", because="Forwarded.", at=clock.now)
    clock.move(days=site.OWN_PAGE_DAYS + 30)

    asked = Client(enforce_csrf_checks=True).post(f"{told.path}fresh/")
    fresh.step(clock.now)

    assert asked.status_code == 200
    assert FreshLink.objects.get().sent_at == clock.now
    message = CHANNELS["email"].sent[-1]  # type: ignore[attr-defined]
    assert message.address == "zoe@home.example"
    path = path_of(message.text.splitlines()[-1])
    assert Client().get(path).status_code == 200
    clock.move(days=8)
    assert Client().get(path).status_code == 404


@pytest.mark.django_db
def test_asking_for_a_fresh_link_says_the_same_to_everybody(told: Told, clock: HandClock) -> None:
    erased = a_contact_point(name="Gone")
    type(erased.customer).objects.filter(pk=erased.customer_id).update(erased_at=clock.now)
    paths = [told.path, "/yours/1-1.forged/", path_of(links.own_url(erased.pk, told.notice.pk))]

    answers = [Client().post(f"{path}fresh/") for path in paths]

    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    assert FreshLink.objects.count() == 1


@pytest.mark.django_db
def test_fresh_links_are_sent_a_few_times_a_day_and_never_where_we_must_not_write(told: Told, clock: HandClock) -> None:
    sent_before = len(CHANNELS["email"].sent)  # type: ignore[attr-defined]
    for _ in range(5):
        Client().post(f"{told.path}fresh/")
    assert FreshLink.objects.count() == fresh.MOST_A_DAY
    suppressing.suppress(told.point, reason=Suppression.Reason.UNSUBSCRIBED, at=clock.now)

    fresh.step(clock.now)

    assert len(CHANNELS["email"].sent) == sent_before  # type: ignore[attr-defined]
    assert not FreshLink.objects.waiting().exists()


@pytest.mark.django_db
def test_what_was_typed_when_the_link_ended_is_handed_back(told: Told, clock: HandClock) -> None:
    ending.end_links(told.customer, by="Ana", because="Forwarded.", at=clock.now)

    answer = Client().post(f"{told.path}say/", {"words": "Where is my <order>?"})

    assert answer.status_code == 404
    assert "Where is my &lt;order&gt;?</textarea>" in answer.content.decode()


@pytest.mark.django_db
def test_messages_sent_after_links_were_ended_carry_links_that_work(told: Told, clock: HandClock) -> None:
    ending.end_links(told.customer, by="Ana", because="Forwarded.", at=clock.move(minutes=1))
    a_published_update(told.incident, at=clock.move(minutes=1))

    again = told_of(told.incident, told.point, at=clock.now)

    assert ending.times_ended(told.customer) == 1
    assert Client().get(again.path).status_code == 404
    assert Client().get(path_of(links.own_url(told.point.pk, again.notice.pk, 1))).status_code == 200


@pytest.mark.django_db
def test_the_grace_after_the_end_is_a_setting(told: Told, ana: Member, clock: HandClock, settings) -> None:  # type: ignore[no-untyped-def]
    settings.OWN_PAGE_DAYS = 2
    told.incident.resolve(by=ana, at=clock.now, summary="Sent.")

    clock.move(days=2)
    assert Client().get(told.path).status_code == 200
    clock.now += timedelta(seconds=1)
    assert Client().get(told.path).status_code == 404
