"""Surges found in the words themselves: which topic they belong to, and how strong they are now."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from django.db.models import F, Min

from daylight.core.parts import in_parts
from daylight.watch import tallying
from daylight.watch.detection.text.memory import Floats
from daylight.watch.detection.text.surges import Reading as Finding
from daylight.watch.judged import Judged
from daylight.watch.models import Heard, MessageTopic, Topic
from daylight.watch.words import TopicKind

WORTH_A_LOOK = 0.6
"""Below this score a finding is forgotten."""

SAME, MOST_AT_ONCE, NEAREST = 0.6, 10, 100
"""Findings as near as that (a cosine) are one; so many of one stretch are kept, named by so many messages."""

LASTS = timedelta(days=1)
"""How long a finding speaks for its topic when nothing is added to it."""

SPREAD = "spread"


def note(findings: Sequence[Finding], *, now: datetime) -> None:
    """Put what stands out on the topic that holds most of its messages, to be looked at now."""
    for one, members in _apart(findings):
        topic = _topic_of(members)
        if topic is not None:
            _keep(topic, one, members, now)


def _apart(findings: Sequence[Finding]) -> Iterator[tuple[Finding, list[int]]]:
    """The strongest findings that are not about the same messages, each with its messages."""
    centres: list[Floats] = []
    for one in sorted(findings, key=lambda found: -found.score):
        if one.finding is None or one.score < WORTH_A_LOOK or len(centres) == MOST_AT_ONCE:
            return
        if all(float(centre @ one.finding.centre) < SAME for centre in centres):
            centres.append(one.finding.centre)
            yield one, one.finding.members.tolist()


def weigh(topic: Topic, judged: Judged, clock: datetime) -> Judged:
    """A cluster is judged by what its words showed: counts alone would alarm too often for so many clusters."""
    kept = topic.memory.get(SPREAD)
    if judged.is_young:
        return judged
    if kept is None or clock - _moment(kept["at"]) > LASTS:
        return replace(judged, score=min(judged.score, WORTH_A_LOOK / 2))
    since = _moment(kept["since"])
    return replace(
        judged,
        score=kept["score"],
        strength=kept["score"],
        since=since,
        observed=kept["seen"],
        expected=kept["expected"],
        low=max(0.0, kept["expected"] - 2 * (kept["expected"] + 0.5) ** 0.5),
        high=kept["expected"] + 2 * (kept["expected"] + 0.5) ** 0.5,
        is_young=False,
    )


def _keep(topic: Topic, one: Finding, members: Sequence[int], now: datetime) -> None:
    finding = one.finding
    if finding is None:
        return
    _place(topic, members)
    said = Heard.objects.filter(message__in=members[:500], said_at__gte=_moment(one.at - finding.days * 86_400))
    first = said.aggregate(first=Min("said_at"))["first"]
    spread = {
        "at": one.at,
        "score": one.score,
        "since": first.timestamp() if first else one.at,
        "seen": round(finding.seen),
        "expected": finding.expected,
    }
    before = topic.memory.get(SPREAD)
    if before is not None and one.at - before["at"] <= LASTS.total_seconds():
        spread |= {"score": max(one.score, before["score"]), "since": min(spread["since"], before["since"])}
    Topic.objects.filter(pk=topic.pk).update(memory=topic.memory | {SPREAD: spread}, due_at=now)


def _topic_of(members: Sequence[int]) -> Topic | None:
    """The cluster to which most of these messages belong."""
    placed = MessageTopic.objects.filter(message__in=members[:NEAREST]).values_list("topic_id", flat=True)
    counted = Counter(placed)
    clusters = Topic.objects.filter(pk__in=counted, kind=TopicKind.CLUSTER)
    return max(clusters, key=lambda topic: counted[topic.pk], default=None)


def _place(topic: Topic, members: Sequence[int]) -> None:
    """What the surge is made of belongs to its topic, whichever cluster took it first; counted there, too."""
    tallies: dict[tuple[int, date], tallying.Tally] = {}
    rows = []
    for part in in_parts(members):
        known = set(MessageTopic.objects.filter(topic=topic, message__in=part).values_list("message_id", flat=True))
        heard = Heard.objects.filter(message__in=part)
        for message, at, counts, upset in heard.values_list("message_id", "said_at", "counts", "upset"):
            if message in known:
                continue
            rows.append(MessageTopic(message_id=message, topic=topic, said_at=at))
            day, hour = tallying.bucket(at)
            tally = tallies.setdefault((topic.pk, day), tallying.Tally())
            tally.messages += 1
            if counts:
                tally.count(hour, upset=upset)
    MessageTopic.objects.bulk_create(rows, 1000, ignore_conflicts=True)
    tallying.add(tallies)
    Topic.objects.filter(pk=topic.pk).update(messages=F("messages") + len(rows))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
