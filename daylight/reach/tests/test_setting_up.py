from collections.abc import Iterator

import pytest
from django.core.mail import send_mail
from django.test import Client
from pytest_django import Settings

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member, Organisation
from daylight.reach import providers
from daylight.reach.channels.tests.far_end import FarEnd, listening
from daylight.reach.models import Alarm, OutboxMessage, Suppression, WebhookEndpoint
from daylight.reach.tests.mail_server import MailServer, serving
from daylight.reach.tests.makers import a_contact_point, a_webhook

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail_server() -> Iterator[tuple[MailServer, int]]:
    with serving() as served:
        yield served


@pytest.fixture
def desk(client: Client, ana: Member, clock: HandClock, settings: Settings) -> Client:
    settings.SMTP_URL = ""
    client.force_login(ana)
    return client


def test_a_paused_channel_is_shown_and_resumed(desk: Client, clock: HandClock) -> None:
    providers.pause("email", problem="535 wrong password", at=clock.now)

    assert "535 wrong password" in desk.get("/desk/reach/channels/").content.decode()
    desk.post("/desk/reach/channels/email/resume/")
    assert not providers.is_paused("email")
    assert desk.post("/desk/reach/channels/pigeon/resume/").status_code == 404


def test_letters_leave_through_the_channel(
    desk: Client, mail_server: tuple[MailServer, int], settings: Settings
) -> None:
    server, port = mail_server
    settings.SMTP_URL = f"smtp://127.0.0.1:{port}"
    settings.EMAIL_BACKEND = "daylight.reach.letters.ChannelBackend"
    Organisation.get()
    Organisation.objects.update(sender_name="Zoë's Shop", sender_email="news@firm.example")

    assert send_mail("Set a new password", "Follow the link: ä", None, ["bela@firm.example", "x@firm.example"]) == 1

    assert [(sender, recipients) for sender, recipients, _ in server.taken] == [
        ("news@firm.example", ["bela@firm.example"]),
        ("news@firm.example", ["x@firm.example"]),
    ]
    body = server.taken[0][2]
    assert body.count(b"\nDate: ") + body.startswith(b"Date: ") == 1


def test_a_letter_that_fails_breaks_no_page(desk: Client, settings: Settings) -> None:
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    settings.EMAIL_BACKEND = "daylight.reach.letters.ChannelBackend"

    assert send_mail("s", "t", None, ["bela@firm.example"]) == 0


RAW = (
    b"From: news@firm.example\r\nTo: zoe@shop.example\r\nSubject: Hi\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Plain \xc3\xa4\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Rich"
    b" <script>alert(1)</script></p>\r\n--x--\r\n"
)


def test_the_outbox_is_read_by_the_crew(desk: Client, clock: HandClock) -> None:
    row = OutboxMessage.objects.create(
        received_at=clock.now, sender="news@firm.example", recipient="zoe@shop.example", subject="Hi <b>", raw=RAW
    )

    assert "Hi &lt;b&gt;" in desk.get("/desk/reach/outbox/").content.decode()
    assert "No message to" in desk.get("/desk/reach/outbox/?q=nobody").content.decode()
    assert "Plain ä" in desk.get(f"/desk/reach/outbox/{row.pk}/").content.decode()
    assert "sandbox" in desk.get(f"/desk/reach/outbox/{row.pk}/?view=html").content.decode()
    assert "multipart/alternative" in desk.get(f"/desk/reach/outbox/{row.pk}/?view=source").content.decode()


def test_the_html_of_a_mail_runs_nothing(desk: Client, clock: HandClock) -> None:
    row = OutboxMessage.objects.create(received_at=clock.now, sender="", recipient="", raw=RAW)

    response = desk.get(f"/desk/reach/outbox/{row.pk}/html/")

    assert "sandbox" in response["Content-Security-Policy"]
    assert "script-src" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("raw", [b"", b"\xff\x00\xfe", b"Content-Type: text/plain; charset=nonsense\r\n\r\nx"])
def test_a_broken_message_is_shown_all_the_same(desk: Client, clock: HandClock, raw: bytes) -> None:
    row = OutboxMessage.objects.create(received_at=clock.now, sender="", recipient="", raw=raw)

    for view in ("text", "html", "source", "nonsense"):
        assert desk.get(f"/desk/reach/outbox/{row.pk}/?view={view}").status_code == 200


def test_many_messages_come_in_pages(desk: Client, clock: HandClock) -> None:
    OutboxMessage.objects.bulk_create(
        OutboxMessage(received_at=clock.now, sender="", recipient=f"c{n}@shop.example", raw=b"") for n in range(60)
    )

    page = desk.get("/desk/reach/outbox/?q=shop&page=2").content.decode()

    assert "Page 2 of 2" in page
    assert "?q=shop&amp;page=1" in page


