"""`daylight import statuspage` and its likes, as they are typed."""

import csv
from pathlib import Path

import pytest

from daylight.accounts.models import Member
from daylight.cli.main import main
from daylight.incidents.models import Incident

PAGES = Path(__file__).parents[2] / "pages" / "moving" / "tests" / "pages"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.usefixtures("ana")
def test_a_page_comes_by_one_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    faults = tmp_path / "faults.csv"

    assert (
        main(["import", "statuspage", str(PAGES / "statuspage"), "--by", "ana@firm.example", "--faults", str(faults)])
        == 0
    )

    said = capsys.readouterr().out
    assert "incident     3 new" in said
    assert "13 new, 4 with a fault." in said
    rows = list(csv.reader(faults.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[:2] == [["What", "Name", "Why"], ["component", "Odd", "The status 'on_fire' is unknown here."]]
    assert Incident.objects.filter(public_id="n4njzfn1mqy0").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["statuspage"], "Give --api-key and --page"),
        (["statuspage", "/nowhere.json"], "cannot be read"),
        (["statuspage", str(PAGES / "cachet" / "two.json"), "--to", "nope"], "There is no page 'nope'"),
        (["statuspage", str(PAGES / "statuspage"), "--by", "who@firm.example"], "no member 'who@firm.example'"),
        (["cachet", str(PAGES / "cstate")], "holds no file that ends with .json"),
        (["cstate", str(PAGES / "upptime")], "it has no config.yml"),
        (["cstate", str(PAGES / "cstate"), "--time-zone", "Mars"], "no time zone 'Mars'"),
        (["upptime", str(PAGES / "cstate")], "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    ana: Member, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    by = [] if "--by" in words else ["--by", ana.email]

    assert main(["import", *words, *by]) == 1
    assert said in capsys.readouterr().err
