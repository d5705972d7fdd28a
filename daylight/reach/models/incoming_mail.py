"""Mail that comes: the mailboxes we read it from, and each one until it is understood."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, Self

from django.db import models

from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.core.secrets import SealedField

PIECE = 256 * 1024
"""Bytes of a mail in one row."""


class Mailbox(DueRow):
    """A mailbox read by IMAP; due when it is read next. Its settings are sealed at rest.

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


class IncomingMailQuerySet(DueQuerySet["IncomingMail"]):
    """Questions about mail that came."""

    def kept_aside(self) -> Self:
        """Those that a person must look at."""
        return self.exclude(kept_because="").order_by("-received_at", "-pk")

    def to_read(self) -> Self:
        """Those of which we do not know yet whether they say something of a delivery."""
        return self.filter(stage=IncomingMail.Stage.READ)

    def handed_on(self) -> Self:
        """Those that say nothing of a delivery: whoever listens to customers takes them from here."""
        return self.filter(stage=IncomingMail.Stage.HANDED_ON)

    def hand_on(self, *, at: datetime) -> None:
        """They say nothing of a delivery: whoever listens to customers is due with them at once."""
        self.update(stage=IncomingMail.Stage.HANDED_ON, due_at=at, leased_until=None, attempts=0, problem="")

    def forget(self) -> None:
        """Delete them with all their pieces, none of which is loaded for it."""
        keys = list(self.values_list("pk", flat=True))
        IncomingMailPart.objects.filter(mail__in=keys).delete()
        IncomingMail.objects.filter(pk__in=keys).defer("raw").delete()


class IncomingMail(DueRow):
    """One mail as it came. It is due until it is read, and gone once it is understood.

    What says nothing of a delivery is handed on, and due until whoever listens to customers has taken it. What nobody
    understands is kept aside with `kept_because`, until a member puts it away. `source` names it where it came from, so
    that a mailbox read twice gives it once. `raw` holds its first bytes, and its parts the rest.
    """

    class Stage(models.TextChoices):
        """Who reads it next."""

        READ = "read", "To be read for what it says of a delivery"
        HANDED_ON = "handed_on", "Handed on: it says nothing of one"

    source = models.CharField(max_length=300, unique=True)
    received_at = models.DateTimeField()
    recipient = models.CharField(max_length=400, blank=True, default="")
    sender = models.CharField(max_length=400, blank=True, default="")
    subject = models.CharField(max_length=400, blank=True, default="")
    raw = models.BinaryField()
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.READ)
    kept_because = models.CharField(max_length=300, blank=True, default="")

    objects: ClassVar = IncomingMailQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "incoming mail"
        indexes: ClassVar = [
            due_index("reach_incoming_mail_due"),
            models.Index(fields=["received_at"], name="reach_incoming_mail_kept", condition=~models.Q(kept_because="")),
        ]

    def __str__(self) -> str:
        return f"{self.subject} from {self.sender}"

    @property
    def is_from_nobody(self) -> bool:
        """Whether it came with an empty sender, as only machines write; of one from a mailbox we do not know."""
        return not self.sender and self.source.startswith("wire:")

    def pieces(self) -> Iterator[bytes]:
        """The whole mail, a piece at a time."""
        yield bytes(self.raw)
        if len(self.raw) < PIECE:  # Nearly every mail is that small, and then nobody need ask for more.
            return
        numbers = list(self.parts.order_by("number").values_list("number", flat=True))
        for number in numbers:
            yield bytes(self.parts.get(number=number).content)


class IncomingMailPart(models.Model):
    """A further piece of a mail that is too large for one."""

    mail = models.ForeignKey(IncomingMail, on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["mail", "number"], name="reach_incoming_part_once")]

    def __str__(self) -> str:
        return f"piece {self.number} of {self.mail_id}"
