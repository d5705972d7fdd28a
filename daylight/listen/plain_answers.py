"""A plain yes or no in a message, in the languages in which we ask."""

import re

from daylight.listen.judging import Taken
from daylight.listen.models import Conversation, Message
from daylight.listen.understanding.own_words import own_words
from daylight.listen.understanding.words import plain

YES = frozenset(
    {
        *("yes", "y", "yes it is", "yes thanks", "yes thank you", "yes fixed", "fixed", "yes that is right"),
        *("ja", "ja danke", "ja es geht", "behoben", "ja genau", "oui", "oui merci", "si", "si gracias"),
    }
)
NO = frozenset(
    {
        *("no", "n", "not fixed", "no it is not", "no still broken", "still broken"),
        *("nein", "nein leider nicht", "leider nein", "nein immer noch nicht"),
        *("non", "non pas encore", "no todavia no"),
    }
)
_BLANKS = re.compile(r"\s+")


def yes_or_no(one: Taken) -> bool | None:
    """What a customer's message says, when it says nothing but that."""
    if one.message.direction != Message.Direction.IN or one.message.nature != Conversation.Nature.WORDS:
        return None
    words = _BLANKS.sub(" ", plain(own_words(one.said.text))).strip()
    return True if words in YES else False if words in NO else None
