"""A template compiled for one notification: each piece is rendered once per shape of reader, and cut at its slots.

The *shape* is what a template can see without knowing a value: which values a reader has, and how many commitments.
Readers of one shape share one rendering; their values are put in where it was cut, and never pass through Liquid. A
template that compares a value (`if commitment.kind == "order"`) makes that value a part of the shape, so it costs one
rendering (about a millisecond for a mail) for each different value.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Protocol, runtime_checkable

from liquid.exceptions import LiquidError, LiquidTypeError
from liquid.template import BoundTemplate

from daylight.core.loops import log
from daylight.core.text import one_line
from daylight.reach.channels.base import Channel, Composer, Message, Notification, Reader
from daylight.reach.templating.parsing import MARK, Absent, Compared, Form, OwnWordsFail, Sheet, Slot, parse, render

CUT = re.compile(f"{MARK}([0-9]+)x")
MOST_COMMITMENTS = 50
"""Commitments that one message can name, soonest first."""

MOST_SHAPES = 500
"""Renderings kept at a time."""

_SCALARS = {
    "customer.name": "name",
    "customer.reason": "reason",
    "links.own_page": "own_url",
    "links.confirm": "confirm_url",
    "links.say": "say_url",
    "links.unsubscribe": "unsubscribe_url",
}
_FIELDS = ("kind", "reference", "title", "promised", "expected")

Facts = Mapping[str, object]
Shape = tuple[object, ...]


@dataclass(frozen=True)
class Rendered:
    """A text cut at its slots: `literals` has one more member than `slots`."""

    literals: tuple[str, ...]
    slots: tuple[Slot, ...]

    @classmethod
    def cut(cls, text: str, sheet: Sheet) -> "Rendered":
        """Cut a rendered text at its marks."""
        first, *rest = CUT.split(text)
        return cls((first, *rest[1::2]), tuple(sheet.slots[int(number)] for number in rest[::2]))

    def fill(self, values: Mapping[str, str]) -> str:
        """The whole text with a value in each slot."""
        out = [self.literals[0]]
        for slot, literal in zip(self.slots, self.literals[1:], strict=True):
            out.append(str(slot.read(values)))
            out.append(literal)
        return "".join(out)


@runtime_checkable
class FittingChannel(Protocol):
    """A channel that compiles somebody's own words further, for speed or because its message has several parts."""

    def prepare_own(self, notification: Notification, template: "CompiledTemplate") -> Composer:
        """A composer with these words. It may raise OwnWordsFail."""


