"""Reads a pack from its file, and says of a mistake in one sentence which file and which field."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from daylight.candour.draft import STAGES
from daylight.candour.elements import ELEMENTS
from daylight.candour.packs import Wording
from daylight.candour.report import Severity
from daylight.regimes.clockwork.holidays import calendars
from daylight.regimes.clockwork.lengths import read_length
from daylight.regimes.clockwork.reckoning import Limit
from daylight.regimes.packs.pack import (
    CERTAINTIES,
    DONE,
    INSTANTS,
    Clock,
    Element,
    Pack,
    Question,
    Source,
    Variant,
)

KINDS = (
    "outage",
    "late_delivery",
    "billing_error",
    "recall",
    "data_breach",
    "cancellation",
    "supplier_failure",
    "foreseen_trouble",
    "maintenance",
    "other",
)
"""The kinds of incident, as incidents name them; a test holds the two together."""

OUR_HOLIDAYS = "organisation"
"""In place of a calendar: the firm's own days off, for what it promised by contract."""

LARGEST_FILE = 1 << 20
LONGEST_ID, LONGEST_TITLE = 80, 200
_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
Value = TypeVar("Value")


class PackFault(ValueError):
    """A pack cannot be used: the message is a sentence that names the file and the field."""


@dataclass
class _Table:
    """A table of the file, and where it stands; what is asked for is ticked off, so that the rest is a mistake."""

    file: str
    place: str
    values: dict[str, Any]
    asked: set[str] = field(default_factory=set)

    def fault(self, name: str, problem: str) -> PackFault:
        where = f"{self.place}.{name}" if self.place else name
        return PackFault(f"{self.file}: {where} {problem}.")

    def take(self, name: str, kind: type[Value], what: str, default: Value | None = None) -> Value:
        self.asked.add(name)
        if name not in self.values:
            if default is None:
                raise self.fault(name, f"is missing: it is {what}")
            return default
        value = self.values[name]
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool | datetime)):
            raise self.fault(name, f"is to be {what}")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        value = self.take(name, str, "a text in quotes", default).strip()
        if not value and default is None:
            raise self.fault(name, "is empty")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        found = self.take(name, list, "a list of texts", [])
        if not all(isinstance(each, str) and each.strip() for each in found):
            raise self.fault(name, "is to be a list of texts")
        return tuple(each.strip() for each in found)

    def one_of(self, name: str, allowed: Iterable[str], default: str | None = None) -> str:
        value = self.text(name, default)
        if value not in set(allowed):
            raise self.fault(name, f"is “{value}”; it may be {', '.join(allowed)}")
        return value

    def some_of(self, name: str, allowed: Iterable[str]) -> tuple[str, ...]:
        found = self.texts(name)
        for each in found:
            if each not in set(allowed):
                raise self.fault(name, f"holds “{each}”; it may hold {', '.join(allowed)}")
        return found

    def key(self, name: str = "id") -> str:
        value = self.text(name)
        if not _ID.fullmatch(value):
            raise self.fault(name, f"is “{value}”; it is small letters and digits with hyphens between them")
        return self.short(name, value, LONGEST_ID)

    def title(self, name: str) -> str:
        return self.short(name, self.text(name), LONGEST_TITLE)

    def short(self, name: str, value: str, longest: int) -> str:
        if len(value) > longest:
            raise self.fault(name, f"has {len(value)} characters; it may have {longest}")
        return value

    def tables(self, name: str) -> "list[_Table]":
        found = self.take(name, list, f"tables, each begun with [[{name}]]", [])
        if not all(isinstance(each, dict) for each in found):
            raise self.fault(name, f"is to be tables, each begun with [[{name}]]")
        above = f"{self.place}." if self.place else ""
        return [_Table(self.file, f"{above}{name} {number}", each) for number, each in enumerate(found, start=1)]

    def close(self) -> None:
        """Raises PackFault for a field that nothing asks for: a misspelt field must not be ignored."""
        for name in self.values:
            if name not in self.asked:
                raise self.fault(name, "is no field that a pack has here")


