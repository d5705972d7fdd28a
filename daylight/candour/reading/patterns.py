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
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import NamedTuple

from daylight.candour.reading.cutting import Place, pieces_of
from daylight.candour.reading.lexicon import BREAK, Lexicon, bits, letter_at

GAP = 6
"""Words that `..` may skip."""

_TOKEN = re.compile(r"\s*(?:(\{[^}]*\})|\.\.(\d*)|([()|?*+<>!])|@([\w-]+)|\"([^\"]+)\"|([^\s(){}|?*+<>!@\"]+))")


_EDGES = {"<": f"(?<={BREAK})", ">": f"(?={BREAK})"}


class PatternProblem(ValueError):
    """A pattern of a language file cannot be read; the message says which and why."""


MANY = 600
"""A set of more letters than this is in nearly every sentence: to look for one of them first saves nothing."""

NEEDS = 3
"""So many letters that a pattern cannot do without are looked for before the pattern itself is."""


class Searched(NamedTuple):
    """What a search found: for each group that is there its places in order, for each sentence the groups it has."""

    places: Mapping[int, list[Place]]
    groups: Sequence[Collection[int]]


@dataclass(frozen=True, slots=True)
class Group:
    """Patterns that mean the same; `number` counts the groups of their finder."""

    finder: "Finder"
    number: int


class Finder:
    """All patterns of a language. Most cannot be in a given sentence: it lacks a letter that they need.

    For each letter is known which patterns need it, so a few operations on large numbers leave those that can match,
    and an expression is built when it is wanted for the first time. Such a number has a bit for each pattern that the
    letter is the first need of, above them one for each that it is the second need of, and so on.
    """

    def __init__(self, groups: Mapping[str, Sequence[str]], lexicon: Lexicon, parts: Mapping[str, str]) -> None:
        """Read every line of `groups`. Raises `PatternProblem`."""
        self._sources: list[str] = []
        self._expressions: list[re.Pattern[str] | None] = []
        self._wanted: defaultdict[str, int] = defaultdict(int)
        self._content = 0
        self._owners: list[int] = []
        self.groups: dict[str, Group] = {}
        self._count = sum(map(len, groups.values()))
        reader = _Reader(lexicon)
        for name, lines in groups.items():
            number = len(self.groups)
            for line in lines:
                self._add(number, *reader.read(line, parts))
            self.groups[name] = Group(self, number)

    def candidates(self, letters: str) -> int:
        """The patterns for which a sentence has all that they need, as bits."""
        has = self._content
        for letter in self._wanted.keys() & letters:
            has |= self._wanted[letter]
        return has & has >> self._count & has >> 2 * self._count

    def expression(self, pattern: int) -> re.Pattern[str]:
        """The expression of a pattern, by its bit."""
        expression = self._expressions[pattern]
        if expression is None:
            expression = self._expressions[pattern] = re.compile(self._sources[pattern])
        return expression

    def __len__(self) -> int:
        return len(self._sources)

    def search(self, letters: str, sentences: Iterable[tuple[int, int]]) -> Searched:
        """Where every pattern is, by group and by sentence."""
        spans: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
        groups = []
        for start, end in sentences:
            here = set[int]()
            for pattern in bits(self.candidates(letters[start:end])):
                expression = self._expressions[pattern] or self.expression(pattern)
                match = expression.search(letters, start, end + 1)
                if match:  # To go on from there costs less than an iterator for the many that find nothing.
                    group = self._owners[pattern]
                    here.add(group)
                    spans[group].update(more.span() for more in expression.finditer(letters, match.start(), end + 1))
            groups.append(here)
        return Searched({group: _places(here) for group, here in spans.items()}, groups)

    def _add(self, group: int, source: str, needs: Sequence[int]) -> None:
        own = 1 << len(self._sources)
        self._owners.append(group)
        self._sources.append(source)
        self._expressions.append(None)
        for at in range(NEEDS):
            if at < len(needs):
                for bit in bits(needs[at]):
                    self._wanted[letter_at(bit)] |= own
            else:
                self._content |= own
            own <<= self._count


def _places(spans: Iterable[tuple[int, int]]) -> list[Place]:
    """In order; a pattern that needs nothing may have matched nothing."""
    return [Place(start, end) for start, end in sorted(spans) if end > start]


def words_in(line: str, classes: Collection[str]) -> set[str]:
    """The words that a pattern names by themselves, where `classes` are names that mean a class."""
    words, no_words = set[str](), {*classes, "any", ""}
    for braced, _, _, _, quoted, word in (match.groups() for match in _TOKEN.finditer(line)):
        words.update(_pieces(quoted or word or ""))
        if braced:
            words.update(set(re.split(r"[|&!]+", braced[1:-1])) - no_words)
    return words


