"""Finds a customer's newest words in a mail: without what they answer to, without the signature, and never without all.

What is quoted is found in three ways: by the mark `>`, by the line that leads it in, and by the block of fields that
Outlook sets before it. Answers below a quote, or between its lines, stay.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from mailparser_reply.constants import MAIL_LANGUAGES

LONGEST_LINE = 400
"""Characters of a line that are looked at for what leads in a quote."""

LONGEST_LEAD = 120
"""Characters of a line that is tried with the patterns of the library, some of which take long on longer ones."""

MOST_LINES = 1_500
"""Lines that are looked at; a longer mail is kept whole from there on."""

LONGEST_SIGNATURE = 14
"""Lines that may stand after a closing phrase and still be a signature."""

LONGEST_MARKED = 30
"""Lines that may stand after the mark `-- `."""

_DATA = Path(__file__).with_name("words.toml")
_RUBBISH = " \t\u00a0\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff*_|"
_QUOTED = re.compile(r"[ \t]{0,3}[>\uff1e]")
_MARK = re.compile(r"(?:--|__|\u2014)[ \t\u00a0]*")
_RULE = re.compile(r"[ \t]*[_=-]{5,}[ \t]*")
_AFTERWORD = re.compile(r"\W{0,3}p\.? ?s\b", re.IGNORECASE)
_DATE = re.compile(r"\b20\d\d\b|\d{1,2}[:.h]\d\d\b|\d{4}[年년]")
_ADDRESS = re.compile(r"[<@]")
_LETTER = re.compile(r"[^\W\d_]")


def newest(text: str) -> str:
    """The newest words of a mail as plain text; all of it where nothing would be left."""
    lines = text.split("\n")
    head, rest = lines[:MOST_LINES], lines[MOST_LINES:]
    own = _without_quotes(head)
    if own == head:
        own = own + rest
    own = _without_signature(own)
    kept = "\n".join(own).strip()
    return kept if _LETTER.search(kept) or not _LETTER.search(text) else text.strip()


def _without_quotes(lines: Sequence[str]) -> list[str]:
    begins, after = _lead(lines)
    if begins is None:
        return _unmarked(lines) if any(map(_QUOTED.match, lines)) else list(lines)
    above, below = list(lines[:begins]), lines[after:]
    has_marks = any(_QUOTED.match(line) for line in below)
    if has_marks:
        later = _without_quotes(_unmarked(below))
        return [*_unmarked(above), *later]
    if any(_LETTER.search(line) for line in _unmarked(above)):
        return _unmarked(above)
    return list(lines)


def _unmarked(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if not _QUOTED.match(line)]


def _lead(lines: Sequence[str]) -> tuple[int | None, int]:
    """Where a quote is led in first, and where what it leads in begins; None when it is not."""
    for index in range(len(lines)):
        length = _led_in_by(lines[index : index + 3])
        if length:
            return index, index + length
        block = _block(lines, index)
        if block:
            return index, block
    return None, len(lines)


def _led_in_by(lines: Sequence[str]) -> int:
    """How many of these lines, from the first, say who wrote what follows: programs break a long one; 0 for none."""
    first, *others = map(_seen, lines)
    if _leads_in(first):
        return 1
    for length in range(1, len(others) + 1):
        rest = " ".join(others[:length])
        is_part = any(mark.search(first) and not mark.search(rest) for mark in (_DATE, _ADDRESS))
        if first and is_part and _leads_in(f"{first} {rest}"):
            return length + 1
    return 0


def _block(lines: Sequence[str], index: int) -> int:
    """Where a block of fields ends that begins here, perhaps with a rule or a separator; 0 when there is none."""
    separated = bool(_RULE.fullmatch(lines[index])) or _is_separator(lines[index])
    start = index + separated
    while separated and start < len(lines) and not lines[start].strip():
        start += 1
    end = start
    found: set[str] = set()
    while end < len(lines) and end - start < 12:
        field = _field(lines[end])
        if not field and (not found or lines[end].strip()):
            break
        found |= {field} - {""}
        end += 1
    if len(found) >= 3 or (separated and len(found) >= 2):
        return end
    return start if _is_separator(lines[index]) else 0


def _field(line: str) -> str:
    """The name of the field that a line holds, if it is one of those that lead in a quote."""
    seen = _seen(line)
    name, colon, value = seen.replace("\uff1a", ":").partition(":")
    name = " ".join(name.split()).strip(_RUBBISH).casefold()
    return name if colon and name in _listed()["fields"] and value.strip() else ""


def _is_separator(line: str) -> bool:
    seen = _seen(line)
    inner = seen.strip("-_=> :")
    return (len(seen) - len(inner) >= 4 or seen.endswith(":")) and inner.casefold() in _listed()["separators"]


def _leads_in(line: str) -> bool:
    """Whether a line, or some that were broken, says who wrote what follows, and when or from where."""
    if len(line) > LONGEST_LINE or not line.endswith((":", "\uff1a", "-")):
        return False
    said = line.rstrip(":\uff1a- ").casefold()
    if not any(sign.isdigit() or sign in "@<" for sign in said):
        return False
    return (
        any(said.endswith(word) for word in _listed()["wrote"])
        or _has_verb_amid(said)
        or (len(line) <= LONGEST_LEAD and bool(_theirs().search(line)))
    )


def _has_verb_amid(said: str) -> bool:
    """`Am 3. Mai 2026 schrieb Ana Adler <ana@…>`: the verb stands in the midst, and in some other languages too."""
    if any(f" {verb} (" in said for verb in _listed()["wrote"]) and _ADDRESS.search(said):  # Hungarian
        return True
    begins = said.startswith(("am ", "den ", "le ", "el ", "op ", "dne ", "il ", "em ", "on "))
    return begins and any(f" {verb} " in said for verb in _listed()["wrote"])


def _seen(line: str) -> str:
    return " ".join(line[: LONGEST_LINE + 1].split()).strip(_RUBBISH).lstrip("> ")


def _without_signature(lines: Sequence[str]) -> list[str]:
    """The lines without a signature at their end; what is added after it by hand ("PS") stays."""
    lines = [line.rstrip() for line in lines]
    while lines and not lines[-1].strip():
        lines.pop()
    begins = _signature(lines)
    if begins is None:
        return lines
    later = next((at for at in range(begins, len(lines)) if _AFTERWORD.match(lines[at])), len(lines))
    kept = [*lines[:begins], *lines[later:]]
    return kept if any(_LETTER.search(line) for line in kept) else lines


def _signature(lines: Sequence[str]) -> int | None:
    """Where the signature begins: at the mark for one, at a closing phrase, or at a telephone's own line."""
    found = None
    for back in range(1, min(LONGEST_MARKED, len(lines)) + 1):
        at = len(lines) - back
        line = lines[at]
        is_mark = bool(_MARK.fullmatch(line.strip())) and at > 0
        if is_mark or (back <= LONGEST_SIGNATURE and (_is_closing(line) or _is_added(line))):
            found = at
    return found


