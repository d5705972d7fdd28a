"""Reads what Telegram tells of a bot: who came by our link, who wrote back, who blocked it."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from daylight.reach.channels.inbound import (
    Heard,
    InboundRequest,
    NotGenuine,
    Said,
    SaidJoin,
    SaidReply,
    SaidStop,
)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # The name of a header.
COMMANDS = {"/stop": "STOP", "/start": "START"}
"""What people press in Telegram, in the words that people write elsewhere."""

GONE = frozenset({"kicked", "left"})


def secret_of(settings: Mapping[str, Any]) -> str:
    """What Telegram repeats to us with each call, made of the token, which it knows, too."""
    return hashlib.sha256(f"daylight.telegram:{settings.get('token')}".encode()).hexdigest()


def read(settings: Mapping[str, Any], request: InboundRequest) -> Heard:
    """What one call says. Raises NotGenuine when it does not repeat the secret."""
    if not hmac.compare_digest(request.header(SECRET_HEADER).encode(), secret_of(settings).encode()):
        raise NotGenuine("The secret of this bot is missing.")
    update = request.json()
    if "my_chat_member" in update:
        return Heard(said=_member(update["my_chat_member"]))
    return Heard(said=_message(update["message"]) if "message" in update else ())


def _member(change: Mapping[str, Any]) -> tuple[Said, ...]:
    """Somebody blocked the bot, or put it out of a group; that they let it in again says nothing."""
    if change["new_chat_member"]["status"] not in GONE:
        return ()
    return (SaidStop(said_at=_moment(change), address=str(change["chat"]["id"])),)


def _message(message: Mapping[str, Any]) -> tuple[Said, ...]:
    text = str(message.get("text") or "").strip()
    chat = str(message["chat"]["id"])
    name = f"{chat}/{message['message_id']}"
    command, _, token = text.partition(" ")
    if command == "/start" and token:
        return (SaidJoin(token=token, address=chat, said_at=_moment(message), message_id=name),)
    answered = message.get("reply_to_message")
    reference = f"{chat}/{answered['message_id']}" if answered else ""
    words = COMMANDS.get(text, text)
    reply = SaidReply(address=chat, text=words, said_at=_moment(message), message_id=name, reference=reference)
    return (reply,) if words else ()


def _moment(said: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(said["date"]), UTC)
