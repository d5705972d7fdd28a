"""Surges found in the words themselves: which topic they belong to, and how strong they are now."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from django.db.models import F

from daylight.core.parts import in_parts
from daylight.watch import tallying
from daylight.watch.detection.text.surges import Reading as Finding
from daylight.watch.judged import Judged
from daylight.watch.models import Heard, MessageTopic, Topic
from daylight.watch.words import TopicKind

WORTH_A_LOOK = 0.6
"""Below this score a finding is forgotten."""

LASTS = timedelta(days=1)
"""How long a finding speaks for its topic when nothing is added to it."""

SPREAD = "spread"


def note(findings: Sequence[Finding], *, now: datetime) -> None:
    """Put what stands out on the topic that holds most of its messages, to be looked at now."""
    strongest: dict[int, Finding] = {}
    for one in findings:
        if one.finding is None or one.score < WORTH_A_LOOK:
            continue
        topic = _topic_of(one.finding.members.tolist())
        if topic is not None and (topic not in strongest or one.score >= strongest[topic].score):
            strongest[topic] = one
    for key, one in strongest.items():
        _keep(Topic.objects.get(pk=key), one, now)


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


def _keep(topic: Topic, one: Finding, now: datetime) -> None:
    finding = one.finding
    if finding is None:
        return
    members = finding.members.tolist()
    _place(topic, members)
    begins = one.at - finding.days * 86_400
    said = Heard.objects.filter(message__in=members[:500], said_at__gte=_moment(begins)).order_by("said_at")
    first = said.values_list("said_at", flat=True).first()
    before = topic.memory.get(SPREAD, {})
    goes_on = before and one.at - before["at"] <= LASTS.total_seconds()
    spread = {
        "at": one.at,
        "score": max(one.score, before["score"]) if goes_on else one.score,
        "since": min(before["since"], first.timestamp() if first else one.at)
        if goes_on
        else (first.timestamp() if first else begins),
        "seen": round(finding.seen),
        "expected": finding.expected,
    }
    Topic.objects.filter(pk=topic.pk).update(memory=topic.memory | {SPREAD: spread}, due_at=now)


def _topic_of(members: Sequence[int]) -> int | None:
    """The cluster to which most of these messages belong."""
    counted: Counter[int] = Counter()
    for part in in_parts(members[:500]):
        placed = MessageTopic.objects.filter(message__in=part, topic__kind=TopicKind.CLUSTER)
        counted.update(placed.values_list("topic_id", flat=True))
    return counted.most_common(1)[0][0] if counted else None


def _place(topic: Topic, members: Sequence[int]) -> None:
    """What the surge is made of belongs to its topic, whichever cluster took it first; counted there, too."""
    tallies: dict[tuple[int, date], tallying.Tally] = {}
    rows = []
    for part in in_parts(members):
        known = set(MessageTopic.objects.filter(topic=topic, message__in=part).values_list("message_id", flat=True))
        for message, at, counts in Heard.objects.filter(message__in=part).values_list(
            "message_id", "said_at", "counts"
        ):
            if message in known:
                continue
            rows.append(MessageTopic(message_id=message, topic=topic, said_at=at))
            day, hour = tallying.bucket(at)
            tally = tallies.setdefault((topic.pk, day), tallying.Tally())
            tally.messages += 1
            tally.hours[hour] += counts
    MessageTopic.objects.bulk_create(rows, 1000, ignore_conflicts=True)
    tallying.add(tallies)
    Topic.objects.filter(pk=topic.pk).update(messages=F("messages") + len(rows))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
