"""What is wrong with the Liquid of a template, in a sentence, at its line."""

import re

from liquid.exceptions import LiquidError

from daylight.reach.templating.parsing import parse
from daylight.reach.templating.variables import TAGS, nearest

_TAG = re.compile(r"{%-?\s*(\w+)")
_PIECE = re.compile(r"(?s){{.*?}}|{%.*?%}")
_ENDS = {"endif": "if", "endunless": "unless", "endcase": "case", "endfor": "for", "endcomment": "comment"}
_MIDDLE = {"else", "elsif", "when"}


def line_at(source: str, place: int) -> int:
    """The line, from 1, in which this place stands."""
    return source.replace("\r\n", "\n").count("\n", 0, max(place, 0)) + 1


def explained(problem: LiquidError, source: str) -> tuple[int, str]:
    """The line of a syntax error, 0 when nobody knows, and what is wrong there."""
    source = source.replace("\r\n", "\n")
    token, said = problem.token, str(problem.message)
    line = line_at(source, token.start_index) if token is not None and token.start_index >= 0 else 0
    if unclosed := re.match(r"expected tag (end\w+)", said):
        begin = _ENDS.get(unclosed[1], "")
        line = _unclosed(source, begin) or line
        return line, f"This {{% {begin} %}} has no {{% {unclosed[1]} %}}."
    if unexpected := re.match(r"unexpected tag '(\w+)'", said):
        return line, _unexpected(unexpected[1])
    return line or _first_wrong(source), sentence(problem)


def sentence(problem: Exception) -> str:
    """A problem of Liquid in our words, where we have them."""
    said = str(getattr(problem, "message", problem))
    for pattern, says in _SAYS:
        if found := re.search(pattern, said):
            return says.format(*found.groups())
    return f"Liquid does not understand this: {said}."


_SAYS = (
    (r"expected '}}', found end of file", "This {{{{ has no }}}} after it."),
    (r"expected '%}'", "This {{% has no %}} after it."),
    (r"tag was never closed", "This {{% comment %}} has no {{% endcomment %}}."),
    (r"missing expression", "Something is missing here: say which value is meant."),
    (r"expected a primitive expression, found end of expression", "There is nothing between the braces."),
    (r"expected end of expression, found '='", "To compare, write == with two signs."),
    (r"expected end of expression", "One word too many stands here; is a | or a quotation mark missing?"),
    (r"expected '=', found", "Write {{% assign name = value %}}."),
    (r"expected in, found", "Write {{% for commitment in commitments %}}."),
    (r"unexpected '&'", "Write “and” in the place of &&."),
    (r"unexpected '\|'", "Write “or” in the place of ||."),
    (r"unexpected [\"']([\"'])[\"']", "A quotation mark {0} has no partner."),
    (r"unexpected '(.)'", "The sign {0} does not belong here."),
    (r"missing or unexpected path segment", "A name is not complete here."),
    (r"unknown filter '(\w+)'", "There is no filter “{0}” here."),
    (r"missing \d+ required positional argument", 'This filter needs a value after a colon, such as | append: "!".'),
    (r"loop iteration limit", "This goes round more than a thousand times."),
    (r"output stream limit|namespace limit", "This gets far too long."),
    (r"nesting", "This is nested too deep; ten levels are allowed."),
    (r"several things at once", "This is several things at once; name the one you want."),
    (r"'(.+)' is undefined", "“{0}” is not there."),
)


def _unexpected(tag: str) -> str:
    if tag in _ENDS:
        return f"There is no {{% {_ENDS[tag]} %}} before this {{% {tag} %}}."
    if tag in _MIDDLE:
        return f"This {{% {tag} %}} stands outside of an if or case."
    near = nearest(tag, TAGS)
    return f"{{% {tag} %}} cannot be used here." + (f" Did you mean {{% {near} %}}?" if near else "")


def _unclosed(source: str, begin: str) -> int:
    """The line of the innermost of these tags that nothing ends."""
    opened: list[int] = []
    for tag in _TAG.finditer(source):
        if tag[1] == begin:
            opened.append(tag.start())
        elif _ENDS.get(tag[1]) == begin and opened:
            opened.pop()
    return line_at(source, opened[-1]) if opened else 0


def _first_wrong(source: str) -> int:
    """The line of the first pair of braces that is wrong by itself; 0 when each is right."""
    for piece in _PIECE.finditer(source):
        try:
            parse(piece.group())
        except LiquidError as problem:
            if not re.search(r"expected tag|unexpected tag|never closed", str(problem.message)):
                return line_at(source, piece.start())
    return 0
