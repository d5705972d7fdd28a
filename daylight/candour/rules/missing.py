"""CND-101 to 110: what a notice must say and does not."""

from datetime import timedelta

from daylight.candour.draft import Draft, outside
from daylight.candour.reading.reading import Place
from daylight.candour.report import Severity
from daylight.candour.rules.rule import E, Hit, N, Rule, W, always, hits, missing, weights
from daylight.candour.when import moment

_WORST = 1

ZONE_AFTER = 3
"""Words after a promise among which its time zone may stand: "by 14:30 today (WEST)"."""


def what(draft: Draft) -> list[Hit]:
    """Neither the text nor the title names what went wrong; where the title alone does, that is only worth a note."""
    if draft.elements["states_what"] or (draft.is_planned and draft.is_over):
        return []
    in_title = draft.in_title("what.symptom", "what.restored", "what.harm")
    return [Hit(says={"note": "title"}, weight=N)] if in_title else [Hit()]


def who(draft: Draft) -> list[Hit]:
    """Nobody can tell from it whether they are affected; a list of what is affected tells."""
    if draft.elements["states_who_affected"] or draft.found("missing.listed"):
        return []
    weight = E if draft.facts.severity == _WORST else None
    vague = outside(draft.found("missing.vague_who"), draft.found("missing.told_by"))
    return [Hit(hit.spans, hit.says, weight) for hit in hits(draft, vague)] or [Hit(weight=weight)]


def why(draft: Draft) -> list[Hit]:
    """No cause, and no word that it is not known yet."""
    if draft.elements["states_why"] or draft.is_planned:
        return []
    return hits(draft, draft.found("why.told_of")) or [Hit()]


def action(draft: Draft) -> list[Hit]:
    """Nobody seems to do anything; planned work is done, and what is over needs nothing."""
    return missing(not draft.elements["states_action"] and not draft.is_planned and not draft.is_over)


def only_watching(draft: Draft) -> list[Hit]:
    """From the second word on, "we are investigating" alone is no news."""
    if draft.elements["action_specific"] or not draft.elements["states_action"] or not draft.facts.earlier:
        return []
    if draft.is_over:
        return []
    return hits(draft, draft.found("missing.watching"))[:1]


def meanwhile(draft: Draft) -> list[Hit]:
    """Neither a way around nor word that nothing is needed."""
    return missing(not draft.elements["states_workaround"] and not draft.is_over)


def next_update(draft: Draft) -> list[Hit]:
    """No time for the next word; "shortly" is none."""
    if draft.elements["states_next_update_time"] or draft.is_over or draft.is_planned:
        return []
    return hits(draft, draft.found("missing.vague_next")) or [Hit()]


def bad_time(draft: Draft) -> list[Hit]:
    """The promised time is past, is now, or leaves the zone to the reader."""
    if draft.now is None:
        return []
    found: list[Hit] = []
    for place in draft.found("next_update.promise"):
        said, after = (
            draft.reading.pieces[place.start : place.end],
            draft.reading.pieces[place.end : _end(draft, place)],
        )
        when = moment(said, draft.language.when, now=draft.now, zone=draft.facts.zone, beside=after)
        if when is None:
            continue
        spans = draft.spans([place])
        if when.at <= draft.now + timedelta(minutes=1):
            found.append(Hit(spans, {"note": "past"}))
        elif not when.has_zone:
            found.append(Hit(spans, {"note": "zone"}, Severity.WARNING))
    return found[:1]


def _end(draft: Draft, place: Place) -> int:
    """Where the words end among which the zone of a promise may stand."""
    return min(place.end + ZONE_AFTER, draft.reading.sentence(place).end)


def since(draft: Draft) -> list[Hit]:
    """No start: the reader cannot tell whether their own trouble is this one; planned work is nobody's trouble yet."""
    return missing(not draft.found("missing.since") and not draft.is_planned)


def contact(draft: Draft) -> list[Hit]:
    """A letter that names nobody and no way to answer."""
    shapes = {piece.shape for piece in draft.reading.pieces if piece}
    return missing(not draft.found("missing.contact") and not shapes & {"email", "url"})


RULES = (
    Rule(101, always(E), what),
    Rule(102, weights(None, W, W, W), who),
    Rule(103, weights(None, W, E, W), why),
    Rule(104, always(E), action),
    Rule(105, weights(None, W, None, None), only_watching),
    Rule(106, weights(None, W, None, W), meanwhile),
    Rule(107, weights(E, E, None, None), next_update, in_letters=W),
    Rule(108, weights(E, E, None, None), bad_time),
    Rule(109, weights(None, N, N, N), since),
    Rule(110, weights(None, None, None, W), contact),
)
