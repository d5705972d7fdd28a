"""Mails as Mailgun, Postmark, SendGrid, Mandrill and Amazon SES post them, each to an address of its own."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from django.test import Client
from pytest_django import Settings

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.listen import taking_in
from daylight.listen.connecting import keeping
from daylight.listen.models import Connection, Message
from daylight.listen.sources.mailbox import taking
from daylight.listen.sources.mailbox.posted import sns
from daylight.listen.sources.registry import SOURCES
from daylight.reach.inbound import arriving
from daylight.reach.models import IncomingMail

pytestmark = pytest.mark.django_db

FIXTURES = Path(__file__).parent.parent / "fixtures"
MAIL = (FIXTURES / "mail.eml").read_bytes().replace(b"\n", b"\r\n")
TOPIC = "arn:aws:sns:eu-central-1:012345678912:mail"
SENDGRIDS = ec.generate_private_key(ec.SECP256R1())
AMAZONS = rsa.generate_private_key(65537, 2048)
BORDER = "xYzZY"


def fixture(name: str) -> Any:
    """What a provider posts, but for the mail itself and the signature."""
    return json.loads((FIXTURES / f"{name}.json").read_text())


def form(fields: Mapping[str, str | bytes]) -> tuple[bytes, str]:
    """Fields as a form in parts."""
    body = b""
    for name, value in fields.items():
        raw = value if isinstance(value, bytes) else value.encode()
        body += f'--{BORDER}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + raw + b"\r\n"
    return body + f"--{BORDER}--\r\n".encode(), f'multipart/form-data; boundary="{BORDER}"'


def mailgun(settings: Any, mail: bytes) -> tuple[bytes, str, dict[str, str]]:
    given = fixture("mailgun")
    sealed = (given["timestamp"] + given["token"]).encode()
    seal = hmac.new(b"signing", sealed, hashlib.sha256).hexdigest()
    return (*form({**given, "signature": seal, "body-mime": mail}), {})


def sendgrid(settings: Any, mail: bytes) -> tuple[bytes, str, dict[str, str]]:
    body, kind = form({**fixture("sendgrid"), "email": mail})
    seal = SENDGRIDS.sign(b"1777893006" + body, ec.ECDSA(SHA256()))
    return (
        body,
        kind,
        {
            "X-Twilio-Email-Event-Webhook-Timestamp": "1777893006",
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(seal).decode(),
        },
    )


def postmark(settings: Any, mail: bytes) -> tuple[bytes, str, dict[str, str]]:
    body = json.dumps({**fixture("postmark"), "RawEmail": mail.decode("latin-1")}).encode()
    return body, "application/json", _basic(settings)


def postmark_parsed(settings: Any, mail: bytes) -> tuple[bytes, str, dict[str, str]]:
    return json.dumps(fixture("postmark")).encode(), "application/json", _basic(settings)


def _basic(settings: Any) -> dict[str, str]:
    word = base64.b64encode(f"daylight:{settings['secret']}".encode()).decode()
    return {"Authorization": f"Basic {word}"}


def mandrill(settings: Any, mail: bytes) -> tuple[bytes, str, dict[str, str]]:
    events = fixture("mandrill")
    events[0]["msg"]["raw_msg"] = mail.decode("latin-1")
    written = json.dumps(events)
    seal = hmac.new(b"webhook", f"{settings['url']}mandrill_events{written}".encode(), hashlib.sha1).digest()
    body, kind = form({"mandrill_events": written})
    return body, kind, {"X-Mandrill-Signature": base64.b64encode(seal).decode()}


def ses(settings: Any, mail: bytes) -> tuple[bytes, str, dict[str, str]]:
    event = fixture("ses") | {"content": base64.b64encode(mail).decode()}
    return _note("Notification", Message=json.dumps(event)), "text/plain; charset=UTF-8", {}


def _note(kind: str, **more: str) -> bytes:
    note = {
        "Type": kind,
        "MessageId": "da41e39f-ea4d-435a-b922-c6aae3915ebe",
        "TopicArn": TOPIC,
        "Timestamp": "2026-05-04T11:10:06.000Z",
        "SignatureVersion": "2",
        "SigningCertURL": "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0.pem",
    } | more
    keys = sorted(name for name in note if name not in {"SignatureVersion", "SigningCertURL"})
    sealed = "".join(f"{name}\n{note[name]}\n" for name in keys).encode()
    note["Signature"] = base64.b64encode(AMAZONS.sign(sealed, padding.PKCS1v15(), SHA256())).decode()
    return json.dumps(note).encode()


def _certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, AMAZONS.public_key(), 1, begin, begin + timedelta(days=900))
    return builder.sign(AMAZONS, SHA256()).public_bytes(Encoding.PEM)


PUBLIC = SENDGRIDS.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
Writes = Callable[[Any, bytes], tuple[bytes, str, dict[str, str]]]
PROVIDERS: dict[str, tuple[str, dict[str, str], Writes]] = {
    "mailgun": ("mail_mailgun", {"signing_key": "signing"}, mailgun),
    "postmark": ("mail_postmark", {}, postmark),
    "postmark without the mail as it came": ("mail_postmark", {}, postmark_parsed),
    "sendgrid": ("mail_sendgrid", {"public_key": base64.b64encode(PUBLIC).decode()}, sendgrid),
    "mandrill": ("mail_mandrill", {"webhook_key": "webhook"}, mandrill),
    "ses": ("mail_ses", {"topic": TOPIC}, ses),
}


@pytest.fixture(autouse=True)
def amazon(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Amazon's certificate, without asking Amazon."""
    pem = _certificate()
    sns.certificate.cache_clear()
    monkeypatch.setattr("daylight.listen.sources.mailbox.posted.sns.http.get", lambda url: _Answer(pem))
    settings.MAIL_ADDRESSES = ["help@shop.example"]


