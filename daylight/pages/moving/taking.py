"""What every writer needs: where things go, in whose name, and how something is refused or shortened."""

from dataclasses import dataclass, field
from datetime import datetime

from daylight.accounts.models import Member
from daylight.incidents.models import Section
from daylight.pages.models import Page
from daylight.pages.moving.moved import NotMoved

NEW, CHANGED, SAME = "new", "changed", "the same"


class CannotTake(Exception):
    """This cannot be taken; the message says why in a sentence."""


@dataclass
class Target:
    """To which page, in whose name, when, and from what (`origin`, as people call it); `faults` fill as it goes.

    `sections` are ours by the ids that the source gave them.
    """

    page: Page
    by: Member
    at: datetime
    origin: str
    actor: str = "command line"
    faults: list[NotMoved] = field(default_factory=list)
    sections: dict[str, Section] = field(default_factory=dict)

    def note(self, what: str, name: str, reason: str) -> None:
        """Say of something that was taken what of it was not."""
        self.faults.append(NotMoved(what, name, reason))


def clipped(text: str, most: int, what: str, target: Target) -> str:
    """The text, shortened where we have less room; that is said, with the whole of it."""
    if len(text) <= most:
        return text
    target.note(what, text, f"Only {most} characters have room: it was shortened.")
    return f"{text[: most - 1].rstrip()}…"
