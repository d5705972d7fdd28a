"""Forgets what erased customers said: that they said something stays, so that counts still add up."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from daylight.core.loops import Step
from daylight.core.parts import in_parts
from daylight.listen.models import (
    Attachment,
    CallDraft,
    Chaser,
    Conversation,
    Draft,
    HandOver,
    Heard,
    IncidentSuggestion,
    Message,
    ReadBack,
    RecognitionChange,
    Sending,
)
from daylight.listen.models.call_draft import KEPT_FOR

AT_ONCE = 200


def step(now: datetime) -> Step:
    """Forget what erased customers said, and drafts of calls: theirs, and those that nobody goes on with."""
    drafts = CallDraft.objects.filter(Q(customer__erased_at__isnull=False) | Q(changed_at__lt=now - KEPT_FOR))
    gone, _ = drafts.delete()
    return Step(handled=gone + forget_erased())


def forget_erased() -> int:
    """Empty the conversations of customers who were erased; returns how many."""
    erased = Conversation.objects.filter(customer__erased_at__isnull=False).exclude(writer="", address="", preview="")
    keys = list(erased.values_list("pk", flat=True)[:AT_ONCE])
    for part in in_parts(keys):
        _forget_what_was_said(part)
        _forget_what_we_noted(part)
        Conversation.objects.filter(pk__in=part).update(
            address="",
            writer="",
            subject="",
            preview="",
            effect="",
            thread_key="",
            facts={},
            recognised_why="",
            linked_why="",
            closed_because="",
        )
    return len(keys)


def _forget_what_was_said(conversations: Sequence[int]) -> None:
    Attachment.objects.filter(message__conversation__in=conversations).delete()
    Message.objects.filter(conversation__in=conversations).update(text="")
    Sending.objects.filter(message__conversation__in=conversations).update(address="", reference="", failure="")
    ReadBack.objects.filter(conversation__in=conversations).update(text="", their_words="")
    Draft.objects.filter(conversation__in=conversations).delete()


def _forget_what_we_noted(conversations: Sequence[int]) -> None:
    """What the crew, or a rule, wrote down about them may repeat their words."""
    Chaser.objects.filter(message__conversation__in=conversations).update(because="", mended_how="")
    IncidentSuggestion.objects.filter(conversation__in=conversations).update(why="")
    RecognitionChange.objects.filter(conversation__in=conversations).update(before_why="")
    HandOver.objects.filter(conversation__in=conversations).update(word="")
    Heard.objects.filter(conversation__in=conversations).update(done="")
