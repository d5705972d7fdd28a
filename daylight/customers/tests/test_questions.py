"""Who is meant by a question is the same on either database, however a fact is spelt."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import START
from daylight.core import statistics
from daylight.customers.models import Commitment, Customer
from daylight.customers.tests.makers import a_commitment, a_customer

pytestmark = pytest.mark.django_db

ODD = [
    "size__in",
    'say "please"',
    "it's",
    "a.b",
    "$",
    "0",
    "[0]",
    "x'); DROP TABLE customers_customer; --",
    "größe",
    "",
]


def test_a_customer_with_three_matching_orders_comes_once() -> None:
    ana = a_customer("Ana")
    for _ in range(3):
        a_commitment(ana, attributes={"warehouse": "North"})
    a_commitment(a_customer("Bo"), attributes={"warehouse": "South"})

    assert list(Customer.objects.with_commitments(attributes={"warehouse": "North"})) == [ana]


def test_both_dates_of_a_range_are_in_it() -> None:
    orders = {day: a_commitment(promised_on=date(2026, 5, day)) for day in (2, 3, 4, 5, 6)}

    found = Customer.objects.with_commitments(promised_from=date(2026, 5, 3), promised_until=date(2026, 5, 5))

    assert set(found) == {orders[day].customer for day in (3, 4, 5)}


def test_a_cancelled_commitment_affects_nobody() -> None:
    a_commitment(state=Commitment.State.CANCELLED)
    fulfilled = a_commitment(state=Commitment.State.FULFILLED)

    assert list(Customer.objects.with_commitments(kind="order")) == [fulfilled.customer]


@pytest.mark.parametrize("name", ODD)
def test_an_odd_name_of_a_fact_is_data(name: str) -> None:
    right = a_customer(attributes={name: "yes", "other": "no"})
    a_customer(attributes={name: "no", "other": "yes"})
    order = a_commitment(attributes={name: "yes"})

    assert list(Customer.objects.with_attributes({name: "yes"})) == [right]
    assert list(Customer.objects.with_commitments(attributes={name: "yes"})) == [order.customer]


@pytest.mark.parametrize("value", ["50 % off", 'the "big" one', "it's", "a\\b", "null", "Ω≈", "[]", "{}"])
def test_an_odd_value_of_a_fact_is_data(value: str) -> None:
    right = a_customer(attributes={"note": value})
    a_customer(attributes={"note": value + "!"})

    assert list(Customer.objects.with_attributes({"note": value})) == [right]


@pytest.mark.parametrize(
    ("stored", "asked", "is_found"),
    [
        (5, "5", True),
        ("5", 5, True),
        ("05", "5", False),
        (True, "true", True),
        (True, "1", False),
        (1, "true", False),
        (["shop", "payments"], "payments", True),
        (["shop", "payments"], "pay", False),
        ({"inner": "x"}, "x", False),
        (None, "null", False),
        ("North", "north", False),
        ("x", "\x00", False),
    ],
)
def test_text_and_numbers_meet_and_lists_are_looked_into(stored: object, asked: object, is_found: bool) -> None:
    a_customer(attributes={"fact": stored})

    assert Customer.objects.with_attributes({"fact": asked}).exists() is is_found


def test_a_list_asks_for_any_and_every_name_must_hold() -> None:
    gold = a_customer(attributes={"plan": "gold", "country": "DE"})
    blue = a_customer(attributes={"plan": "blue", "country": "DE"})
    a_customer(attributes={"plan": "gold", "country": "FR"})

    assert set(Customer.objects.with_attributes({"plan": ["gold", "blue"], "country": "DE"})) == {gold, blue}
    assert not Customer.objects.with_attributes({"plan": []}).exists()


def test_suggestions_list_names_and_values() -> None:
    a_commitment(attributes={"warehouse": "North", "lines": 3})
    a_commitment(attributes={"warehouse": "South"})
    a_customer(attributes={"plan": "gold"})

    assert Commitment.objects.attribute_choices() == {"lines": ["3"], "warehouse": ["North", "South"]}
    assert Customer.objects.attribute_choices() == {"plan": ["gold"]}


def test_erased_customers_are_not_present() -> None:
    here, gone = a_customer(), a_customer()
    Customer.objects.filter(pk=gone.pk).update(erased_at=START)

    assert list(Customer.objects.present()) == [here]


def thirty_thousand_orders() -> None:
    Customer.objects.bulk_create(
        [
            Customer(name=f"Customer {i}", external_id=f"C{i}", created_at=START, updated_at=START)
            for i in range(10_000)
        ],
        batch_size=2_000,
    )
    keys = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
    Commitment.objects.bulk_create(
        [
            Commitment(
                kind="order",
                reference=f"10-{i}",
                customer_id=keys[i % 10_000],
                promised_on=date(2026, 5, 1) + timedelta(days=i % 30),
                attributes={"warehouse": ("North", "South", "East")[i % 3]},
                created_at=START,
                updated_at=START,
            )
            for i in range(30_000)
        ],
        batch_size=2_000,
    )


def test_thirty_thousand_orders_are_asked_once_and_answered_exactly() -> None:
    thirty_thousand_orders()
    statistics.refresh(Customer, Commitment)  # As the end of an import does.
    expected = {i % 10_000 for i in range(30_000) if i % 3 == 0 and i % 30 in (2, 3, 4)}

    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = Customer.objects.with_commitments(
            kind="order",
            attributes={"warehouse": "North"},
            promised_from=date(2026, 5, 3),
            promised_until=date(2026, 5, 5),
        )
        numbers = {int(str(number)[1:]) for number in found.values_list("external_id", flat=True)}

    assert numbers == expected
    assert found.count() == len(expected) == 1000
    assert len(asked) == 1
