"""Reads a template before it can be saved: what it cannot say, what it must say, how long it gets; at its line.

First it is read without rendering it; then it is rendered for each example, so that a branch that only a customer
without a name comes to is walked as well.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from liquid.builtin.expressions.path import Path
from liquid.builtin.tags.assign_tag import AssignNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.exceptions import LiquidError, UndefinedError
from liquid.template import BoundTemplate

from daylight.reach.channels.base import Piece, WordedChannel
from daylight.reach.templating import syntax
from daylight.reach.templating.compiling import Rendered
from daylight.reach.templating.examples import Example, Scope, examples
from daylight.reach.templating.paragraphs import without_borders
from daylight.reach.templating.parsing import LONGEST_SOURCE, Form, OwnWordsFail, Sheet, nodes_of, parse
from daylight.reach.templating.variables import FILTERS, LISTS, LOOP_FIELDS, is_known, nearest

_DANGEROUS = re.compile(
    r"(?i)<\s*(script|iframe|object|embed|form|input|link|meta|base|svg)\b|\bon[a-z]+\s*=|javascript:|vbscript:"
)

MISSING = {
    "what": "It does not say what happened. Put {{ update.what }} or {{ update.facts }} where it belongs.",
    "next": "It does not say when you speak next. Put {{ update.next }} or {{ update.facts }} where it belongs.",
    "person": "It does not say how to reach a person. Put {{ organisation.person }} where it belongs.",
    "page": "It has no link. Put {{ links.own_page }} where it belongs, so that the customer can read on.",
    "unsubscribe": "It has no way to stop these messages. Put {{ links.unsubscribe }} where it belongs.",
    "corrected": "A correction does not say what you said before. Put {{ update.facts }} or {{ update.corrected }} in.",
}


@dataclass(frozen=True)
class Finding:
    """One thing to mend, or only to know, in a piece; `line` is 0 when it is of the whole.

    `example` is the label of the example in which it showed, where it does not in the usual one.
    """

    says: str
    piece: str = ""
    line: int = 0
    is_error: bool = True
    example: str = ""


def check(pieces: Mapping[str, str], channel: WordedChannel, scope: Scope, *, at: datetime) -> list[Finding]:
    """What is wrong with these pieces, first what must be mended; none without an error can fail an example."""
    written = [piece for piece in channel.pieces if piece.is_required or pieces.get(piece.name, "").strip()]
    found = [finding for piece in written for finding in _read(piece, pieces.get(piece.name, ""))]
    if not found:
        for example in examples(scope, at=at):
            found += _tried(pieces, written, channel, example)
    once: dict[tuple[str, int, str], Finding] = {}
    for finding in found:
        once.setdefault((finding.piece, finding.line, finding.says), finding)
    return sorted(once.values(), key=lambda finding: not finding.is_error)


def _read(piece: Piece, source: str) -> Iterator[Finding]:
    """What can be seen without rendering."""
    if not source.strip():
        yield Finding(f"{piece.label} is empty.", piece.name)
        return
    if len(source) > LONGEST_SOURCE:
        yield Finding(f"{piece.label} is longer than {LONGEST_SOURCE:,} characters.", piece.name)
        return
    if piece.kind == "line" and "\n" in source.strip():
        yield Finding(f"{piece.label} is one line.", piece.name, 2)
    try:
        template = parse(source, Form.HTML if piece.kind == "html" else Form.TEXT)
    except LiquidError as problem:
        line, says = syntax.explained(problem, source)
        yield Finding(says, piece.name, line)
        return
    yield from _unknown(template, source, piece)
    if piece.kind == "html":
        for danger in _DANGEROUS.finditer(source):
            says = f"“{danger.group().strip()}” does not belong in a mail: mail programs take it for an attack."
            yield Finding(says, piece.name, syntax.line_at(source, danger.start()))


def _unknown(template: BoundTemplate, source: str, piece: Piece) -> Iterator[Finding]:
    """Variables and filters that do not exist, with the one that was probably meant."""
    short = _short_names(template)
    analysis = template.analyze()
    for uses in analysis.variables.values():
        for use in uses:
            line = syntax.line_at(source, use.span.index)
            if any(isinstance(segment, list) for segment in use.segments):
                yield Finding("Write the name of the value with a dot; it cannot be looked up.", piece.name, line)
                continue
            path = _full_name([str(one) for one in use.segments if not isinstance(one, int)], short)
            if path and not is_known(path):
                yield Finding(_did_you_mean(f"There is no “{use}” here.", nearest(path)), piece.name, line)
    for name, places in analysis.filters.items():
        if name not in FILTERS:
            says = _did_you_mean(f"There is no filter “{name}” here.", nearest(name, FILTERS))
            yield Finding(says, piece.name, syntax.line_at(source, places[0].index))


def _short_names(template: BoundTemplate) -> dict[str, str]:
    """What the names mean that a template gives itself, by `for` and `assign`; empty for a value of its own."""
    short = {}
    for node in nodes_of(template):
        if isinstance(node, ForNode):
            went_through = str(node.expression.iterable)
            short[str(node.expression.identifier)] = LISTS.get(went_through, "")
        elif isinstance(node, AssignNode):
            [assigned] = node.expressions()
            value = getattr(assigned, "left", None)
            is_plain = isinstance(value, Path) and not getattr(assigned, "filters", None)
            short[str(node.name)] = str(value) if is_plain else ""
    return short


def _full_name(segments: list[str], short: Mapping[str, str]) -> str:
    """The name in our list that these segments stand for; empty when they are a template's own affair."""
    first, *rest = segments
    if first == "forloop":
        return "" if not rest or rest[0] in LOOP_FIELDS else ".".join(segments)
    if first not in short:
        if first == "commitments" and rest and rest[0] in {"first", "last"}:
            return ".".join(["commitment", *rest[1:]])
        return (
            ".".join(["commitment", *rest])
            if first == "commitments" and rest and rest[0] != "size"
            else ".".join(segments)
        )
    return ".".join([short[first], *rest]) if short[first] else ""


