"""Moves signals through their stages: quietly at first, one alarm for each stage of an episode."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.reach import alarms
from daylight.watch import describing
from daylight.watch.belonging import members
from daylight.watch.detection.stages import SHIPPED, reached, warn_at
from daylight.watch.judged import Judged
from daylight.watch.models import IncidentTopic, Lookout, Reading, Signal, Topic
from daylight.watch.words import STAGES, Outcome, SignalStage, TopicKind, rank

YOUNG_AT_ONCE = 5
"""So many signals of topics of which nothing usual is known yet are open at once, no more."""

QUIET = timedelta(days=12)
"""A topic of which nobody spoke for so long is not looked at before somebody does."""

PART = 0.5
HUSH = "hush"


def consider(topic: Topic, judged: Judged, *, clock: datetime, now: datetime) -> Signal | None:
    """Open, move or end the signal of a topic; `clock` is the time of what is said, `now` ours."""
    signal = Signal.objects.filter(topic=topic, ended_at__isnull=True).first()
    if signal is None:
        return _perhaps_open(topic, judged, clock=clock, now=now)
    if judged.score >= SHIPPED.over:
        _go_on(signal, topic, judged, clock=clock, now=now)
    elif clock - signal.last_seen_at >= SHIPPED.quiet_for:
        signal.end(outcome=Outcome.FADED, at=clock)
        Topic.objects.filter(pk=topic.pk).update(stage="")
    return signal


def stage_of(topic: Topic, judged: Judged, clock: datetime) -> str:
    """The stage that is reached; the more topics are watched, the surer a warning must be."""
    by_counts = topic.kind != TopicKind.CLUSTER and not judged.is_young and not judged.reach
    warn = warn_at(watched(clock)) if by_counts and judged.score >= SHIPPED.warn else SHIPPED.warn
    return STAGES[reached(judged.score, strength=judged.strength, customers=judged.people, warn=warn)]


def watched(clock: datetime) -> int:
    """How many topics are judged by their counts: those of which anybody spoke lately."""
    lately = Topic.objects.standing().filter(last_said_at__gt=clock - QUIET)
    return lately.exclude(kind=TopicKind.CLUSTER).count()


def _perhaps_open(topic: Topic, judged: Judged, *, clock: datetime, now: datetime) -> Signal | None:
    stage = stage_of(topic, judged, clock)
    if _is_hushed(topic, judged) or not stage or _is_known(topic, judged):
        return None
    if judged.is_young and Signal.objects.open().count() >= YOUNG_AT_ONCE:
        return None
    signal = Signal(
        topic=topic,
        headline=topic.name,
        stage=stage,
        gravest=stage,
        opened_at=clock,
        noticed_at=now,
        last_seen_at=clock,
        is_past=now - clock > timedelta(hours=1),
    )
    _measure(signal, judged)
    with transaction.atomic():
        signal.save()
        describing.update(signal, topic)
        _fold(signal, topic)
        _tell(signal, topic, stage, now=now)
    return signal


def _go_on(signal: Signal, topic: Topic, judged: Judged, *, clock: datetime, now: datetime) -> None:
    signal.last_seen_at = clock
    if judged.score >= signal.score or signal.stage == SignalStage.WATCH:
        _measure(signal, judged)
    stage = stage_of(topic, judged, clock)
    has_risen = rank(stage) > rank(signal.gravest)
    if has_risen:
        signal.stage = signal.gravest = stage
    signal.save()
    describing.update(signal, topic)
    if has_risen:
        _tell(signal, topic, stage, now=now)


def _measure(signal: Signal, judged: Judged) -> None:
    signal.score, signal.strength, signal.observed = judged.score, judged.strength, judged.observed
    signal.expected, signal.low, signal.high = judged.expected, judged.low, judged.high
    signal.reach, signal.usual_reach = judged.reach, judged.usual_reach
    signal.since = min(signal.since, judged.since) if signal.pk else judged.since


def _is_hushed(topic: Topic, judged: Judged) -> bool:
    """Somebody said what this surge is; only when it is over, or twice as strong, there is something new to say."""
    limit = topic.memory.get(HUSH)
    if limit is None:
        return False
    is_over = judged.score < SHIPPED.over
    if is_over or judged.strength >= 2 * max(limit, SHIPPED.warn):
        listen_again(topic, at=topic.due_at)
        return is_over
    return True


def hush(topic: Topic, *, strength: float) -> None:
    """Say nothing more of a surge that somebody has judged."""
    Topic.objects.filter(pk=topic.pk).update(memory=topic.memory | {HUSH: strength}, stage="")


def listen_again(topic: Topic, *, at: datetime | None) -> None:
    """What was said of the surge is taken back: look at the topic again."""
    memory = {name: value for name, value in topic.memory.items() if name != HUSH}
    Topic.objects.filter(pk=topic.pk).update(memory=memory, due_at=at)


def _is_known(topic: Topic, judged: Judged) -> bool:
    """Whether an open incident explains it: by its topics, or because most of its messages are linked there."""
    open_ = IncidentTopic.objects.filter(incident__closed_at__isnull=True).select_related("topic")
    mine = members(topic, since=judged.since) if open_ else set()
    for row in open_:
        if row.topic_id == topic.pk:
            return True
        theirs = members(row.topic, since=judged.since)
        if mine and len(mine & theirs) >= PART * _excess(judged.observed, judged.expected):
            return True
    return False


def _fold(signal: Signal, topic: Topic) -> None:
    """A surge that another explains is part of it; what a stronger, wider one explains becomes part of that."""
    mine = members(topic, since=signal.since)
    others = Signal.objects.open().exclude(pk=signal.pk).filter(topic__isnull=False).select_related("topic")
    for other in others:
        if other.topic is None:
            continue
        theirs = members(other.topic, since=min(signal.since, other.since))
        both = len(mine & theirs)
        if mine and both >= PART * _excess(signal.observed, signal.expected):
            signal.part_of = other
            signal.save(update_fields=["part_of"])
            return
        is_most = both >= PART * _excess(other.observed, other.expected)
        if theirs and is_most and rank(signal.stage) >= rank(other.stage):
            Signal.objects.filter(Q(pk=other.pk) | Q(part_of=other)).update(part_of=signal)


def _excess(count: int, expected: float) -> float:
    """How many more than usual."""
    return max(1.0, count - expected)


def _tell(signal: Signal, topic: Topic, stage: str, *, now: datetime) -> None:
    """One alarm for each stage: a warning to a few, a crisis to all who lead; nobody is told of the past."""
    Topic.objects.filter(pk=topic.pk).update(stage=stage)
    whole = signal.part_of
    if whole is not None:
        _rise_with(whole, stage, now=now)
        return
    if stage == SignalStage.WATCH:
        return
    if stage == SignalStage.CRISIS:
        signal.crisis_at = now
    signal.warned_at = signal.warned_at or now
    signal.save(update_fields=["crisis_at", "warned_at"])
    if signal.is_past:
        return
    context = {"signal": signal, "topic": topic}
    alarms.alarm(
        to_tell(stage),
        key=f"signal-{signal.pk}-{stage}",
        subject=render_to_string("watch/alarms/subject.txt", context).strip(),
        text=render_to_string("watch/alarms/text.txt", context).strip(),
        at=now,
        path=reverse("watch:signal", args=[signal.public_id]),
    )


def _rise_with(whole: Signal, stage: str, *, now: datetime) -> None:
    """A signal is as grave as the gravest of its parts."""
    if rank(stage) > rank(whole.gravest) and whole.topic is not None:
        whole.stage = whole.gravest = stage
        whole.save(update_fields=["stage", "gravest"])
        _tell(whole, whole.topic, stage, now=now)


def to_tell(stage: str) -> list[Member]:
    """Who hears of a stage: of a warning those who keep watch, or the leads where nobody does; of a crisis both."""
    leads = list(Member.objects.able_to(Act.LEAD_INCIDENT))
    keepers = [row.member for row in Lookout.objects.select_related("member")]
    if stage == SignalStage.CRISIS:
        return list(dict.fromkeys([*keepers, *leads]))
    return keepers or leads


def end_the_past(now: datetime) -> int:
    """Signals about messages of the past end when nobody brings any more in; returns how many."""
    reading = Reading.objects.first()
    if reading is None or reading.marked_at is None or now - reading.marked_at < SHIPPED.quiet_for:
        return 0
    past = Signal.objects.filter(is_past=True, ended_at__isnull=True)
    return past.update(ended_at=now, outcome=Outcome.FADED)
