"""What every test may ask for: the fixed cast and a clock moved by hand."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, Phase
from hypothesis import settings as examples
from pytest_django import DjangoDbBlocker, Settings

from daylight.accounts import append_only
from daylight.accounts.models import Member, RoleGrant
from daylight.accounts.roles import Role
from daylight.core import clock as core_clock
from tests import prepared

# One suite for everybody: no luck, no watch, and a failure is told at once. `--hypothesis-profile=search` looks
# elsewhere each time, and makes what it finds as small as it can, which takes minutes.
examples.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.register_profile(
    "suite",
    parent=examples.get_profile("search"),
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.target],
)
examples.load_profile("suite")


def examples_of(suite: int) -> int:
    """How many examples a costly property is tried with: so many by everybody, ten times as many by who searches."""
    return suite if examples.get_current_profile_name() == "suite" else 10 * suite


START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class HandClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def move(self, **by: float) -> datetime:
        """Move on by keyword amounts as for timedelta; returns the new time."""
        self.now += timedelta(**by)
        return self.now


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """On SQLite tables are emptied after a transactional test row by row, which the audit trail would refuse."""
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        if connection.vendor == "sqlite":
            append_only.remove(None, editor)


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """Hashing passwords slowly is right at a door and wasted in a test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True, scope="session")
def _no_wait_for_the_disk() -> Iterator[None]:
    """Nobody pulls the plug on a test, so a published page need not have reached the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture
def clock() -> Iterator[HandClock]:
    """A clock at 12:00 UTC on 4 May 2026 that everything reads."""
    hand = HandClock(START)
    with core_clock.reading(lambda: hand.now):
        yield hand


def a_member(name: str, *roles: Role) -> Member:
    """A member with an address made from the name, and the given roles."""
    member = Member.objects.create_user(email=f"{name.lower()}@firm.example", name=name, password="correct horse")
    RoleGrant.objects.bulk_create(RoleGrant(member=member, role=role, granted_at=START) for role in roles)
    return member


@pytest.fixture
def ana(db: None) -> Member:
    """Ana leads incidents."""
    return a_member("Ana", Role.LEAD, Role.OWNER)


@pytest.fixture
def bela(db: None) -> Member:
    """Bela writes."""
    return a_member("Bela", Role.WRITER)


@pytest.fixture
def chidi(db: None) -> Member:
    """Chidi approves."""
    return a_member("Chidi", Role.APPROVER)


@pytest.fixture
def dora(db: None) -> Member:
    """Dora has no right to see anything: she is a member without a role."""
    return a_member("Dora")


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    """On SQLite a prepared database lies ready for this run alone."""
    return django_db_keepdb or connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_createdb(django_db_createdb: bool) -> bool:
    """So on SQLite there is nothing to throw away first."""
    return django_db_createdb and connection.vendor != "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each process begins with a database that is up to date.

    SQLite in a file: one in memory would be a single connection shared by all threads of the live server.
    """
    chosen = connections["default"].settings_dict
    if connection.vendor == "postgresql":
        chosen["TEST"]["TEMPLATE"] = prepared.template(os.environ["DATABASE_URL"])
        return
    name = tmp_path_factory.mktemp("database") / "test.sqlite3"
    prepared.copy_database(name)
    chosen["TEST"]["NAME"] = str(name)
    # Nobody pulls the plug on a test, so nothing waits for the disk.
    chosen["OPTIONS"]["init_command"] = chosen["OPTIONS"]["init_command"].replace("synchronous=FULL", "synchronous=OFF")
