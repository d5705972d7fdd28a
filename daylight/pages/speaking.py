"""In which language to answer where no page says it."""

from daylight.pages.models import Page


def named(path: str) -> str:
    """The language that a path within a page names; empty where it is the page's first."""
    first = path.removeprefix("/").partition("/")[0]
    return first if first in Page.Language.values else ""
