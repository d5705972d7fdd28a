"""A program offers what customers may choose, reads what they chose, and says what was done."""

from datetime import timedelta

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.api.tests.conftest import Caller
from daylight.pages.models import Alternative
from daylight.pages.yours import choosing
from daylight.pages.yours.choosing import Answer
from daylight.reach.tests.makers import a_contact_point, a_reached_incident

pytestmark = pytest.mark.django_db


def test_from_the_offer_to_done(ana: Member, clock: HandClock, caller: Caller) -> None:
    point = a_contact_point()
    incident = a_reached_incident(ana, affected=[point.customer])
    path = f"/incidents/{incident.public_id}"
    until = (clock.now + timedelta(days=1)).isoformat()
    texts = {"en": {"label": "Pick it up", "explanation": "At our door."}}

    offered = caller.post(f"{path}/alternatives", {"kind": "other", "needs": "date", "until": until, "texts": texts})
    row = Alternative.objects.get(pk=offered["id"])
    day = clock.now.date()
    choosing.choose(point.customer, incident, row, Answer(wanted_on=day), point=point, at=clock.now)
    [choice] = caller.get(f"{path}/choices?which=to_do")["items"]
    done = caller.post(f"{path}/choices/{choice['id']}/done", {})
    withdrawn = caller.post(f"{path}/alternatives/{row.pk}/withdrawal", {})

    assert offered["texts"] == texts
    assert (choice["customer_id"], choice["alternative"], choice["wanted_on"], choice["channel"]) == (
        point.customer_id,
        row.pk,
        day.isoformat(),
        "email",
    )
    assert done["done_at"] is not None
    assert (withdrawn["chosen"], withdrawn["done"]) == (1, 1)
    assert caller.get(f"{path}/choices?which=to_do")["items"] == []
    assert len(caller.get(f"{path}/choices")["items"]) == 1


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"kind": "other"}, "texts"),
        ({"kind": "wait", "until": "2026-05-01T00:00:00Z"}, "until"),
        ({"kind": "nonsense"}, "kind"),
        ({"kind": "wait", "texts": {"en": {"label": " "}}}, "texts.en.label"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(ana: Member, caller: Caller, body: dict[str, object], where: str) -> None:
    incident = a_reached_incident(ana, affected=[])

    answer = caller.ask("POST", f"/incidents/{incident.public_id}/alternatives", body)

    assert answer.status_code == 422
    assert where in answer.content.decode()
    assert not Alternative.objects.exists()


def test_what_a_customer_took_back_is_not_done(ana: Member, clock: HandClock, caller: Caller) -> None:
    point = a_contact_point()
    incident = a_reached_incident(ana, affected=[point.customer])
    choice = choosing.choose(point.customer, incident, None, Answer(words="Send it back."), point=point, at=clock.now)
    choosing.undo(point.customer, incident, at=clock.now)

    answer = caller.ask("POST", f"/incidents/{incident.public_id}/choices/{choice.pk}/done", {})

    assert answer.status_code == 409
    [kept] = caller.get(f"/incidents/{incident.public_id}/choices?which=all")["items"]
    assert (kept["end"], kept["words"], kept["alternative"]) == ("undone", "Send it back.", None)
