"""Incidents from the command line."""

import json

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.cli.main import main
from daylight.incidents.models import Incident, Promise, Update
from daylight.incidents.promises import release_step

pytestmark = pytest.mark.django_db

WORDS = ["--what", "Cards are refused.", "--who", "All.", "--doing", "We call the bank.", "--meanwhile", "Pay later."]


def test_an_incident_from_its_declaring_to_its_end(
    ana: Member, clock: HandClock, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["incident", "declare", "Card payments fail", "--severity", "1", "--lead", ana.email]) == 0
    public_id = capsys.readouterr().out.strip()
    assert main(["incident", "update", public_id, "--next", "12:20", *WORDS]) == 0
    release_step(clock.move(seconds=10))
    assert main(["incident", "show", public_id, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out.split("\n", 1)[1])
    assert (facts["updates"], facts["next"], facts["lead"]) == (1, "2026-05-04 12:20", "Ana")

    assert main(["incident", "update", public_id, "--what", "Orders are lost."]) == 1
    assert "Send it as a correction" in capsys.readouterr().err
    assert main(["incident", "update", public_id, "--what", "Orders are lost.", "--correction"]) == 0
    release_step(clock.move(minutes=1))
    assert main(["incident", "resolve", public_id, "--doing", "It works again."]) == 0
    release_step(clock.move(minutes=1))

    assert not Incident.objects.get().is_open
    assert list(Update.objects.published().values_list("kind", flat=True)) == ["update", "correction", "resolution"]
    assert set(Promise.objects.values_list("state", flat=True)) == {"kept"}
    main(["incident", "list"])
    assert "No incident is open." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show", "nothing"], "There is no incident"),
        (["declare", "A", "--by", "nobody@firm.example"], "There is no member"),
        (["declare", "A", "--since", "then"], "is not a time"),
    ],
)
def test_what_cannot_be_done_is_said(
    words: list[str], says: str, ana: Member, clock: HandClock, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["incident", *words]) == 1
    assert says in capsys.readouterr().err
