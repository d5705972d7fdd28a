"""The organisation's own words on the road of an update: chosen, kept, filled with each customer's own values."""

from collections.abc import Callable
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from conftest import START, HandClock
from daylight.accounts.models import Member
from daylight.accounts.versions import WrittenMeanwhile
from daylight.core.text import one_line
from daylight.customers.models import Commitment, Customer
from daylight.incidents import register
from daylight.incidents.models import Incident, Update
from daylight.reach import fanout, items, sending
from daylight.reach.channels.base import Message
from daylight.reach.channels.email.tests.servers import Desk, serving
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.composing import preview
from daylight.reach.models import Batch, MessageTemplate, UsedTemplate
from daylight.reach.templating.tests.makers import MAIL, a_template
from daylight.reach.tests.makers import a_published_update, a_reached_incident, customers

pytestmark = pytest.mark.django_db

OWN = {"subject": "Ours: {{ update.headline }}", "text": MAIL["text"], "html": ""}


def told(now: HandClock) -> dict[str, Message]:
    """Every mail that waits, by address."""
    while fanout.step(now.now).handled:
        pass
    found = {}
    for batch in Batch.objects.filter(channel="email").select_related("notice__update__incident"):
        for item in items.items_of(batch, items.Composers(batch.notice, CHANNELS["email"]), now=now.now):
            message = item.compose(to=item.reader(), key=item.key)
            found[message.address] = message
    return found


def an_order(customer: Customer, reference: str, **facts: object) -> Commitment:
    given = {"kind": "order", "promised_on": date(2026, 5, 8), "created_at": START, "updated_at": START}
    return Commitment.objects.create(customer=customer, reference=reference, **(given | facts))


def of_orders(by: Member, now: HandClock, *, number: int = 2) -> tuple[Incident, list[Customer]]:
    """An incident whose register looks for orders from the warehouse in the north."""
    affected = customers(number)
    for place, customer in enumerate(affected):
        an_order(customer, f"10-{place}", attributes={"warehouse": "North"})
        an_order(customer, f"99-{place}", attributes={"warehouse": "South"})
    incident = a_reached_incident(by, affected=[])
    register.add_rule(
        incident,
        kind="commitments",
        parameters={"kind": "order", "attributes": {"warehouse": "North"}},
        reason="Your order is in our warehouse in the north",
        by=by,
        at=now.now,
    )
    register.freeze(incident, by=by, at=now.now)
    return incident, affected


def test_each_customer_reads_of_the_order_that_is_touched(ana: Member, clock: HandClock) -> None:
    incident, affected = of_orders(ana, clock)
    a_template(ana, OWN)
    a_published_update(incident)

    mails = told(clock)

    assert len(mails) == 2
    for place, customer in enumerate(affected):
        text = " ".join(mails[customer.contact_points.get().address].text.split())
        assert f"Your order 10-{place} was promised for Friday 8 May 2026." in text
        assert f"order 99-{place}" not in text  # A name or a link may hold any number.
        assert f"Hello {customer.name}," in text
        assert "Your order is in our warehouse in the north" in text


def test_an_update_keeps_the_words_it_went_out_with(ana: Member, bela: Member, clock: HandClock) -> None:
    template = a_template(ana, OWN)
    update = a_published_update(a_reached_incident(ana, affected=customers(1)))
    [before] = told(clock).values()

    template.write({**OWN, "subject": "Changed"}, based_on=1, by=bela, at=clock.now)
    [after] = told(clock).values()

    assert before.subject == after.subject == "Ours: Checkout fails for card payments"
    assert UsedTemplate.objects.get(update=update).version.number == 1
    later = a_published_update(update.incident)
    assert preview(later, "email", at=clock.now).subject.startswith("Checkout")
    fanout.step(clock.now)
    assert UsedTemplate.objects.get(update=later).version.number == 2


def test_a_template_made_after_an_update_changes_nothing_of_it(ana: Member, clock: HandClock) -> None:
    update = a_published_update(a_reached_incident(ana, affected=customers(1)))
    told(clock)

    a_template(ana, OWN)
    [mail] = told(clock).values()

    assert not mail.subject.startswith("Ours")
    assert not UsedTemplate.objects.filter(update=update).exists()


def test_a_draft_is_shown_with_the_words_it_would_go_out_with(ana: Member, clock: HandClock) -> None:
    draft = a_published_update(
        a_reached_incident(ana, affected=[]), state=Update.State.DRAFT, published_at=None, number=None
    )
    assert not preview(draft, "email", at=clock.now).subject.startswith("Ours")

    a_template(ana, OWN)

    assert preview(draft, "email", at=clock.now).subject.startswith("Ours")


