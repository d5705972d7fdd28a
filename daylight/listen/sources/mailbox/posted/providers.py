"""The mail providers that post to us what they took: how each signs, and where the mail lies in what it posts."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator
from email.encoders import encode_base64
from email.message import Message

from anymail.webhooks.postmark import PostmarkInboundWebhookView
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django import forms

from daylight.listen.sources import given
from daylight.listen.sources.base import Connects, Settings, Source
from daylight.listen.sources.mailbox.posted import sns
from daylight.listen.sources.mailbox.posted.request import Brought, Posted, as_object
from daylight.reach.channels.inbound import NotGenuine, NotUnderstood

MOST_EVENTS = 1_000


def _secret(label: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, max_length=400, required=required, widget=widget, help_text=help_text)


class MailgunForm(forms.Form):
    """A Mailgun route."""

    signing_key = _secret("HTTP webhook signing key")


def mailgun(posted: Posted, settings: Settings) -> Iterator[Brought]:
    """A route's forward, with the mail as it came in `body-mime`; signed over its time and its token."""
    sealed = (posted.text("timestamp") + posted.text("token")).encode()
    seal = hmac.new(str(settings["signing_key"]).encode(), sealed, hashlib.sha256).hexdigest()
    if not sealed or not hmac.compare_digest(seal.encode(), posted.text("signature").encode("utf-8", "replace")):
        raise NotGenuine("Mailgun's signature is not that of the signing key.")
    if "body-mime" not in posted.fields:
        raise NotUnderstood('The mail as it came is missing: the address in the route must end with "?mime".')
    yield Brought(posted.text("recipient"), posted.text("sender"), posted.fields["body-mime"])


def postmark(posted: Posted, settings: Settings) -> Iterator[Brought]:
    """An inbound stream, with the mail as it came where that is switched on, else made of what Postmark read."""
    given.check_same(_password(posted), str(settings.get("secret") or ""), "The password in the address")
    event = posted.json()
    if event.get("RecordType", "Inbound") != "Inbound":
        raise NotUnderstood("This is no mail: enter this address at the inbound stream.")
    message = PostmarkInboundWebhookView.esp_to_anymail_event(PostmarkInboundWebhookView(), event).message
    raw = str(event.get("RawEmail") or "").encode("utf-8", "replace") or _written(
        message, given.words(event, "MessageID")
    )
    yield Brought(str(event.get("OriginalRecipient") or ""), str(message.envelope_sender or ""), [raw])


def _written(message: Message, name: str) -> bytes:
    """A mail made of what a provider read: each part such that no line end changes, and the same each time."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{name}_{number}")
            continue
        content = part.get_payload(decode=True)
        del part["Content-Transfer-Encoding"]
        part.set_payload(content)
        encode_base64(part)
    return message.as_bytes()


class SendGridForm(forms.Form):
    """SendGrid's Inbound Parse."""

    public_key = forms.CharField(
        label="Public key of the parse webhook",
        max_length=400,
        required=False,
        help_text="Of its security policy. Without it we believe whoever knows the address.",
    )


def sendgrid(posted: Posted, settings: Settings) -> Iterator[Brought]:
    """Inbound Parse with the raw message; signed over a time and the body where a security policy is set."""
    key = str(settings.get("public_key") or "")
    if key:
        _check_sendgrid(posted, key)
    if "email" not in posted.fields:
        raise NotUnderstood('The mail as it came is missing: tick "POST the raw, full MIME message".')
    envelope = as_object(posted.text("envelope") or "{}")
    to = given.listed(envelope, "to")
    yield Brought(str(to[0]) if to else "", given.words(envelope, "from"), posted.fields["email"])


def _check_sendgrid(posted: Posted, key: str) -> None:
    stamp = posted.header("X-Twilio-Email-Event-Webhook-Timestamp").encode()
    try:
        seal = base64.b64decode(posted.header("X-Twilio-Email-Event-Webhook-Signature"), validate=True)
        public = load_der_public_key(base64.b64decode(key))
        if not isinstance(public, ec.EllipticCurvePublicKey):
            raise NotGenuine("The public key is not one of SendGrid's.")
        public.verify(seal, posted.digest_after(stamp), ec.ECDSA(Prehashed(SHA256())))
    except (InvalidSignature, binascii.Error, ValueError) as problem:
        raise NotGenuine("SendGrid's signature is not that of the public key.") from problem


class MandrillForm(forms.Form):
    """An inbound route of Mailchimp Transactional."""

    webhook_key = _secret("Key of the route's webhook")


def mandrill(posted: Posted, settings: Settings) -> Iterator[Brought]:
    """Inbound events, each with the mail as it came; signed over the address and the fields."""
    sealed = posted.url + "".join(name + posted.text(name) for name in sorted(posted.fields))
    seal = hmac.new(str(settings["webhook_key"]).encode(), sealed.encode(), hashlib.sha1).digest()
    theirs = posted.header("X-Mandrill-Signature").encode("utf-8", "replace")
    if not hmac.compare_digest(base64.b64encode(seal), theirs):
        raise NotGenuine("Mandrill's signature is not that of the key.")
    events = given.listed(as_object(f'{{"events": {posted.text("mandrill_events") or "[]"}}}'), "events")
    for event in events[:MOST_EVENTS]:
        if given.words(event, "event") == "inbound":
            raw = given.words(event, "msg", "raw_msg").encode("utf-8", "replace")
            yield Brought(given.words(event, "msg", "email"), given.words(event, "msg", "from_email"), [raw])


def _password(posted: Posted) -> str:
    """The password of basic authorization, as in `https://daylight:password@…`."""
    kind, _, written = posted.header("Authorization").partition(" ")
    try:
        return base64.b64decode(written).decode().partition(":")[2] if kind.lower() == "basic" else ""
    except (binascii.Error, ValueError):
        return ""


SOURCES = (
    Source("mail_mailgun", "Mail by Mailgun", connects=Connects(form=MailgunForm, brings=mailgun)),
    Source("mail_postmark", "Mail by Postmark", connects=Connects(brings=postmark, makes_secret=True)),
    Source("mail_sendgrid", "Mail by SendGrid", connects=Connects(form=SendGridForm, brings=sendgrid)),
    Source("mail_mandrill", "Mail by Mandrill", connects=Connects(form=MandrillForm, brings=mandrill)),
    Source("mail_ses", "Mail by Amazon SES", connects=Connects(form=sns.SesForm, brings=sns.read)),
)
