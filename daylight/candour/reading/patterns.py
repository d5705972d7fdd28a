"""Patterns over word classes: written as a line of text, run as a regular expression over letters.

{we} {be}? {investigate}        classes, in braces; `{a|b}` either, `{a&b}` both, `{!a}` neither
as soon as possible             words stand for themselves
( .. )  |  ?  *  +              groups, choices, repetition
..  ..3                         up to six, up to three words of the same sentence
<  >                            begin and end of a sentence
!{not}                          what follows is not this
@clock                          a part that is named in the language's file
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from daylight.candour.reading.cutting import pieces_of
from daylight.candour.reading.lexicon import BREAK, Lexicon

GAP = 6
"""Words that `..` may skip."""

_TOKEN = re.compile(r"\s*(?:(\{[^}]*\})|\.\.(\d*)|([()|?*+<>!])|@([\w-]+)|\"([^\"]+)\"|([^\s(){}|?*+<>!@\"]+))")


_EDGES = {"<": f"(?<={BREAK})", ">": f"(?={BREAK})"}


class PatternProblem(ValueError):
    """A pattern of a language file cannot be read; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of a language's patterns, ready to search; `needs` are letters without one of which it cannot match."""

    line: str
    regex: re.Pattern[str]
    needs: frozenset[str]


def words_in(line: str, classes: Collection[str]) -> set[str]:
    """The words that a pattern names by themselves, where `classes` are names that mean a class."""
    words = set[str]()
    for braced, _, _, _, quoted, word in (match.groups() for match in _TOKEN.finditer(line)):
        words.update(_pieces(quoted or word or ""))
        words.update(set(re.split(r"[|&!]+", (braced or "")[1:-1])) - set(classes) - {"any", ""})
    return words


def compiled(line: str, lexicon: Lexicon, parts: Mapping[str, str]) -> Pattern:
    """The pattern of one line. Raises `PatternProblem`."""
    try:
        reader = _Reader(_expanded(line, parts), lexicon)
        source, needs = reader.choice()
        return Pattern(line, re.compile(source), needs)
    except (KeyError, re.error, IndexError) as problem:
        raise PatternProblem(f"pattern {line!r}: {problem}") from problem


def _expanded(line: str, parts: Mapping[str, str]) -> str:
    """`line` with the named parts put in, also those that name others."""
    while "@" in line:
        grown = re.sub(r"@([\w-]+)", lambda match: f"({parts[match[1]]})", line)
        if len(grown) > 100_000:
            raise KeyError(f"{line[:60]} names itself")
        line = grown
    return line


class _Reader:
    """Reads a line from left to right; each method gives the expression and the letters that it needs."""

    def __init__(self, line: str, lexicon: Lexicon) -> None:
        self.tokens = [match.groups() for match in _TOKEN.finditer(line)]
        self.lexicon, self.at = lexicon, 0

    def choice(self) -> tuple[str, frozenset[str]]:
        branches = [self._row()]
        while self._sign() == "|":
            self.at += 1
            branches.append(self._row())
        needs = [needs for _, needs in branches]
        return (
            "|".join(source for source, _ in branches),
            frozenset().union(*needs) if all(needs) else frozenset(),
        )

    def _row(self) -> tuple[str, frozenset[str]]:
        sources, needs = [], frozenset[str]()
        while self.at < len(self.tokens) and self._sign() not in {"|", ")"}:
            source, needed, needful = self._unit()
            sources.append(source)
            if needful and needed and (not needs or self._weight(needed) < self._weight(needs)):
                needs = needed
        return "".join(sources), needs

    def _unit(self) -> tuple[str, frozenset[str], bool]:
        """One unit: its expression, the letters that it needs, and whether it must be there."""
        classes, gap, sign, _, quoted, word = self.tokens[self.at]
        self.at += 1
        if gap is not None:
            return f"[^{BREAK}]{{0,{gap or GAP}}}?", frozenset(), False
        if sign in _EDGES:
            return _EDGES[sign], frozenset(), False
        if sign == "!":
            return f"(?!{self._unit()[0]})", frozenset(), False
        if sign and sign != "(":
            raise KeyError(f"{sign} has nothing before it")
        return self._repeated(*(self._group() if sign == "(" else self._named(classes, quoted or word)))

    def _group(self) -> tuple[str, frozenset[str]]:
        source, needs = self.choice()
        if self._sign() != ")":
            raise KeyError("a bracket is not closed")
        self.at += 1
        return f"(?:{source})", needs

    def _named(self, classes: str | None, word: str) -> tuple[str, frozenset[str]]:
        sets = (
            [self._letters(classes)] if classes else [self.lexicon.letters_with(f"={piece}") for piece in _pieces(word)]
        )
        return "".join(map(_set_of, sets)), sets[0]

    def _repeated(self, source: str, needs: frozenset[str]) -> tuple[str, frozenset[str], bool]:
        sign = self._sign()
        if sign in {"?", "*", "+"}:
            self.at += 1
            return source + sign, needs, sign == "+"
        return source, needs, True

    def _letters(self, classes: str) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for either in classes[1:-1].split("|"):
            both = self.lexicon.all_letters()
            for name in either.split("&"):
                if name.startswith("!"):
                    both -= self.lexicon.letters_with(name[1:])
                elif name != "any":
                    both &= self.lexicon.letters_with(name)
            found |= both
        return found

    def _sign(self) -> str:
        return (self.tokens[self.at][2] or "") if self.at < len(self.tokens) else ""

    def _weight(self, letters: Iterable[str]) -> int:
        return sum(self.lexicon.weight_of(letter) for letter in letters)


def _pieces(word: str) -> list[str]:
    """What a text would have for this word: "don't" is two."""
    return [piece.word for piece in pieces_of(word)]


def _set_of(letters: frozenset[str]) -> str:
    if not letters:
        raise KeyError("a class without words")
    return f"[{''.join(sorted(letters))}]"
