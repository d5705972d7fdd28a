"""A draft template becomes a member's draft: filled with what the record knows and what the member adds."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime

from daylight.accounts.models import Member, Organisation
from daylight.incidents import drafting, on_record
from daylight.incidents.models import Incident, Update
from daylight.incidents.statement import LABELS, LONGEST, Statement, Words
from daylight.incidents.words import FINAL_STAGES, Stage
from daylight.prepare.filling import PARTS, THE_CAUSE, Prepared, asked_in, fill
from daylight.prepare.shelf import shelf

ENDS = frozenset({"final", "letter"})
"""Moments at which the cause must be told."""


def known_facts(incident: Incident, prepared: Prepared, *, at: datetime) -> dict[str, str]:
    """What the record knows of the facts that `prepared` asks for, in the words of the record."""
    record = _record(incident, at)
    facts = shelf(prepared.tongue).facts
    asked = facts.get(prepared.kind, facts.get("", {}))
    known = {name: record.get(asked[name].known_from, "") for name in prepared.asks if name in asked}
    if "what" in prepared.asks:
        known["what"] = record["components"]
    return {name: words for name, words in known.items() if words}


def put_into_draft(
    incident: Incident, prepared: Prepared, facts: Mapping[str, str], *, by: Member, at: datetime
) -> tuple[Update, Statement]:
    """Write the filled words into the member's draft; returns it and what it said before.

    A cause that nobody gave is left out and told as not known yet, except at the end. Raises what `drafting.start`
    and `Update.write` raise.
    """
    draft = drafting.start(incident, by=by, at=at)
    before = draft.statement()
    draft.write(_stated(incident, prepared, facts, before), by=by, at=at)
    return draft, before


def words_of(prepared: Prepared, facts: Mapping[str, str]) -> tuple[Words, bool]:
    """The six parts filled, and whether they tell why."""
    filled = prepared.filled(facts)
    tells_why = bool(prepared.pieces.get("why")) and (prepared.stage in ENDS or not _lacks_cause(prepared, facts))
    parts = {name: filled.get(name, "") for name in PARTS if name != "why" or tells_why}
    if closing := filled.get("closing"):
        parts["meanwhile"] = f"{parts['meanwhile']}\n\n{closing}"
    return Words(**parts), tells_why


def too_long(words: Words) -> dict[str, str]:
    """A sentence for each part that is longer than a draft can take."""
    return {
        name: f"“{LABELS[name]}” has {len(said)} characters then, and may have {LONGEST[name]}. Say it shorter."
        for name, said in asdict(words).items()
        if len(said) > LONGEST[name]
    }


def _lacks_cause(prepared: Prepared, facts: Mapping[str, str]) -> bool:
    asked = asked_in([prepared.pieces["why"]])
    return THE_CAUSE in asked and not facts.get(THE_CAUSE, "").strip()


def _stated(incident: Incident, prepared: Prepared, facts: Mapping[str, str], before: Statement) -> Statement:
    words, tells_why = words_of(prepared, facts)
    return replace(
        before,
        stage=_stage(incident, prepared, before),
        why_known=tells_why,
        texts={**before.texts, prepared.language: words},
    )


def _stage(incident: Incident, prepared: Prepared, before: Statement) -> str:
    if prepared.stage == "final":
        return Stage.COMPLETED if incident.is_planned else Stage.RESOLVED
    return before.stage if before.stage not in FINAL_STAGES else Stage.MONITORING


def _record(incident: Incident, at: datetime) -> dict[str, str]:
    """What is on record of an incident, by the names that the facts of the shelf have for it."""
    organisation = Organisation.get()
    known = on_record.known_of(incident, organisation, at=at)
    parts = incident.updates.published().values_list("impacts__component__name", flat=True)
    return known | {
        "who": known.get("who", "").rstrip("."),
        "sender": organisation.sender_name,
        "components": " and ".join(sorted({name for name in parts if name})),
    }


def filled_elsewhere(prepared: Prepared, facts: Mapping[str, str]) -> dict[str, str]:
    """The same facts in the other forms for this kind and moment: what to send as a text, what to say on the phone."""
    shelved = shelf(prepared.tongue).prepared
    others = {form: shelved.get(f"{prepared.kind}.{prepared.stage}.{form}") for form in ("short", "spoken")}
    return {form: fill(other.pieces["text"], facts) for form, other in others.items() if other}
