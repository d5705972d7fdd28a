"""Postal addresses: a line each on the envelope, and one line with commas wherever addresses are kept and shown."""

import re
import tomllib
import unicodedata
from functools import cache
from importlib import resources

from daylight.core.printing import unprintable

MOST_LINES = 6
LONGEST_LINE = 60
SEPARATOR = ", "


def normal_address(written: str) -> str:
    """The lines, trimmed and joined by commas; a country in the last becomes its English name.

    Raises ValueError with a sentence.
    """
    lines = [" ".join(line.split()) for line in re.split(r"[\n\r;,|]", unicodedata.normalize("NFC", written))]
    lines = [line for line in lines if line]
    if any(not line.isprintable() for line in lines):
        raise ValueError("The address holds signs that cannot be printed.")
    if len(lines) < 2 or not any(sign.isalpha() for line in lines for sign in line):
        raise ValueError("Write street and town as on an envelope, with commas between the lines.")
    if len(lines) > MOST_LINES:
        raise ValueError(f"An envelope has room for {MOST_LINES} lines; this address has {len(lines)}.")
    if any(len(line) > LONGEST_LINE for line in lines):
        raise ValueError(f"A line of an address may have at most {LONGEST_LINE} letters.")
    if missing := unprintable("".join(lines)):
        raise ValueError(
            f"Our typeface cannot print {missing[0]}; write the address in Latin, Greek or Cyrillic letters."
        )
    code = country_code(lines[-1])
    if code and len(lines) > 2:
        lines[-1] = _countries()[code][0]
    return SEPARATOR.join(lines)


def country_code(line: str) -> str:
    """The ISO code of a country as people write it; empty when a line is none."""
    return line if line in _countries() else _codes().get(_folded(line), "")


def on_envelope(name: str, address: str, *, home: str) -> list[str]:
    """What shows in the window: the name first, and a country last, in capitals, unless it is our own."""
    lines = address.split(SEPARATOR)
    code = country_code(lines[-1])
    if code and len(lines) > 2:
        lines = lines[:-1] if code == home else [*lines[:-1], lines[-1].upper()]
    who = " ".join(name.split())
    if who and not unprintable(who) and _folded(who) not in {_folded(line) for line in lines}:
        lines = [who, *lines]
    return lines


@cache
def _countries() -> dict[str, list[str]]:
    table = resources.files("daylight.core").joinpath("countries.toml")
    return tomllib.loads(table.read_text(encoding="utf-8"))


@cache
def _codes() -> dict[str, str]:
    return {_folded(name): code for code, names in _countries().items() for name in names}


def _folded(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text).casefold() if sign.isalnum())
