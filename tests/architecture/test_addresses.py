"""Every address that our code or a template names exists: a misspelt link hides from everybody but a customer."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.urls import URLResolver, get_resolver

from tests.architecture.rooms import PACKAGE

ASKED_BY = frozenset({"address_of", "reverse", "reverse_lazy", "redirect", "resolve_url"})
"""Functions whose first argument is the name of an address."""

LOOKS_LIKE_A_NAME = re.compile(r"^[a-z]+(-[a-z]+)*:[a-z0-9]+([-_][a-z0-9]+)*$")
"""room:act, as our own addresses are called; a string of this shape anywhere in the desk's tables is one, too."""

OFFERED_LATER = frozenset({"incidents:panel-customer"})
"""Addresses that a lower room shows as soon as an upper room serves them."""

IN_A_TEMPLATE = re.compile(r"{%\s*url\s+['\"]([^'\"]+)['\"]")


def known_names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """The names of all addresses, with their rooms."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from known_names(entry, inner)
        elif entry.name:
            yield f"{namespace}{entry.name}"


def product_files(pattern: str) -> Iterator[Path]:
    """Files of the product, without its tests."""
    return (file for file in sorted(PACKAGE.rglob(pattern)) if "tests" not in file.parts)


def names_asked_for(file: Path, rooms: frozenset[str]) -> Iterator[str]:
    """Every name of an address that stands in a Python file."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            name = node.args[0].value
            if called in ASKED_BY and isinstance(name, str) and not name.startswith("/"):
                yield name
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if LOOKS_LIKE_A_NAME.match(text) and text.partition(":")[0] in rooms:
            yield text


def test_every_address_named_in_the_code_exists() -> None:
    known = frozenset(known_names(get_resolver()))
    rooms = frozenset(name.partition(":")[0] for name in known if ":" in name)

    found = [(file, name) for file in product_files("*.py") for name in names_asked_for(file, rooms)]

    assert len(found) > 100
    missing = [f"{file.relative_to(PACKAGE)}: {name}" for file, name in found if name not in known | OFFERED_LATER]
    assert missing == []
    assert not OFFERED_LATER & known, "served by now: take it off the list"


def test_every_address_named_in_a_template_exists() -> None:
    known = frozenset(known_names(get_resolver()))

    found = [
        (file, name)
        for suffix in ("*.html", "*.txt")
        for file in product_files(suffix)
        for name in IN_A_TEMPLATE.findall(file.read_text())
    ]

    assert len(found) > 100
    assert [f"{file.relative_to(PACKAGE)}: {name}" for file, name in found if name not in known] == []
