"""Files that came along, kept in pieces so that none has to lie in memory whole."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import ClassVar, Self

from django.db import models

from daylight.core.parts import in_pieces
from daylight.listen.models.incoming import Incoming
from daylight.listen.models.message import Message

PIECE = 512 * 1024
"""Bytes of a piece."""


class Attachment(models.Model):
    """A file that a customer sent with a message; never opened, never shown but as a download.

    It belongs to what came in until that is a message. `size` is in bytes, `sha256` in hexadecimal.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="attachments")
    incoming = models.ForeignKey(Incoming, on_delete=models.SET_NULL, null=True, related_name="attachments")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=120, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def keep(cls, *, name: str, content_type: str, pieces: Iterable[bytes], **belongs_to: Incoming | Message) -> Self:
        """Keep a file piece by piece; call it in the transaction that keeps what it belongs to."""
        row = cls.objects.create(name=name[:200], content_type=content_type[:120], **belongs_to)
        digest, size = hashlib.sha256(), 0
        for number, piece in enumerate(in_pieces(pieces, size=PIECE)):
            AttachmentPart.objects.create(attachment=row, number=number, content=piece)
            digest.update(piece)
            size += len(piece)
        row.size, row.sha256 = size, digest.hexdigest()
        row.save(update_fields=["size", "sha256"])
        return row

    def pieces(self) -> Iterator[bytes]:
        """The content, a piece at a time."""
        for number in self.parts.order_by("number").values_list("number", flat=True):
            yield bytes(self.parts.get(number=number).content)


class AttachmentPart(models.Model):
    """A piece of a file."""

    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["attachment", "number"], name="listen_attachment_part_once")
        ]

    def __str__(self) -> str:
        return f"piece {self.number} of {self.attachment_id}"
