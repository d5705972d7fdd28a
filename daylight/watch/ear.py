"""What the reading process keeps in its memory: clusters, and the surges of the last days.

It is loaded by whoever gets the lease, written down now and then, and dropped with the lease.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from daylight.core.loops import log
from daylight.watch.detection.text import keeping
from daylight.watch.detection.text.heard import Heard as Said
from daylight.watch.detection.text.surges import Reading as Finding
from daylight.watch.detection.text.surges import Surges
from daylight.watch.detection.text.topics import NONE, Topics
from daylight.watch.heard import Read
from daylight.watch.models import Memory, Reading, Topic
from daylight.watch.placing import CLUSTER

LEASE = timedelta(minutes=3)
WRITE_EVERY = timedelta(minutes=1)
OLD = timedelta(days=1)
"""Messages older than the newest by more than that are counted, but no surge of today is made of them."""

CLUSTERS, LATELY = "clusters", "lately"


@dataclass
class Heard:
    """What some messages said together: the cluster of each, and what stands out."""

    clusters: dict[int, int | None] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


class Ear:
    """Reads texts while it holds the lease of the one row that says how far we have read."""

    def __init__(self, row: Reading, now: datetime) -> None:
        self.row = row
        self.clusters, self.surges = Topics(), Surges()
        self.written_at, self.is_changed = now, False
        self._load()

    def hear(self, messages: Sequence[Read]) -> Heard:
        """Read texts, in order of time: clusters move, surges are looked for among what is not old."""
        if not messages:
            return Heard()
        self.is_changed = True
        newest = max(filter(None, (self.row.newest_said_at, messages[-1].said_at)))
        numbers = self.clusters.assign([one.words for one in messages], messages[-1].said_at.timestamp())
        named = {one.pk: None if number == NONE else number for one, number in zip(messages, numbers, strict=True)}
        fresh = [one for one in messages if one.counts and newest - one.said_at <= OLD]
        found = self.surges.take([_said(one) for one in fresh], [one.pk for one in fresh]) if fresh else []
        return Heard(named, [one for one in found if one.finding is not None])

    def write(self, now: datetime) -> None:
        """Keep for the next start what would be lost."""
        kept = {CLUSTERS: self.clusters.to_bytes(), LATELY: keeping.to_bytes(self.surges)}
        for name, content in kept.items():
            Memory.objects.update_or_create(name=name, defaults={"content": content, "written_at": now})
        self.written_at, self.is_changed = now, False

    def _load(self) -> None:
        kept = {row.name: bytes(row.content) for row in Memory.objects.all()}
        try:
            if CLUSTERS in kept:
                self.clusters = Topics.from_bytes(kept[CLUSTERS])
            if LATELY in kept:
                self.surges = keeping.from_bytes(kept[LATELY])
        except (KeyError, ValueError, OSError):
            log.exception("What was remembered cannot be read: another release wrote it. Learning begins anew.")
        self.clusters.next_name = max(self.clusters.next_name, _last_number() + 1)


def _last_number() -> int:
    """The highest number that a cluster has; one that was given after the last writing is not given again."""
    keys = Topic.objects.filter(key__startswith=CLUSTER).order_by("-pk").values_list("key", flat=True)[:1000]
    return max((int(key.removeprefix(CLUSTER)) for key in keys), default=0)


def _said(message: Read) -> Said:
    names = ("category", "product", "region")
    facts = {name: value for name, value in zip(names, message.facets.values, strict=True) if value}
    return Said(message.said_at.timestamp(), message.words, str(message.writer), facts)
