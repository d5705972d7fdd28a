"""The Bot API: one call per message, and what its answers mean."""

import json
from collections.abc import Mapping
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
)
from daylight.reach.channels.over_http import LONGEST_WAIT, TIME_OUT, Call, read_json
from daylight.reach.channels.telegram.kinds import API

NOBODY = (
    "chat not found",
    "user is deactivated",
    "peer_id_invalid",
    "upgraded to a supergroup",
    "have no rights to send",
)
"""What a 400 says when it is the chat that is wrong and not the words."""


class Bot:
    """One bot. Raises ChannelBroken without a token, which is in no failure and in no answer."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        token = str(settings.get("token") or "")
        if not token:
            raise ChannelBroken("No Telegram bot is connected.")
        self._methods = f"{settings.get('api_url') or API}/bot{token}"

    def call(self, message: Message, *, key: str) -> Call:
        """The call that sends this message."""
        return Call(f"{self._methods}/sendMessage", body=message.payload, headers=message.headers)

    def announce(self, url: str, *, secret: str) -> None:
        """Have Telegram call `url`, repeating `secret`. Raises ChannelBroken or TryLater."""
        asked = {"url": url, "secret_token": secret, "allowed_updates": ["message", "my_chat_member"]}
        try:
            answer = http.post(
                f"{self._methods}/setWebhook",
                data=json.dumps(asked).encode(),
                headers={"Content-Type": "application/json"},
                timeout=TIME_OUT.total_seconds(),
            )
        except (http.Refused, http.Unreachable) as problem:
            raise TryLater(str(problem)) from None
        if not answer.is_good:
            raise ChannelBroken(f"{answer.status} {read_json(answer).get('description', '')}".strip())

    def judge(self, answer: http.Answer) -> Accepted:
        """What an answer means: Telegram describes its errors in words."""
        said = read_json(answer)
        description = str(said.get("description") or "")
        words = f"{answer.status} {description}".strip()
        if answer.is_good and said.get("ok"):
            sent = said["result"]
            return Accepted(reference=f"{sent['chat']['id']}/{sent['message_id']}", answer=words)
        if answer.status == 403 or (answer.status == 400 and any(sign in description.lower() for sign in NOBODY)):
            raise AddressRejected(words)
        if answer.status == 400:
            raise MessageRejected(words)
        if answer.status in {401, 404}:
            raise ChannelBroken(words)
        seconds = (said.get("parameters") or {}).get("retry_after")
        raise TryLater(words, after=min(timedelta(seconds=int(seconds)), LONGEST_WAIT) if seconds else None)