def test_a_suppression_is_found_and_lifted_after_one_question(desk: Client, clock: HandClock) -> None:
    point = a_contact_point(address="zoe@shop.example")
    row = Suppression.objects.create(contact_point=point, reason="unsubscribed", since=clock.now)

    assert "zoe@shop.example" in desk.get("/desk/reach/suppressions/?q=zoe&reason=unsubscribed").content.decode()
    assert "Nothing found" in desk.get("/desk/reach/suppressions/?reason=bounced").content.decode()
    assert "The customer wanted this" in desk.get(f"/desk/reach/suppressions/{row.pk}/lift/").content.decode()
    desk.post(f"/desk/reach/suppressions/{row.pk}/lift/")

    row.refresh_from_db()
    assert row.lifted_by == "Ana"
    assert AuditEntry.objects.filter(act="suppression.lift").count() == 1
    assert desk.get(f"/desk/reach/suppressions/{row.pk}/lift/").status_code == 404


def test_a_member_stops_writing_to_an_address(desk: Client) -> None:
    point = a_contact_point()

    desk.post(f"/desk/reach/contact-points/{point.pk}/stop/", {"next": "https://elsewhere.example/"})

    page = desk.get(f"/desk/reach/customers/{point.customer_id}/").content.decode()
    assert "A member of the crew stopped it" in page
    assert "Nothing yet" in page


@pytest.fixture
def far_end(settings: Settings) -> Iterator[FarEnd]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with listening() as far_end:
        yield far_end


def test_a_webhook_is_added_tested_and_its_secret_shown_once(desk: Client, far_end: FarEnd) -> None:
    customer = a_contact_point().customer

    page = desk.post(f"/desk/reach/customers/{customer.pk}/webhook/", {"address": far_end.url}).content.decode()
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.secret in page
    assert endpoint.secret not in desk.get(f"/desk/reach/webhooks/{endpoint.pk}/").content.decode()

    assert "took the test" in desk.post(f"/desk/reach/webhooks/{endpoint.pk}/test/").content.decode()
    assert b'"type": "test"' in far_end.requests[0][1]


def test_a_bad_web_address_is_refused_with_a_sentence(desk: Client) -> None:
    customer = a_contact_point().customer

    page = desk.post(f"/desk/reach/customers/{customer.pk}/webhook/", {"address": "http://10.0.0.1/"})

    assert page.status_code == 422
    assert "must begin with https://" in page.content.decode()


def test_a_quarantined_webhook_is_released_only_by_a_good_test(desk: Client, far_end: FarEnd, clock: HandClock) -> None:
    point = a_webhook(far_end.url)
    endpoint = WebhookEndpoint.objects.get()
    WebhookEndpoint.objects.update(quarantined_at=clock.now, failures=12, failing_since=clock.now)
    Suppression.objects.create(contact_point=point, reason="quarantined", since=clock.now)
    far_end.status = 500

    page = desk.post(f"/desk/reach/webhooks/{endpoint.pk}/test/", {"release": "1"}).content.decode()
    assert "500 Internal Server Error" in page
    assert Suppression.objects.standing().exists()

    far_end.status = 200
    desk.post(f"/desk/reach/webhooks/{endpoint.pk}/test/", {"release": "1"})
    assert not Suppression.objects.standing().exists()


def test_a_new_secret_is_shown_once(desk: Client) -> None:
    a_webhook()
    endpoint = WebhookEndpoint.objects.get()
    former = endpoint.secret

    page = desk.post(f"/desk/reach/webhooks/{endpoint.pk}/rotate/").content.decode()

    endpoint.refresh_from_db()
    assert endpoint.secret in page
    assert endpoint.secret != former
    assert "signs too until" in page


def test_empty_screens_say_what_belongs_there(desk: Client) -> None:
    assert "The outbox is empty" in desk.get("/desk/reach/outbox/").content.decode()
    assert "We may write to every address" in desk.get("/desk/reach/suppressions/").content.decode()
    assert "No webhooks yet" in desk.get("/desk/reach/webhooks/").content.decode()
    assert "Connect a mail server" in desk.get("/desk/reach/channels/").content.decode()
    assert not Alarm.objects.exists()


@pytest.mark.parametrize(
    "path", ["channels/", "channels/email/", "channels/email/add/smtp/", "outbox/", "suppressions/", "webhooks/"]
)
def test_these_screens_are_not_for_everybody(client: Client, dora: Member, path: str) -> None:
    assert client.get(f"/desk/reach/{path}").status_code == 302
    client.force_login(dora)
    assert client.get(f"/desk/reach/{path}").status_code == 403


def test_links_that_open_an_account_are_read_by_nobody_else(
    client: Client, ana: Member, bela: Member, clock: HandClock
) -> None:
    letter, own, notice = (
        OutboxMessage.objects.create(
            received_at=clock.now,
            sender="a@b.example",
            recipient=recipient,
            subject=subject,
            raw=b"Subject: x\r\n\r\nx",
        )
        for recipient, subject in (
            (ana.email.upper(), "A new password"),
            (bela.email, "Your own"),
            ("zoe@shop.example", "Checkout fails"),
        )
    )
    client.force_login(bela)
    page = client.get("/desk/reach/outbox/").content.decode()
    assert "A new password" not in page
    assert "Checkout fails" in page
    seen = {row.pk: client.get(f"/desk/reach/outbox/{row.pk}/").status_code for row in (letter, own, notice)}
    assert seen == {letter.pk: 404, own.pk: 200, notice.pk: 200}
    assert client.get(f"/desk/reach/outbox/{letter.pk}/html/").status_code == 404
    client.force_login(ana)
    assert client.get(f"/desk/reach/outbox/{letter.pk}/").status_code == 200
