"""The key with which this installation signs its evidence: Ed25519, made at first use, sealed at rest."""

import hashlib
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from daylight.core.secrets import Unreadable
from daylight.reach.models import EvidenceKey


class KeyUnreadable(Exception):
    """The owner must act: the key is sealed with a secret key that this installation no longer has."""


def the_key(at: datetime) -> EvidenceKey:
    """The key of the installation; made now when there is none. Raises KeyUnreadable."""
    try:
        found = EvidenceKey.objects.filter(pk=1).first()
    except Unreadable:
        raise KeyUnreadable(
            "The key that signs evidence was sealed with another secret key. Give the installation its former"
            " DAYLIGHT_SECRET_KEY back."
        ) from None
    return found or _make(at)


def private_key(key: EvidenceKey) -> Ed25519PrivateKey:
    """The half that signs."""
    loaded = load_pem_private_key(str(key.private).encode(), password=None)
    if not isinstance(loaded, Ed25519PrivateKey):
        raise TypeError("The evidence key is not an Ed25519 key.")
    return loaded


def fingerprint(public: Ed25519PublicKey) -> str:
    """The name of a key: SHA-256 of its DER, in hex."""
    return hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _make(at: datetime) -> EvidenceKey:
    fresh = Ed25519PrivateKey.generate()
    public = fresh.public_key()
    kept, _ = EvidenceKey.objects.get_or_create(
        pk=1,
        defaults={
            "private": fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii"),
            "public": public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii"),
            "fingerprint": fingerprint(public),
            "made_at": at,
        },
    )
    return kept
