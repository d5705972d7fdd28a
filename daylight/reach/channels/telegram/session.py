"""The wire to the Bot API: one call per message."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from daylight.core import http
from daylight.reach.channels.base import (
    Accepted,
    AddressRejected,
    ChannelBroken,
    Message,
    MessageRejected,
    TryLater,
    Unanswered,
    nothing,
)
from daylight.reach.channels.rooms import LONGEST_WAIT, TIME_OUT, read_json
from daylight.reach.channels.telegram.kinds import API

NOBODY = (
    "chat not found",
    "user is deactivated",
    "peer_id_invalid",
    "upgraded to a supergroup",
    "have no rights to send",
)
"""What a 400 says when it is the chat that is wrong and not the words."""


class TelegramSession:
    """Sends messages as one bot."""

    is_open = True

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._token = str(settings.get("token") or "")
        if not self._token:
            raise ChannelBroken("No Telegram bot is connected.")
        self._url = f"{settings.get('api_url') or API}/bot{self._token}/sendMessage"

    def send(self, message: Message, *, idempotency_key: str, on_wire: Callable[[], None] = nothing) -> Accepted:
        """Send one message. Raises one of the four failures, or Unanswered; none of them holds the token."""
        on_wire()
        try:
            answer = http.post(
                self._url, data=message.payload, headers=message.headers, timeout=TIME_OUT.total_seconds()
            )
        except http.Refused as problem:
            raise ChannelBroken(str(problem)) from None
        except http.TooSlow as problem:
            raise Unanswered(str(problem)) from None
        except http.Unreachable as problem:
            raise TryLater(str(problem)) from None
        return _judge(answer, chat=message.address)

    def close(self) -> None:
        """Nothing is kept open."""


def _judge(answer: http.Answer, *, chat: str) -> Accepted:
    said = read_json(answer)
    description = str(said.get("description") or "")
    words = f"{answer.status} {description}".strip()
    parameters = said.get("parameters") or {}
    if answer.is_good and said.get("ok"):
        number = (said.get("result") or {}).get("message_id")
        return Accepted(reference=f"{chat}/{number}", answer=words)
    if answer.status == 403 or (answer.status == 400 and any(sign in description.lower() for sign in NOBODY)):
        raise AddressRejected(words)
    if answer.status == 400:
        raise MessageRejected(words)
    if answer.status in {401, 404}:
        raise ChannelBroken(words)
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    raise TryLater(words, after=min(timedelta(seconds=int(seconds)), LONGEST_WAIT) if seconds else None)
