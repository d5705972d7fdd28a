"""What the crew sees of all that came back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.reach.channels.inbound import BounceReason, SaidKind, SaidReply
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.inbound import arriving, taking_in
from daylight.reach.inbound.tests import imap_server
from daylight.reach.inbound.tests.mails import a_returned_mail
from daylight.reach.inbound.tests.makers import TalkingChannel, a_provider, a_receipt, deliveries_that_left
from daylight.reach.models import Delivery, IncomingMail, Mailbox, Provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(ana: Member, clock: HandClock) -> Delivery:
    return deliveries_that_left(ana, 1, at=clock.now)[0]


@pytest.fixture
def provider(clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> Provider:
    monkeypatch.setitem(CHANNELS, "email", TalkingChannel())
    return a_provider()


def _as(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def _page(member: Member, name: str, *args: object) -> str:
    answer = _as(member).get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_bounce_stands_on_the_customers_page_in_plain_words(told: Delivery, ana: Member, clock: HandClock) -> None:
    bounce = a_receipt(
        told,
        SaidKind.BOUNCED,
        clock.now,
        details="smtp; 550 5.1.1 User <unknown>",
        is_permanent=True,
        reason=BounceReason.NO_SUCH_ADDRESS,
    )
    taking_in.take_in([bounce], provider=None, at=clock.now)

    page = _page(ana, "reach:panel-customer", told.customer_id)

    assert "bounced" in page
    assert "There is no such address" in page
    assert "smtp; 550 5.1.1 User &lt;unknown&gt;" in page
    assert "Messages to it bounce" in page
    assert "Lift<span" in page
    assert "There is no such address" in _page(ana, "reach:delivery", told.pk)


def test_a_spam_report_stands_there_too(told: Delivery, ana: Member, clock: HandClock) -> None:
    taking_in.take_in([a_receipt(told, SaidKind.SPAM_REPORT, clock.now)], provider=None, at=clock.now)

    page = _page(ana, "reach:panel-customer", told.customer_id)

    assert "Spam report" in page
    assert "A message was reported as spam" in page


def test_what_readers_wrote_is_shown_on_customer_incident_and_list(
    told: Delivery, ana: Member, provider: Provider, clock: HandClock
) -> None:
    replies = [
        SaidReply(told.contact_point.address, "When <b>exactly</b>?", clock.now, "m1"),
        SaidReply("who@else.example", "Wrong number", clock.now, "m2"),
        SaidReply(told.contact_point.address, "OK", clock.now, "m3"),
    ]
    taking_in.take_in(replies, provider=provider, at=clock.now)
    incident = told.notice.incident

    on_customer = _page(ana, "reach:panel-customer", told.customer_id)
    on_incident = _page(ana, "reach:replies-to", incident.public_id)
    everywhere = _page(ana, "reach:replies")
    told_panel = _page(ana, "reach:panel-told", incident.public_id)

    for page in (on_customer, on_incident, everywhere):
        assert "When &lt;b&gt;exactly&lt;/b&gt;?" in page
        assert f"said by Email: {told.contact_point.address}" in page
    assert "Wrong number" not in on_incident
    assert "Nobody we know" in everywhere
    assert ">2</span> replies" in told_panel
    words = _as(ana).get(reverse("reach:replies") + "?only=words").content.decode()
    assert "Wrong number" in words
    assert "I have seen this" not in words


def _kept_aside(clock: HandClock) -> IncomingMail:
    """The one mail that came, which nobody else could make sense of."""
    arriving.step(clock.now)
    [row] = IncomingMail.objects.handed_on().claim(clock.now, lease=arriving.LEASE, limit=1)
    arriving.keep_aside(row, "It says nothing.")
    return row


def test_a_mail_kept_aside_is_read_and_put_away(told: Delivery, ana: Member, clock: HandClock) -> None:
    raw = a_returned_mail("somebody", told)
    arriving.keep([arriving.Arrived.by_wire("news@firm.example", "zoe@shop.example", raw, at=clock.now)])
    row = _kept_aside(clock)

    assert "Re: Checkout fails for card payments" in _page(ana, "reach:returned")
    page = _page(ana, "reach:returned-mail", row.pk)
    assert "Why was I told so late?" in page
    answer = _as(ana).post(reverse("reach:put-away", args=[row.pk]))

    assert answer.status_code == 302
    assert not IncomingMail.objects.exists()
    assert "Every mail that came back was understood" in _page(ana, "reach:returned")


@pytest.mark.parametrize("raw", [b"", b"\xff\x00", b"Content-Type: text/plain; charset=nonsense\r\n\r\nh\xe9\r\n"])
def test_a_mail_that_nobody_can_read_still_has_a_page(raw: bytes, ana: Member, clock: HandClock) -> None:
    arriving.keep([arriving.Arrived.by_wire("news@firm.example", "", raw, at=clock.now)])

    assert "As it came" in _page(ana, "reach:returned-mail", _kept_aside(clock).pk)


def test_the_address_for_receipts_stands_on_the_providers_page(ana: Member, clock: HandClock) -> None:
    given: dict[str, Any] = {"settings": {"kind": "postmark", "server_token": "x"}, "kind": "postmark"}
    provider = Provider.objects.create(channel="email", name="Postmark", tested_at=clock.now, **given)

    assert f"/receipts/{provider.pk}." in _page(ana, "reach:provider", provider.pk)


@pytest.mark.parametrize(
    ("name", "args"),
    [("reach:returned", ()), ("reach:returned-mail", (1,)), ("reach:replies", ()), ("reach:add-mailbox", ())],
)
def test_who_may_not_see_customers_sees_none_of_it(name: str, args: tuple[int, ...], dora: Member) -> None:
    assert _as(dora).get(reverse(name, args=args)).status_code == 403


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, Any]]:
    if imap_server.DOVECOT is None:
        pytest.skip("Debian's dovecot-imapd is not installed")
    with imap_server.serving() as settings:
        yield settings


def test_a_mailbox_is_set_up_changed_and_removed(server: dict[str, Any], ana: Member, clock: HandClock) -> None:
    entered = server | {"folder": "INBOX", "afterwards": "flag", "move_to": ""}
    client = _as(ana)

    wrong = client.post(reverse("reach:add-mailbox"), entered | {"password": "wrong"})
    assert wrong.status_code == 422
    assert "Authentication failed" in wrong.content.decode()
    assert "wrong" not in wrong.content.decode().split("<form")[-1]
    assert client.post(reverse("reach:add-mailbox"), entered).status_code == 302
    row = Mailbox.objects.get()
    page = _page(ana, "reach:returned")
    assert "ana at 127.0.0.1, INBOX" in page
    assert "Works" in page

    changed = entered | {"password": "", "afterwards": "delete"}
    assert client.post(reverse("reach:mailbox", args=[row.pk]), changed).status_code == 302
    row = Mailbox.objects.get()
    kept: Any = row.settings
    assert (kept["password"], kept["afterwards"]) == ("right", "delete")
    elsewhere = client.post(reverse("reach:mailbox", args=[row.pk]), changed | {"host": "else.example"})
    assert "Enter the password of this account." in elsewhere.content.decode()

    assert client.post(reverse("reach:read-mailbox", args=[row.pk])).status_code == 302
    assert "forgotten" in client.get(reverse("reach:remove-mailbox", args=[row.pk])).content.decode()
    client.post(reverse("reach:remove-mailbox", args=[row.pk]))
    assert not Mailbox.objects.exists()
