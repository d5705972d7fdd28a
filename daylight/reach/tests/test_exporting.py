"""Exports of who was told what: small ones at once, large ones in turns, all of them checked, kept and thrown away."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.core.due import LeaseLost
from daylight.incidents.models import Update
from daylight.reach import fanout
from daylight.reach.evidence import exporting, people, signing
from daylight.reach.evidence.verifying import verify
from daylight.reach.models import EvidenceExport
from daylight.reach.tests.makers import a_published_update, a_reached_incident, customers, join
from daylight.reach.tests.test_evidence import named

pytestmark = pytest.mark.django_db

Form, State = EvidenceExport.Form, EvidenceExport.State


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.DATA_DIR = tmp_path


def an_update(by: Member, clock: HandClock, names: tuple[str, ...] = ("Zoë", "שלום", "=1+1")) -> Update:
    """Published and in the ledger: the first customer has no address, the others are on the way."""
    affected = named(names)
    affected[0].contact_points.all().delete()
    update = a_published_update(a_reached_incident(by, affected=affected), texts={"en": {}, "de": {"what": "Ü" * 900}})
    while fanout.step(clock.now).handled:
        pass
    return update


def finish(row: EvidenceExport, clock: HandClock, *, turns: int = 50) -> EvidenceExport:
    for _ in range(turns):
        if not exporting.step(clock.now).handled:
            break
    row.refresh_from_db()
    return row


def content(row: EvidenceExport) -> bytes:
    path = exporting.file_of(row)
    assert path is not None
    return path.read_bytes()


def test_a_small_pack_is_there_at_once_and_proven(ana: Member, clock: HandClock) -> None:
    update = an_update(ana, clock)

    row = exporting.ask(update.incident, update, form=Form.PACK, by=ana, at=clock.now)

    path = exporting.file_of(row)
    assert (row.state, row.written, row.percent) == (State.DONE, 3, 100)
    assert path is not None
    proven = verify(path, trusted=[signing.the_key(clock.now).public])
    assert proven.manifest["counts"]["1"]["outcomes"] == {"unreachable": 1, "on the way": 2}
    assert proven.manifest["made_by"] == "Ana"
    assert proven.manifest["told_times_seconds"]["never"] == 3
    with ZipFile(path) as pack:
        rows = [json.loads(line) for line in pack.read("evidence.jsonl").splitlines()]
        table = list(csv.DictReader(io.StringIO(pack.read("people.csv").decode(), newline="")))
        summary = pack.read("summary.pdf")
        texts = json.loads(pack.read("texts.json"))
    assert [row["customer"]["name"] for row in rows] == ["Zoë", "שלום", "=1+1"]
    assert [row["outcome"] for row in table] == ["unreachable", "on the way", "on the way"]
    assert summary.startswith(b"%PDF")
    assert summary.count(b"/FontFile2") == 2
    assert {text["language"] for text in texts["published"]} == {"en", "de"}
    assert AuditEntry.objects.filter(act="evidence.export", subject=update.incident.public_id).count() == 1


def test_a_large_export_is_written_in_turns_and_says_how_far_it_is(
    ana: Member, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    monkeypatch.setattr(exporting, "LONGEST_TURN", 0.0)
    monkeypatch.setattr(people, "STRETCH", 2)
    update = an_update(ana, clock, tuple("ABCDEFG"))

    row = exporting.ask(update.incident, update, form=Form.JSONL, by=ana, at=clock.now)
    begun = finish(row, clock, turns=2)
    half = (begun.state, begun.written, begun.percent)
    done = finish(row, clock)

    assert half == (State.RUNNING, 3, 42)
    assert done.state == State.DONE
    assert [json.loads(line)["customer"]["name"] for line in content(done).splitlines()] == list("ABCDEFG")


@pytest.mark.parametrize("form", Form.values)
def test_an_export_that_died_half_way_is_the_same_as_one_in_one_go(
    ana: Member, clock: HandClock, monkeypatch: pytest.MonkeyPatch, form: str, tmp_path: Path
) -> None:
    update = an_update(ana, clock, tuple("ABCDEFG"))
    join(update.incident, customers(3))
    while fanout.step(clock.now).handled:
        pass
    whole = exporting.ask(update.incident, None, form=form, by=ana, at=clock.now)
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    monkeypatch.setattr(people, "STRETCH", 2)
    row = exporting.ask(update.incident, None, form=form, by=ana, at=clock.now)
    stretches = iter(range(100))

    def die_once(*arguments: object) -> None:
        if next(stretches) == 2:
            raise OSError("the disk is full")
        return write(*arguments)  # type: ignore[arg-type]

    write = exporting._Writing.write
    monkeypatch.setattr(exporting._Writing, "write", die_once)
    exporting.step(clock.now)
    for file in (tmp_path / "evidence").glob("*/evidence.jsonl"):
        with file.open("ab") as torn:
            torn.write(b'{"half')
    clock.move(minutes=30)
    done = finish(row, clock)

    assert done.state == State.DONE
    if form == Form.PACK:
        with ZipFile(whole.path) as one, ZipFile(done.path) as other:
            assert one.read("evidence.jsonl") == other.read("evidence.jsonl")
            assert one.read("people.csv") == other.read("people.csv")
            assert json.loads(one.read("manifest.json"))["counts"] == json.loads(other.read("manifest.json"))["counts"]
    else:
        assert content(done) == content(whole)


def test_another_machine_begins_anew(ana: Member, clock: HandClock, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    monkeypatch.setattr(exporting, "LONGEST_TURN", 0.0)
    monkeypatch.setattr(people, "STRETCH", 2)
    update = an_update(ana, clock, tuple("ABCDE"))
    row = exporting.ask(update.incident, update, form=Form.CSV, by=ana, at=clock.now)
    finish(row, clock, turns=2)
    (tmp_path / "evidence").rename(tmp_path / "of another machine")

    done = finish(row, clock)

    table = list(csv.DictReader(io.StringIO(content(done).decode(), newline="")))
    assert [line["customer"] for line in table] == list("ABCDE")
    assert done.written == 5


def test_a_table_may_begin_with_a_mark_for_spreadsheets(ana: Member, clock: HandClock) -> None:
    update = an_update(ana, clock)

    marked = exporting.ask(update.incident, update, form=Form.CSV, by=ana, at=clock.now, with_bom=True)
    plain = exporting.ask(update.incident, update, form=Form.CSV, by=ana, at=clock.now)

    assert content(marked) == b"\xef\xbb\xbf" + content(plain)


def test_a_file_is_thrown_away_when_it_expires(ana: Member, clock: HandClock, tmp_path: Path) -> None:
    update = an_update(ana, clock)
    row = exporting.ask(update.incident, update, form=Form.PACK, by=ana, at=clock.now)

    clock.move(hours=23)
    kept = finish(row, clock).state
    clock.move(hours=2)
    gone = finish(row, clock)

    assert (kept, gone.state, gone.due_at) == (State.DONE, State.EXPIRED, None)
    assert exporting.file_of(gone) is None
    assert list((tmp_path / "evidence").iterdir()) == []


def test_a_key_that_cannot_be_read_ends_the_export_with_a_sentence(ana: Member, clock: HandClock, settings) -> None:  # type: ignore[no-untyped-def]
    update = an_update(ana, clock)
    signing.the_key(clock.now)
    settings.SECRET_KEY = "another"

    row = exporting.ask(update.incident, update, form=Form.PACK, by=ana, at=clock.now)
    row.refresh_from_db()

    assert row.state == State.FAILED
    assert "former DAYLIGHT_SECRET_KEY" in row.failure


def test_who_lost_the_lease_writes_no_further(ana: Member, clock: HandClock) -> None:
    update = an_update(ana, clock)
    row = exporting.ask(update.incident, update, form=Form.CSV, by=ana, at=clock.now)
    EvidenceExport.objects.filter(pk=row.pk).update(state=State.RUNNING, due_at=clock.now, place={})
    [mine] = EvidenceExport.objects.claim(clock.now, lease=timedelta(minutes=5), limit=1)
    EvidenceExport.objects.claim(clock.move(minutes=6), lease=timedelta(minutes=5), limit=1)

    with pytest.raises(LeaseLost):
        exporting.turn(mine, clock.now)


def test_an_incident_of_which_nothing_was_published_makes_an_empty_pack(ana: Member, clock: HandClock) -> None:
    incident = a_reached_incident(ana, affected=customers(2))

    row = exporting.ask(incident, None, form=Form.PACK, by=ana, at=clock.now)

    path = exporting.file_of(row)
    assert path is not None
    assert verify(path, trusted=[signing.the_key(clock.now).public]).manifest["counts"] == {}
