"""Turns bytes into letters: by the character set that is named, if that can be, and never without an answer."""

import codecs
import re
from functools import cache

READ_AS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso2022_jp": "iso2022_jp_2",
}
"""What a name says, and what is meant by it: the larger set that holds all of it, as browsers read it."""

KNOWN_AS = {
    "unicode-1-1-utf-7": "utf-7",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "iso-8859-8-i": "cp1255",
    "iso-8859-8-e": "cp1255",
    "iso-8859-6-i": "iso8859-6",
    "ks_c_5601-1987": "cp949",
    "windows-874": "cp874",
    "x-windows-949": "cp949",
    "utf8mb4": "utf-8",
}
"""Names that programs give and Python does not know."""

NOT_LETTERS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
"""Codecs of Python that no mail means, and of which some take very long."""

ONE_BYTE = ("cp125", "iso8859", "koi8", "mac", "cp8", "tis")
"""How the names of sets begin in which each letter is one byte."""

_ESCAPED = re.compile(rb"\x1b(?:\$[@BA]|\([JBI]|\$\([CDOP])")
_KOREAN = b"\x1b$)C"


def decoded(raw: bytes, named: str) -> str:
    """The letters of these bytes. Where the name is missing, unknown or wrong, by what the bytes look like."""
    if _ESCAPED.search(raw):
        return raw.decode("iso2022_jp_ext", "replace")
    if raw.startswith(_KOREAN):
        return raw.decode("iso2022_kr", "replace")
    codec = codec_of(named)
    # What is good UTF-8 is nothing else, however it is named; but two Chinese letters may look like it by chance.
    for tried in ("utf-8", codec) if codec.startswith(ONE_BYTE) else (codec, "utf-8"):
        try:
            return raw.decode(tried or "utf-8").removeprefix("\ufeff")
        except ValueError:
            continue
    return raw.decode(codec if codec not in {"", "utf-8"} else "cp1252", "replace")


@cache
def _codec(name: str) -> str:
    try:
        known = codecs.lookup(KNOWN_AS.get(name, name))
    except (LookupError, ValueError):
        return ""
    is_text = getattr(known, "_is_text_encoding", True)
    if not is_text or known.name in NOT_LETTERS:
        return ""
    return READ_AS.get(known.name, known.name)


def codec_of(named: str) -> str:
    """Python's name of a character set; empty for one that nobody knows."""
    name = named.strip().strip("\"'").lower()[:60]
    return _codec(name) if name.isascii() and name.isprintable() else ""
