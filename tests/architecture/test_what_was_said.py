"""What customers and the firm's own people said is asked for in one way, so that nobody reads what is not for them.

Every query of conversations and messages begins with `visible_to(who)` or with `heard()`, which leaves the speak-up
line out. The modules below ask for everything: they carry and count words, and show them to nobody.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.rooms import PACKAGE

ASKED = {"Conversation", "Message"}
WAYS = {"visible_to", "heard"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
GETTERS = {"get_object_or_404", "get_list_or_404"}

SHOWS_NOBODY = {
    "listen/taking_in.py": "makes messages of what came in",
    "listen/threads.py": "finds the conversation that a message goes on with",
    "listen/echoes.py": "knows our own words again",
    "listen/handling.py": "takes one in hand that was found already",
    "listen/breaks.py": "gives back what a member has in hand",
    "listen/warning.py": "warns whoever has a conversation, and those who lead",
    "listen/acknowledging.py": "knows whom somebody has answered already",
    "listen/telling.py": "writes what we say ourselves",
    "listen/chasing.py": "names the answer that mended a chaser",
    "listen/forgetting.py": "empties what erased customers said",
    "listen/written_down.py": "writes down what a customer says by a button",
    "listen/sources/form/talking.py": "shows writers their own, by their secret link",
    "listen/sources/mailbox/taking.py": "finds the conversation that a mail answers",
    "listen/sources/phone/calls.py": "knows whether a call is written down already",
    "watch/hearing.py": "goes through all messages; what it reads of them begins with heard()",
    "watch/opening.py": "links conversations that were found by heard()",
}


def queries_without(source: str) -> Iterator[int]:
    """The lines on which conversations or messages are asked for in no such way."""
    if "daylight.listen.models" not in source:
        return
    tree = ast.parse(source)
    named = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("daylight.listen.models")
        for alias in node.names
        if alias.name in ASKED
    }
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in (found for found in ast.walk(tree) if isinstance(found, ast.expr)):
        if (_is_manager(node, named) and not _begins_well(node, above)) or _gets_one(node, named):
            yield node.lineno


def _is_manager(node: ast.AST, named: set[str]) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in MANAGERS and _is_one(node.value, named)


def _gets_one(node: ast.AST, named: set[str]) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return False
    return node.func.id in GETTERS and _is_one(node.args[0], named)


def _is_one(node: ast.AST, named: set[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in named


def _begins_well(node: ast.AST, above: dict[ast.AST, ast.AST]) -> bool:
    asked = above.get(node)
    return isinstance(asked, ast.Attribute) and asked.attr in WAYS


def modules() -> list[Path]:
    """Every module of the product that is no test and no migration."""
    return [path for path in sorted(PACKAGE.rglob("*.py")) if not {"tests", "migrations"} & set(path.parts)]


def test_conversations_and_messages_are_asked_for_by_who_may_read_them() -> None:
    forgotten = []
    for path in modules():
        name = str(path.relative_to(PACKAGE))
        if name not in SHOWS_NOBODY:
            forgotten += [f"{name}:{line}" for line in queries_without(path.read_text(encoding="utf-8"))]

    assert forgotten == []


@pytest.mark.parametrize("name", SHOWS_NOBODY)
def test_every_exception_is_still_needed(name: str) -> None:
    assert list(queries_without((PACKAGE / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("written", "is_fine"),
    [
        ("Conversation.objects.visible_to(member).open()", True),
        ("Message.objects.heard().filter(is_chaser=True)", True),
        ("Conversation.objects.open().visible_to(member)", False),
        ("Conversation.objects.filter(incident=1)", False),
        ("get_object_or_404(Conversation, pk=1)", False),
        ("get_object_or_404(Conversation.objects.heard(), pk=1)", True),
        ("Customer.objects.all()", True),
    ],
)
def test_a_query_that_forgets_is_seen(written: str, is_fine: bool) -> None:
    source = f"from daylight.listen.models import Conversation, Message\n{written}\n"

    assert (list(queries_without(source)) == []) is is_fine