def _is_closing(line: str) -> bool:
    said = _seen(line).casefold().strip(" ,.!;-\u060c\u3001\u3002\uff0c\uff01")
    if said in _listed()["regards"]:
        return True
    lead, _, name = said.partition(",")
    return bool(name) and len(name) < 40 and lead.strip() in _listed()["regards"]


def _is_added(line: str) -> bool:
    said = _seen(line).casefold()
    return len(said) < 120 and said.startswith(tuple(_listed()["sent_from"]))


@cache
def _listed() -> Mapping[str, frozenset[str]]:
    written = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    return {name: frozenset(word.casefold() for word in words) for name, words in written.items()}


@cache
def _theirs() -> re.Pattern[str]:
    """The lines that mail-parser-reply knows, in its languages."""
    written = (words["wrote_header"] for words in MAIL_LANGUAGES.values() if "wrote_header" in words)
    return re.compile("|".join(f"(?:{one})" for one in written), re.MULTILINE | re.IGNORECASE)


def is_robots(subject: str) -> bool:
    """Whether a subject is one with which a robot answers for somebody who is away."""
    said = " ".join(subject.split()).casefold()
    lead = re.split(r"[:\uff1a(\[\u2013\u2014]| - ", said, maxsplit=1)[0].strip(" .!")
    return said.strip(" .!") in _listed()["robots"] or lead in _listed()["robots"] or lead == "auto"