class CompiledTemplate:
    """The pieces of one template for one notification: `facts` are what is the same for everybody."""

    def __init__(
        self,
        pieces: Mapping[str, str],
        *,
        facts: Facts,
        greet: Callable[[str], str],
        day: Callable[[date | datetime], str],
    ) -> None:
        self.pieces = pieces
        self._facts, self._greet, self._day = facts, greet, day
        self._parsed: dict[tuple[str, Form], BoundTemplate] = {}
        self._days: dict[date | datetime, str] = {}
        self._by_value: frozenset[str] = frozenset()
        words = set().union(*(_words_of(self._template(name, Form.TEXT)) for name in pieces))
        self._scalars = tuple((name, attribute) for name, attribute in _SCALARS.items() if name in words)
        self._greets = "customer.greeting" in words
        self.uses_commitments = bool(words & {"commitment", "commitments"})

    def composer(self, channel: Channel, notification: Notification, *, built_in: Composer) -> Composer:
        """Composes with these words; with the built-in ones for a reader with whom these fail."""
        own = self.own_composer(channel, notification)
        failing: set[Shape] = set()

        def compose(*, to: Reader, key: str) -> Message:
            if failing and self.shape(self.values(to)) in failing:
                return built_in(to=to, key=key)
            try:
                return own(to=to, key=key)
            except OwnWordsFail:
                if not failing:  # Once, and not a million times.
                    log.exception("The organisation's own words fail on %s; ours go instead.", channel.name)
                failing.add(self.shape(self.values(to)))
                return built_in(to=to, key=key)

        return compose

    def own_composer(self, channel: Channel, notification: Notification) -> Composer:
        """Composes with these words alone. It may raise OwnWordsFail."""
        if isinstance(channel, FittingChannel):
            return channel.prepare_own(notification, self)
        return self._in_place_of_phrases(channel, notification)

    def values(self, reader: Reader) -> dict[str, str]:
        """What the template uses of a reader, each on one line."""
        values = {name: getattr(reader, attribute) for name, attribute in self._scalars}
        if self._greets:
            values["customer.greeting"] = reader.name
        if self.uses_commitments:
            for place, commitment in enumerate(reader.commitments[:MOST_COMMITMENTS]):
                kind, reference, title, promised, expected = _names_at(place)
                values[kind], values[reference], values[title] = commitment.kind, commitment.reference, commitment.title
                values[promised] = self._day_of(commitment.promised)
                values[expected] = self._day_of(commitment.expected)
        together = "|".join(("", *values.values(), ""))
        if not together.isprintable() or " |" in together or "| " in together:  # Most are plain: seen in one look.
            values = {name: one_line(value) for name, value in values.items()}
        if self._greets:
            values["customer.greeting"] = self._greet(values["customer.greeting"])
        return values

    def shape(self, values: Mapping[str, str]) -> Shape:
        """What two readers must have in common to share one rendering."""
        by_value = self._by_value
        if not by_value:
            return tuple(map(bool, values.values()))
        return (by_value, *(value if _family(name) in by_value else bool(value) for name, value in values.items()))

    def render(self, name: str, values: Mapping[str, str], form: Form = Form.TEXT) -> tuple[str, Sheet]:
        """A piece with a mark for each value, and the slots at the marks. Raises OwnWordsFail.

        What it compares becomes a part of the shape, so ask for that again afterwards.
        """
        template = self._template(name, form)
        while True:
            sheet = Sheet()
            try:
                return render(template, {**self._facts, **self._personal(values)}, sheet), sheet
            except Compared as problem:
                self._by_value |= {_family(one) for one in problem.names}
            except LiquidTypeError as problem:  # A comparison by size does not tell us of what.
                everything = {_family(one) for one in values}
                if everything <= self._by_value:
                    raise OwnWordsFail(str(problem.message)) from problem
                self._by_value |= everything
            except LiquidError as problem:
                raise OwnWordsFail(str(problem.message)) from problem

    def fill(self, name: str, reader: Reader) -> str:
        """One piece for one reader, not remembered. Raises OwnWordsFail."""
        values = self.values(reader)
        return Rendered.cut(*self.render(name, values)).fill(values)

    @property
    def is_by_value(self) -> frozenset[str]:
        """The values that the template compares, as far as it was rendered."""
        return self._by_value

    def _template(self, name: str, form: Form) -> BoundTemplate:
        if (name, form) not in self._parsed:
            self._parsed[name, form] = parse(self.pieces[name], form)
        return self._parsed[name, form]

    def _personal(self, values: Mapping[str, str]) -> dict[str, object]:
        count = sum(name.endswith(".reference") for name in values)
        commitments = [
            {field: self._value(f"commitments.{place}.{field}", values, f"commitment.{field}") for field in _FIELDS}
            for place in range(count)
        ]
        links = {
            name.partition(".")[2]: self._value(name, values, name) for name in _SCALARS if name.startswith("links")
        }
        shared = self._facts["links"]
        if not isinstance(shared, dict):
            raise TypeError("The links of a template's facts are a dictionary.")
        return {
            "customer": {
                "name": self._value("customer.name", values, "customer.name"),
                "reason": self._value("customer.reason", values, "customer.reason"),
                "greeting": self._value("customer.greeting", values, "customer.greeting"),
            },
            "links": {**shared, **links},
            "commitments": commitments,
            "commitment": commitments[0] if commitments else Absent("commitment"),
        }

    def _value(self, name: str, values: Mapping[str, str], says: str) -> object:
        value = values.get(name, "")
        if not value:
            return Absent(says)
        return value if _family(name) in self._by_value else Slot.of(name)

    def _day_of(self, moment: date | datetime | None) -> str:
        if moment is None:
            return ""
        if moment not in self._days:
            self._days[moment] = self._day(moment)
        return self._days[moment]

    def _in_place_of_phrases(self, channel: Channel, notification: Notification) -> Composer:
        """For a channel that puts our phrases into its message: these go in their place."""
        kept: dict[Shape, dict[str, Rendered]] = {}

        def compose(*, to: Reader, key: str) -> Message:
            values = self.values(to)
            rendered = kept.get(self.shape(values))
            if rendered is None:
                rendered = {name: Rendered.cut(*self.render(name, values)) for name in self.pieces}
                if len(kept) >= MOST_SHAPES:
                    kept.clear()
                kept[self.shape(values)] = rendered
            own = {name: _marked(text.fill(values).strip(), notification) for name, text in rendered.items()}
            return channel.compose(replace(notification, words={**notification.words, **own}), to=to, key=key)

        return compose


def _marked(text: str, notification: Notification) -> str:
    """No exercise goes without saying so, whatever a template says."""
    return text if not notification.is_exercise or "EXERCISE" in text else f"EXERCISE {text}"


@cache
def _names_at(place: int) -> tuple[str, ...]:
    return tuple(f"commitments.{place}.{field}" for field in _FIELDS)


@cache
def _family(name: str) -> str:
    """A value's name without the place of its commitment: what is compared of one is compared of all."""
    return re.sub(r"\.[0-9]+\.", ".", name)


def _words_of(template: BoundTemplate) -> set[str]:
    """The variables a template uses: whole names, and the first word of each."""
    found = set()
    for uses in template.analyze().globals.values():
        for use in uses:
            found |= {str(use), str(use.segments[0])}
            if str(use) == str(use.segments[0]):
                found |= {name for name in (*_SCALARS, "customer.greeting") if name.startswith(f"{use}.")}
    return found
