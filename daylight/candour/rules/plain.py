"""CND-601 to 605: whether a customer can read it."""

from daylight.candour.draft import Draft
from daylight.candour.reading.reading import Place
from daylight.candour.report import Span
from daylight.candour.rules.rule import Hit, N, Rule, W, always, hits, weights

LONG_SENTENCE = 25
"""Words; the limit of GOV.UK's style for public writing."""

TICKET_DIGITS = 3
"""Digits from which a number behind capitals is that of a ticket."""

MOST_NAMED = 4
"""Terms that one finding names; its places show all."""

LEAD = 40
"""Words of a letter within which it must say what went wrong."""


def jargon(draft: Draft) -> list[Hit]:
    """Terms that somebody who only buys the product cannot read; those that these customers use are left.

    A single one is worth a note: it may be the very word that customers use.
    """
    weight = None if draft.elements["jargon_heavy"] else N
    places = draft.found("jargon.strong", "jargon.term", "jargon.code")
    told = [hit for hit in hits(draft, places) if hit.says["phrase"].lower() not in draft.facts.terms]
    phrases = list(dict.fromkeys(hit.says["phrase"] for hit in told))
    spans = tuple(span for hit in told for span in hit.spans)
    return [Hit(spans, {"phrase": "”, “".join(phrases[:MOST_NAMED])}, weight)] if told else []


def long_sentences(draft: Draft) -> list[Hit]:
    """More words than a hurried reader holds."""
    found: list[Hit] = []
    for sentence in draft.reading.sentences():
        if sentence.end - sentence.start <= LONG_SENTENCE:
            continue
        words = draft.reading.worded(sentence)
        if len(words) > LONG_SENTENCE:
            start, end = draft.reading.span(Place(words[0], words[-1] + 1))
            found.append(Hit((Span(start, end),), {"count": str(len(words))}))
    return found


def internal(draft: Draft) -> list[Hit]:
    """Names that only insiders know: hosts, tickets, private addresses. A public page is fine."""
    own = {name.lower() for name in draft.facts.internal}
    named = [
        Hit((Span(piece.start, piece.end),), {"phrase": piece.word})
        for piece in (draft.reading.pieces if own else ())
        if piece and piece.word.lower() in own
    ]
    tickets = [hit for hit in hits(draft, draft.found("plain.internal")) if _is_ticket(hit.says["phrase"])]
    return named + tickets


def _is_ticket(phrase: str) -> bool:
    """ "INFRA-2944" is a ticket, "MT-5" a product; words without a number are for insiders anyway."""
    digits = sum(letter.isdigit() for letter in phrase)
    return digits == 0 or digits >= TICKET_DIGITS or "-" not in phrase


def buried(draft: Draft) -> list[Hit]:
    """The reader of a letter must look for what went wrong."""
    spans = draft.elements["states_what"].evidence
    if not spans:
        return []
    words = draft.reading.text[: spans[0].start].split()
    return [Hit(spans[:1], {"count": str(len(words))})] if len(words) > LEAD else []


def selling(draft: Draft) -> list[Hit]:
    """An offer before the facts. Goodwill after them is fine."""
    facts = min((span.start for span in draft.elements["states_what"].evidence), default=len(draft.reading.text))
    return [hit for hit in hits(draft, draft.found("plain.selling")) if hit.spans[0].start < facts]


RULES = (
    Rule(601, always(W), jargon),
    Rule(602, always(N), long_sentences),
    Rule(603, always(W), internal),
    Rule(604, weights(None, None, None, W), buried),
    Rule(605, always(W), selling),
)
