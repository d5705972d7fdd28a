"""Another program that we hear, or ask: how it is set up, and how it fares."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models

from daylight.core import links
from daylight.core.due import PROBLEM_LENGTH, DueRow
from daylight.core.secrets import SealedField


class FarEnd(DueRow):
    """What connections and monitors have in common.

    `settings` are sealed at rest. One that is asked by us is due when it is asked next; one that only posts to us is
    never due. `problem` is what went wrong last, empty while all is well. `purpose` seals the address to which it
    posts, and keeps it apart from those of other rooms.
    """

    purpose: ClassVar[str]

    name = models.CharField(max_length=120)
    settings = SealedField(null=True)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    last_heard_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def of_kind(self) -> str:
        """The name of its kind."""
        raise NotImplementedError

    @property
    def token(self) -> str:
        """What stands in the address to which it posts."""
        return links.sign(self.purpose, str(self.pk))

    @classmethod
    def by_token(cls, written: str) -> Self | None:
        """The one whose address this is, while it is in use."""
        try:
            key = links.read(cls.purpose, written)
        except links.LinkRefused:
            return None
        return cls._base_manager.filter(pk=key, is_active=True).first()

    def enter(
        self, settings: Mapping[str, Any], *, name: str, makes_secret: bool, is_asked: bool, at: datetime
    ) -> None:
        """Keep these settings, with a secret where we make it; what is asked by us is asked at once."""
        made = {"secret": new_secret()} if makes_secret and not settings.get("secret") else {}
        self.name, self.settings, self.problem = name, {**settings, **made}, ""
        self.due_at = at if is_asked and self.is_active else None
        self.save()

    def renew_secret(self) -> None:
        """Another secret from now on; the old one is believed no more."""
        self.settings = {**(self.settings or {}), "secret": new_secret()}
        self.save(update_fields=["settings"])

    def switch(self, *, is_on: bool, is_asked: bool, at: datetime) -> None:
        """Hear it again, or no longer; its settings stay."""
        self._me().update(is_active=is_on, due_at=at if is_on and is_asked else None, problem="")

    def ask_at_once(self, *, at: datetime) -> None:
        """Ask it now, unless it is just being asked."""
        self._me().filter(leased_until__isnull=True).update(due_at=at)

    def note_problem(self, problem: str) -> None:
        """Show the crew why something was turned away."""
        said = problem[:PROBLEM_LENGTH]
        self._me().exclude(problem=said).update(problem=said)

    def _me(self) -> "models.QuerySet[Self]":
        return type(self)._base_manager.filter(pk=self.pk)


def new_secret() -> str:
    """A secret that nobody guesses, of letters, digits, dashes and lines."""
    return secrets.token_urlsafe(32)
