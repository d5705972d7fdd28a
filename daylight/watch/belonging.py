"""Which messages belong to a topic: its own, and for facets those of every narrower topic."""

from datetime import datetime

from django.db.models import Q, QuerySet

from daylight.listen.models import Message
from daylight.watch.models import Heard, MessageTopic, Topic
from daylight.watch.words import WHOLE, TopicKind

MOST = 2_000
"""Messages of a surge that are compared with those of another."""


def topics_within(topic: Topic) -> QuerySet[Topic]:
    """The topic, those merged into it, and for facets every narrower one."""
    mine = Q(pk=topic.pk) | Q(merged_into=topic)
    if topic.kind == TopicKind.FACETS and topic.facets:
        mine |= Q(kind=TopicKind.FACETS, **{f"{name}__iexact": value for name, value in topic.facets.items()})
    return Topic.objects.filter(mine)


def messages_of(topic: Topic, *, since: datetime, until: datetime | None = None) -> QuerySet[Message]:
    """The messages of a topic said since then, the newest first."""
    said = Q(said_at__gte=since) if until is None else Q(said_at__range=(since, until))
    if topic.kind in WHOLE:
        keys = Heard.objects.filter(said).values("message_id")
        found = Message.objects.heard().filter(pk__in=keys)
        if topic.kind in {TopicKind.SOURCE, TopicKind.OUTSIDE}:
            found = found.filter(source=topic.key.partition(":")[2])
        if topic.kind == TopicKind.GROUP:
            found = found.filter(conversation__customer__group=topic.group_id)
    else:
        within = topics_within(topic).order_by().values("pk")
        theirs = MessageTopic.objects.filter(said, topic__in=within).values("message_id")
        found = Message.objects.heard().filter(pk__in=theirs)
    return found.order_by("-said_at", "-pk")


def members(topic: Topic, *, since: datetime) -> set[int]:
    """The newest messages of a topic since then, as numbers."""
    return set(messages_of(topic, since=since).values_list("pk", flat=True)[:MOST])