@pytest.mark.parametrize(
    ("scopes", "chosen"),
    [
        ([{}], {}),
        ([{}, {"incident_kind": "outage"}], {"incident_kind": "outage"}),
        ([{"stage": "identified"}, {"incident_kind": "outage"}], {"stage": "identified"}),
        (
            [{"stage": "identified", "incident_kind": "outage"}, {"stage": "identified"}],
            {"stage": "identified", "incident_kind": "outage"},
        ),
        ([{"incident_kind": "recall"}, {"stage": "resolved"}, {"language": "de"}], None),
    ],
)
def test_the_most_specific_template_is_taken(
    ana: Member, clock: HandClock, scopes: list[dict[str, str]], chosen: dict[str, str] | None
) -> None:
    for scope in scopes:
        a_template(ana, {**OWN, "subject": f"{sorted(scope.items())}"}, at=START, **scope)
    a_published_update(a_reached_incident(ana, affected=customers(1)))

    [mail] = told(clock).values()

    assert mail.subject == ("Checkout fails for card payments" if chosen is None else f"{sorted(chosen.items())}")


def test_a_deleted_template_is_not_used_and_can_be_brought_back(ana: Member, clock: HandClock) -> None:
    template = a_template(ana, OWN)
    template.delete_softly(by=ana, at=clock.now)
    assert not MessageTemplate.objects.in_use().exists()

    assert template.bring_back(by=ana, at=clock.now)
    assert MessageTemplate.objects.in_use().get() == template

    template.delete_softly(by=ana, at=clock.now)
    a_template(ana, OWN)
    assert not template.bring_back(by=ana, at=clock.now)


def test_two_who_write_at_once_do_not_overwrite_each_other(ana: Member, bela: Member, clock: HandClock) -> None:
    template = a_template(ana, OWN)
    template.write({**OWN, "subject": "A"}, based_on=1, by=ana, at=clock.now)

    with pytest.raises(WrittenMeanwhile):
        template.write({**OWN, "subject": "B"}, based_on=1, by=bela, at=clock.now)

    assert template.current.pieces["subject"] == "A"


def questions(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as found:
        act()
    return len(found)


def test_commitments_cost_two_questions_a_batch_and_only_where_they_are_used(ana: Member, clock: HandClock) -> None:
    def asked(pieces: dict[str, str] | None, *, number: int) -> int:
        MessageTemplate.objects.update(deleted_at=clock.now)
        Commitment.objects.all().delete()
        if pieces:
            a_template(ana, pieces)
        incident, _ = of_orders(ana, clock, number=number)
        a_published_update(incident)
        while fanout.step(clock.now).handled:
            pass
        [batch] = Batch.objects.filter(notice__incident=incident).select_related("notice__update__incident")
        return questions(lambda: items.items_of(batch, items.Composers(batch.notice, CHANNELS["email"]), now=clock.now))

    asked(None, number=2)  # What is read once for all batches is read now.
    ours = asked(None, number=2)
    without = asked({"subject": "x", "text": "{{ customer.name }}", "html": ""}, number=2)

    assert without == ours
    assert asked(OWN, number=2) == ours + 2
    assert asked(OWN, number=40) == ours + 2


def test_a_template_that_cannot_be_read_any_more_stops_nobody_from_being_told(
    ana: Member, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    a_template(ana, {**OWN, "text": "{% gone %}"})
    a_published_update(a_reached_incident(ana, affected=customers(3)))

    mails = told(clock)

    assert {mail.subject for mail in mails.values()} == {"Checkout fails for card payments"}
    assert "cannot be read any more" in caplog.text


def test_words_that_fail_for_some_are_logged_once_and_those_get_ours(
    ana: Member, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    a_template(ana, {**OWN, "text": "{{ commitment.reference }}"})
    a_published_update(a_reached_incident(ana, affected=customers(3)))

    mails = told(clock)

    assert {mail.subject for mail in mails.values()} == {"Checkout fails for card payments"}
    assert caplog.text.count("own words fail on email") == 1


NASTY = (
    "Zoë “the Ox” <b>Adler</b>",
    "Evil\r\nBcc: all@firm.example",
    "{{ organisation.name }}{% if true %}",
    ".",
    "山田 太郎 🎌",
    "\u202eأحمد",
    "a" * 200,
    "",
)


def test_own_words_come_out_of_the_wire_whole(
    ana: Member, clock: HandClock, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    a_template(ana, {**OWN, "text": MAIL["text"] + "{{ customer.name }}\n"})
    incident, affected = of_orders(ana, clock, number=len(NASTY))
    for customer, name in zip(affected, NASTY, strict=True):
        Customer.objects.filter(pk=customer.pk).update(name=name)
    a_published_update(incident)
    desk = Desk()

    with serving(desk) as connected:
        settings.SMTP_URL = f"smtp://{connected['host']}:{connected['port']}"
        while fanout.step(clock.now).handled:
            pass
        while sending.step(clock.now, channel="email").handled:
            clock.move(seconds=1)

    letters = dict(desk.letters)
    assert len(desk.letters) == len(letters) == len(NASTY)
    for place, (customer, name) in enumerate(zip(affected, NASTY, strict=True)):
        letter = message_from_bytes(letters[customer.contact_points.get().address], policy=policy.SMTP)
        assert all(part.defects == [] for part in letter.walk())
        assert letter["Bcc"] is None
        assert letter["Subject"] == "Ours: Checkout fails for card payments"
        part = letter.get_body(("plain",))
        assert part is not None
        text = str(part.get_content())
        assert f"10-{place}" in text
        assert text.rstrip().splitlines()[-1].strip() == one_line(name) or not name
