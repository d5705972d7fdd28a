"""What the law asks of the crew now: clocks that are late, near their end, or wait for somebody to say when."""

from collections.abc import Callable, Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from daylight.desk.items import Deed, Item, Scene, counted
from daylight.incidents.models import Incident
from daylight.incidents.words import Kind
from daylight.regimes.models import Regime, RegimeClock
from daylight.regimes.showing import glance, state_of

ASKED_AT_ONCE = (Kind.DATA_BREACH, Kind.RECALL)
"""Kinds under which some law asks nearly everybody something: unanswered questions stand on the list."""


def clocks(scene: Scene) -> Iterator[Item]:
    """Clocks that are late or soon."""
    for clock in RegimeClock.objects.running().select_related("regime__incident"):
        state = state_of(clock, scene.now)
        if state in {"late", "soon"}:
            incident = clock.regime.incident
            yield Item(
                colour="red" if state == "late" else "amber",
                word=state,
                subject=incident.title,
                text=f"{clock.name}: {'was' if state == 'late' else 'is'} owed",
                due=clock.owed_by,
                since=clock.started_at,
                deeds=(_to(incident, "Settle it", f"#clock-{clock.pk}"),),
                is_exercise=incident.is_exercise,
            )


def without_a_start(scene: Scene) -> Iterator[Item]:
    """Clocks that nobody can start but the crew, and questions that decide whether any run at all."""
    for incident in _in_question(scene):
        seen = glance(incident, now=scene.now)
        if seen.without_a_start:
            text = f"{counted(seen.without_a_start, 'clock')} of the law cannot start before somebody says when."
            yield _ask(incident, "say when", text)
        if seen.may_apply and not seen.applied and incident.kind in ASKED_AT_ONCE:
            yield _ask(incident, "asked", f"{counted(seen.questions, 'question')} tell which clocks of the law run.")


def _in_question(scene: Scene) -> QuerySet[Incident]:
    """The few open incidents that are worth a closer look."""
    standing = Regime.objects.standing().filter(incident=OuterRef("pk"))
    waiting = RegimeClock.objects.waiting().filter(regime__incident=OuterRef("pk"))
    bare = standing.filter(clocks__isnull=True)  # Where it goes by places, and none is chosen.
    unanswered = Q(kind__in=ASKED_AT_ONCE) & ~Exists(standing)
    return Incident.objects.filter(pk__in=scene.open_ids).filter(Exists(waiting) | Exists(bare) | unanswered)


def _ask(incident: Incident, word: str, text: str) -> Item:
    deeds = (_to(incident, "Answer"),)
    return Item("amber", word, text, deeds, subject=incident.title, is_exercise=incident.is_exercise)


def _to(incident: Incident, words: str, place: str = "") -> Deed:
    return Deed(words, reverse("regimes:incident", args=[incident.public_id]) + place, is_first=True)


QUESTIONS: tuple[Callable[[Scene], Iterator[Item]], ...] = (clocks, without_a_start)
