"""Slack: the Events API brings each message of the channels that the app was invited to; answers go into the thread."""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

from django import forms

from daylight.listen.said import Said
from daylight.listen.sources import given
from daylight.listen.sources.base import Answer, Connects, Heard, Settings, Source
from daylight.listen.sources.helpdesk import ask, with_files
from daylight.reach.channels import inbound
from daylight.reach.channels.base import ChannelBroken, MessageRejected
from daylight.reach.channels.fields import secret
from daylight.reach.channels.inbound import InboundRequest, NotGenuine

API = "https://slack.com/api"
OLDEST = timedelta(minutes=5)
NOT_SAID = frozenset(
    {"bot_message", "message_changed", "message_deleted", "channel_join", "channel_leave", "channel_topic"}
)
KEY = "daylight_answer"
"""The kind of metadata by which an answer of ours is known again."""

_LINK = re.compile(r"<(?:[@#!][^|>]*\|)?([^|>]*)(?:\|([^>]*))?>")


class SlackForm(forms.Form):
    """An app of your workspace."""

    signing_secret = secret("Signing secret", "On the app's page, under Basic information.")
    bot_token = secret("Bot token", "Only to answer from here. It begins with xoxb-.", required=False)
    crew = forms.CharField(
        label="Your own people",
        required=False,
        max_length=4000,
        help_text="Their member ids, such as U024BE7LH, with blanks between. What they write is your answer.",
    )


class Slack:
    """Answers go back into the thread they belong to."""

    def answer(self, answer: Answer, settings: Settings) -> str:
        """Post into the thread, unless an earlier try did. Raises MessageRejected, ChannelBroken or TryLater."""
        token = str(settings.get("bot_token") or "")
        if not token:
            raise ChannelBroken("To answer in Slack, enter a bot token at the connection.")
        channel, _, thread = answer.thread.partition("-")
        before = self._earlier(channel, thread, answer.key, token) if thread else ""
        if before:
            return before
        metadata = {"event_type": KEY, "event_payload": {"key": answer.key}}
        body = {"channel": channel, "text": answer.text, "metadata": metadata}
        posted = _call("POST", "chat.postMessage", token, body={**body, "thread_ts": thread} if thread else body)
        return f"{channel}-{given.words(posted, 'ts')}"

    def _earlier(self, channel: str, thread: str, key: str, token: str) -> str:
        asked = urlencode({"channel": channel, "ts": thread, "limit": 200, "include_all_metadata": "true"})
        for message in given.listed(_call("GET", f"conversations.replies?{asked}", token), "messages"):
            if given.words(message, "metadata", "event_payload", "key") == key:
                return f"{channel}-{given.words(message, 'ts')}"
        return ""


def _call(method: str, what: str, token: str, body: Any = None) -> Any:
    answered = ask(method, f"{API}/{what}", headers={"Authorization": f"Bearer {token}"}, body=body)
    if given.part(answered, "ok") is True:
        return answered
    problem = given.words(answered, "error") or "no reason given"
    failure = ChannelBroken if "auth" in problem or "token" in problem or "scope" in problem else MessageRejected
    raise failure(f"Slack does not do this: {problem}")


def read(request: InboundRequest, settings: Settings) -> Heard:
    """One event; the challenge is answered with itself."""
    check(request, str(settings.get("signing_secret") or ""))
    posted = given.object_in(request)
    if posted.get("type") == "url_verification":
        return Heard(answer=inbound.Answer(given.words(posted, "challenge").encode()))
    said = _said(given.part(posted, "event"), set(str(settings.get("crew") or "").split()))
    return Heard((said,) if said else ())


def check(request: InboundRequest, signing_secret: str) -> None:
    """The seal of time and body, not older than five minutes. Raises NotGenuine."""
    stamp = request.header("X-Slack-Request-Timestamp")
    if not signing_secret or not stamp.isascii() or not stamp.isdigit():
        raise NotGenuine("There is no secret, or the request does not say when it was made.")
    if abs(request.received_at.timestamp() - int(stamp[:12])) > OLDEST.total_seconds():
        raise NotGenuine("The request is too old, or from the future.")
    sealed = b"v0:" + stamp.encode() + b":" + request.body
    ours = "v0=" + hmac.new(signing_secret.encode(), sealed, hashlib.sha256).hexdigest()
    given.check_same(request.header("X-Slack-Signature"), ours, "The seal")


def _said(event: Any, crew: set[str]) -> Said | None:
    """What a person wrote; None for whatever else happens in a workspace."""
    channel, stamp, user = (given.words(event, name) for name in ("channel", "ts", "user"))
    is_message = given.words(event, "type") == "message" and given.words(event, "subtype") not in NOT_SAID
    if not is_message or not channel or not stamp or not user or given.words(event, "bot_id"):
        return None
    names = [given.words(file, "name") for file in given.listed(event, "files")]
    text = with_files(plain(given.words(event, "text")), names)
    if not text:
        return None
    is_alone = given.words(event, "channel_type") == "im"
    profile = given.part(event, "user_profile")
    return Said(
        source="slack",
        external_id=f"{channel}-{stamp}",
        said_at=_moment(stamp),
        text=text,
        name=given.words(profile, "real_name") or given.words(profile, "display_name") or user,
        thread_key=channel if is_alone else f"{channel}-{given.words(event, 'thread_ts') or stamp}",
        direction="out" if user in crew else "in",
    )


def plain(text: str) -> str:
    """Slack's marks as people read them: <https://x|here> is "here", &lt; is "<"."""
    return unescape(_LINK.sub(lambda found: found[2] or found[1], text))


def _moment(stamp: str) -> datetime:
    return datetime.fromtimestamp(float(stamp), UTC)


SOURCE = Source("slack", "Slack", answering=Slack(), connects=Connects(form=SlackForm, read=read))
