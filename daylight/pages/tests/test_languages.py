"""The page speaks each of its languages whole: no sentence is left in English, none lost what is put into it."""

import ast
import gettext
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.template import engines
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from daylight.pages.models import Page

ROOM = Path(__file__).parent.parent
LANGUAGES = [code for code in Page.Language.values if code != "en"]
OF_THE_DESK = re.compile(r"""{%\s*extends\s+["']base/desk\.html["']""")
MARKS = {"gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "_"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|(?<![%{])\{\w*\}")
STRING = r'((?:"(?:[^"\\]|\\.)*"\n?)+)'
ENTRY = re.compile(rf"^msgid {STRING}(?:msgid_plural {STRING})?((?:msgstr(?:\[\d\])? {STRING})+)", re.MULTILINE)
FORM = re.compile(rf"msgstr(?:\[\d\])? {STRING}")


@dataclass(frozen=True)
class Entry:
    """One sentence of a catalogue: the English one, its plural or "", and the forms of its translation."""

    singular: str
    plural: str
    forms: tuple[str, ...]


def said_in_templates() -> set[str]:
    found = set()
    for path in (ROOM / "templates").rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        if OF_THE_DESK.search(text):
            continue
        nodes = engines["django"].from_string(text).template.nodelist  # type: ignore[attr-defined]
        found |= {node.filter_expression.var.literal for node in nodes.get_nodes_by_type(TranslateNode)}
        found |= {sentence_of(node) for node in nodes.get_nodes_by_type(BlockTranslateNode)}
    return found - {None}


def sentence_of(node: BlockTranslateNode) -> str:
    sentence, _ = node.render_token_list(node.singular)
    return sentence


def said_in_python() -> set[str]:
    return {words for path in ROOM.rglob("*.py") for words in marked(ast.parse(path.read_text(encoding="utf-8")))}


def marked(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS and node.args:
            words = node.args[0]
            if isinstance(words, ast.Constant) and isinstance(words.value, str):
                yield words.value


def source(language: str) -> str:
    return (ROOM / "locale" / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")


def entries(language: str) -> list[Entry]:
    """The catalogue without its head."""
    found = [
        Entry(joined(one[1]), joined(one[2] or ""), tuple(joined(form) for form in FORM.findall(one[3])))
        for one in ENTRY.finditer(source(language))
    ]
    return found[1:]


def joined(lines: str) -> str:
    return "".join(ast.literal_eval(line) for line in lines.splitlines())


def fits(entry: Entry, number: int, form: str) -> bool:
    """Whether a form takes what the sentence is given; the form for one may take what the one for many takes."""
    wanted = [set(PLACEHOLDER.findall(english)) for english in (entry.singular, entry.plural or entry.singular)]
    return set(PLACEHOLDER.findall(form)) in (wanted if number == 0 else wanted[1:])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    known = {entry.singular for entry in entries(language) if all(entry.forms)}

    assert (said_in_templates() | said_in_python()) - known == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess(language: str) -> None:
    assert re.findall(r"^#, .*fuzzy.*$", source(language), re.MULTILINE) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_kept(language: str) -> None:
    lost = [form for entry in entries(language) for n, form in enumerate(entry.forms) if not fits(entry, n, form)]

    assert lost == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_counted_sentences_have_every_form(language: str) -> None:
    stated = re.search(r"nplurals=(\d)", source(language))
    assert stated is not None

    counted = [entry for entry in entries(language) if entry.plural]

    assert counted
    assert [entry for entry in counted if len(entry.forms) != int(stated[1]) or not all(entry.forms)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_says_the_same(language: str) -> None:
    with (ROOM / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    differing = [
        entry.singular
        for entry in entries(language)
        if (compiled.ngettext(entry.singular, entry.plural, 1) if entry.plural else compiled.gettext(entry.singular))
        != entry.forms[0]
    ]

    assert differing == []
