"""What a template may use is written down for those who write them, and everything written down works."""

import re

from daylight.reach.channels.base import Promised
from daylight.reach.channels.email.tests.samples import a_notification, a_reader
from daylight.reach.templating.parsing import parse
from daylight.reach.templating.tests.makers import a_compiled
from daylight.reach.templating.variables import FILTERS, TAGS, VARIABLES
from tests.architecture.rooms import ROOT

PAGE = (ROOT / "docs" / "use" / "templates.md").read_text(encoding="utf-8")
LISTED = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)


def test_the_page_for_writers_lists_exactly_what_there_is() -> None:
    assert [*(variable.name for variable in VARIABLES), *TAGS, *FILTERS] == LISTED


def test_each_value_that_is_listed_can_be_written() -> None:
    reader = a_reader(confirm_url="https://x.example/c", commitments=(Promised("order", "1", "Chairs"),))
    singles = [name.name for name in VARIABLES if name.name not in {"commitment", "commitments", "update.parts"}]

    for name in singles:
        a_compiled({"own_text": f"{{{{ {name} }}}}"}, a_notification()).fill("own_text", reader)


def test_the_example_on_the_page_is_right() -> None:
    [example] = re.findall(r"```liquid\n(.*?)```", PAGE, re.DOTALL)

    filled = a_compiled({"own_text": example}, a_notification()).fill("own_text", a_reader())

    assert parse(example)
    assert "Hello Zoë Adler," in filled
