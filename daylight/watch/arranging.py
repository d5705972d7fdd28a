"""What members do to topics: names, merging, silence."""

from collections import defaultdict
from datetime import date, datetime

from django.db import transaction

from daylight.accounts.models import Member
from daylight.watch import tallying
from daylight.watch.models import Signal, Topic, TopicDay
from daylight.watch.words import Outcome


def rename(topic: Topic, *, name: str, by: Member) -> None:
    """Call a topic what people call it; from then on the machine leaves its name alone."""
    topic.name, topic.named_by = " ".join(name.split())[:160], by
    topic.save(update_fields=["name", "named_by"])


def named(name: str, *, other_than: Topic) -> Topic | None:
    """Another topic by its name, the largest of those that bear it."""
    found = Topic.objects.standing().exclude(pk=other_than.pk).filter(name__iexact=" ".join(name.split()))
    return found.order_by("-messages").first()


@transaction.atomic
def merge(topic: Topic, *, into: Topic, by: Member, at: datetime) -> None:
    """From now on both are one: what was counted is added, and what comes to either goes there."""
    tallies: dict[tuple[int, date], tallying.Tally] = {}
    for row in TopicDay.objects.filter(topic=topic):
        hours = defaultdict(int, dict(enumerate(row.hours)))
        tallies[into.pk, row.day] = tallying.Tally(hours, row.messages, row.upset, row.reach)
    tallying.add(tallies)
    Topic.objects.filter(merged_into=topic).update(merged_into=into)
    for signal in Signal.objects.filter(topic=topic, ended_at__isnull=True):
        signal.end(outcome=Outcome.FOLDED, at=at, by=by)
    into.messages += topic.messages
    into.first_said_at = min(into.first_said_at, topic.first_said_at)
    into.last_said_at = max(into.last_said_at, topic.last_said_at)
    into.due_at = at
    into.save(update_fields=["messages", "first_said_at", "last_said_at", "due_at"])
    Topic.objects.filter(pk=topic.pk).update(merged_into=into, due_at=None, stage="")


def mute(topic: Topic, *, until: datetime, by: Member) -> None:
    """Say nothing of a topic for a time; what is open of it ends."""
    topic.muted_until, topic.muted_by, topic.stage = until, by, ""
    topic.save(update_fields=["muted_until", "muted_by", "stage"])


def hear(topic: Topic, *, at: datetime) -> None:
    """Hear of a muted topic again."""
    topic.muted_until, topic.muted_by, topic.due_at = None, None, at
    topic.save(update_fields=["muted_until", "muted_by", "due_at"])
