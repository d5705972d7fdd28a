"""The table from a mail server's reply to who must act.

The same code means different things at different steps: 552 to a recipient is a full mailbox, 552 to a message is a
message too large. Enhanced codes (RFC 3463) decide where a server gives them.
"""

import re
from enum import Enum

from daylight.reach.channels.base import AddressRejected, ChannelBroken, MessageRejected, TryLater


class Step(Enum):
    """Where in the conversation the reply came."""

    HELLO = "hello"
    AUTH = "auth"
    SENDER = "sender"
    RECIPIENT = "recipient"
    MESSAGE = "message"


_ENHANCED = re.compile(r"\b[45]\.(\d{1,3})\.(\d{1,3})\b")
_OUR_CREDENTIALS = frozenset({530, 534, 535, 538})
_OUR_BEHAVIOUR = frozenset({500, 502, 503, 504})
_ADDRESS, _FULL, _SIZE = "1", ("2", "2"), {("2", "3"), ("3", "4")}


def failure(step: Step, code: int, text: str) -> Exception:
    """The failure that a reply stands for."""
    said = f"{code} {text}".strip()[:300]
    if 400 <= code < 500:
        return TryLater(said)
    if step in {Step.HELLO, Step.AUTH} or code in _OUR_CREDENTIALS or code in _OUR_BEHAVIOUR:
        return ChannelBroken(said)
    match = _ENHANCED.search(text)
    subject_detail = (match.group(1), match.group(2)) if match else ("", "")
    return _BY_STEP[step](code, subject_detail, text.lower(), said)


def _of_sender(code: int, detail: tuple[str, str], _: str, said: str) -> Exception:
    return MessageRejected(said) if code == 552 or detail in _SIZE else ChannelBroken(said)


def _of_recipient(code: int, detail: tuple[str, str], text: str, said: str) -> Exception:
    if detail == _FULL or (code == 552 and detail[0] != _ADDRESS):
        return TryLater(said)
    if "relay" in text:
        return ChannelBroken(said)
    return AddressRejected(said)


def _of_message(code: int, detail: tuple[str, str], text: str, said: str) -> Exception:
    if detail == _FULL:
        return TryLater(said)
    if detail[0] == _ADDRESS or (code == 554 and "no valid recipients" in text):
        return AddressRejected(said)
    return MessageRejected(said)


_BY_STEP = {Step.SENDER: _of_sender, Step.RECIPIENT: _of_recipient, Step.MESSAGE: _of_message}
