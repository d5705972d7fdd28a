"""Liquid as templates of staff may use it: a closed list of tags and filters, limits, nothing from any file.

A value that differs from customer to customer is a `Slot` while a template is rendered: it leaves a mark where it
stands, and its filters are put off until the value is known. A template that asks more of it than whether it is
there (a comparison) makes it raise `Compared`.
"""

import html
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import wraps
from typing import Any, TextIO

from liquid import Environment, StrictUndefined
from liquid.ast import Node
from liquid.builtin import content, illegal
from liquid.builtin.expressions.primitive import Blank, Empty
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags import assign_tag, case_tag, comment_tag, for_tag, if_tag, inline_comment_tag, unless_tag
from liquid.context import RenderContext
from liquid.exceptions import LiquidError, LiquidTypeError
from liquid.expression import Expression
from liquid.stringify import to_liquid_string
from liquid.template import BoundTemplate

from daylight.reach.templating.variables import FILTERS

MARK = secrets.token_hex(12)
LONGEST_SOURCE = 20_000
"""Characters of one piece of a template."""

Values = Mapping[str, str]


class OwnWordsFail(Exception):
    """The organisation's words cannot be rendered for a reader: whoever wrote them must look; ours go instead."""


class Compared(Exception):
    """A template asks more of these values than whether they are there: it must be rendered with the values."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(names)))
        self.names = names


class Slot:
    """A value that is not known yet: `read` gives it once the customer's values are.

    `plain` is its name where no filter waits for it.
    """

    __slots__ = ("names", "plain", "read")

    def __init__(self, names: frozenset[str], read: Callable[[Values], object], *, plain: str = "") -> None:
        self.names, self.read, self.plain = names, read, plain

    @classmethod
    def of(cls, name: str) -> "Slot":
        """The plain value of this name."""
        return cls(frozenset({name}), lambda values: values[name], plain=name)

    def _compared(self, *_: object) -> Any:
        raise Compared(self.names)

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = _compared
    __str__ = __len__ = __contains__ = __iter__ = _compared

    def __hash__(self) -> int:
        return id(self)


class Absent:
    """A value that a customer, or an update, does not have: nothing is written, and `if` says no."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __liquid__(self) -> None:
        return None

    def __str__(self) -> str:
        return ""

    def __len__(self) -> int:
        return 0


class Sheet:
    """What one rendering leaves behind: the slots in the order of their marks, and what was written as nothing."""

    def __init__(self) -> None:
        self.slots: list[Slot] = []
        self.written_as_nothing: list[tuple[str, int]] = []

    def place(self, slot: Slot) -> str:
        """The mark at which this slot will be cut."""
        self.slots.append(slot)
        return f"{MARK}{len(self.slots) - 1}x"


class _WrittenNode(OutputNode):
    """Writes a mark for a slot, and refuses to write what is no text."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        value = self.expression.evaluate(context)
        sheet: Sheet = context.globals["sheet_"]  # type: ignore[assignment]  # put there by `render`
        if isinstance(value, Slot):
            return buffer.write(sheet.place(value))
        if isinstance(value, Absent):
            sheet.written_as_nothing.append((value.name, self.token.start_index))
            return 0
        if isinstance(value, Mapping | list | tuple):
            raise LiquidTypeError("This is several things at once; name the one you want.", token=self.token)
        return buffer.write(to_liquid_string(value, context.autoescape))


class _Written(Output):
    node_class = _WrittenNode


class _Nothing(Blank):
    """`blank` and `empty`, to which a missing value is equal as well."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return other is None or super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]  # as its parent, which compares and is never a key


class Language(Environment):
    """The Liquid of templates."""

    block_nesting_limit = 10
    context_depth_limit = 20
    loop_iteration_limit = 1_000
    local_namespace_limit = 100_000
    output_stream_limit = 200_000

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Our tags and filters alone."""
        super().setup_tags_and_filters(extra=False)
        self.filters = {name: _put_off(self.filters[name]) for name in FILTERS}
        self.tags = {}
        for tag in (content.Literal, _Written, illegal.Illegal, *_TAGS):
            self.add_tag(tag)


_TAGS = (
    if_tag.IfTag,
    unless_tag.UnlessTag,
    case_tag.CaseTag,
    for_tag.ForTag,
    for_tag.BreakTag,
    for_tag.ContinueTag,
    assign_tag.AssignTag,
    comment_tag.CommentTag,
    inline_comment_tag.InlineCommentTag,
)


def _put_off(apply: Callable[..., Any]) -> Callable[..., Any]:
    """The same filter; on a slot it waits for the value."""

    @wraps(apply)
    def filtered(*arguments: Any, **named: Any) -> Any:
        slots = [*_slots_in(arguments), *_slots_in(tuple(named.values()))]
        if not slots:
            return apply(*arguments, **named)

        def read(values: Values) -> object:
            known = [_filled(argument, values) for argument in arguments]
            try:
                return apply(*known, **{name: _filled(value, values) for name, value in named.items()})
            except (LiquidError, TypeError, ValueError) as problem:
                raise OwnWordsFail(str(problem)) from problem

        # Wrong arguments show now, at their line, and not with the first customer.
        apply(
            *(_filled(argument, _ANY) for argument in arguments),
            **{name: _filled(value, _ANY) for name, value in named.items()},
        )
        return Slot(frozenset().union(*(slot.names for slot in slots)), read)

    return filtered


_ANY: Values = defaultdict(lambda: "any")


def _slots_in(value: object) -> Iterator[Slot]:
    if isinstance(value, Slot):
        yield value
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _slots_in(member)


def _filled(value: object, values: Values) -> object:
    if isinstance(value, Slot):
        return value.read(values)
    if isinstance(value, list):
        return [_filled(member, values) for member in value]
    return value


_TEXT = Language(undefined=StrictUndefined, autoescape=False)
_HTML = Language(undefined=StrictUndefined, autoescape=True)


class Form(Enum):
    """What a piece of a template is written as, and becomes."""

    TEXT = "text"
    HTML = "html"
    HTML_OF_TEXT = "html of text"


def parse(source: str, form: Form = Form.TEXT) -> BoundTemplate:
    """Parse a piece of a template. Raises LiquidError."""
    template = (_TEXT if form is Form.TEXT else _HTML).from_string(source.replace("\r\n", "\n"))
    if form is Form.HTML_OF_TEXT:
        for node in nodes_of(template):
            if isinstance(node, content.ContentNode):
                node.text = html.escape(node.text)
    for expression in expressions_of(template):
        for side in ("left", "right"):
            if isinstance(getattr(expression, side, None), Blank | Empty):
                setattr(expression, side, _Nothing(expression.token))
    return template


def render(template: BoundTemplate, facts: Mapping[str, object], sheet: Sheet) -> str:
    """The text with a mark for each slot. Raises LiquidError, Compared."""
    return template.render({**facts, "sheet_": sheet})


def nodes_of(template: BoundTemplate) -> Iterator[Node]:
    """Every node of a template, from top to bottom."""
    context = RenderContext(template)
    rest = list(reversed(template.nodes))
    while rest:
        node = rest.pop()
        yield node
        rest.extend(reversed(list(node.children(context))))


def expressions_of(template: BoundTemplate) -> Iterator[Expression]:
    """Every expression of a template."""
    for node in nodes_of(template):
        rest = list(node.expressions())
        while rest:
            expression = rest.pop()
            yield expression
            rest.extend(expression.children())
