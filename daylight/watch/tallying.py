"""Counts different writers by topic and hour, whatever the order in which messages come."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from daylight.core.parts import in_parts
from daylight.watch.facets import Facets
from daylight.watch.heard import Read
from daylight.watch.models import Heard, MessageTopic, TopicDay

ONCE_WITHIN = timedelta(days=1)
"""A writer counts once for a topic within this time."""

EVERYTHING = "everything"
"""The key of the topic of all that customers say."""


@dataclass
class Tally:
    """What some messages add to a topic on one day."""

    hours: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    messages: int = 0
    upset: int = 0
    reach: int = 0

    def count(self, hour: int, *, upset: bool, reach: int = 0) -> None:
        """One more different writer."""
        self.hours[hour] += 1
        self.upset += upset
        self.reach += reach


class Voices:
    """Who spoke lately, of what; and which words were said."""

    def __init__(self, messages: Sequence[Read]) -> None:
        first, last = min(one.said_at for one in messages), max(one.said_at for one in messages)
        self._around = {"said_at__gt": first - ONCE_WITHIN, "said_at__lt": last + ONCE_WITHIN}
        self._spoke: dict[tuple[int, str], list[datetime]] = defaultdict(list)
        self._said: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
        self._read_writers({one.writer for one in messages if one.counts})
        self._read_texts({one.text for one in messages if one.text is not None})

    def is_copy(self, message: Read) -> bool:
        """Whether a stranger says word for word what another said; notes the words."""
        if message.text is None:
            return False
        said = self._said[message.text]
        copied = any(_near(message.said_at, at) and writer != message.writer for at, writer in said)
        said.append((message.said_at, message.writer))
        return copied

    def is_new(self, message: Read, topic: str) -> bool:
        """Whether the writer has not spoken of this topic within a day; notes that they did."""
        spoke = self._spoke[message.writer, topic]
        if any(_near(message.said_at, at) for at in spoke):
            return False
        spoke.append(message.said_at)
        return True

    def _read_writers(self, writers: set[int]) -> None:
        for part in in_parts(writers):
            rows = Heard.objects.filter(writer__in=part, counts=True, **self._around)
            who = {key: (writer, at) for key, writer, at in rows.values_list("message_id", "writer", "said_at")}
            for writer, at in who.values():
                self._spoke[writer, EVERYTHING].append(at)
            for keys in in_parts(who):
                for message, keys_of_topic in _topics_of(keys):
                    writer, at = who[message]
                    for key in keys_of_topic:
                        self._spoke[writer, key].append(at)

    def _read_texts(self, texts: set[int]) -> None:
        for part in in_parts(texts):
            rows = Heard.objects.filter(text__in=part, **self._around)
            for text, writer, at in rows.values_list("text", "writer", "said_at"):
                self._said[text or 0].append((at, writer))


def _topics_of(messages: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
    placed = MessageTopic.objects.filter(message__in=messages)
    columns = ("message_id", "topic__key", "topic__category", "topic__product", "topic__region")
    for message, key, *values in placed.values_list(*columns):
        facets = Facets(*values)
        yield message, [one.key for one in facets.wider()] if facets else [key]


def add(tallies: dict[tuple[int, date], Tally]) -> dict[tuple[int, date], TopicDay]:
    """Add to what was counted; returns the days as they stand now."""
    days: dict[tuple[int, date], TopicDay] = {}
    for part in in_parts({topic for topic, _ in tallies}):
        found = TopicDay.objects.filter(topic__in=part, day__in={day for _, day in tallies})
        days |= {(row.topic_id, row.day): row for row in found}
    touched = []
    for (topic, day), tally in tallies.items():
        row = days.setdefault((topic, day), TopicDay(topic_id=topic, day=day, hours=[0] * 24))
        for hour, writers in tally.hours.items():
            row.hours[hour] += writers
        row.writers = sum(row.hours)
        row.messages += tally.messages
        row.upset += tally.upset
        row.reach += tally.reach
        touched.append(row)
    TopicDay.objects.bulk_create(
        touched,
        500,
        update_conflicts=True,
        unique_fields=["topic", "day"],
        update_fields=["hours", "writers", "messages", "upset", "reach"],
    )
    return days


def bucket(at: datetime) -> tuple[date, int]:
    """The day and the hour, in UTC, in which something was said."""
    at = at.astimezone(UTC)
    return at.date(), at.hour


def _near(one: datetime, other: datetime) -> bool:
    return abs(one - other) < ONCE_WITHIN
