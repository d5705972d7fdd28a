"""A break: what the member had in hand goes back, and everybody sees until when they are away."""

from datetime import datetime, timedelta

from django.db import transaction

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.listen.models import Break, Conversation

LENGTHS = (10, 20, 30, 60)
"""Minutes that are offered."""


@transaction.atomic
def begin(member: Member, *, minutes: int, at: datetime) -> tuple[Break, int]:
    """Away for so long; the break, and how many conversations went back to the others."""
    end(member, at=at)
    row = Break.objects.create(member=member, began_at=at, until=at + timedelta(minutes=minutes))
    returned = Conversation.objects.of(member).update(claimed_by=None, claimed_at=None)
    audit.record(at=at, actor=member.name, act="break.begin", returned=returned)
    return row, returned


def end(member: Member, *, at: datetime) -> int:
    """Back again."""
    return Break.objects.running(at).filter(member=member).update(ended_at=at)


def running(member: Member, *, at: datetime) -> Break | None:
    """The break that this member is on."""
    return Break.objects.running(at).filter(member=member).order_by("-until").first()
