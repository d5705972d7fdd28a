"""`daylight import` takes a file in with a summary, and says what could not be taken."""

from pathlib import Path

import pytest

from daylight.cli.main import main
from daylight.customers.models import Customer, Import

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text("No;Who;Mail\nC1;Ann;ann@firm.example\nC2;Bo;=cmd()\nC3;Cy;cy@firm.example\n", encoding="cp1252")
    return path


ASKED = ["--map", "No=external_id", "--map", "Who=name", "--map", "Mail=email"]


def test_a_file_comes_in_and_faults_are_written_beside_it(people: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "customers", str(people), *ASKED]) == 0

    assert set(Customer.objects.values_list("external_id", flat=True)) == {"C1", "C3"}
    said = capsys.readouterr().out
    assert "3 rows: 2 added, 0 changed, 0 the same, 1 faulty." in said
    faults = (tmp := people.with_name("people.csv.faults.csv")).read_text(encoding="utf-8-sig").splitlines()
    assert str(tmp) in said
    assert faults[0] == "No;Who;Mail;Line;What is wrong"
    assert faults[1].startswith("C2;Bo;'=cmd();3;Mail: This is not an e-mail address")


def test_a_dry_run_leaves_nothing_behind(people: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "customers", str(people), *ASKED, "--dry-run"]) == 0

    assert "Dry run of 3 rows: 2 to add, 0 to change, 0 the same, 1 faulty." in capsys.readouterr().out
    assert not Customer.objects.exists()
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["customers", "/nowhere.csv"], "cannot be read"),
        (["customers", "PEOPLE", "--map", "Nope=name"], "no column 'Nope'"),
        (["customers", "PEOPLE", "--map", "Who=attribute:who"], "which column holds the name"),
        (["customers", "PEOPLE", *ASKED, "--region", "XX"], "not a country"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    people: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", *(str(people) if word == "PEOPLE" else word for word in words)]) == 1
    assert said in capsys.readouterr().err
