"""Names of what is said by the form, and the secret links to the conversations that come of it.

A form carries a key of ours. What is sent with it is named by the key and its words, so that the same sent twice is
one thing, and other words under the same key are another thing of the same conversation.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from daylight.core import links
from daylight.listen.models import Conversation

FORM, LINK = "say", "conversation"


@dataclass(frozen=True)
class Opened:
    """What a secret link opens: what was said under one key, or a whole conversation."""

    key: str = ""
    name: str = ""
    public_id: str = ""


def new_form() -> str:
    """What a fresh form carries."""
    return links.sign(FORM, secrets.token_hex(10))


def key_of(carried: str) -> str:
    """The key that a form carried; a fresh one where it carried none of ours, because words are never turned away."""
    try:
        return links.read(FORM, carried)
    except links.LinkRefused:
        return secrets.token_hex(10)


def name_of(key: str, words: str, files: Sequence[str] = ()) -> str:
    """What something said under a key is called."""
    digest = hashlib.sha256("\n".join([words, *files]).encode("utf-8", "replace")).hexdigest()
    return f"{key}-{digest[:16]}"


def link_to(name: str) -> str:
    """The secret link to what was said, by its name."""
    return links.sign(LINK, name)


def conversation_url(conversation: Conversation) -> str:
    """The secret link to a whole conversation, for its writer alone: send it only where the writer reads."""
    return f"{settings.SITE_URL}/conversations/{links.sign(LINK, f'c-{conversation.public_id}')}/"


def read_link(token: str) -> Opened:
    """What a link opens. Raises LinkRefused."""
    value = links.read(LINK, token)
    key, _, rest = value.partition("-")
    return Opened(public_id=rest) if key == "c" else Opened(key=key, name=value)
