"""A far end that is connected to a source."""

from typing import ClassVar

from django.db import models

from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.core.secrets import SealedField


class Connection(DueRow):
    """One far end of a source: a chat, a helpdesk, a feed, a program of the firm's own.

    `settings` are sealed at rest. One that is asked by us is due when it is asked next, and `state` is how far it was
    read; one that only posts to us is never due. `last_heard_at` is to the minute. `problem` is what went wrong last,
    empty while all is well.
    """

    source = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    settings = SealedField(null=True)
    state = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    last_heard_at = models.DateTimeField(null=True)

    objects: ClassVar = DueQuerySet["Connection"].as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "name"], name="listen_connection_once")]
        indexes: ClassVar = [due_index("listen_connection_due")]

    def __str__(self) -> str:
        return self.name
