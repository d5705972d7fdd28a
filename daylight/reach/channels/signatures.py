"""Whether a request really comes from a provider: the signatures that several channels meet."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt

from daylight.reach.channels.inbound import InboundRequest, NotGenuine

OLDEST = timedelta(hours=1)
"""A signed request that is older was recorded by somebody and played again."""

AHEAD = timedelta(minutes=5)
"""So far a provider's clock may be ahead of ours."""


def check_twilio(request: InboundRequest, *, auth_token: str) -> None:
    """X-Twilio-Signature: the address and the sorted fields, sealed with the account's token. Raises NotGenuine."""
    pairs = sorted(set(request.fields)) if request.method == "POST" else []
    signed = request.url + "".join(name + value for name, value in pairs)
    digest = hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()
    _same(base64.b64encode(digest).decode("ascii"), request.header("X-Twilio-Signature"), "Twilio's signature")


def check_vonage(request: InboundRequest, *, secret: str) -> None:
    """The signed token that Vonage sends along, and the body it names. Raises NotGenuine."""
    claims = _claims(request.header("Authorization").removeprefix("Bearer ").strip(), secret, algorithms=["HS256"])
    _recent(claims, "iat", request.received_at)
    if request.body:
        _same(hashlib.sha256(request.body).hexdigest(), str(claims.get("payload_hash", "")), "The body")


def check_messagebird(request: InboundRequest, *, signing_key: str) -> None:
    """MessageBird-Signature-JWT: the address, the body and the time. Raises NotGenuine."""
    algorithms = ["HS256", "HS384", "HS512"]
    claims = _claims(request.header("MessageBird-Signature-JWT"), signing_key, algorithms=algorithms)
    if claims.get("iss") != "MessageBird":
        raise NotGenuine("The token was not made by MessageBird.")
    _recent(claims, "nbf", request.received_at)
    _same(hashlib.sha256(request.url.encode()).hexdigest(), str(claims.get("url_hash", "")), "The address")
    if request.body:
        _same(hashlib.sha256(request.body).hexdigest(), str(claims.get("payload_hash", "")), "The body")


def check_body(request: InboundRequest, *, signing_key: str) -> None:
    """X-Signature of a gateway: its body and X-Timestamp, sealed with a key of our choice. Raises NotGenuine."""
    stamp = request.header("X-Timestamp")
    if stamp:
        _recent({"time": stamp}, "time", request.received_at)
    digest = hmac.new(signing_key.encode(), request.body + stamp.encode(), hashlib.sha256).hexdigest()
    _same(digest, request.header("X-Signature").lower(), "The gateway's signature")


def _claims(token: str, secret: str, *, algorithms: list[str]) -> Mapping[str, Any]:
    """What a token says; its times are judged by the moment the request came, not by this machine's clock."""
    if not secret:
        raise NotGenuine("No secret is set up, so nothing that comes in can be believed.")
    options: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
    try:
        return jwt.decode(token, secret, algorithms=algorithms, options=options)
    except jwt.InvalidTokenError as problem:
        raise NotGenuine(f"The signature is not good: {problem}") from None


def _recent(claims: Mapping[str, Any], name: str, now: datetime) -> None:
    try:
        age = timedelta(seconds=now.timestamp() - float(claims[name]))
    except (KeyError, TypeError, ValueError):
        raise NotGenuine("The signature does not say when it was made.") from None
    if not -AHEAD <= age <= OLDEST:
        raise NotGenuine("The signature is too old or from the future.")


def _same(ours: str, theirs: str, what: str) -> None:
    if not hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "replace")):
        raise NotGenuine(f"{what} is not what was signed.")
