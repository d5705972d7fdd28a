"""What remains of a message when names, links and marks are taken away."""

import re
import unicodedata
from itertools import pairwise

LONGEST = 2_000
"""Characters that are read; what follows repeats or quotes."""

_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+|(?<!\w)@\w+|<[^>]{1,200}>")
_NOISY = "@", "<", "://", "www."
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
COMMON = frozenset(
    word
    for line in (
        "a about after again all also am an and any are as at be because been before but by can could did do",
        "does for from get got had has have he her here him his how i i'm if in into is it it's its just like",
        "me more my no not now of on one or our out over please she since so some still than that the their",
        "them then there these they this to too up us was we were what when where which who why will with",
        "would you your der die das ein eine einen einem einer und oder ist sind war nicht ich wir ihr sie es",
        "zu zum zur mit von vom für auf im in an am den dem des bei nach noch auch aber hat habe haben wird",
        "wurde mein meine meinen bitte le la les un une des du de et ou est sont pas je nous vous il elle que",
        "qui dans pour sur avec ce cette mon ma mes el los las una y o es son no yo que en para por con mi su",
        "se lo al del",
    )
    for word in line.split()
)


def clean(text: str) -> str:
    """The text without links, addresses, handles and marks of HTML, on one line, at most 2,000 characters."""
    plain = text[: 2 * LONGEST].replace("\x00", " ")
    if any(mark in plain for mark in _NOISY):
        plain = _NOISE.sub(" ", plain)
    return " ".join(plain.split())[:LONGEST].rstrip()


def has_words(text: str) -> bool:
    """Whether there is any letter or figure."""
    return _WORD.search(text) is not None


def words(text: str) -> list[str]:
    """The words in small letters; where a script has no spaces, pairs of characters."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text).replace("\u2019", "'")
    if not _UNSPACED.search(plain):
        return _WORD.findall(plain.lower())
    found: list[str] = []
    for word in _WORD.findall(plain.lower()):
        if _UNSPACED.search(word) and len(word) > 2:
            found += [one + two for one, two in pairwise(word)]
        else:
            found.append(word)
    return found


def telling(cleaned: str) -> list[str]:
    """The words and pairs of neighbours that may tell one topic from another; no numbers, no filling words."""
    read = [None if word in COMMON or len(word) < 2 or word.isdigit() else word for word in words(cleaned)]
    return [word for word in read if word] + [f"{one} {two}" for one, two in pairwise(read) if one and two]
