"""Finds or makes the topics that messages are about."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from daylight.core.parts import in_parts
from daylight.customers.models import Group
from daylight.listen.sources.registry import SOURCES
from daylight.watch.facets import Facets
from daylight.watch.heard import Read
from daylight.watch.models import MessageTopic, Topic
from daylight.watch.tallying import EVERYTHING, Tally, Voices, bucket
from daylight.watch.words import OUTSIDE, WHOLE, TopicKind

MOST = 20_000
"""Topics of facets; from then on only what is known already, and single facets, are counted."""

CLUSTER = "cluster:"
"""With this the key of a cluster's topic begins; its number follows."""

TOUCHED = ("messages", "first_said_at", "last_said_at", "due_at")


@dataclass(frozen=True)
class Wanted:
    """A topic that a message is about, made if there is none. `is_narrowest`: the message itself is kept with it."""

    key: str
    kind: TopicKind
    name: str
    facets: Facets = field(default_factory=Facets)
    group: int | None = None
    is_narrowest: bool = False


def wanted(message: Read, cluster: int | None) -> Iterator[Wanted]:
    """Every topic of a message, from the narrowest facets to everything."""
    yield Wanted(EVERYTHING, TopicKind.EVERYTHING, "Everything")
    source = SOURCES.get(message.source)
    kind = TopicKind.OUTSIDE if message.source in OUTSIDE else TopicKind.SOURCE
    yield Wanted(f"source:{message.source}", kind, source.label if source else message.source)
    if message.group is not None:
        yield Wanted(f"group:{message.group}", TopicKind.GROUP, "", group=message.group)
    for number, facets in enumerate(message.facets.wider()):
        yield Wanted(facets.key, TopicKind.FACETS, facets.name, facets, is_narrowest=number == 0)
    if cluster is not None:
        yield Wanted(cluster_key(cluster), TopicKind.CLUSTER, f"Messages alike {cluster}", is_narrowest=True)


def cluster_key(number: int) -> str:
    """The key of the topic of a cluster."""
    return f"{CLUSTER}{number}"


class Places:
    """The topics of some messages, and what these add to them."""

    def __init__(self, messages: Iterable[Read], clusters: Mapping[int, int | None], *, now: datetime) -> None:
        self._now = now
        self.messages = sorted(messages, key=lambda one: (one.said_at, one.pk))
        self._wanted = {one.pk: list(wanted(one, clusters.get(one.pk))) for one in self.messages}
        self._by_key = self._topics()
        self.counted: set[int] = set()
        self.topics = {topic.pk: topic for topic in self._by_key.values()}

    def about(self, message: Read) -> dict[int, Wanted]:
        """The topics of a message, each once, also where two became one."""
        placed = ((self._by_key.get(one.key), one) for one in reversed(self._wanted[message.pk]))
        return {topic.pk: one for topic, one in placed if topic is not None}

    def tally(self, voices: Voices) -> dict[tuple[int, date], Tally]:
        """Count the messages by topic and hour; each writer once within a day."""
        tallies: dict[tuple[int, date], Tally] = {}
        for message in self.messages:
            day, hour = bucket(message.said_at)
            counts = message.counts and not voices.is_copy(message)
            if counts:
                self.counted.add(message.pk)
            is_new = counts and voices.is_new(message, EVERYTHING)
            for topic, one in self.about(message).items():
                tally = tallies.setdefault((topic, day), Tally())
                tally.messages += 1
                if counts and (is_new if one.kind in WHOLE else voices.is_new(message, self.topics[topic].key)):
                    tally.count(hour, upset=message.upset, reach=message.reach)
        return tallies

    def keep(self, *, due: Mapping[int, datetime]) -> None:
        """Write which message is about what, and when each topic was touched; `due` says when to score it."""
        MessageTopic.objects.bulk_create(self._rows(), 1000, ignore_conflicts=True)
        for message in self.messages:
            for key in self.about(message):
                topic = self.topics[key]
                topic.messages += 1
                topic.first_said_at = min(topic.first_said_at, message.said_at)
                topic.last_said_at = max(topic.last_said_at, message.said_at)
                topic.due_at = min(filter(None, (topic.due_at, due.get(key))), default=None)
        in_order = [self.topics[key] for key in sorted(self.topics)]
        Topic.objects.bulk_create(in_order, 500, update_conflicts=True, unique_fields=["key"], update_fields=TOUCHED)

    def _rows(self) -> Iterator[MessageTopic]:
        for message in self.messages:
            for topic, one in self.about(message).items():
                if one.is_narrowest:
                    yield MessageTopic(message_id=message.pk, topic_id=topic, said_at=message.said_at)

    def _topics(self) -> dict[str, Topic]:
        """By key: those that are known, and those that are made now."""
        every = {one.key: one for wanted in self._wanted.values() for one in wanted}
        known = _known(every)
        new = [one for one in every.values() if one.key not in known]
        if not new:
            return known
        room = MOST - Topic.objects.filter(kind=TopicKind.FACETS).count()
        new = [one for one in new if one.kind != TopicKind.FACETS or one.facets.depth == 1 or room > len(new)]
        Topic.objects.bulk_create(self._made(new), 500, ignore_conflicts=True)
        return known | _known(one.key for one in new)

    def _made(self, new: Sequence[Wanted]) -> Iterator[Topic]:
        groups = dict(Group.objects.filter(pk__in={one.group for one in new if one.group}).values_list("pk", "name"))
        for one in new:
            yield Topic(
                key=one.key,
                kind=one.kind,
                name=(one.name or groups.get(one.group or 0, "A group"))[:160],
                category=one.facets.category,
                product=one.facets.product,
                region=one.facets.region,
                group_id=one.group,
                first_said_at=self.messages[-1].said_at,
                last_said_at=self.messages[0].said_at,
                made_at=self._now,
            )


def _known(keys: Iterable[str]) -> dict[str, Topic]:
    """Topics by key; one that was merged is answered by the one that took it in."""
    found: dict[str, Topic] = {}
    for part in in_parts(keys):
        rows = Topic.objects.filter(key__in=part).select_related("merged_into")
        found |= {topic.key: topic.merged_into or topic for topic in rows}
    return found
