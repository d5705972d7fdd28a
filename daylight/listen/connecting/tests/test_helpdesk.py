"""A helpdesk is connected, told of a change, asked at once, and its token goes nowhere else."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from conftest import START, HandClock
from daylight.accounts.models import Member
from daylight.listen import answering, replying, taking_in
from daylight.listen.connecting import asking, keeping, names
from daylight.listen.connecting.forms import SettingsForm
from daylight.listen.models import Connection, Message, Sending
from daylight.listen.sources.base import Connects
from daylight.listen.sources.registry import SOURCES
from daylight.listen.sources.tests.far_desk import FOLDER, FarDesk, far_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def far(settings: Any) -> Iterator[FarDesk]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1", "localhost"]
    with far_desk("freshdesk") as desk:
        yield desk


def _connects() -> Connects:
    connects = SOURCES["freshdesk"].connects
    assert connects is not None
    return connects


def _connected(far: FarDesk, clock: HandClock) -> Connection:
    entered = {"address": far.far_end.url, "token": "t0k"}
    return keeping.keep(SOURCES["freshdesk"], _connects(), entered, name="Freshdesk", at=clock.now)


def test_a_webhook_has_the_ticket_read_at_once(client: Client, clock: HandClock, far: FarDesk) -> None:
    row = _connected(far, clock)
    Connection.objects.update(due_at=clock.now + timedelta(minutes=2))
    assert not asking.step(clock.now).handled
    kept: Any = row.settings

    answer = client.post(
        f"/listen/{row.token}/",
        (FOLDER / "freshdesk" / "fixtures" / "rule.json").read_bytes(),
        content_type="application/json",
        headers={"X-Daylight-Secret": kept["secret"]},
    )
    asking.step(clock.now)
    taking_in.step(clock.now)

    assert answer.status_code == 200
    assert list(Message.objects.order_by("said_at").values_list("direction", flat=True)) == ["in", "note", "out"]
    conversation = Message.objects.all()[0].conversation
    assert names.far_name(conversation.thread_key) == (row.pk, "35436")
    assert conversation.answer_due_at is None


def test_a_stored_token_is_not_sent_to_another_address(clock: HandClock, far: FarDesk) -> None:
    row = _connected(far, clock)
    elsewhere = {"address": far.far_end.url.replace("127.0.0.1", "localhost"), "token": ""}

    form = SettingsForm(_connects(), elsewhere, before=row.settings)

    assert not form.is_valid()
    assert "token" in form.fields.errors
    assert far.far_end.asked == []


def test_a_stored_token_goes_on_being_used_where_it_was(clock: HandClock, far: FarDesk) -> None:
    row = _connected(far, clock)

    form = SettingsForm(_connects(), {"address": f"{far.far_end.url}/", "token": ""}, before=row.settings)

    assert form.is_valid(), form.fields.errors
    assert form.settings["token"] == "t0k"
    assert len(far.far_end.asked) == 1


def test_an_answer_stands_in_the_ticket_once_and_is_not_heard_as_another(
    clock: HandClock, far: FarDesk, ana: Member
) -> None:
    row = _connected(far, clock)
    asking.step(clock.now)
    taking_in.step(clock.now)
    conversation = Message.objects.all()[0].conversation
    clock.move(minutes=40)

    replying.reply(conversation, "You get it back today.\n\nBela", by=ana, at=clock.now)
    answering.step(clock.now)
    answering.step(clock.now)
    clock.move(minutes=10)
    Connection.objects.update(state={**(row.state or {}), "begun": START.isoformat()})
    asking.step(clock.now)
    taking_in.step(clock.now)

    sending = Sending.objects.get()
    assert (sending.state, sending.reference, len(far.posted)) == (Sending.State.SENT, "1004", 1)
    assert conversation.messages.filter(direction="out").count() == 2
    assert conversation.messages.count() == 4


def test_an_answer_whose_connection_is_gone_waits_for_somebody(clock: HandClock, far: FarDesk, ana: Member) -> None:
    row = _connected(far, clock)
    asking.step(clock.now)
    taking_in.step(clock.now)
    conversation = Message.objects.all()[0].conversation
    row.switch(is_on=False, is_asked=True, at=clock.now)

    replying.reply(conversation, "You get it back today.", by=ana, at=clock.now)
    answering.step(clock.now)

    assert far.posted == []
    assert "Connect it again" in Sending.objects.get().problem
