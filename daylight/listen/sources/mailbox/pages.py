"""Gives the words of a mail that has only HTML: without what it quotes, and without what nobody sees."""

import re
from html import unescape
from typing import Any

import lxml.html
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml.etree import LxmlError, ParserError

LONGEST_PAGE = 300_000
"""Characters of HTML that are read."""

MOST_ELEMENTS = 20_000

_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$)", re.IGNORECASE
)
_QUOTE_CLASSES = frozenset(
    {"gmail_quote", "gmail_attr", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote", "zmail_extra"}
)
_NEVER_SEEN = ("script", "style", "head", "title", "template", "object", "svg", "noscript")
_TAG = re.compile(r"<[^>]{0,2000}>")
_CONFIG = ParserConfig(display_links=False, display_images=False)


def words_of(page: str) -> tuple[str, str]:
    """The words of a page without what it quotes, and with it; the same where it quotes nothing that is marked."""
    page = page[:LONGEST_PAGE]
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        tree = lxml.html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
        _drop(tree, tree.iter(*_NEVER_SEEN))
        _drop(tree, (one for one in tree.iter() if _is_hidden(one)))
        is_too_deep = any("depth" in entry.message for entry in parser.error_log)
        if is_too_deep or sum(1 for _ in tree.iter()) > MOST_ELEMENTS:
            return _tagless(page), _tagless(page)
        whole = _laid_out(tree)
        _drop(tree, (one for one in tree.iter("blockquote", "div", "span") if _is_quote(one)))
        return _laid_out(tree) or whole, whole
    except (LxmlError, ParserError, ValueError, RecursionError, IndexError, AttributeError, TypeError):
        # The last four are what the layout runs into on tables that are none; the words are there all the same.
        return _tagless(page), _tagless(page)


def _drop(tree: Any, elements: Any) -> None:
    for element in list(elements):
        if element is not tree and element.getparent() is not None:
            element.drop_tree()


def _is_hidden(element: Any) -> bool:
    return bool(_HIDDEN.search(str(element.get("style") or "")[:400]))


def _is_quote(element: Any) -> bool:
    classes = set(str(element.get("class") or "")[:400].lower().split())
    if element.tag == "blockquote":
        return element.get("type") == "cite" or bool(classes & _QUOTE_CLASSES) or element.get("cite") is not None
    return bool(classes & (_QUOTE_CLASSES - {"gmail_quote"})) or "gmail_attr" in classes


def _laid_out(tree: Any) -> str:
    lines = (line.strip() for line in Inscriptis(tree, _CONFIG).get_text().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _tagless(page: str) -> str:
    return unescape(_TAG.sub(" ", page)).strip()
