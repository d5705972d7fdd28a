"""Who asked to be told, and is not affected, hears once of each update of a public incident."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.customers.models import Commitment, ContactPoint
from daylight.incidents.models import Component, Impact, Incident, RegisterRule, Section
from daylight.reach import fanout, links, sending, subscribing, suppressing
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Batch, Delivery, Notice, Subscription
from daylight.reach.progress import Progress, in_short
from daylight.reach.tests.makers import HandChannel, a_contact_point, a_published_update, a_reached_incident, customers

pytestmark = pytest.mark.django_db
SUBSCRIBERS = Notice.Audience.SUBSCRIBERS


def fan_out(clock: HandClock) -> None:
    for _ in range(4):
        fanout.step(clock.now)


@pytest.fixture
def checkout(db: None) -> Component:
    return Component.objects.create(key="checkout", name="Checkout")


def an_update_on(component: Component, incident: Incident) -> None:
    Impact.objects.create(update=a_published_update(incident), component=component, state="major_outage")


def sent_to(audience: str = SUBSCRIBERS) -> list[ContactPoint]:
    rows = Delivery.objects.filter(notice__audience=audience).select_related("contact_point").order_by("pk")
    return [row.contact_point for row in rows]


def test_subscribers_hear_of_their_component_and_of_everything_and_of_nothing_else(
    ana: Member, clock: HandClock, checkout: Component
) -> None:
    search = Component.objects.create(key="search", name="Search")
    of_checkout, of_search, of_all, nobody = (a_contact_point() for _ in range(4))
    subscribing.subscribe(of_checkout, component=checkout, at=clock.now)
    subscribing.subscribe(of_search, component=search, at=clock.now)
    subscribing.subscribe(of_all, at=clock.now)
    an_update_on(checkout, a_reached_incident(ana, affected=customers(2)))

    fan_out(clock)

    assert sent_to() == [of_checkout, of_all]
    assert nobody not in sent_to("customers")


def test_the_component_of_a_rule_counts_before_an_update_names_it(
    ana: Member, clock: HandClock, checkout: Component
) -> None:
    point = a_contact_point()
    subscribing.subscribe(point, component=checkout, at=clock.now)
    incident = a_reached_incident(ana, affected=customers(1))
    RegisterRule.objects.create(
        incident=incident, kind="component", parameters={"component": "checkout"}, reason="You use it.",
        added_by=ana, added_at=clock.now,
    )  # fmt: skip
    a_published_update(incident)

    fan_out(clock)

    assert sent_to() == [point]


def test_a_commitment_of_somebody_affected(ana: Member, clock: HandClock) -> None:
    [owner] = customers(1)
    order = Commitment.objects.create(
        kind="order", reference="10-1", customer=owner, created_at=clock.now, updated_at=clock.now
    )
    assistant = a_contact_point()
    subscribing.subscribe(assistant, commitment=order, at=clock.now)
    a_published_update(a_reached_incident(ana, affected=[owner]))

    fan_out(clock)

    assert sent_to() == [assistant]


def test_nobody_hears_twice(ana: Member, clock: HandClock, checkout: Component) -> None:
    [affected] = customers(1)
    subscribing.subscribe(ContactPoint.objects.get(), at=clock.now)
    mail = a_contact_point()
    second = a_contact_point(customer=mail.customer)
    for point in (mail, second):
        subscribing.subscribe(point, at=clock.now)
        subscribing.subscribe(point, component=checkout, at=clock.now)
    an_update_on(checkout, a_reached_incident(ana, affected=[affected]))

    fan_out(clock)
    fan_out(clock)

    assert sent_to() == [mail]
    assert [point.customer for point in sent_to("customers")] == [affected]


@pytest.mark.parametrize("facts", [{"made_public_at": None, "made_public_by": None}, {"is_exercise": True}])
def test_what_is_not_public_is_told_to_the_affected_alone(
    ana: Member, clock: HandClock, facts: dict[str, object]
) -> None:
    subscribing.subscribe(a_contact_point(), at=clock.now)
    a_published_update(a_reached_incident(ana, affected=customers(1), **facts))

    fan_out(clock)

    assert sent_to() == []


def test_a_stopped_point_is_left_out_and_an_older_update_gives_way(ana: Member, clock: HandClock) -> None:
    stopped, good = a_contact_point(), a_contact_point()
    suppressing.suppress(stopped, reason="unsubscribed", at=clock.now)  # type: ignore[arg-type]
    for point in (stopped, good):
        subscribing.subscribe(point, at=clock.now)
    incident = a_reached_incident(ana, affected=customers(1))
    a_published_update(incident)
    fan_out(clock)
    assert sent_to() == [good]

    a_published_update(incident, at=clock.move(minutes=5))
    fan_out(clock)

    old, new = Notice.objects.filter(audience=SUBSCRIBERS).order_by("pk")
    assert (old.superseded_by is not None, new.superseded_by) == (True, None)
    assert sent_to() == [good, good]


def test_old_news_are_sent_to_no_subscriber(ana: Member, clock: HandClock) -> None:
    subscribing.subscribe(a_contact_point(), at=clock.now)
    a_published_update(a_reached_incident(ana, affected=customers(1)))
    fanout._notice_updates(clock.now)

    subscribing.notice_subscribers(clock.move(hours=25))

    assert sent_to() == []


def test_the_figures_are_those_of_the_affected(ana: Member, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = HandChannel()
    monkeypatch.setitem(CHANNELS, "email", channel)
    for point in [a_contact_point() for _ in range(3)]:
        subscribing.subscribe(point, at=clock.now)
    incident = a_reached_incident(ana, affected=customers(2))
    a_published_update(incident)
    fan_out(clock)
    while sending.step(clock.now, channel="email").handled:
        pass

    shown = Progress.of(incident)
    assert (shown.affected, shown.told) == (2, 2)
    assert in_short([incident])[incident.pk].affected == 2
    assert len(channel.sent) == 5
    batch = Batch.objects.get(notice__audience=SUBSCRIBERS)
    assert (batch.size, batch.accepted, batch.told) == (3, 3, 3)


def test_a_customer_chooses_and_ends_it_on_their_page(clock: HandClock, checkout: Component) -> None:
    point = a_contact_point()
    path = urlsplit(links.preferences_url(point.customer_id, point.pk)).path

    page = Client().post(f"{path}subscribe/", {"about": [f"component-{checkout.pk}", "component-999", "nonsense"]})
    assert "checked" in page.content.decode()
    assert Subscription.objects.get().component == checkout
    assert Client().get(f"{path}subscribe/").status_code == 405

    Client().post(f"{path}subscribe/", {"about": "everything"})
    row = Subscription.objects.get()
    assert (row.component, row.commitment) == (None, None)
    Client().post(f"{path}subscribe/", {})
    assert not Subscription.objects.exists()


def test_a_member_notes_and_ends_a_wish(client: Client, ana: Member, clock: HandClock, checkout: Component) -> None:
    point = a_contact_point()
    client.force_login(ana)
    path = f"/desk/reach/customers/{point.customer_id}/"

    client.post(f"{path}subscribe/", {"point": point.pk, "wish": checkout.pk, "next": path})
    page = client.get(path).content.decode()
    assert f"Checkout, at {point.address}" in page
    wrong = client.post(f"{path}subscribe/", {"point": point.pk, "wish": "commitment", "next": path}, follow=True)
    assert "No commitment bears this number." in wrong.content.decode()

    client.post(f"/desk/reach/subscriptions/{Subscription.objects.get().pk}/end/", {"next": path})
    assert not Subscription.objects.exists()
    assert list(AuditEntry.objects.filter(act__startswith="subscription").values_list("act", flat=True)) == [
        "subscription.add",
        "subscription.end",
    ]


def test_the_point_of_somebody_else_cannot_be_subscribed(client: Client, ana: Member, clock: HandClock) -> None:
    mine, other = a_contact_point(), a_contact_point()
    client.force_login(ana)

    client.post(f"/desk/reach/customers/{mine.customer_id}/subscribe/", {"point": other.pk, "wish": "everything"})

    assert not Subscription.objects.exists()


def test_a_section_is_whatever_stands_in_it(ana: Member, clock: HandClock, checkout: Component) -> None:
    checkout.section = Section.objects.named("Shop")
    checkout.save()
    of_shop, of_other = a_contact_point(), a_contact_point()
    subscribing.subscribe(of_shop, section=checkout.section, at=clock.now)
    subscribing.subscribe(of_other, section=Section.objects.named("Depot"), at=clock.now)
    an_update_on(checkout, a_reached_incident(ana, affected=customers(1)))

    fan_out(clock)

    assert sent_to() == [of_shop]
    assert list(subscribing.sections()) == [checkout.section]