def read_pack(path: Path, *, questions: Mapping[str, Question], is_own: bool = False) -> Pack:
    """The pack in that file. Raises PackFault."""
    table = _Table(path.name, "", _toml(path))
    pack = replace(_pack(table), is_own=is_own)
    table.close()
    if pack.id != path.stem:
        raise table.fault("id", f"is “{pack.id}”, and the file is called “{path.stem}”: they must be the same")
    _check_references(table, pack, questions)
    return pack


def read_questions(path: Path) -> dict[str, Question]:
    """The questions that packs share, by id. Raises PackFault."""
    table = _Table(path.name, "", _toml(path))
    found = _all(table, "question", _question)
    table.close()
    return {question.id: question for question in found}


def _toml(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise PackFault(f"{path.name}: the file is over a megabyte; a pack is a few kilobytes.")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as problem:
        raise PackFault(f"{path.name}: the file is no TOML: {problem}.") from problem
    except UnicodeDecodeError as problem:
        raise PackFault(f"{path.name}: the file is no text in UTF-8.") from problem
    except OSError as problem:
        raise PackFault(f"{path.name}: the file cannot be read: {problem.strerror}.") from problem


def _pack(table: _Table) -> Pack:
    moments = dict(_all(table, "moment", lambda each: (each.key(), each.text("says"))))
    return Pack(
        id=table.key(),
        title=table.title("title"),
        law=table.text("law"),
        jurisdiction=table.text("jurisdiction"),
        sector=table.text("sector", "any"),
        kinds=table.some_of("kinds", KINDS),
        certainty=table.one_of("certainty", CERTAINTIES),
        sources=_sources(table),
        clocks=_all(table, "clock", _clock),
        elements=_all(table, "element", _element),
        wording=_all(table, "wording", _wording),
        variants=_all(table, "variant", _variant),
        questions=_all(table, "question", _question),
        applies_if=table.texts("applies_if"),
        not_if=table.texts("not_if"),
        moments=moments,
        zone=_zone(table),
        holidays=table.one_of("holidays", ("", OUR_HOLIDAYS, *calendars()), ""),
        audiences=table.texts("audiences"),
        channels=table.texts("channels"),
        proof_to_keep=table.texts("proof_to_keep"),
        note=table.text("note", ""),
        is_example=table.take("is_example", bool, "true or false", False),
    )


def _all(table: _Table, name: str, read: Callable[[_Table], Value]) -> tuple[Value, ...]:
    """Every table of that name; two with the same id are a mistake."""
    found = []
    seen: set[str] = set()
    for each in table.tables(name):
        found.append(read(each))
        each.close()
        key = each.values.get("id")
        if key is not None and key in seen:
            raise each.fault("id", f"is “{key}” a second time")
        seen.add(str(key))
    return tuple(found)


def _sources(table: _Table) -> tuple[Source, ...]:
    found = _all(table, "source", _source)
    if not found:
        raise table.fault("source", "is missing: say where it is written and when somebody looked")
    return found


def _source(table: _Table) -> Source:
    checked_on = table.take("checked_on", date, "a day such as 2026-11-22, without quotes")
    url = table.text("url", "")
    if url and not url.startswith("https://"):
        raise table.fault("url", "is to begin with https://")
    return Source(table.text("cite"), url, checked_on)


def _question(table: _Table) -> Question:
    about = table.one_of("about", ("incident", "firm"), "incident")
    return Question(table.key(), table.text("text"), about, table.text("help", ""))


def _clock(table: _Table) -> Clock:
    limits = _limits(table)
    return Clock(
        id=table.key(),
        name=table.title("name"),
        to=table.title("to"),
        limits=limits,
        is_aim=table.take("is_aim", bool, "true or false", False),
        law_says=table.text("law_says", ""),
        only_if=table.texts("only_if"),
        ends_at=_time(table, "ends_at"),
        exemptions=table.texts("exemptions"),
        note=table.text("note", ""),
    )


def _limits(table: _Table) -> tuple[Limit, ...]:
    found = _all(table, "limit", _limit)
    if not found:
        raise table.fault("limit", "is missing: say when the clock starts and how long it runs")
    return found


def _limit(table: _Table) -> Limit:
    try:
        length = read_length(table.text("length"))
    except ValueError as problem:
        raise table.fault("length", f"cannot be read: {problem}") from problem
    return Limit(table.text("starts"), length, table.text("gives_way_to", ""))


def _time(table: _Table, name: str) -> time | None:
    text = table.text(name, "")
    try:
        return time.fromisoformat(text) if text else None
    except ValueError as problem:
        raise table.fault(name, f"is “{text}”, which is no time of day such as 17:00") from problem


def _element(table: _Table) -> Element:
    stages = table.some_of("stages", STAGES) or STAGES
    checker = table.one_of("checker", ("", *ELEMENTS), "")
    to = table.one_of("to", ("customers", "authority"), "customers")
    return Element(table.key(), table.text("label"), to, checker, table.texts("words"), frozenset(stages))


def _wording(table: _Table) -> Wording:
    written = table.text("pattern")
    try:
        pattern = re.compile(written, re.IGNORECASE)
    except re.error as problem:
        raise table.fault("pattern", f"is no regular expression: {problem}") from problem
    if pattern.search(""):
        raise table.fault("pattern", "finds nothing at all everywhere; it must find words")
    severity = Severity(table.one_of("severity", tuple(Severity), "error"))
    return Wording(pattern, table.text("reason").rstrip("."), severity)


def _variant(table: _Table) -> Variant:
    limits: dict[str, tuple[Limit, ...]] = {}
    for each in table.tables("limit"):
        clock = each.text("clock")
        limits[clock] = (*limits.get(clock, ()), _limit(each))
        each.close()
    return Variant(
        id=table.key(),
        name=table.text("name"),
        limits=limits,
        is_aim=table.take("is_aim", bool, "true or false", False),
        law_says=table.text("law_says", ""),
        certainty=table.one_of("certainty", CERTAINTIES, "recalled"),
        note=table.text("note", ""),
    )


def _zone(table: _Table) -> str:
    zone = table.text("zone", "")
    try:
        if zone:
            ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise table.fault("zone", f"is “{zone}”, which is no time zone such as Europe/London") from problem
    return zone


def _check_references(table: _Table, pack: Pack, questions: Mapping[str, Question]) -> None:
    known = set(questions) | {question.id for question in pack.questions}
    for name, asked in (("applies_if", pack.applies_if), ("not_if", pack.not_if)):
        for question in asked:
            if question not in known:
                raise table.fault(name, f"asks “{question}”, and there is no such question")
    for place, clock in enumerate(pack.clocks, start=1):
        for question in clock.only_if:
            if question not in known:
                raise table.fault(f"clock {place}.only_if", f"asks “{question}”, and there is no such question")
        _check_limits(table, f"clock {place}", pack, clock.limits)
    for place, variant in enumerate(pack.variants, start=1):
        for key, limits in variant.limits.items():
            if pack.clock(key) is None:
                raise table.fault(f"variant {place}.limit", f"is of the clock “{key}”, which the pack has not")
            _check_limits(table, f"variant {place}", pack, limits)


def _check_limits(table: _Table, place: str, pack: Pack, limits: Iterable[Limit]) -> None:
    done = {f"{DONE}{clock.id}" for clock in pack.clocks}
    allowed = [*INSTANTS, *pack.moments, *sorted(done)]
    for number, limit in enumerate(limits, start=1):
        if limit.starts not in allowed:
            name = f"{place}.limit {number}.starts"
            raise table.fault(name, f"is “{limit.starts}”; a clock may start at {', '.join(allowed)}")
        if limit.gives_way_to and limit.gives_way_to not in allowed:
            name = f"{place}.limit {number}.gives_way_to"
            raise table.fault(name, f"is “{limit.gives_way_to}”; it may be {', '.join(allowed)}")
