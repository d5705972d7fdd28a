"""A customer is found by whatever the caller on the phone can say."""

import pytest

from daylight.customers.models import Customer
from daylight.customers.tests.makers import a_commitment, a_contact_point, a_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def jose() -> Customer:
    a_customer("Anna Schmidt", number="C-1", email="anna@mail.example", phone="+493011111111")
    jose = a_customer("José de la Müller-Łukasz", number="K-2044", email="j.muller@firm.example", phone="+4930901820")
    a_commitment(jose, reference="10-4471")
    return jose


@pytest.mark.parametrize(
    "text",
    [
        "José",
        "jose",
        "MÜL",
        "muller",
        "lukasz",
        "mül jos",
        "j.muller@firm.example",
        "J.Muller@FIRM",
        "K-2044",
        "k-20",
        "10-4471",
        "030 901820",
        "+49 30 901820",
        "0049 30 90 18 20",
        "(030) 901-820",
        "+49 (0)30 901820",
        "901820",
    ],
)
def test_found(jose: Customer, text: str) -> None:
    assert list(Customer.objects.search(text)) == [jose]


@pytest.mark.parametrize(
    "text", ["", "   ", "%", "_", '"', "'", "*", "\x00", "AND", "NEAR(a b)", "😀", "a' OR 1=1", "\\", "820", "x" * 9999]
)
def test_nothing_to_look_for_finds_nobody_and_breaks_nothing(jose: Customer, text: str) -> None:
    assert list(Customer.objects.search(text)) == []


def test_a_customer_found_in_several_ways_comes_once(jose: Customer) -> None:
    a_contact_point(jose, address="jose@home.example")

    assert list(Customer.objects.search("jose")) == [jose]


def test_a_changed_name_is_found_by_the_new_one_alone(jose: Customer) -> None:
    jose.name = "Zoë Quist"
    jose.save()

    assert list(Customer.objects.search("zoe")) == [jose]
    assert list(Customer.objects.search("lukasz")) == []


def test_search_goes_with_other_questions(jose: Customer) -> None:
    assert list(Customer.objects.present().search("mül").order_by("name")[:5]) == [jose]
    assert Customer.objects.search("mül").count() == 1


@pytest.mark.parametrize(
    "text", ["zoe", "Adler Zoë", "z@shop.example", "K-1", "030 1234567", "nobody at all", "", "\x00"]
)
def test_some_are_those_that_search_finds(text: str) -> None:
    a_customer("Zoë Adler", number="K-1", email="z@shop.example", phone="+49301234567")
    a_customer("Yusuf", number="C-7")

    assert Customer.objects.some(text, most=10) == list(Customer.objects.search(text).values_list("pk", flat=True))


def test_some_stops_at_the_most() -> None:
    made = [a_customer(f"Zoë Adler {number}") for number in range(5)]

    found = Customer.objects.some("adler", most=3)

    assert len(found) == 3
    assert set(found) <= {customer.pk for customer in made}
