"""A pack proves what the law asked and what was done by when, beside who was told what."""

import csv
import json
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.reach.evidence import exporting, signing
from daylight.reach.evidence.verifying import NotProven, verify
from daylight.regimes import answering, applying, settling, warning
from daylight.regimes.known import the_shelf
from daylight.regimes.tests.makers import a_breach, the_clock


@pytest.fixture
def pack(ana: Member, clock: HandClock) -> Path:
    incident = a_breach(lead=ana, answers={"eu_people": True, "personal_data": True, "high_risk": True})
    settling.meet(
        the_clock(incident, "authority"), done_at=clock.now, proof="=HYPERLINK receipt 4711", by=ana, at=clock.now
    )
    answering.apply_by_hand(incident, the_shelf().packs["us-sec-8k"], by=ana, at=clock.now)
    sec = incident.regimes.get(pack="us-sec-8k")
    applying.drop(sec, because="We are not listed.", by=ana, at=clock.now)
    warning.warn_step(clock.move(hours=36))
    warning.clock_step(clock.move(hours=37))
    row = exporting.ask(incident, None, form="pack", by=ana, at=clock.now)
    path = exporting.file_of(row)
    assert path is not None
    return path


def test_regimes_stand_in_the_pack_with_their_clocks_and_proof(pack: Path, clock: HandClock) -> None:
    with ZipFile(pack) as whole:
        regimes = json.loads(whole.read("regimes.json"))
        rows = {row["clock"]: row for row in csv.DictReader(whole.read("clocks.csv").decode().splitlines())}
        manifest = json.loads(whole.read("manifest.json"))

    assert {row["pack"]: row["dropped_because"] for row in regimes["regimes"]} == {
        "eu-gdpr-33": "",
        "eu-gdpr-34": "",
        "us-sec-8k": "We are not listed.",
    }
    assert rows["Notify the data protection authority"]["state"] == "done"
    assert rows["Notify the data protection authority"]["proof"] == "'=HYPERLINK receipt 4711"
    assert rows["Tell each person"]["state"] == "late"
    assert rows["Tell each person"]["missed_at"]
    assert rows["File Form 8-K, Item 1.05"]["state"] == "not owed"
    assert {"regime.answer", "regime.meet", "regime.drop", "regime.miss"} <= {each["act"] for each in regimes["acts"]}
    assert regimes["warnings"]
    assert {"regimes.json", "clocks.csv"} <= {file["name"] for file in manifest["files"]}


def test_a_changed_proof_is_found(pack: Path, clock: HandClock, tmp_path: Path) -> None:
    verify(pack, trusted=[signing.the_key(clock.now).public])
    forged = tmp_path / "forged.zip"
    with ZipFile(pack) as whole, ZipFile(forged, "w") as copy:
        for name in whole.namelist():
            copy.writestr(name, whole.read(name).replace(b"4711", b"4712"))

    with pytest.raises(NotProven, match=r"regimes\.json|clocks\.csv|summary"):
        verify(forged, trusted=[signing.the_key(clock.now).public])


def test_it_can_be_exported_before_any_update(ana: Member, clock: HandClock, client: Client) -> None:
    client.force_login(ana)
    incident = a_breach(lead=ana)

    assert "export-title" in client.get(f"/desk/reach/{incident.public_id}/proof/").content.decode()


def test_who_may_not_export_is_refused(bela: Member, clock: HandClock, client: Client) -> None:
    client.force_login(bela)
    incident = a_breach()

    assert "export-title" not in client.get(f"/desk/reach/{incident.public_id}/proof/").content.decode()
    clock.now += timedelta(hours=1)
    assert (
        client.post(f"/desk/reach/{incident.public_id}/export/", {"update": "all", "form": "pack"}).status_code == 403
    )
