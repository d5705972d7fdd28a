"""Calls that members write down: kept as a draft while they type, then as what was said, told and promised."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from daylight.accounts.models import Member
from daylight.customers import importing, values
from daylight.customers.models import ContactPoint, Customer
from daylight.listen import accepting
from daylight.listen.models import CallDraft, Incoming, Message
from daylight.listen.said import Direction, Said, SaidFile
from daylight.listen.sources.base import Joins, Source

PHONE = Source("phone", "Phone", Joins.SAME_WRITER)

DRAFTED = ("words", "number", "name", "order", "customer", "effect", "read_back", "answer", "call_back")
MOST = 6
"""Customers that are offered."""


def keep(public_id: str, fields: Mapping[str, str], *, by: Member, at: datetime) -> CallDraft | None:
    """Keep what was typed so far; None when the call is a message already, or somebody else's."""
    if _is_done(public_id) or CallDraft.objects.filter(public_id=public_id).exclude(member=by).exists():
        return None
    kept = {name: fields.get(name, "").replace("\x00", "") for name in DRAFTED}
    given = {"fields": kept, "changed_at": at, "customer": _who(kept)}
    drafted, _ = CallDraft.objects.update_or_create(
        public_id=public_id, defaults=given, create_defaults={**given, "started_at": at, "member": by}
    )
    return drafted


@transaction.atomic
def finish(public_id: str, call: Mapping[str, Any], *, within: timedelta | None, by: Member, at: datetime) -> None:
    """The call becomes a message, and its draft goes. The same call again changes nothing."""
    draft = CallDraft.objects.filter(public_id=public_id, member=by).first()
    began = draft.started_at if draft else at
    name = f"call-{public_id}"
    said = [_asked(name, call, by=by, began=began), *_told(name, call, by=by, at=at)]
    if within:
        last = max(number for number, one in enumerate(said) if one.direction != "note")
        said[last] = replace(said[last], answer_by=at + within)
    accepting.accept(said, at=at)
    CallDraft.objects.filter(public_id=public_id, member=by).delete()


def _asked(name: str, call: Mapping[str, Any], *, by: Member, began: datetime) -> Said:
    """What they said, with the effect on them and the recording."""
    number, unread = read_number(call.get("number", ""))
    facts = {"effect": call.get("effect", ""), "number": unread}
    recording = call.get("recording")
    return Said(
        source=PHONE.name,
        external_id=name,
        said_at=began,
        text=call["words"],
        channel="sms" if number else "",
        address=number,
        name=call.get("name", ""),
        thread_key="" if number else name,
        customer_id=call.get("customer"),
        references=tuple(str(call.get("order", "")).replace(",", " ").split()),
        facts={key: value for key, value in facts.items() if value},
        typed_by=by.pk,
        files=(SaidFile(recording.name, recording.content_type or "", recording.chunks()),) if recording else (),
    )


def _told(name: str, call: Mapping[str, Any], *, by: Member, at: datetime) -> Iterator[Said]:
    """What was read back to them, as a note; and what they were told."""
    parts: tuple[tuple[str, str, Direction], ...] = (
        ("read_back", "Read back, and they said it is right: ", "note"),
        ("answer", "", "out"),
    )
    for part, before, direction in parts:
        if call.get(part):
            yield Said(
                source=PHONE.name,
                external_id=f"{name}-{part}",
                said_at=at,
                text=f"{before}{call[part]}",
                thread=(name,),
                typed_by=by.pk,
                direction=direction,
            )


def _who(fields: Mapping[str, str]) -> Customer | None:
    """The customer who was chosen; else the only one whom the number belongs to."""
    chosen = fields["customer"]
    if chosen.isdecimal() and len(chosen) < 16:
        return Customer.objects.remembered().filter(pk=int(chosen)).first()
    number, _ = read_number(fields["number"])
    points = ContactPoint.objects.in_use().filter(address=number) if number else ContactPoint.objects.none()
    theirs = list(points.values_list("customer", flat=True).distinct()[:2])
    return Customer.objects.remembered().filter(pk__in=theirs).first() if len(theirs) == 1 else None


def read_number(written: str) -> tuple[str, str]:
    """A number in its normal form, and what was written there that is none."""
    if not written.strip():
        return "", ""
    try:
        return values.phone(written, region=importing.home_region()), ""
    except values.Refused:
        return "", written.strip()[:200]


def find(fields: Mapping[str, str]) -> list[Customer]:
    """Customers that the number, the order or the name may mean, the surest first."""
    keys: list[int] = []
    for name in ("number", "order", "name"):
        words = fields.get(name, "").replace("\x00", "").strip()[:200]
        if len(words) > 2:
            keys += [key for key in Customer.objects.some(words, most=MOST) if key not in keys]
    rows = Customer.objects.remembered().in_bulk(keys[:MOST])
    return [rows[key] for key in keys[:MOST] if key in rows]


def _is_done(public_id: str) -> bool:
    named = {"source": PHONE.name, "external_id": f"call-{public_id}"}
    return Incoming.objects.filter(**named).exists() or Message.objects.filter(**named).exists()
