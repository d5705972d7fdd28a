"""`daylight evidence`: export, verify, key."""

from pathlib import Path

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.cli.main import main
from daylight.reach import fanout
from daylight.reach.evidence import exporting
from daylight.reach.tests.makers import a_published_update, a_reached_incident, customers

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(ana: Member, clock: HandClock, settings, tmp_path: Path) -> str:  # type: ignore[no-untyped-def]
    settings.DATA_DIR = tmp_path / "data"
    update = a_published_update(a_reached_incident(ana, affected=customers(3)))
    while fanout.step(clock.now).handled:
        pass
    return update.incident.public_id


def test_a_pack_is_exported_and_proven(incident: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = tmp_path / "pack.zip"

    assert main(["evidence", "export", incident, "--to", str(pack)]) == 0
    assert "3 customers" in capsys.readouterr().out
    assert main(["evidence", "verify", str(pack)]) == 0
    assert "The pack is what was signed on 2026-05-04 12:00 UTC" in capsys.readouterr().out


def test_a_changed_byte_is_a_sentence_and_status_1(
    incident: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = tmp_path / "pack.zip"
    main(["evidence", "export", incident, "--to", str(pack)])
    content = bytearray(pack.read_bytes())
    content[len(content) // 3] ^= 1
    pack.write_bytes(content)

    assert main(["evidence", "verify", str(pack)]) == 1
    assert capsys.readouterr().err.strip().endswith("was changed after the pack was signed.")


def test_a_pack_is_checked_with_the_key_of_its_signer(
    incident: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack, key = tmp_path / "pack.zip", tmp_path / "key.pem"
    main(["evidence", "export", incident, "--to", str(pack)])
    capsys.readouterr()
    main(["evidence", "key"])
    key.write_text(capsys.readouterr().out)

    assert main(["evidence", "verify", str(pack), "--key", str(key)]) == 0
    assert main(["evidence", "verify", str(pack), "--key", str(pack)]) == 1
    assert main(["evidence", "verify", str(tmp_path / "none.zip")]) == 1
    assert "There is no file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"), [(["nowhere"], "There is no incident"), (["--update", "9"], "has no published update 9")]
)
def test_what_is_not_there_is_said(
    incident: str, words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = words if words[0] == "nowhere" else [incident, *words]

    assert main(["evidence", "export", *asked]) == 1
    assert says in capsys.readouterr().err


def test_a_large_export_is_finished_by_the_command_itself(
    incident: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 1)

    assert main(["evidence", "export", incident, "--form", "csv", "--bom", "--to", str(tmp_path / "t.csv")]) == 0
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbfupdate,customer,")
