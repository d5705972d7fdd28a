"""What tools that read a Statuspage ask for: the whole public API v2, and the embed. Pure: facts become files."""

from daylight.pages.facts import PageFacts
from daylight.pages.statuspage import embed
from daylight.pages.statuspage.api import api_files


def files(facts: PageFacts) -> dict[str, bytes]:
    """The files of a page in one language."""
    return {**api_files(facts), **embed.files(facts)}
