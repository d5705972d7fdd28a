"""A report for its reader: a person at a terminal, a program, or a code host that shows SARIF."""

from collections.abc import Callable, Mapping, Sequence

from daylight.candour.saying import as_json, plainly, sarif
from daylight.candour.saying.checked import Checked

FORMATS: Mapping[str, Callable[[Sequence[Checked]], str]] = {
    "text": plainly.say,
    "json": as_json.say,
    "sarif": sarif.say,
}

__all__ = ["FORMATS", "Checked"]
