import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.customers.models import ContactPoint, Customer
from daylight.reach.tests.makers import customers

pytestmark = pytest.mark.django_db
ROOM = "https://hooks.slack.com/services/T0/B0/abc"


@pytest.fixture
def desk(client: Client, ana: Member, clock: HandClock) -> Client:
    client.force_login(ana)
    return client


@pytest.fixture
def zoe() -> Customer:
    return customers(1)[0]


def test_a_room_is_added_to_a_customer(desk: Client, zoe: Customer) -> None:
    address = f"/desk/reach/customers/{zoe.pk}/points/"
    assert address in desk.get(f"/desk/reach/customers/{zoe.pk}/").content.decode()

    for _ in range(2):
        desk.post(address, {"channel": "slack", "address": f" {ROOM} "})

    point = ContactPoint.objects.get(channel="slack")
    assert (point.customer, point.address, point.position) == (zoe, ROOM, 1)
    assert not any("hooks.slack.com" in f"{row.subject}{row.details}" for row in AuditEntry.objects.all())


def test_a_retired_chat_comes_back_when_it_is_added_again(desk: Client, zoe: Customer, clock: HandClock) -> None:
    point = ContactPoint.objects.create(customer=zoe, channel="telegram", address="987654321", created_at=clock.now)
    point.retire(at=clock.now)

    desk.post(f"/desk/reach/customers/{zoe.pk}/points/", {"channel": "telegram", "address": "987654321"})

    point.refresh_from_db()
    assert point.retired_at is None


@pytest.mark.parametrize(
    ("channel", "address", "says"),
    [
        ("slack", "https://evil.example/services/x", "Copy the whole address"),
        ("telegram", "+49 30 1234", "Write the number of the chat"),
        ("email", "zoe@shop.example", "not one of the available choices"),
        ("webhook", "https://shop.example/", "not one of the available choices"),
    ],
)
def test_a_wrong_address_is_refused_with_a_sentence(
    desk: Client, zoe: Customer, channel: str, address: str, says: str
) -> None:
    answer = desk.post(f"/desk/reach/customers/{zoe.pk}/points/", {"channel": channel, "address": address})

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert address in answer.content.decode()


def test_only_who_may_write_customers_adds_a_room(client: Client, dora: Member, zoe: Customer) -> None:
    client.force_login(dora)

    assert client.post(f"/desk/reach/customers/{zoe.pk}/points/", {"channel": "slack"}).status_code == 403
