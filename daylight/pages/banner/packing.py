"""Makes the script of the banner small, in the few ways that cannot change what it does."""

import re

_STRINGS = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)""")
_SPACES = re.compile(" +")
_BETWEEN_NAMES = re.compile(r"(?<![\w$]) | (?![\w$])")


def packed(script: str) -> str:
    """The script without indentation, comments on lines of their own, and spaces that part no two names.

    Strings and templates stay as they are. The script must end its statements with semicolons, since lines are
    joined, and must keep spaces out of its regular expressions.
    """
    lines = (line.strip() for line in script.splitlines())
    text = " ".join(line for line in lines if line and not line.startswith("//"))
    parts = _STRINGS.split(text)
    # Every second part is a string; a space next to one parts nothing either.
    return "".join(part if place % 2 else _tight(part) for place, part in enumerate(parts))


def _tight(code: str) -> str:
    return _BETWEEN_NAMES.sub("", _SPACES.sub(" ", f" {code} "))
