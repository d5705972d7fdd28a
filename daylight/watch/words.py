"""Words of the room that are kept in rows."""

from django.db import models


class TopicKind(models.TextChoices):
    """How we know what the messages of a topic have in common."""

    EVERYTHING = "everything", "Everything that customers say"
    SOURCE = "source", "What comes by one way in"
    OUTSIDE = "outside", "What is said in public"
    FACETS = "facets", "Category, product or region"
    CLUSTER = "cluster", "Messages that say much the same"
    TERM = "term", "A word that spreads"
    GROUP = "group", "One group of customers"


WHOLE = (TopicKind.EVERYTHING, TopicKind.SOURCE, TopicKind.OUTSIDE, TopicKind.GROUP)
"""In these a writer counts once within a day, whatever they speak of."""


OUTSIDE = ("mentions",)
"""Sources whose words were said in public, not to us."""


class SignalStage(models.TextChoices):
    """How sure we are that a surge is one, from quiet to loud."""

    WATCH = "watch", "Watch"
    WARN = "warn", "Warning"
    CRISIS = "crisis", "Crisis"


STAGES = ("", *SignalStage.values)
"""From calm to crisis, in order."""


def rank(stage: str) -> int:
    """How grave a stage is; nothing is 0."""
    return STAGES.index(stage)


class Outcome(models.TextChoices):
    """How an episode ended."""

    OPEN = "", "Goes on"
    INCIDENT = "incident", "Became an incident"
    KNOWN = "known", "Known"
    NO_ISSUE = "no_issue", "Not an issue"
    FADED = "faded", "Faded by itself"
    FOLDED = "folded", "Part of another signal"


class EvidenceKind(models.TextChoices):
    """What speaks for a signal."""

    MESSAGE = "message", "A typical message"
    TERM = "term", "A word that spreads"
    PLACE = "place", "Where it is"
    ALERT = "alert", "A machine alert"
    SUPPLIER = "supplier", "A supplier's trouble"


class Severity(models.TextChoices):
    """How bad a monitor thinks it is."""

    INFO = "info", "For information"
    WARNING = "warning", "Warning"
    CRITICAL = "critical", "Critical"


SEVERITIES = tuple(Severity.values)
"""From harmless to bad, in order."""
