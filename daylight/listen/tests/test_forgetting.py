"""What a person said is told to them, and forgotten with them, wherever it lies."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.customers import erasing
from daylight.customers.models import Customer
from daylight.customers.tests.makers import a_customer
from daylight.incidents.tests.makers import an_incident
from daylight.listen import answering, forgetting, handling, hearing, identifying, judging, phoning, replying
from daylight.listen.matching import Match
from daylight.listen.models import Attachment, CallDraft, Chaser, Conversation, Draft
from daylight.listen.said import SaidFile
from daylight.listen.sources.phone import calls
from daylight.listen.tests.makers import a_conversation

pytestmark = pytest.mark.django_db
SECRET = "Wexelbrand"
ADDRESS = "ada@mail.example"


@pytest.fixture
def ada(clock: HandClock) -> Customer:
    return a_customer("Ada", email=ADDRESS, phone="+442079460018")


def everything_said(ada: Customer, *, by: Member, clock: HandClock) -> Conversation:
    """A conversation with her words in every place where words may stand."""
    file = SaidFile("a.txt", "text/plain", [SECRET.encode()])
    row = a_conversation(SECRET, address=ADDRESS, subject=SECRET, name=SECRET, files=(file,), facts={"x": SECRET})
    now, match = clock.now, Match(an_incident(by=by).pk, SECRET, is_certain=False)
    judging.keep([judging.Suggested(row, match)], at=now)
    Chaser.objects.create(message=row.messages.get(), incident=an_incident(), because=SECRET, counted_at=now)
    hearing.read_back(row, SECRET, by=by, at=now)
    hearing.heard(row, done=SECRET, thanks="", by=by, at=now)
    identifying.correct_customer(row, ada, by=by, at=now)
    handling.keep_effect(row, SECRET, by=by, at=now)
    handling.relieve(row, by=by, at=now, word=SECRET)
    Draft.objects.create(conversation=row, member=by, text=SECRET, changed_at=now)
    replying.reply(row, SECRET, by=by, at=now)
    answering.step(now)
    phoning.called(row, SECRET, by=by, at=now)
    handling.close(row, by=by, at=now, because=SECRET)
    return row


def left(*words: str) -> list[str]:
    """The fields of this room in which one of these words still stands."""
    found = []
    for model in apps.get_app_config("listen").get_models():
        fields = [field.name for field in model._meta.concrete_fields if _holds_words(field)]
        for row in model._base_manager.values(*fields) if fields else ():
            found += [
                f"{model.__name__}.{name}" for name, held in row.items() if any(one in str(held) for one in words)
            ]
    return found


def _holds_words(field: "models.Field[Any, Any]") -> bool:
    return isinstance(field, models.CharField | models.TextField | models.JSONField)


def test_what_an_erased_customer_said_is_told_and_then_forgotten(ana: Member, ada: Customer, clock: HandClock) -> None:
    everything_said(ada, by=ana, clock=clock)

    told = erasing.personal_data(ada)
    erasing.erase(ada, by=ana, at=clock.now)
    forgetting.step(clock.now)

    assert told["conversations"][0]["messages"][0]["text"] == SECRET
    assert forgetting.step(clock.now).handled == 0
    assert left(SECRET, ADDRESS) == []
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("fields", [{"number": "+44 20 7946 0018"}, {"customer": "chosen"}])
def test_a_call_that_is_being_written_down_is_told_and_forgotten_too(
    ana: Member, ada: Customer, clock: HandClock, fields: dict[str, str]
) -> None:
    given = {**fields, "words": SECRET} | ({"customer": str(ada.pk)} if "customer" in fields else {})
    calls.keep("abcdefghijkl", given, by=ana, at=clock.now)

    told = erasing.personal_data(ada)
    erasing.erase(ada, by=ana, at=clock.now)
    forgetting.step(clock.now)

    assert told["call_drafts"][0]["fields"]["words"] == SECRET
    assert not CallDraft.objects.exists()


def test_a_call_of_nobody_we_know_is_not_kept_for_ever(ana: Member, ada: Customer, clock: HandClock) -> None:
    a_customer("Her brother", phone="+442079460018")
    calls.keep("abcdefghijkl", {"number": "+442079460018", "words": SECRET}, by=ana, at=clock.now)

    assert "call_drafts" not in erasing.personal_data(ada)
    forgetting.step(clock.now + timedelta(days=30))
    assert CallDraft.objects.exists()
    forgetting.step(clock.now + timedelta(days=31))
    assert not CallDraft.objects.exists()
