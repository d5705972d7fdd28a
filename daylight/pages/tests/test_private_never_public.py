"""Nothing private reaches a public byte, whatever the world looks like: drafts, private incidents, exercises,
customers, notes, members, components that are not public.
"""

import gzip
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import examples_of
from daylight.customers.models import ContactPoint, Customer
from daylight.incidents.models import AffectedCustomer, Incident, Note, RegisterRule, Update, WithheldFact
from daylight.incidents.words import ComponentState, Kind, Stage
from daylight.pages import publishing
from daylight.pages.folder import PageFolder
from daylight.pages.tests.makers import a_component, an_incident, an_update

UNPACKED_BY = {".gz": gzip.decompress, ".br": brotli.decompress}
SECRET = "zqsecret"
UNDER_WAY = (Update.State.DRAFT, Update.State.WAITING, Update.State.LEAVING)
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)

statements = st.fixed_dictionaries(
    {
        "state": st.sampled_from([Update.State.PUBLISHED, Update.State.PUBLISHED, *Update.State]),
        "minutes": st.integers(1, 5000),
        "stage": st.sampled_from(Stage),
        "impact": st.sampled_from(ComponentState),
        "part": st.integers(0, 2),
        "promised_in": st.none() | st.integers(1, 300),
    }
)
worlds = st.lists(
    st.fixed_dictionaries(
        {
            "public": st.booleans(),
            "is_exercise": st.booleans(),
            "is_open": st.booleans(),
            "severity": st.integers(1, 5),
            "kind": st.sampled_from(Kind),
            "days_ago": st.integers(0, 300),
            "updates": st.lists(statements, max_size=3),
        }
    ),
    max_size=4,
)


class Undo(Exception):
    """Raised to take a world away again."""


@pytest.mark.django_db
@settings(max_examples=examples_of(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds)
def test_no_private_word_in_any_public_byte(settings: Any, world: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings.DATA_DIR = Path(folder)
        with pytest.raises(Undo), transaction.atomic():
            look_at(build(world))


def look_at(told: set[str]) -> None:
    """Publish, and read every byte that was written; then take the world away again."""
    publishing.refresh(NOW)
    written = {path: path.read_bytes() for path in PageFolder.main().root.rglob("*") if path.is_file()}
    for path, body in written.items():
        assert SECRET.encode() not in UNPACKED_BY.get(path.suffix, bytes)(body), path
    standing = PageFolder.main().tree()
    assert standing is not None
    assert {leaf.removeprefix("incidents/") for leaf in standing.leaves if leaf.startswith("incidents/")} == told
    raise Undo


def build(world: list[dict[str, Any]]) -> set[str]:
    """Make the world; returns the public names of the incidents the world may read of."""
    shown = a_component("Shop")
    parts = [shown, a_component("Delivery"), a_component(f"{SECRET} machine room", is_public=False)]
    customer = Customer.objects.create(name=f"{SECRET} Ltd", created_at=NOW, updated_at=NOW)
    ContactPoint.objects.create(customer=customer, channel="email", address=f"{SECRET}@x.example", created_at=NOW)
    told = set()
    for plan in world:
        is_public = plan["public"] and not plan["is_exercise"]
        opened = NOW - timedelta(days=plan["days_ago"], hours=1)
        incident = an_incident(
            opened,
            title=f"{SECRET} title",
            public=plan["public"],
            is_exercise=plan["is_exercise"],
            severity=plan["severity"],
            kind=plan["kind"],
            summary=f"{SECRET} summary",
        )
        surround(incident, customer)
        for planned in plan["updates"]:
            is_second = planned["state"] in UNDER_WAY and incident.updates.filter(state__in=UNDER_WAY).exists()
            said = {**planned, "state": Update.State.DROPPED} if is_second else planned
            is_told = is_public and said["state"] == Update.State.PUBLISHED
            mark = "open words" if is_told else SECRET
            at = min(opened + timedelta(minutes=said["minutes"]), NOW)
            an_update(
                incident,
                at,
                state=said["state"],
                stage=said["stage"],
                headline=f"{mark} headline",
                what=f"{mark} what",
                who=f"{mark} who",
                why=f"{mark} why",
                impacts={parts[said["part"]]: said["impact"]},
                promised_for=at + timedelta(minutes=said["promised_in"]) if said["promised_in"] else None,
            )
            if is_told:
                told.add(incident.public_id)
        if not plan["is_open"]:
            Incident.objects.filter(pk=incident.pk).update(closed_at=NOW)
    return told


def surround(incident: Incident, customer: Customer) -> None:
    """What the crew keeps to itself about any incident."""
    by = incident.opened_by
    by.name = f"{SECRET} member"
    by.save()
    Note.objects.create(incident=incident, written_by=by, written_at=NOW, text=f"{SECRET} note")
    WithheldFact.objects.create(
        incident=incident, fact=f"{SECRET} fact", reason="x", owner=by, withheld_at=NOW, review_at=NOW
    )
    rule = RegisterRule.objects.create(
        incident=incident, kind="everyone", reason=f"{SECRET} reason", added_by=by, added_at=NOW
    )
    AffectedCustomer.objects.create(
        incident=incident, customer=customer, rule=rule, reason=f"{SECRET} why", since=NOW, added_at=NOW, added_in=1
    )
