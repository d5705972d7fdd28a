"""Which open incident somebody writes about: by the records where they say so, else as a suggestion that says why.

A private incident is disclosed to nobody but the affected, and never because of words alone. An incident that has
ended, or that is an exercise, is never found.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from daylight.core.parts import in_parts
from daylight.incidents.models import AffectedCustomer, Component, Impact, Incident, RegisterRule, Update
from daylight.listen.models import Conversation
from daylight.listen.understanding.cues import stems

SURE = 90
"""Confidence from which a customer is taken for who we think they are: they may be told what only they should know."""
LIKE = 60
"""From this likeness of words on (of 100), an incident is suggested."""
SHARED = 2
"""So many words of an incident's own make it likely that it is meant."""
MOST_OPEN = 100
LOOKED_AT = 4_000

URGENT = frozenset({Conversation.Kind.COMPLAINT.value})
"""What an affected customer writes in this kind is taken to be about what affects them."""


@dataclass(frozen=True)
class Matter:
    """What is known of one open incident."""

    incident_id: int
    is_public: bool
    title: str
    stems: frozenset[str] = frozenset()
    components: Mapping[str, frozenset[str]] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True)
class Speaker:
    """Whoever writes: the incidents that affect them with the reason, and how we know who they are."""

    affected_by: Mapping[int, str] = field(default_factory=dict)
    is_sure: bool = False
    named_order: bool = False


@dataclass(frozen=True)
class Match:
    """An incident that is meant; a suggestion unless it is certain."""

    incident_id: int
    why: str
    is_certain: bool


@dataclass(frozen=True)
class _Likeness:
    """How much a text speaks of one incident."""

    matter: Matter
    shared: frozenset[str]
    component: str
    score: float

    @property
    def names_it(self) -> bool:
        """Whether it names a component or enough words of the incident's own."""
        return bool(self.component) or len(self.shared) >= SHARED

    @property
    def why(self) -> str:
        """What they name, in words for a member."""
        if self.component:
            return f"They name {self.component}, which is hit."
        return f"Their words and the incident's have in common: {', '.join(sorted(self.shared))}."


def best(text: str, *, kind: str, speaker: Speaker, matters: Sequence[Matter]) -> Match | None:
    """The open incident that this is about, or that it may be about; None when nothing speaks for any."""
    likes = [_likeness(text, matter) for matter in matters]
    theirs = sorted((one for one in likes if one.matter.incident_id in speaker.affected_by), key=_rank, reverse=True)
    if theirs:
        return _of_affected(theirs, kind=kind, speaker=speaker)
    public = max((one for one in likes if one.matter.is_public), key=_rank, default=None)
    if public is None or not (public.names_it or public.score >= LIKE):
        return None
    is_certain = bool(public.component) and bool(public.shared) and kind in URGENT
    why = public.why if public.names_it else f"Its words are like those of “{public.matter.title}”."
    return Match(public.matter.incident_id, why, is_certain=is_certain)


def _of_affected(theirs: Sequence[_Likeness], *, kind: str, speaker: Speaker) -> Match:
    first = theirs[0]
    is_alone = len(theirs) == 1 or _rank(first) > _rank(theirs[1])
    is_theirs_to_know = speaker.is_sure or first.matter.is_public
    is_certain = is_theirs_to_know and is_alone and (kind in URGENT or first.names_it)
    reason = speaker.affected_by[first.matter.incident_id]
    known = "The order they name is in the register" if speaker.named_order else "They are in the register"
    return Match(first.matter.incident_id, f"{known}: {reason}", is_certain=is_certain)


def _likeness(text: str, matter: Matter) -> _Likeness:
    looked_at = text[:LOOKED_AT]
    said = stems(looked_at)
    component = next((name for name, parts in matter.components.items() if parts and parts <= said), "")
    score = fuzz.token_set_ratio(looked_at.casefold(), matter.words.casefold()) if matter.words else 0.0
    return _Likeness(matter, frozenset(said & matter.stems), component, score)


def _rank(like: _Likeness) -> tuple[bool, int]:
    return bool(like.component), len(like.shared)


class Matters:
    """The open incidents and who is affected by them, read once for many messages."""

    def __init__(self, customers: Iterable[int]) -> None:
        self.open = _open_matters()
        self._affected = _affected([one.incident_id for one in self.open], set(customers))

    def of(self, conversation: Conversation, text: str) -> Match | None:
        """What a conversation is about, by these words of it."""
        if not self.open:
            return None
        speaker = Speaker(
            affected_by=self._affected.get(conversation.customer_id or 0, {}),
            is_sure=conversation.confidence >= SURE,
            named_order=conversation.recognised_by == Conversation.Recognised.REFERENCE,
        )
        said = f"{conversation.subject}\n{text}"
        return best(said, kind=conversation.kind, speaker=speaker, matters=self.open)


def _open_matters() -> list[Matter]:
    rows = list(Incident.objects.open().filter(is_exercise=False).order_by("-opened_at")[:MOST_OPEN])
    keys = [row.pk for row in rows]
    components, said = _components(keys), _said(keys)
    return [_matter(row, components.get(row.pk, set()), said.get(row.pk, "")) for row in rows]


def _matter(incident: Incident, components: set[str], said: str) -> Matter:
    words = f"{incident.title} {said}"
    return Matter(
        incident_id=incident.pk,
        is_public=incident.is_public,
        title=incident.title,
        stems=frozenset(stems(words)),
        components={name: frozenset(stems(name)) for name in sorted(components)},
        words=words,
    )


def _components(incidents: Sequence[int]) -> dict[int, set[str]]:
    """The names of the components that each incident hits, by its updates and by the rules of its register."""
    found: dict[int, set[str]] = {}
    hit = Impact.objects.filter(update__incident__in=incidents, update__published_at__isnull=False)
    for incident, name in hit.values_list("update__incident_id", "component__name"):
        found.setdefault(incident, set()).add(name)
    rules = RegisterRule.objects.filter(incident__in=incidents, kind=RegisterRule.Kind.COMPONENT)
    by_key = [(rule.incident_id, rule.parameters.get("component", "")) for rule in rules.filter(withdrawn_at=None)]
    names = dict(Component.objects.filter(key__in=[key for _, key in by_key]).values_list("key", "name"))
    for incident, key in by_key:
        if key in names:
            found.setdefault(incident, set()).add(names[key])
    return found


def _said(incidents: Sequence[int]) -> dict[int, str]:
    """The headline of what was said last on each, in every language."""
    newest = Update.objects.newest().filter(incident__in=incidents).prefetch_related("texts")
    return {row.incident_id: " ".join(text.headline for text in row.texts.all()) for row in newest}


def _affected(incidents: Sequence[int], customers: set[int]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    if not incidents:
        return found
    for part in in_parts(customers):
        rows = AffectedCustomer.objects.present().filter(incident__in=incidents, customer__in=part)
        for customer, incident, reason in rows.values_list("customer_id", "incident_id", "reason"):
            found.setdefault(customer, {})[incident] = reason
    return found
