"""Answers are begun and written down together, and a journal tells what a dead worker's last ones came to."""

from collections.abc import Iterator
from datetime import timedelta
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
