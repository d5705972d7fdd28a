"""Incidents from the terminal."""

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.cli.main import main
from daylight.incidents.models import Incident


@pytest.mark.django_db
def test_an_incident_is_declared_listed_and_shown(
    ana: Member, clock: HandClock, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["incident", "declare", "The shop is down", "--severity", "1", "--by", ana.email]) == 0
    incident = Incident.objects.get()
    assert capsys.readouterr().out == f"{incident.public_id}\n"
    assert (incident.lead, incident.severity, incident.opened_at) == (ana, 1, clock.now)

    main(["incident", "list"])
    assert "The shop is down  (led by Ana; nothing promised)" in capsys.readouterr().out
    assert main(["incident", "show", incident.public_id]) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["declare", "x", "--by", "nobody@firm.example"], "not an active member"),
        (["show", "nothing"], "There is no incident nothing"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["incident", *words]) == 1
    assert sentence in capsys.readouterr().err
