"""Text that people typed, made harmless for one line of anything."""

import unicodedata

_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})


def one_line(text: str) -> str:
    """One line without control characters: nothing in a value may start a header or a line of its own."""
    if text.isprintable():
        return text.strip()
    return " ".join("".join(" " if unicodedata.category(sign) in _UNSEEN else sign for sign in text).split())
