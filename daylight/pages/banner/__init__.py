"""The banner: on the firm's own pages, what is wrong now; as a script, an element, a frame (docs/use/banner.md).

Pure but for `asking.py`, which answers from the register whom it concerns. Facts become three files.
"""

from daylight.pages.banner import news
from daylight.pages.facts import PageFacts


def files(facts: PageFacts) -> dict[str, bytes]:
    """The files of a page in one language; a private page has none, since whoever reads a banner is nobody we know."""
    if facts.site.is_private:
        return {}
    return {
        "banner.js": news.script(),
        "banner.json": news.as_json(facts),
        "embed/banner.html": news.as_frame(facts),
    }
