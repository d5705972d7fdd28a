"""A far end that is connected to a source."""

from typing import ClassVar

from django.db import models

from daylight.core.due import DueQuerySet, due_index
from daylight.listen.models.far_end import FarEnd


class Connection(FarEnd):
    """One far end of a source: a chat, a helpdesk, a feed, a program of the firm's own.

    `state` is how far one that is asked by us was read. `last_heard_at` is to the minute.
    """

    purpose = "listen"

    source = models.CharField(max_length=20)
    state = models.JSONField(default=dict)

    objects: ClassVar = DueQuerySet["Connection"].as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "name"], name="listen_connection_once")]
        indexes: ClassVar = [due_index("listen_connection_due")]

    @property
    def of_kind(self) -> str:
        """The name of its source."""
        return self.source
