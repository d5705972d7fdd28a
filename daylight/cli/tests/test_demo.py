from datetime import date, timedelta

import pytest
from django.db import transaction

from conftest import HandClock
from daylight.accounts import audit
from daylight.accounts.models import Member, Organisation
from daylight.cli import demo, demo_firm
from daylight.cli.commands import CannotDo
from daylight.core import clock as core_clock
from daylight.customers.models import Commitment, ContactPoint, Customer
from daylight.customers.tests.makers import a_customer
from daylight.incidents import promises
from daylight.incidents.models import Component, Incident, Promise, Reminder, Update
from daylight.reach import fanout, reminding
from daylight.reach.models import Alarm, Delivery, Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A smaller firm, where its size does not matter."""
    monkeypatch.setattr(demo_firm, "CUSTOMERS", 30)
    monkeypatch.setattr(demo_firm, "ORDERS", 60)


def test_the_firm_is_as_large_as_promised(clock: HandClock) -> None:
    firm = demo.fill()

    assert (firm.customers, firm.orders, firm.components, firm.incidents) == (1200, 3000, 6, 5)
    assert Organisation.get().is_demo
    assert Member.objects.owners().get().name == "Ana Lind"
    mails = ContactPoint.objects.filter(channel="email").values_list("address", flat=True)
    assert all(address.endswith(".example") for address in mails)
    assert Customer.objects.exclude(contact_points__channel="email").exists()
    today = core_clock.now().date()
    north = Customer.objects.with_commitments(
        kind="order", attributes={"warehouse": "North"}, promised_from=today, promised_until=today + timedelta(days=2)
    )
    assert 50 < north.count() < 300


def test_the_past_was_told_to_nobody_and_nothing_waits(few: None, clock: HandClock) -> None:
    demo.fill()

    for _ in range(9):
        promises.release_step(clock.now)
        promises.remind_step(clock.now)
        promises.promise_step(clock.now)
        fanout.step(clock.now)
        reminding.step(clock.now)

    assert Notice.objects.count() == Update.objects.count()
    assert not Notice.objects.filter(due_at__isnull=False).exists()
    assert not Delivery.objects.exists()
    assert not Alarm.objects.exists()
    assert not Reminder.objects.filter(due_at__isnull=False).exists()


def test_the_past_is_on_record_with_promises_kept_and_one_late(few: None, clock: HandClock) -> None:
    demo.fill()

    assert not Incident.objects.open().exists()
    assert set(Component.objects.values_list("state", flat=True)) == {"operational"}
    assert Promise.objects.filter(state=Promise.State.KEPT_LATE).count() == 1
    assert not Promise.objects.exclude(state__in=[Promise.State.KEPT, Promise.State.KEPT_LATE]).exists()
    assert Update.objects.filter(kind=Update.Kind.CORRECTION).count() == 1
    assert all(incident.resolution for incident in Incident.objects.all())
    assert audit.verify() is None


@pytest.mark.parametrize("days", range(4))
def test_any_day_of_the_week_and_both_times_of_the_year_will_do(few: None, clock: HandClock, days: int) -> None:
    clock.move(days=46 * days)

    demo.fill()

    assert Commitment.objects.filter(promised_on__gte=date(2026, 5, 4)).exists()


def test_it_is_the_same_firm_every_time(few: None, clock: HandClock) -> None:
    firms = []
    for _ in range(2):
        with transaction.atomic():
            demo.fill()
            firms.append(
                list(
                    Customer.objects.order_by("pk", "commitments__reference").values_list(
                        "name", "commitments__reference"
                    )
                )
            )
            transaction.set_rollback(True)

    assert firms[0] == firms[1]


def test_an_installation_in_use_is_left_alone(clock: HandClock) -> None:
    a_customer()

    with pytest.raises(CannotDo, match="already"):
        demo.fill()
