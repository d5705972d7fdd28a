"""What a draft says: twelve elements, each found by the part its words play in their sentence.

The names are those of the checker's corpus. An element is found in the text alone: short channels drop titles.
"""

from collections.abc import Callable, Mapping, Sequence

from daylight.candour.draft import Draft, outside
from daylight.candour.reading.reading import Place
from daylight.candour.report import Element

OWN_NUMBER = 9
"""Words after a minimiser within which a number makes it honest: "a small share of orders (0.4 %)"."""

JARGON = {"jargon.strong": 2.0, "jargon.term": 1.0, "jargon.code": 1.0, "jargon.acronym": 0.5, "jargon.weak": 0.5}
"""What one term of each group weighs for somebody who only buys the product."""

JARGON_HEAVY = 2.0
"""Different terms of this weight together put a text out of reach."""

JARGON_WORDS = 40
"""A long text has room for more: as many terms of weight one as it has times this many words."""

ACRONYM_LETTERS = 5
"""Longer capitals are a word that somebody shouts, or a brand."""

EMPTY_WORDS = 60
"""A longer text has something to say, though it may not be found."""

SAYS_SOMETHING = (
    "states_what",
    "states_who_affected",
    "states_why",
    "action_specific",
    "states_workaround",
    "states_next_update_time",
)
"""A text that says one of these belongs to its incident. They are found before emptiness is."""

TELLING_SHAPES = frozenset({"number", "percent", "time", "date", "host", "url", "measure", "code"})


def what(draft: Draft) -> list[Place]:
    """What does not work, or works again, or who was harmed how."""
    patterns = draft.found("what.symptom", "what.arriving", "what.restored", "what.harm")
    return patterns or draft.weighed("states_what")


def who(draft: Draft) -> list[Place]:
    """A share, everybody, a place, a boundary, a kind of customer: enough to tell whether it is about me."""
    patterns = outside(
        draft.found("who.share", "who.all", "who.place", "who.boundary", "who.plan"), draft.found("who.none")
    )
    return patterns or draft.weighed("states_who_affected")


def why(draft: Draft) -> list[Place]:
    """A cause, or that none is known yet; "the cause is identified" tells neither."""
    patterns = outside(draft.found("why.cause"), draft.found("why.told_of")) + draft.found("why.unknown")
    return patterns or outside(draft.weighed("states_why"), _sentences_with(draft, "why.told_of"))


def _sentences_with(draft: Draft, group: str) -> list[Place]:
    return [draft.reading.sentence(place) for place in draft.found(group)]


def action(draft: Draft) -> list[Place]:
    """Anything that we do or did, looking into it as well."""
    patterns = draft.found("action.we", "action.done", "action.passive", "specific.act")
    return patterns or draft.weighed("states_action")


def specific_action(draft: Draft) -> list[Place]:
    """Something that could have been done otherwise: rolled back, refunded, more capacity."""
    return draft.found("specific.act") or draft.weighed("action_specific")


def meanwhile(draft: Draft) -> list[Place]:
    """What the customer can do; an address for complaints is no such thing."""
    patterns = outside(draft.found("meanwhile.advice"), draft.found("meanwhile.contact"))
    return patterns or draft.weighed("states_workaround")


def next_update(draft: Draft) -> list[Place]:
    """A bounded time for the next word; an estimate for the repair is none."""
    return draft.found("next_update.promise") or draft.weighed("states_next_update_time")


def owning(draft: Draft) -> list[Place]:
    """An apology, or our part in words."""
    return draft.found("owns.sorry", "owns.fault") or draft.weighed("owns_apologises")


def evasion(draft: Draft) -> list[Place]:
    """Words that shrink or dodge. A number beside a minimiser makes it honest."""
    minimised = draft.found("evasive.minimiser")
    honest = with_numbers(draft, minimised)
    dodging = (f"evasive.{name}" for name in EVASIONS)
    patterns = outside(minimised, honest) + draft.found(*dodging)
    return patterns or outside(draft.weighed("evasive_minimising"), [draft.reading.sentence(place) for place in honest])


EVASIONS = ("vague_cause", "inconvenience", "virtue", "precaution", "reassurance", "excuse", "praise", "euphemism")


def blame(draft: Draft) -> list[Place]:
    """Somebody else named as the cause, with neither a word of regret nor a step of our own.

    Who has done something in particular is not heard to blame by words alone.
    """
    plain = draft.found("blame.control", "blame.customer")
    if (
        plain
        or draft.elements["owns_apologises"]
        or draft.found("blame.own_step")
        or draft.weighed("own_step")
        or draft.is_planned
    ):
        return plain
    named = draft.found("blame.supplier", "blame.weather", "blame.attacker")
    return named or ([] if draft.elements["action_specific"] else draft.weighed("names_other"))


def jargon(draft: Draft) -> list[Place]:
    """Technical terms, where their weight together is more than these customers can carry."""
    places, weights = [], dict[str, float]()
    for group, weight in JARGON.items():
        for place in _acronyms(draft) if group == "jargon.acronym" else draft.found(group):
            term = draft.reading.words(place).lower()
            if term not in draft.facts.terms:
                weights[term] = max(weight, weights.get(term, 0))
                places.append(place)
    weight = sum(weights.values())
    is_heavy = weight >= JARGON_HEAVY and weight >= len(draft.reading) / JARGON_WORDS
    return places if is_heavy else []


def _acronyms(draft: Draft) -> list[Place]:
    """Capitals that stand for words which an outsider does not know."""
    places = outside(draft.found("jargon.acronym"), draft.found("jargon.shouted"))
    words = ((place, draft.reading.words(place)) for place in places)
    return [place for place, word in words if word.isalpha() and len(word) <= ACRONYM_LETTERS]


def emptiness(draft: Draft) -> list[Place]:
    """The whole text, where nothing in it belongs to this incident alone."""
    if len(draft.reading) > EMPTY_WORDS or any(draft.elements[name] for name in SAYS_SOMETHING):
        return []
    tells = draft.found("blame.supplier") or any(
        piece and piece.shape in TELLING_SHAPES for piece in draft.reading.pieces
    )
    return [] if tells else draft.reading.sentences()


ELEMENTS: Mapping[str, Callable[[Draft], list[Place]]] = {
    "states_what": what,
    "states_who_affected": who,
    "states_why": why,
    "states_action": action,
    "action_specific": specific_action,
    "states_workaround": meanwhile,
    "states_next_update_time": next_update,
    "owns_apologises": owning,
    "evasive_minimising": evasion,
    "blames_other": blame,
    "jargon_heavy": jargon,
    "empty_boilerplate": emptiness,
}


def find_all(draft: Draft) -> None:
    """Look for every element, one after the other: the later ones ask what the earlier ones found."""
    for name, find in ELEMENTS.items():
        draft.elements[name] = Element(draft.spans(find(draft)))


def with_numbers(draft: Draft, places: Sequence[Place]) -> list[Place]:
    """The places whose sentence says how many: a share anywhere in it, or a number right after."""
    with_share = (
        {sentence for sentence in draft.reading.sentences() if _has(draft, sentence, "percent")} if places else ()
    )
    found = []
    for place in places:
        sentence = draft.reading.sentence(place)
        after = Place(place.start, min(sentence.end, place.end + OWN_NUMBER))
        if sentence in with_share or _has(draft, after, "number"):
            found.append(place)
    return found


def _has(draft: Draft, place: Place, shape: str) -> bool:
    return any(piece and piece.shape == shape for piece in draft.reading.pieces[place.start : place.end])
