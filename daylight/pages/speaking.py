"""In which language to answer where no page says it."""

from django.utils.translation.trans_real import parse_accept_lang_header

from daylight.pages.models import Page


def named(path: str) -> str:
    """The language that a path within a page names; empty where it is the page's first."""
    first = path.removeprefix("/").partition("/")[0]
    return first if first in Page.Language.values else ""


def preferred(accepts: str) -> str:
    """The language of ours that a browser likes best, by its Accept-Language; English when it likes none of them."""
    liked = (code.partition("-")[0] for code, _ in parse_accept_lang_header(accepts))
    return next((code for code in liked if code in Page.Language.values), str(Page.Language.ENGLISH))
