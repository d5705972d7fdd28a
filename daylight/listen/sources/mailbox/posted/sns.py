"""Amazon SES by way of SNS: a notification with the mail in it, signed with a certificate of Amazon's."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509 import load_pem_x509_certificate
from django import forms

from daylight.core import http
from daylight.listen.sources import given
from daylight.listen.sources.base import Settings
from daylight.listen.sources.mailbox.posted.request import Brought, Posted, as_object
from daylight.reach.channels.inbound import NotGenuine, NotUnderstood

_AMAZONS = re.compile(r"https://sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?/[\w.?=&:%/+-]+")
_SEALED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


class SesForm(forms.Form):
    """A topic of SNS that SES publishes mail to."""

    topic = forms.CharField(label="ARN of the topic", max_length=200, help_text="As in arn:aws:sns:eu-central-1:…")


def read(posted: Posted, settings: Settings) -> Iterator[Brought]:
    """A mail in a notification; a topic that asks whether we want it is told so."""
    note = posted.json()
    if given.words(note, "TopicArn") != settings["topic"]:
        raise NotGenuine("This is another topic.")
    check(note, certificate(_amazons(given.words(note, "SigningCertURL"))))
    if note["Type"] == "SubscriptionConfirmation":
        _fetched(_amazons(given.words(note, "SubscribeURL")))
        return
    event = as_object(given.words(note, "Message"))
    if given.words(event, "notificationType") != "Received":
        return
    content = given.words(event, "content")
    if not content:
        raise NotUnderstood("The mail is not in the notification: use the SNS action with Base64 encoding, not S3.")
    to = given.listed(event, "receipt", "recipients")
    yield Brought(str(to[0]) if to else "", given.words(event, "mail", "source"), [_content(event, content)])


def check(note: Mapping[str, Any], pem: bytes) -> None:
    """Whether the certificate's key signed the note. Raises NotGenuine."""
    names = _SEALED.get(given.words(note, "Type"))
    if names is None:
        raise NotUnderstood("This is no notification.")
    sealed = "".join(f"{name}\n{note[name]}\n" for name in names if note.get(name) is not None).encode()
    is_new = given.words(note, "SignatureVersion") == "2"
    try:
        key = load_pem_x509_certificate(pem).public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            raise NotGenuine("The certificate is not one of Amazon's.")
        seal = base64.b64decode(given.words(note, "Signature"), validate=True)
        key.verify(seal, sealed, padding.PKCS1v15(), SHA256() if is_new else SHA1())  # noqa: S303  # As they sign.
    except (InvalidSignature, binascii.Error, ValueError) as problem:
        raise NotGenuine("The signature is not Amazon's.") from problem


@lru_cache(maxsize=16)
def certificate(url: str) -> bytes:
    """The certificate at an address of Amazon's."""
    return _fetched(url)


def _fetched(url: str) -> bytes:
    try:
        return http.get(url).body
    except (http.Refused, http.Unreachable) as problem:
        raise NotUnderstood(f"Amazon cannot be asked: {problem}") from problem


def _amazons(url: str) -> str:
    if not _AMAZONS.fullmatch(url):
        raise NotGenuine("This is no address of Amazon's.")
    return url


def _content(event: Mapping[str, Any], content: str) -> bytes:
    """The mail as it came; SES says in the action how it wrote it."""
    if given.words(event, "receipt", "action", "encoding").upper() == "BASE64":
        return base64.b64decode(content)
    return content.encode("utf-8", "replace")
