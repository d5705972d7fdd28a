import threading
import tracemalloc
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from conftest import HandClock
from daylight.accounts import append_only, audit
from daylight.accounts.models import AppendOnly, AuditEntry, AuditHead, Member


def write(count: int, at: datetime, **details: Any) -> None:
    for number in range(count):
        audit.record(at=at, actor="Ana", act="incident.resolve", subject=f"I-{number}", **details)


@pytest.mark.django_db
def test_entries_are_numbered_chained_and_sound(clock: HandClock) -> None:
    write(3, clock.now, affected=1200)

    entries = list(AuditEntry.objects.order_by("number"))
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert [entry.previous_hash for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
    assert audit.verify() is None


@pytest.mark.django_db
def test_an_empty_trail_is_sound(db: None) -> None:
    assert audit.verify() is None


@pytest.mark.django_db
def test_whatever_the_details_are_they_come_back_as_they_were_sealed(clock: HandClock) -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    audit.record(
        at=clock.now.astimezone(east),
        actor="Ana\x00" + "a" * 500,
        act="x" * 200,
        subject="\ud800 é " * 100,
        when=clock.now,
        share=1e300,
        price=Decimal("1.10"),
        names={"b", "a"},
        nested={"n": [1, 2.5, None, True, "\x00"], 5: "five"},
        large=10**30,
    )

    assert audit.verify() is None
    entry = AuditEntry.objects.get()
    assert entry.details["names"] == ["a", "b"]
    assert len(entry.actor) == 160


@pytest.mark.django_db
def test_an_entry_is_neither_changed_nor_removed_through_python(clock: HandClock) -> None:
    write(1, clock.now)
    entry = AuditEntry.objects.get()

    for forbidden in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(actor="Bela"),
    ):
        with pytest.raises(AppendOnly):
            forbidden()


@pytest.fixture
def guarded(db: None) -> Any:
    """The triggers as the migration makes them; the suite goes without one of them on SQLite."""
    with connection.cursor() as cursor:
        for statement in append_only.POSTGRESQL if connection.vendor == "postgresql" else append_only.SQLITE:
            cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE accounts_auditentry SET actor = 'Bela'", "DELETE FROM accounts_auditentry WHERE number = 2"],
)
def test_the_database_itself_refuses(statement: str, guarded: None, clock: HandClock) -> None:
    write(2, clock.now)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert audit.verify() is None


def by_hand(*statements: str) -> None:
    """What somebody does who can take the triggers away."""
    with connection.cursor() as cursor:
        for statement in (*append_only.DROP[connection.vendor], *statements):
            cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "number", "says"),
    [
        ("UPDATE accounts_auditentry SET actor = 'Bela' WHERE number = 3", 3, "was changed"),
        ("UPDATE accounts_auditentry SET details = '{\"a\": 1}' WHERE number = 4", 4, "was changed"),
        ("DELETE FROM accounts_auditentry WHERE number = 2", 2, "is missing"),
        ("DELETE FROM accounts_auditentry WHERE number > 3", 4, "4 to 5 are missing"),
        ("DELETE FROM accounts_auditentry", 1, "1 to 5 are missing"),
        ("UPDATE accounts_auditentry SET number = 9 WHERE number = 5", 5, "5 to 5 are missing"),
        ("UPDATE accounts_auditentry SET previous_hash = 'x' WHERE number = 2", 2, "does not follow"),
    ],
)
def test_verify_names_the_first_broken_entry(statement: str, number: int, says: str, clock: HandClock) -> None:
    write(5, clock.now)

    by_hand(statement)

    finding = audit.verify()
    assert finding is not None
    assert (finding.number, says in finding.says) == (number, True), finding.says


@pytest.mark.django_db
def test_an_entry_added_by_another_hand_is_found(clock: HandClock) -> None:
    write(2, clock.now)
    AuditEntry(number=3, at=clock.now, actor="X", act="y", previous_hash="", hash="").save(force_insert=True)

    finding = audit.verify()

    assert finding is not None
    assert finding.number == 3


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_chain(clock: HandClock) -> None:
    problems: list[BaseException] = []
    start = threading.Barrier(6)

    def work() -> None:
        try:
            start.wait()
            write(15, clock.now)
            with transaction.atomic():
                write(1, clock.now)
        except BaseException as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert AuditEntry.objects.count() == AuditHead.objects.get().number == 96
    assert audit.verify() is None


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_gap(clock: HandClock) -> None:
    write(1, clock.now)
    with transaction.atomic():
        write(1, clock.now)
        transaction.set_rollback(True)
    write(1, clock.now)

    assert audit.verify() is None
    assert AuditEntry.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.slow
def test_verifying_takes_the_same_memory_however_long_the_trail(clock: HandClock) -> None:
    def peak_with(total: int) -> int:
        number = AuditHead.objects.get().number if AuditHead.objects.exists() else 0
        write(1, clock.now)
        head = AuditHead.objects.get()
        entries, previous = [], head.hash
        for number in range(head.number + 1, total + 1):
            entry = AuditEntry(number=number, at=clock.now, actor="Ana", act="x", subject="y" * 100)
            entry.previous_hash = previous
            entry.hash = previous = audit.fingerprint(entry)
            entries.append(entry)
        AuditEntry.objects.bulk_create(entries, batch_size=1000)
        AuditHead.objects.update(number=total, hash=previous)
        del entries
        tracemalloc.start()
        assert audit.verify() is None
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    small, large = peak_with(4_000), peak_with(12_000)

    assert large < small * 1.3


def test_days_at_the_ends_of_the_calendar_are_met_with_a_sentence(client: Client, ana: Member) -> None:
    client.force_login(ana)
    for asked in ("until=9999-12-31", "since=0001-01-01"):
        assert client.get(f"{reverse('accounts:audit')}?{asked}").status_code == 400
