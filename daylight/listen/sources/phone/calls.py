"""Calls that members write down: kept as a draft while they type, then as what was said, told and promised."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from daylight.accounts.models import Member
from daylight.customers import importing, values
from daylight.customers.models import Customer
from daylight.listen import accepting
from daylight.listen.models import CallDraft, Incoming, Message
from daylight.listen.said import Said, SaidFile
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
    drafted, _ = CallDraft.objects.update_or_create(
        public_id=public_id,
        defaults={"fields": kept, "changed_at": at},
        create_defaults={"fields": kept, "changed_at": at, "started_at": at, "member": by},
    )
    return drafted


@transaction.atomic
def finish(public_id: str, call: Mapping[str, Any], *, within: timedelta | None, by: Member, at: datetime) -> None:
    """The call becomes a message, and its draft goes. The same call again changes nothing."""
    draft = CallDraft.objects.filter(public_id=public_id, member=by).first()
    began = draft.started_at if draft else at
    accepting.accept(list(_said(public_id, call, within=within, by=by, began=began, at=at)), at=at)
    CallDraft.objects.filter(public_id=public_id, member=by).delete()


def _said(
    public_id: str, call: Mapping[str, Any], *, within: timedelta | None, by: Member, began: datetime, at: datetime
) -> Iterator[Said]:
    """What they said; what was read back to them, as a note; what they were told. The last carries the promise."""
    name = f"call-{public_id}"
    answer_by = at + within if within else None
    number, unread = read_number(call.get("number", ""))
    facts = {"effect": call.get("effect", ""), "number": unread}
    recording = call.get("recording")
    answer, read_back = call.get("answer", ""), call.get("read_back", "")
    yield Said(
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
        answer_by=None if answer else answer_by,
        files=(SaidFile(recording.name, recording.content_type or "", recording.chunks()),) if recording else (),
    )
    for part, text, direction in (("read-back", read_back, "note"), ("answer", answer, "out")):
        if text:
            yield Said(
                source=PHONE.name,
                external_id=f"{name}-{part}",
                said_at=at,
                text=f"Read back, and they said it is right: {text}" if direction == "note" else text,
                thread=(name,),
                typed_by=by.pk,
                direction="note" if direction == "note" else "out",
                answer_by=answer_by if direction == "out" else None,
            )


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