def _expanded(line: str, parts: Mapping[str, str]) -> str:
    """`line` with the named parts put in, also those that name others."""
    while "@" in line:
        grown = re.sub(r"@([\w-]+)", lambda match: f"({parts[match[1]]})", line)
        if len(grown) > 100_000:
            raise KeyError(f"{line[:60]} names itself")
        line = grown
    return line


class _Reader:
    """Reads a line from left to right; each method gives the expression and sets of letters, one of each it needs."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon, self.at = lexicon, 0
        self.tokens: list[tuple[str, ...]] = []
        self.sets: dict[str, tuple[str, int]] = {}
        self.weights: dict[int, int] = {}

    def read(self, line: str, parts: Mapping[str, str]) -> tuple[str, list[int]]:
        """One line. Raises `PatternProblem`."""
        try:
            self.tokens, self.at = [match.groups() for match in _TOKEN.finditer(_expanded(line, parts))], 0
            source, needs = self._choice()
        except (KeyError, IndexError) as problem:
            raise PatternProblem(f"pattern {line!r}: {problem}") from problem
        if self.at < len(self.tokens):
            raise PatternProblem(f"pattern {line!r}: a bracket is closed that was not opened")
        return source, needs

    def _choice(self) -> tuple[str, list[int]]:
        branches = [self._row()]
        while self._sign() == "|":
            self.at += 1
            branches.append(self._row())
        if len(branches) == 1:
            return branches[0]
        firsts = [needs[0] if needs else 0 for _, needs in branches]
        return "|".join(source for source, _ in branches), [reduce(or_, firsts)] if all(firsts) else []

    def _row(self) -> tuple[str, list[int]]:
        sources, needs = [], set[int]()
        while self.at < len(self.tokens) and self._sign() not in {"|", ")"}:
            source, needed, needful = self._unit()
            sources.append(source)
            if needful:
                needs.update(letters for letters in needed if letters.bit_count() <= MANY)
        return "".join(sources), sorted(needs, key=self._weight)[:NEEDS]

    def _unit(self) -> tuple[str, list[int], bool]:
        """One unit: its expression, what it needs, and whether it must be there."""
        classes, gap, sign, _, quoted, word = self.tokens[self.at]
        self.at += 1
        if gap is not None:
            return f"[^{BREAK}]{{0,{gap or GAP}}}?", [], False
        if sign in _EDGES:
            return _EDGES[sign], [], False
        if sign == "!":
            return f"(?!{self._unit()[0]})", [], False
        if sign and sign != "(":
            raise KeyError(f"{sign} has nothing before it")
        return self._repeated(*(self._group() if sign == "(" else self._named(classes, quoted or word)))

    def _group(self) -> tuple[str, list[int]]:
        source, needs = self._choice()
        if self._sign() != ")":
            raise KeyError("a bracket is not closed")
        self.at += 1
        return f"(?:{source})", needs

    def _named(self, classes: str | None, word: str) -> tuple[str, list[int]]:
        sets = [self._set(classes)] if classes else [self._set(f"{{={piece}}}") for piece in _pieces(word)]
        return "".join(source for source, _ in sets), [letters for _, letters in sets]

    def _repeated(self, source: str, needs: list[int]) -> tuple[str, list[int], bool]:
        sign = self._sign()
        if sign in {"?", "*", "+"}:
            self.at += 1
            return source + sign, needs, sign == "+"
        return source, needs, True

    def _set(self, classes: str) -> tuple[str, int]:
        """The letters of "{we|staff&!past}", as an expression and as bits; remembered."""
        if classes not in self.sets:
            letters = self._letters(classes)
            self.sets[classes] = _set_of(letters), letters
        return self.sets[classes]

    def _letters(self, classes: str) -> int:
        found = 0
        for either in classes[1:-1].split("|"):
            both = self.lexicon.all_letters()
            for name in either.split("&"):
                if name.startswith("!"):
                    both &= ~self.lexicon.letters_with(name[1:])
                elif name != "any":
                    both &= self.lexicon.letters_with(name)
            found |= both
        return found

    def _sign(self) -> str:
        return (self.tokens[self.at][2] or "") if self.at < len(self.tokens) else ""

    def _weight(self, letters: int) -> int:
        if letters not in self.weights:
            self.weights[letters] = self.lexicon.weight_of(letters)
        return self.weights[letters]


@cache
def _pieces(word: str) -> list[str]:
    """What a text would have for this word: "don't" is two."""
    return [piece.word for piece in pieces_of(word)]


def _set_of(letters: int) -> str:
    """The letters as a set of an expression; neighbours as a range, which is read and compiled faster."""
    if not letters:
        raise KeyError("a class without words")
    runs: list[list[int]] = []
    for bit in bits(letters):
        if runs and runs[-1][1] == bit - 1:
            runs[-1][1] = bit
        else:
            runs.append([bit, bit])
    return f"[{''.join(_run(*run) for run in runs)}]"


def _run(first: int, last: int) -> str:
    between = "-" if last - first > 1 else ""
    return letter_at(first) + (between + letter_at(last) if last > first else "")
