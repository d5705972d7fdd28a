"""What a kind of target promises."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from daylight.pages.folder import PageFolder, Tree

PUBLICATION = "publication.json"
"""The public file that says which version stands, and since when: what a target is checked by."""


GoingOn = Callable[[], None]
"""Told by a push that it goes on."""


class TargetFailed(Exception):
    """The target did not take the version, for the reason given: it is tried again, and the crew is told."""


class Target(Protocol):
    """One place, reached with its settings."""

    def push(self, source: PageFolder, tree: Tree, *, going_on: GoingOn) -> None:
        """Make the place show a tree, what readers come in by last. Raises TargetFailed.

        Calls `going_on` every few seconds at least while it works; what that raises ends the push.
        """

    def shown(self) -> datetime | None:
        """When the version that the place shows was rendered; None when it shows none. Raises TargetFailed."""


class TargetKind(Protocol):
    """Makes a place of its settings."""

    def __call__(self, settings: Mapping[str, Any], /) -> Target:
        """The place; raises TargetFailed when the settings cannot lead anywhere."""
