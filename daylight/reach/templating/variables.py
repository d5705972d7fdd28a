"""The closed list of what a template may use: variables, tags and filters. `docs/use/templates.md` is held to it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Variable:
    """One name that a template may use. `is_personal`: it differs from customer to customer."""

    name: str
    says: str
    is_personal: bool = False
    may_be_missing: bool = False


VARIABLES: tuple[Variable, ...] = (
    Variable("organisation.name", "the name of your organisation"),
    Variable("organisation.person", "how to reach a person, as set up under Organisation", may_be_missing=True),
    Variable("incident.kind", "the kind of incident in one word, for conditions: outage, late_delivery, recall …"),
    Variable("incident.reference", "the short reference of the incident"),
    Variable("incident.began", "since when customers are hit, in the reader's time zone", may_be_missing=True),
    Variable("update.headline", "the headline of the update"),
    Variable("update.subject", "the headline, with “Resolved:”, “Correction:” or “No news yet:” before it"),
    Variable("update.kind", "for conditions: update, correction, holding or resolution"),
    Variable("update.stage", "for conditions: investigating, identified, monitoring, resolved …"),
    Variable("update.stage_name", "the stage as a sentence, such as “We know the cause”"),
    Variable("update.number", "1 for the first update, 2 for the second …"),
    Variable("update.published", "when the update was published, in the reader's time zone"),
    Variable("update.what", "what is wrong"),
    Variable("update.who", "who is affected", may_be_missing=True),
    Variable("update.why", "why; or that it is not known yet", may_be_missing=True),
    Variable("update.doing", "what we are doing", may_be_missing=True),
    Variable("update.meanwhile", "what the customer can do meanwhile", may_be_missing=True),
    Variable("update.next", "when we speak next, as a sentence"),
    Variable("update.next_time", "only the time of the next word; missing after the last one", may_be_missing=True),
    Variable("update.next_short", "when we speak next in a few words, for a text message", may_be_missing=True),
    Variable("update.facts", "all parts with their questions, and what a correction corrects"),
    Variable("update.corrected", "what we said before and what is true; only in a correction", may_be_missing=True),
    Variable("update.parts", "the parts to go through with for: part.name, part.question, part.answer"),
    Variable("customer.name", "the name of the customer", is_personal=True, may_be_missing=True),
    Variable("customer.greeting", "“Hello Zoë Adler,”, or “Hello,” where we know no name", is_personal=True),
    Variable("customer.reason", "why this customer is affected", is_personal=True, may_be_missing=True),
    Variable("commitment", "the first commitment the incident touches, for if", is_personal=True, may_be_missing=True),
    Variable("commitment.kind", "such as order or shipment", is_personal=True),
    Variable("commitment.reference", "its number, as the customer knows it", is_personal=True),
    Variable("commitment.title", "what was promised", is_personal=True, may_be_missing=True),
    Variable("commitment.promised", "the date that was promised", is_personal=True, may_be_missing=True),
    Variable("commitment.expected", "the date we now expect", is_personal=True, may_be_missing=True),
    Variable("commitments", "all of them, to go through with for; commitments.size counts them", is_personal=True),
    Variable(
        "links.own_page",
        "the customer's own page: what it means for them, what they can choose, “I have seen this”, how we reach them",
        is_personal=True,
        may_be_missing=True,
    ),
    Variable(
        "links.confirm",
        "the same page, where “I have seen this” is one tap; only where the incident is urgent enough to ask",
        is_personal=True,
        may_be_missing=True,
    ),
    Variable(
        "links.say",
        "the form on which they tell you what they like, with files; you know who writes",
        is_personal=True,
        may_be_missing=True,
    ),
    Variable("links.unsubscribe", "stops these messages with one tap", is_personal=True, may_be_missing=True),
    Variable("links.status_page", "the page of the incident; missing while it is private", may_be_missing=True),
)

NAMES = {variable.name: variable for variable in VARIABLES}

LISTS = {"commitments": "commitment", "update.parts": "part"}
"""What `for` may go through, and what each member is like."""

PART_FIELDS = ("part.name", "part.question", "part.answer")
LIST_FIELDS = ("size", "first", "last")
LOOP_FIELDS = ("index", "index0", "rindex", "rindex0", "first", "last", "length")

TAGS = {
    "if": "if … elsif … else … endif: only when it is so",
    "unless": "unless … endunless: only when it is not so",
    "case": "case … when … endcase: one of several",
    "for": "for commitment in commitments … endfor: once for each",
    "break": "leaves a for",
    "continue": "goes on with the next in a for",
    "assign": "assign day = commitment.promised: a short name",
    "comment": "comment … endcomment: a note that nobody gets",
}

FILTERS = {
    "append": "adds text after it",
    "capitalize": "makes the first letter large",
    "default": "another text where it is missing",
    "downcase": "small letters",
    "escape": "makes it safe for HTML; done by itself where it is needed",
    "first": "the first of a list",
    "join": "a list as one text, with what stands between",
    "last": "the last of a list",
    "map": "one field of each in a list",
    "newline_to_br": "new lines also in HTML",
    "prepend": "adds text before it",
    "remove": "takes a text out of it",
    "replace": "puts one text in the place of another",
    "size": "how many letters, or how many in a list",
    "slice": "a part of it, from a place and so long",
    "strip": "without blanks around it",
    "truncate": "at most so many letters",
    "truncatewords": "at most so many words",
    "upcase": "large letters",
    "url_encode": "as a part of a web address",
}

_OFTEN_MEANT = {
    "order": "commitment",
    "orders": "commitments",
    "name": "customer.name",
    "customer.first_name": "customer.name",
    "reason": "customer.reason",
    "greeting": "customer.greeting",
    "headline": "update.headline",
    "unsubscribe_url": "links.unsubscribe",
    "unsubscribe": "links.unsubscribe",
    "url": "links.own_page",
    "incident.title": "update.headline",
    "incident.headline": "update.headline",
    "order.number": "commitment.reference",
    "commitment.number": "commitment.reference",
    "commitment.date": "commitment.promised",
    "company": "organisation.name",
    "organization.name": "organisation.name",
}


def is_known(path: str) -> bool:
    """Whether a template may use this path."""
    if path in NAMES or path in PART_FIELDS or path == "part":
        return True
    head, _, tail = path.rpartition(".")
    return head in LISTS and tail in LIST_FIELDS


def nearest(wrong: str, choices: Iterable[str] | None = None) -> str:
    """The known name that was probably meant; empty when nothing is near."""
    known = list(NAMES) if choices is None else list(choices)
    if choices is None:
        if wrong in _OFTEN_MEANT:
            return _OFTEN_MEANT[wrong]
        head, _, tail = wrong.partition(".")
        if tail and head in _OFTEN_MEANT and is_known(f"{_OFTEN_MEANT[head]}.{tail}"):
            return f"{_OFTEN_MEANT[head]}.{tail}"
    whole = get_close_matches(wrong, known, n=1, cutoff=0.6)
    if whole:
        return whole[0]
    ends = {name.rpartition(".")[2]: name for name in known}
    end = get_close_matches(wrong.rpartition(".")[2], ends, n=1, cutoff=0.75)
    return ends[end[0]] if end else ""


def groups() -> Iterator[tuple[str, list[Variable]]]:
    """The variables under their first word, in order."""
    found: dict[str, list[Variable]] = {}
    for variable in VARIABLES:
        found.setdefault(variable.name.partition(".")[0].removesuffix("s").capitalize(), []).append(variable)
    yield from found.items()
