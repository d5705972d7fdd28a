"""What a text message says, within the segments it may take.

Never shortened: the time of the next update and the link to the reader's own page. When the segments would not hold
all, how to answer goes first, then our name, and only then is the headline shortened. What is left of the last segment
is paid for anyway, and filled with what happened and what the reader can do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from daylight.reach.channels.base import AlarmWords, AnswerWords, MessageRejected, Notification
from daylight.reach.channels.sms.alphabet import Encoding, is_gsm7, measure, spelled

MOST_SEGMENTS = 10
"""Segments that phone networks put together again."""

SHORTEST = 20
"""Signs of a sentence below which it says nothing any more."""


@dataclass(frozen=True)
class Draft:
    """The pieces of a text: an opening that may be shortened, and what follows it whole."""

    opening: str
    fixed: tuple[str, ...]

    def text(self, opening: str, fill: str = "") -> str:
        """The pieces in order, a line each; what fills the room stands behind the opening."""
        return "\n".join(filter(None, (f"{opening} {fill}".strip(), *self.fixed)))

    def within(self, segments: int) -> str:
        """The text in at most so many segments, as long as the fixed pieces leave room for an opening at all."""
        if measure(self.text(self.opening)).segments <= segments:
            return self.text(self.opening)
        shortened = _longest(self.opening, lambda opening: measure(self.text(opening)).segments <= segments)
        return self.text(shortened or _cut(self.opening, SHORTEST))

    def filled(self, sentences: Sequence[str]) -> str:
        """The text with as much of `sentences` as costs nothing."""
        bare = measure(self.text(self.opening))
        fill: list[str] = []
        for sentence in sentences:
            rest = _longest(sentence, lambda said: self._is_free([*fill, said], bare.encoding, bare.segments))
            if len(rest) < min(SHORTEST, len(sentence)):
                break
            fill.append(rest)
            if rest != sentence:
                break
        return self.text(self.opening, " ".join(fill))

    def _is_free(self, fill: Sequence[str], encoding: Encoding, segments: int) -> bool:
        size = measure(self.text(self.opening, " ".join(fill)))
        return size.segments <= segments and size.encoding == encoding


def of_update(notification: Notification, *, link: str, segments: int) -> str:
    """A published update as a text of at most `segments` segments."""
    words, answers = notification.words, {part.name: part.answer for part in notification.parts}
    subject = words.get("subject") or notification.headline
    if notification.is_exercise and "EXERCISE" not in subject:
        subject = f"EXERCISE: {subject}"
    sender = f"{notification.sender_name}: " if notification.sender_name else ""
    needed = (words.get("text_next", ""), link or notification.page_url)
    for opening, fixed in (
        (f"{sender}{subject}", (*needed, words.get("text_reply", ""))),
        (f"{sender}{subject}", needed),
        (subject, needed),
    ):
        draft = _draft(opening, fixed)
        if measure(draft.text(draft.opening)).segments <= segments:
            sentences = [_in_one_line(answers.get(name, "")) for name in ("what", "meanwhile")]
            return draft.filled([spelled(sentence) for sentence in sentences if sentence])
    return draft.within(segments)


def of_alarm(words: AlarmWords, *, segments: int) -> str:
    """A word to a member of the crew."""
    subject = f"EXERCISE: {words.subject}" if words.is_exercise and "EXERCISE" not in words.subject else words.subject
    return _draft(f"{subject}. {words.text}", (words.url,)).within(segments)


def of_answer(words: AnswerWords) -> str:
    """What we say in a conversation, never shortened. Raises MessageRejected when it takes too many segments."""
    text = spelled(words.text.strip())
    needed = measure(text).segments
    if needed > MOST_SEGMENTS:
        raise MessageRejected(f"This takes {needed} text messages, and phones take {MOST_SEGMENTS}. Shorten it.")
    return text


def _draft(opening: str, fixed: Sequence[str]) -> Draft:
    """The pieces in the cheapest spelling that fits them all; an opening is one sentence, ended by a full stop."""
    opening = _in_one_line(opening)
    if opening and opening[-1] not in ".!?:…":
        opening = f"{opening}."
    pieces = spelled("\n".join([opening, *(_in_one_line(piece) for piece in fixed if piece)])).split("\n")
    return Draft(pieces[0], tuple(pieces[1:]))


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _longest(sentence: str, fits: Callable[[str], bool]) -> str:
    """The sentence, or as many of its words as fit with a sign that it goes on; empty when none does."""
    if fits(sentence):
        return sentence
    low, high = 0, len(sentence) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(_cut(sentence, middle)) else (low, middle - 1)
    return _cut(sentence, low) if low else ""


def _cut(sentence: str, length: int) -> str:
    if length >= len(sentence):
        return sentence
    kept = sentence[:length]
    if not sentence[length].isspace() and " " in kept:
        kept = kept[: kept.rindex(" ")]
    return kept.rstrip(" .,;:-") + ("..." if is_gsm7(sentence) else "…")