class _Answer:
    def __init__(self, body: bytes) -> None:
        self.body = body


def connected(name: str, clock: HandClock) -> tuple[Connection, str, Any]:
    """A connection of this provider, its address, and its settings with that address."""
    source, given, _ = PROVIDERS[name]
    known = SOURCES[source]
    assert known.connects is not None
    row = keeping.keep(known, known.connects, given, name=name, at=clock.now)
    path = f"/listen/{row.token}/"
    kept: Any = row.settings
    return row, path, {**kept, "url": f"http://testserver{path}"}


def post(client: Client, path: str, posted: tuple[bytes, str, dict[str, str]]) -> int:
    body, kind, headers = posted
    return client.post(path, body, content_type=kind, headers=headers).status_code


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_posted_mail_is_a_message_with_its_file_once(
    name: str, client: Client, clock: HandClock, settings: Settings
) -> None:
    settings.SITE_URL = "http://testserver"
    _, path, known = connected(name, clock)
    posted = PROVIDERS[name][2](known, MAIL)

    codes = [post(client, path, posted) for _ in range(2)]
    assert codes == [200, 200]
    assert IncomingMail.objects.count() == 1
    for step in (arriving.step, taking.step, taking_in.step):
        step(clock.now)

    message = Message.objects.get()
    assert message.text == "Das Päckchen 10-4471 fehlt."
    assert (message.conversation.subject, message.nature) == ("Wo ist mein Päckchen?", "words")
    assert (message.conversation.address, message.source) == ("ada@mail.example", "mailbox")
    assert message.external_id == "20260504131000.7B2E1@mail.example"
    assert b"".join(message.attachments.get(name="label.png").pieces()) == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("name", [name for name in PROVIDERS if "without" not in name])
def test_what_another_signed_is_turned_away(name: str, client: Client, clock: HandClock) -> None:
    _, path, known = connected(name, clock)
    body, kind, headers = PROVIDERS[name][2]({**known, "secret": "another", "url": "http://else.example/"}, MAIL)
    forged = body.replace(b"da41e39f", b"da41e39e").replace(b"1b4fbd8b", b"1b4fbd8c").replace(b"ada@", b"eve@")

    code = post(client, path, (forged, kind, headers))

    assert code == 403
    assert not IncomingMail.objects.exists()
    assert "signature" in Connection.objects.get().problem


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"\xff\x00", b"mandrill_events=[1", b"--xYzZY\r\n\r\nx"])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", form({})[1]])
def test_nonsense_is_told_so(name: str, body: bytes, kind: str, client: Client, clock: HandClock) -> None:
    _, path, _ = connected(name, clock)

    assert post(client, path, (body, kind, {})) in {400, 403}
    assert not IncomingMail.objects.exists()


def test_a_mail_of_many_megabytes_is_taken(client: Client, clock: HandClock) -> None:
    """Far more than Django holds of a request."""
    _, path, known = connected("mailgun", clock)
    large = MAIL.replace(b"iVBORw0KGgo=", b"iVBORw0KGgoA\r\n" * 800_000)

    assert post(client, path, mailgun(known, large)) == 200
    assert b"".join(IncomingMail.objects.get().pieces()) == large


def test_what_is_larger_than_we_take_is_told_so(
    client: Client, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daylight.listen.connecting.bringing.LARGEST", 1000)
    _, path, known = connected("mailgun", clock)

    assert post(client, path, mailgun(known, MAIL)) == 413


def test_a_route_that_posts_no_whole_mail_is_told_what_to_change(client: Client, clock: HandClock) -> None:
    row, path, known = connected("mailgun", clock)
    body, kind, headers = mailgun(known, MAIL)

    code = post(client, path, (body.replace(b"body-mime", b"body-html"), kind, headers))

    row.refresh_from_db()
    assert code == 400
    assert 'must end with "?mime"' in row.problem


def test_a_topic_that_asks_whether_we_want_it_is_told_so(
    client: Client, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    pem = _certificate()

    def get(url: str) -> _Answer:
        asked.append(url)
        return _Answer(pem)

    monkeypatch.setattr("daylight.listen.sources.mailbox.posted.sns.http.get", get)
    _, path, _ = connected("ses", clock)
    wanted = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37"
    codes = [
        post(
            client,
            path,
            (_note("SubscriptionConfirmation", Message="x", Token="t", SubscribeURL=url), "text/plain", {}),
        )
        for url in (wanted, "https://evil.example/", "https://sns.eu-central-1.amazonaws.com.evil.example/")
    ]

    assert codes == [200, 403, 403]
    assert asked[1:] == [wanted]


@pytest.mark.parametrize("source", sorted({source for source, _, _ in PROVIDERS.values()}))
def test_a_member_connects_a_provider_with_help_beside_it(source: str, client: Client, ana: Member) -> None:
    client.force_login(ana)

    page = client.get(f"/desk/ways-in/connections/add/{source}/").content.decode()

    assert "bring your mail" in page
