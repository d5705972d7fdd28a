import json

import pytest
from django.db import connection

from conftest import HandClock
from daylight.accounts import append_only, audit
from daylight.accounts.models import Member
from daylight.accounts.roles import Role
from daylight.cli.main import main

pytestmark = pytest.mark.django_db


def test_a_member_is_added_with_roles_and_gets_a_link(clock: HandClock, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["members", "add", "Olga@Firm.example", "--name", "Olga", "--role", "owner", "--role", "lead"]) == 0

    assert "/accounts/link/" in capsys.readouterr().out
    olga = Member.objects.get()
    assert (olga.email, olga.roles) == ("olga@firm.example", frozenset({Role.OWNER, Role.LEAD}))
    main(["members", "list"])
    assert capsys.readouterr().out == "olga@firm.example  Olga (owner, lead)\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["members", "add", "nothing"], "not an e-mail address"),
        (["members", "add", "bela@firm.example"], "is a member already"),
        (["members", "link", "nobody@firm.example"], "Nobody has the address"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    words: list[str], says: str, bela: Member, clock: HandClock, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 1
    assert says in capsys.readouterr().err


def test_a_link_for_a_member(bela: Member, clock: HandClock, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["members", "link", "BELA@firm.example"]) == 0
    assert "/accounts/link/" in capsys.readouterr().out


def test_the_trail_is_shown_and_verified(clock: HandClock, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        audit.record(at=clock.now, actor="Ana", act="incident.resolve", subject=f"I-{number}", affected=number)

    assert main(["audit", "verify"]) == 0
    assert "whole: 3 entries" in capsys.readouterr().out
    main(["audit", "show", "--last", "1"])
    assert capsys.readouterr().out == "      3  2026-05-04 12:00:00  Ana  incident.resolve  I-2  affected=2\n"
    main(["audit", "show", "--json"])
    assert [json.loads(line)["number"] for line in capsys.readouterr().out.splitlines()] == [1, 2, 3]


def test_a_broken_trail_ends_with_status_1(clock: HandClock, capsys: pytest.CaptureFixture[str]) -> None:
    audit.record(at=clock.now, actor="Ana", act="incident.resolve")
    with connection.cursor() as cursor:
        for statement in (*append_only.DROP[connection.vendor], "UPDATE accounts_auditentry SET actor = 'Bela'"):
            cursor.execute(statement)

    assert main(["audit", "verify"]) == 1
    assert "broken at entry 1" in capsys.readouterr().err
