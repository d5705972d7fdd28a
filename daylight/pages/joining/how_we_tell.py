"""The page that says beforehand how we tell customers when we fail, as a file; pure."""

from daylight.pages.facts import PageFacts
from daylight.pages.wrapping import wrapped

PATH = "/how-we-tell/"
FEW = 5
"""Promises below which a share would say more than we know."""


def files(facts: PageFacts) -> dict[str, bytes]:
    """The page in the language that is active; nothing while it is not known how we tell."""
    telling = facts.telling
    if telling is None:
        return {}
    kept = round(100 * telling.record.kept / telling.record.total) if telling.record.total >= FEW else None
    body = wrapped("joining/how_we_tell", facts.site, facts.now, path=PATH, telling=telling, kept=kept)
    return {f"{PATH[1:]}index.html": body}
