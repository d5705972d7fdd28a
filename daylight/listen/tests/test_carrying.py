"""Answers are begun and written down together, and a journal tells what a dead worker's last ones came to."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from conftest import START, HandClock
from daylight.accounts.models import Organisation
from daylight.listen import answering, carrying, replying
from daylight.listen.models import Sending
from daylight.listen.tests.makers import a_conversation
from daylight.reach import journal
from daylight.reach.channels.base import Accepted, Message
from daylight.reach.moves import State as Fate
from daylight.reach.tests.mail_server import MailServer, serving

pytestmark = pytest.mark.django_db

State = Sending.State


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Iterator[MailServer]:
    """A mail server that is connected, and an empty folder for journals."""
    with serving() as (server, port):
        settings.SMTP_URL, settings.DATA_DIR = f"smtp://127.0.0.1:{port}", tmp_path
        Organisation.get()
        Organisation.objects.update(name="Lamps", sender_email="hello@lamps.example", reply_to="care@lamps.example")
        yield server


def in_hand(count: int) -> tuple[journal.Journal, list[int]]:
    """So many answers that a worker has just begun together, and its journal."""
    for number in range(count):
        replying.reply(a_conversation(subject=f"Matter {number}"), f"Yes {number}.", by=None, at=START)
    book = journal.Journal(0, folder=carrying.FOLDER)
    Sending.objects.update(
        begun_at=START, journal=book.name, channel="email", lease=uuid4(), leased_until=START + timedelta(minutes=5)
    )
    return book, list(Sending.objects.order_by("pk").values_list("pk", flat=True))


def states() -> list[str]:
    """How each answer stands, the oldest first."""
    return list(Sending.objects.order_by("pk").values_list("state", flat=True))


def test_what_a_dead_worker_had_in_hand_is_settled_at_once(clock: HandClock, server: MailServer) -> None:
    book, (answered, refused, put_off, begun, _) = in_hand(5)
    for key, fate in ((answered, Fate.ACCEPTED), (refused, Fate.FAILED), (put_off, Fate.QUEUED)):
        book.begin(key)
        book.answered(key, fate)
    book.begin(begun)
    book.close()

    answering.step(clock.now)

    assert states() == [State.SENT, State.FAILED, State.SENT, State.IN_DOUBT, State.SENT]
    assert ["Yes 2." in raw.decode() for _, _, raw in server.taken] == [True, False], "put off, and never begun"
    assert journal.left_behind(folder=carrying.FOLDER) == []


def test_what_a_living_worker_has_in_hand_stays_with_it(clock: HandClock, server: MailServer) -> None:
    book, _ = in_hand(2)

    answering.step(clock.now)

    assert (states(), server.taken) == ([State.QUEUED, State.QUEUED], [])
    book.remove()


def test_after_a_crash_of_the_machine_what_it_may_have_sent_is_in_doubt(
    clock: HandClock, server: MailServer, tmp_path: Path
) -> None:
    book, (answered, _) = in_hand(2)
    book.begin(answered)
    book.answered(answered, Fate.ACCEPTED)
    book.close()
    path = tmp_path / carrying.FOLDER / book.name
    path.write_bytes(b"boot another\n" + path.read_bytes().split(b"\n", 1)[1])

    answering.step(clock.now)

    assert states() == [State.SENT, State.IN_DOUBT]


def test_many_are_begun_and_written_down_together(clock: HandClock, server: MailServer) -> None:
    for number in range(30):
        replying.reply(a_conversation(subject=f"Matter {number}"), "Yes.", by=None, at=clock.now)

    with CaptureQueriesContext(connection) as asked:
        answering.step(clock.now)

    assert len(server.taken) == 30
    assert sum(one["sql"].startswith("UPDATE") for one in asked) <= 6
    row = Sending.objects.filter(state=State.SENT, journal="").last()
    assert row is not None
    to = server.taken[-1][1]
    assert ([row.address], row.channel, bool(row.reference), row.sent_at) == (to, "email", True, clock.now)


class MeanwhileElsewhere:
    """A session slow enough for others to find its answers when their lease is over."""

    def __init__(self, others: Callable[[], object]) -> None:
        self.others = others

    @property
    def is_open(self) -> bool:
        """Always."""
        return True

    def send(self, message: Message, *, idempotency_key: str, on_wire: Callable[[], None] = lambda: None) -> Accepted:
        """Taken, after others have looked."""
        self.others()
        return Accepted(f"there {idempotency_key}")

    def close(self) -> None:
        """Nothing is open."""


def carried(now: datetime, others: Callable[[], object]) -> None:
    """Whatever is due is claimed and carried, and meanwhile others do theirs."""
    rows = Sending.objects.claim(now, lease=answering.LEASE, limit=10)
    organisation = Organisation.get()
    loads = []
    for row in rows:
        way = answering.way_to(row.message.conversation)
        assert way is not None
        compose = partial(answering.compose, row.message, way, organisation)
        loads.append(carrying.Load(row, way.channel.name, way.address, compose))
    carrying.carry(loads, lambda: MeanwhileElsewhere(others), now)


@pytest.fixture
def two_wait(clock: HandClock, server: MailServer) -> None:
    """Two answers in line."""
    for number in range(2):
        replying.reply(a_conversation(subject=f"Matter {number}"), "Yes.", by=None, at=clock.now)


@pytest.mark.usefixtures("two_wait")
def test_what_is_on_the_wire_longer_than_its_lease_is_neither_sent_again_nor_doubted(
    clock: HandClock, server: MailServer
) -> None:
    seen = []

    def another_worker() -> None:
        answering.step(clock.move(minutes=6))
        seen.append(states())

    carried(clock.now, another_worker)

    assert seen == [[State.QUEUED] * 2] * 2
    assert (states(), server.taken) == ([State.SENT, State.SENT], [])
    assert not Sending.objects.exclude(journal="", due_at=None).exists()


@pytest.mark.usefixtures("two_wait")
def test_what_another_machine_doubts_is_settled_by_the_one_that_carried_it(
    clock: HandClock, server: MailServer, settings: Settings, tmp_path: Path
) -> None:
    seen = []

    def another_machine() -> None:
        settings.DATA_DIR = tmp_path / "another"
        settings.DATA_DIR.mkdir(exist_ok=True)
        answering.step(clock.move(minutes=6))
        settings.DATA_DIR = tmp_path
        seen.append(states())

    carried(clock.now, another_machine)

    assert seen[-1] == [State.IN_DOUBT, State.IN_DOUBT]
    assert (states(), server.taken) == ([State.SENT, State.SENT], [])
    assert set(Sending.objects.values_list("failure", "journal")) == {("", "")}


@pytest.mark.usefixtures("two_wait")
def test_what_a_person_sends_again_meanwhile_is_no_longer_the_first_workers(
    clock: HandClock, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    def a_person() -> None:
        Sending.objects.update(state=State.IN_DOUBT, due_at=None)
        answering.send_again(Sending.objects.earliest("pk"), at=clock.now)

    carried(clock.now, a_person)

    assert states() == [State.QUEUED, State.SENT]
    assert "1 answers left while others took them over." in caplog.text


def test_what_another_machine_doubted_is_settled_by_the_journal_of_the_dead(
    clock: HandClock, server: MailServer, settings: Settings, tmp_path: Path
) -> None:
    book, (answered, refused, begun, _) = in_hand(4)
    for key, fate in ((answered, Fate.ACCEPTED), (refused, Fate.FAILED)):
        book.begin(key)
        book.answered(key, fate)
    book.begin(begun)
    book.close()
    settings.DATA_DIR = tmp_path / "another"
    settings.DATA_DIR.mkdir()
    answering.step(clock.move(minutes=6))
    doubted = states()
    settings.DATA_DIR = tmp_path

    answering.step(clock.now)

    assert doubted == [State.IN_DOUBT] * 4
    assert states() == [State.SENT, State.FAILED, State.IN_DOUBT, State.SENT]
    assert ["Yes 3." in raw.decode() for _, _, raw in server.taken] == [True], "never begun, so it goes now"
