"""What is tried after the first word did not reach somebody."""

from typing import ClassVar

from django.db import models

from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.reach.models.notice import Notice


class Ladder(DueRow):
    """The watch over one notice: due when somebody looks again whom it did not reach, and who has not confirmed.

    `tried` counts the messages that went to a further contact point, `listed` the customers for whom none was left.
    `has_listed_unreachable` says that those without any usable contact point are on the call list.
    """

    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, related_name="ladder")
    tried = models.PositiveIntegerField(default=0)
    listed = models.PositiveIntegerField(default=0)
    has_listed_unreachable = models.BooleanField(default=False)

    objects: ClassVar = DueQuerySet["Ladder"].as_manager()

    class Meta:
        indexes: ClassVar = [due_index("reach_ladder_due")]

    def __str__(self) -> str:
        return f"ladder of {self.notice}"