def _did_you_mean(says: str, near: str) -> str:
    return f"{says} Did you mean “{near}”?" if near else f"{says} The list beside shows what there is."


def _tried(
    pieces: Mapping[str, str], written: Iterable[Piece], channel: WordedChannel, example: Example
) -> Iterator[Finding]:
    """What goes wrong, or is missing, when an example gets it."""
    for finding in _tried_pieces(pieces, written, channel, example):
        yield replace(finding, example="" if example.name == "usual" else example.label)


def _tried_pieces(
    pieces: Mapping[str, str], written: Iterable[Piece], channel: WordedChannel, example: Example
) -> Iterator[Finding]:
    compiled = example.compiled(pieces)
    values, failed = compiled.values(example.reader), False
    for piece in written:
        form = Form.HTML if piece.kind == "html" else Form.TEXT
        try:
            rendered, sheet = compiled.render(piece.name, values, form)
            said = Rendered.cut(without_borders(rendered), sheet).fill(values)
        except OwnWordsFail as problem:
            failed = True
            yield _failed(problem, piece, pieces[piece.name], example)
            continue
        yield from _written_as_nothing(sheet, piece, pieces[piece.name])
        if piece.kind == "line" and not said.strip():
            yield Finding(f"{piece.label} is empty for some customers.", piece.name)
        if piece.kind != "line":
            yield from _must_say(said, piece, channel, example)
            length, is_too_long = channel.measure(said)
            if is_too_long:
                yield Finding(length, piece.name, is_error=example.name == "usual")
    if example.name == "usual" and compiled.is_by_value and not failed:
        compared = ", ".join(
            f"“{name.replace('commitments.', 'commitment.')}”" for name in sorted(compiled.is_by_value)
        )
        says = f"It compares {compared}: that costs a millisecond or two for each different value, instead of once."
        yield Finding(says, is_error=False)


def _failed(problem: OwnWordsFail, piece: Piece, source: str, example: Example) -> Finding:
    cause = problem.__cause__
    token = cause.token if isinstance(cause, LiquidError) else None
    line = syntax.line_at(source, token.start_index) if token is not None and token.start_index >= 0 else 0
    if isinstance(cause, UndefinedError) and not example.reader.commitments:
        says = "Some customers have no commitment. Put this between {% if commitment %} and {% endif %}."
        return Finding(says, piece.name, line)
    return Finding(syntax.sentence(problem), piece.name, line)


def _written_as_nothing(sheet: Sheet, piece: Piece, source: str) -> Iterator[Finding]:
    for name, place in sheet.written_as_nothing:
        says = f"“{name}” can be missing: then nothing is written here. {{% if {name} %}} can ask for it."
        yield Finding(says, piece.name, syntax.line_at(source, place), is_error=False)


def _must_say(said: str, piece: Piece, channel: WordedChannel, example: Example) -> Iterator[Finding]:
    plain = _plain(said)
    for fact in channel.must_say:
        wanted = _wanted(fact, example)
        if wanted and not any(_plain(one) in plain for one in wanted):
            yield Finding(MISSING[fact], piece.name)
    has_links = bool({"page", "unsubscribe"} & set(channel.must_say))
    if has_links and example.name == "usual" and example.reader.confirm_url not in html.unescape(said):
        says = "It has no {{ links.confirm }}: customers of an urgent incident cannot say that they have seen it."
        yield Finding(says, piece.name, is_error=False)


def _wanted(fact: str, example: Example) -> list[str]:
    """The words one of which must stand there; none when the example has no such fact."""
    notification, reader = example.notification, example.reader
    answers = {part.name: part.answer for part in notification.parts}
    wanted = {
        "what": [answers["what"], notification.headline] if example.name != "correction" else [],
        "next": [example.next_time, notification.words.get("text_next", "")] if example.next_time else [],
        "person": [notification.reach_a_person],
        "page": [reader.own_url, reader.confirm_url, notification.page_url],
        "unsubscribe": [reader.unsubscribe_url],
        "corrected": [example.before] if example.before else [],
    }
    return [one for one in wanted[fact] if one]


def _plain(text: str) -> str:
    """Text without tags and without regard to blanks; addresses in tags stay."""
    kept = re.sub(r"""<[^>]*?(https?://[^"'>\s]+)[^>]*>|<[^>]*>""", r" \1 ", text)
    return " ".join(html.unescape(kept).split())
