"""A file of what was said long ago is kept as history, once, whatever it looks like."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.listen import taking_in
from daylight.listen.models import Conversation, Message, PastFile
from daylight.listen.sources.csv import columns, taking

URL = "/desk/ways-in/files/"
ROWS = (
    "id;Date;Message;E-Mail;Product;Colour\n"
    "7;13.04.2026 14:30;Zweimal abgebucht;ada@mail.example;Kasse;blue\n"
    "8;99.99.2026;Kein Datum;;;\n"
    "9;14.04.2026;;;;\n"
    "10;15.04.2026;“Nie wieder”;not a mail;;\n"
)


def upload(client: Client, content: bytes, *, what: str = "csv", age: str = "past") -> Any:
    file = SimpleUploadedFile("old.csv", content, content_type="text/csv")
    return client.post(URL, {"file": file, "what": what, "age": age})


def take(client: Client, clock: HandClock, content: bytes = ROWS.encode(), **given: str) -> PastFile:
    place = upload(client, content, **given)["Location"]
    row = PastFile.objects.latest("pk")
    chosen = {f"column-{number}": name for number, name in enumerate(row.columns)}
    client.post(place, {**chosen, "start": "1"})
    while taking.step(clock.now).handled:
        pass
    taking_in.step(clock.now)
    row.refresh_from_db()
    return row


def test_columns_are_guessed_each_once() -> None:
    header = ["Complaint ID", "Created At", "Text", "Description", "Customer e-mail", "url", "X"]

    assert columns.guess(header) == ["id", "said_at", "text", "", "", "link", ""]


@pytest.mark.django_db
def test_history_is_kept_closed_with_its_own_time(client: Client, ana: Member, clock: HandClock) -> None:
    client.force_login(ana)

    row = take(client, clock)

    first, second = Conversation.objects.order_by("first_said_at")
    assert (first.preview, first.address, first.facts) == (
        "Zweimal abgebucht",
        "ada@mail.example",
        {"product": "Kasse"},
    )
    assert f"{first.first_said_at:%Y-%m-%d %H:%M}" == "2026-04-13 14:30"
    assert first.closed_at == first.first_said_at
    assert first.answer_due_at is None
    assert second.preview == "“Nie wieder”"
    assert (row.state, row.rows_read, row.rows_new, row.rows_faulty) == ("done", 4, 2, 2)
    assert [fault["line"] for fault in row.faults] == [3, 4]
    assert not Path(row.path).exists()


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing(client: Client, ana: Member, clock: HandClock) -> None:
    client.force_login(ana)
    take(client, clock)

    again = take(client, clock)

    assert (again.rows_new, Message.objects.count()) == (0, 2)


@pytest.mark.django_db
def test_mentions_and_new_words_come_by_file_too(client: Client, ana: Member, clock: HandClock) -> None:
    client.force_login(ana)
    listed = b"text,link,followers\nDown again,https://x.example/1,900\nbad link,javascript:alert(1),\n"

    take(client, clock, listed, what="mentions", age="new")

    good, bad = Conversation.objects.order_by("pk")
    assert (good.source, good.facts) == (
        "mentions",
        {"link": "https://x.example/1", "reach": "900", "where": "x.example"},
    )
    assert bad.facts == {}
    assert good.answer_due_at is not None


@pytest.mark.django_db
def test_the_first_rows_are_shown_and_a_mistake_is_said_at_the_form(client: Client, ana: Member) -> None:
    client.force_login(ana)
    place = upload(client, ROWS.encode())["Location"]

    shown = client.get(place).content.decode()
    twice = client.post(place, {"column-0": "text", "column-1": "text", "start": "1"})
    none = client.post(place, {"column-0": "id", "start": "1"})
    dropped = client.post(f"{place}drop/")

    assert "Zweimal abgebucht" in shown
    assert "Line 3" in shown
    assert "Two columns" in twice.content.decode()
    assert "Say which column" in none.content.decode()
    assert (twice.status_code, none.status_code, dropped.status_code) == (422, 422, 302)
    assert not PastFile.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x00\x01\x02" * 50, b"\xff\xfe", b'"open\n' * 3])
def test_what_is_no_list_is_said_so(client: Client, ana: Member, content: bytes) -> None:
    client.force_login(ana)

    answer = upload(client, content)

    assert answer.status_code == 422
    assert "alert" in answer.content.decode()
