"""Mail that comes back: the mailboxes we read it from, and each one until it is understood."""

from typing import ClassVar, Self

from django.db import models

from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.core.secrets import SealedField


class Mailbox(DueRow):
    """A mailbox read by IMAP for mail that came back; due when it is read next. Its settings are sealed at rest.

    `problem` says why it could not be read the last time. `last_uid` is the last mail we have of those that stay where
    they are, within the numbering that the server calls `uid_validity`.
    """

    class Afterwards(models.TextChoices):
        """What becomes of a mail in the mailbox once we have it."""

        FLAG = "flag", "Mark it as read"
        MOVE = "move", "Move it to another folder"
        DELETE = "delete", "Delete it"

    name = models.CharField(max_length=200, unique=True)
    settings = SealedField()
    read_at = models.DateTimeField(null=True)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)

    objects: ClassVar = DueQuerySet["Mailbox"].as_manager()

    class Meta:
        verbose_name_plural = "mailboxes"
        indexes: ClassVar = [due_index("reach_mailbox_due")]

    def __str__(self) -> str:
        return self.name


class ReturnedMailQuerySet(DueQuerySet["ReturnedMail"]):
    """Questions about mail that came back."""

    def kept_aside(self) -> Self:
        """Those that a person must look at."""
        return self.exclude(kept_because="").order_by("-received_at", "-pk")


class ReturnedMail(DueRow):
    """One mail as it came to an address for bounces. It is due until it is read, and gone once it is understood.

    One that says nothing we understand is kept aside with `kept_because`, until a member puts it away. `source` names
    it where it came from, so that a mailbox read twice gives it once.
    """

    source = models.CharField(max_length=300, unique=True)
    received_at = models.DateTimeField()
    recipient = models.CharField(max_length=400, blank=True, default="")
    sender = models.CharField(max_length=400, blank=True, default="")
    subject = models.CharField(max_length=400, blank=True, default="")
    raw = models.BinaryField()
    kept_because = models.CharField(max_length=300, blank=True, default="")

    objects: ClassVar = ReturnedMailQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "returned mail"
        indexes: ClassVar = [
            due_index("reach_returned_due"),
            models.Index(fields=["received_at"], name="reach_returned_kept", condition=~models.Q(kept_because="")),
        ]

    def __str__(self) -> str:
        return f"{self.subject} from {self.sender}"
