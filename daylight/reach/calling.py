"""The call list: customers whom only a person can reach, worked through one by one.

A talk is told like any other word: it stands in the ledger as a delivery of its own (channel "call"), so that "told"
has one truth, and it counts as the customer's confirmation.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest

from daylight.accounts.models import Member
from daylight.customers.models import ContactPoint
from daylight.incidents.models import AffectedCustomer, Incident, Update
from daylight.reach import confirming, ledger, suppressing
from daylight.reach.models import Batch, Call, CallAttempt, Confirmation, Delivery, Notice, Suppression
from daylight.reach.models.call import CallQuerySet
from daylight.reach.models.delivery import CUSTOMER_SHIFT, FIRST_RUNG, LAST_SLOT, delivery_id
from daylight.reach.moves import TOLD, State

CALL = "call"
"""The channel of what a member told by word of mouth, in batches and on screens."""

AGAIN = timedelta(minutes=30)
"""When nobody says otherwise, whoever did not answer is tried again after this."""

Result = CallAttempt.Result


class NotYours(Exception):
    """Somebody else has the call in hand, or it is done."""


class NoPoint(Exception):
    """Whoever was reached was reached somewhere: at a number or address of theirs."""


def of(incident: Incident) -> CallQuerySet:
    """The call list of an incident."""
    rows: CallQuerySet = Call.objects.filter(incident=incident)
    return rows.select_related("customer", "claimed_by")


def claim_next(incident: Incident, *, by: Member, at: datetime) -> Call | None:
    """The next call that nobody has in hand, now in theirs; None when there is none to be made now."""
    for call in Call.objects.filter(incident=incident).to_call(at)[:20]:
        if call.claim(by=by, at=at):
            return call
    return None


@transaction.atomic
def note(
    call: Call,
    *,
    result: CallAttempt.Result,
    by: Member,
    at: datetime,
    point: ContactPoint | None = None,
    words: str = "",
    again_at: datetime | None = None,
) -> CallAttempt:
    """Write down how a call went, and what follows from it. Raises NotYours and NoPoint.

    Reached: told, and confirmed. Wrong number: nothing is sent there any more. Else the customer stays on the list,
    until `again_at` or for half an hour out of the way.
    """
    held = Call.objects.select_for_update(no_key=True).select_related("incident", "customer").get(pk=call.pk)
    if held.done_at is not None or not held.is_held_by(by, at):
        raise NotYours
    mine = Call.objects.filter(pk=held.pk)
    if result == Result.REACHED:
        if point is None:
            raise NoPoint
        _tell(held, point, by=by, at=at)
        mine.end(outcome=Call.Outcome.REACHED, at=at)
        confirming.confirm(held.customer, held.incident, how=Confirmation.How.CALL, at=at)
    elif result == Result.REFUSES:
        mine.end(outcome=Call.Outcome.REFUSES, at=at)
    else:
        if result == Result.WRONG_NUMBER and point is not None:
            details = f"wrong number, said {by.name}"
            suppressing.suppress(point, reason=Suppression.Reason.REJECTED, at=at, details=details)
        next_at = at if result == Result.WRONG_NUMBER else again_at or at + AGAIN
        mine.update(next_at=next_at, claimed_by=None, claimed_until=None)
    return CallAttempt.objects.create(
        call=held, member=by, contact_point=point, result=result, note=words[:1000], made_at=at
    )


def _tell(call: Call, point: ContactPoint, *, by: Member, at: datetime) -> None:
    """Write the talk into the ledger, as a delivery of the latest update to this customer."""
    notice = Notice.objects.select_for_update(no_key=True).get(pk=_notice_for(call).pk)
    before = Delivery.objects.of_customer(call.customer_id, notices=[notice.pk])
    tried = before.exclude(state=State.SUPPRESSED).exists()
    slots = [key & LAST_SLOT for key in before.values_list("pk", flat=True)]
    key = delivery_id(notice.pk, call.customer_id, max([*slots, FIRST_RUNG - 1]) + 1)
    batch, _ = Batch.objects.get_or_create(
        notice=notice, channel=CALL, number=0,
        defaults={"why": Batch.Why.CALL, "expires_at": at, "first_id": key, "last_id": key},
    )  # fmt: skip
    Batch.objects.filter(pk=batch.pk).update(
        size=F("size") + 1,
        queued=F("queued") + 1,
        first_id=min(batch.first_id, key),
        last_id=max(batch.last_id, key),
    )
    Notice.objects.filter(pk=notice.pk).update(
        doubled=F("doubled") + int(bool(slots)), unreachable=Greatest(F("unreachable") - int(not tried), 0)
    )
    Delivery.objects.create(
        pk=key, notice=notice, batch=batch, customer=call.customer, contact_point=point, changed_at=at
    )
    batch = Batch.objects.select_related("notice").get(pk=batch.pk)
    words = f"told by {by.name}"
    ledger.write(batch, [ledger.Result(key, State.ACCEPTED, words)], before=State.QUEUED, at=at)
    ledger.write(batch, [ledger.Result(key, State.DELIVERED, words)], before=State.ACCEPTED, at=at)


def _notice_for(call: Call) -> Notice:
    """The notice of the latest update that was for this customer: the one that did not reach them, or a newer one."""
    latest = call.incident.updates.filter(state=Update.State.PUBLISHED).order_by("-number").first()
    notices = Notice.objects.filter(update=latest).exclude(audience=Notice.Audience.SUBSCRIBERS)
    for notice in notices.order_by("pk"):
        if notice.pk == call.notice_id or Delivery.objects.of_customer(call.customer_id, notices=[notice.pk]).exists():
            return notice
    return notices.filter(audience=Notice.Audience.CUSTOMERS).first() or call.notice


def tidy(notice: Notice, *, at: datetime) -> None:
    """Take off the list who heard by this notice, confirmed, or is no longer affected; not what is in hand."""
    calls = Call.objects.free(at).filter(incident=notice.incident_id)
    if not calls.exists():
        return
    with transaction.atomic():
        yes = Confirmation.objects.filter(incident=notice.incident_id, customer=OuterRef("customer"))
        since = yes.filter(confirmed_at__gte=OuterRef("listed_at"))
        calls.filter(Exists(since) | Exists(yes) & Q(reason=Call.Reason.UNCONFIRMED)).end(
            outcome=Call.Outcome.CONFIRMED, at=at
        )
        gone = AffectedCustomer.objects.filter(incident=notice.incident_id, removed_at__isnull=False)
        calls.filter(customer__in=gone.values("customer")).end(outcome=Call.Outcome.GONE, at=at)
        _take_off_told(notice, at)


def _take_off_told(notice: Notice, at: datetime) -> None:
    base = f"CAST({delivery_id(notice.pk, 0)} AS BIGINT) + reach_call.customer_id * {1 << CUSTOMER_SHIFT}"
    moment = connection.ops.adapt_datetimefield_value(at)
    told = ", ".join(str(state.value) for state in TOLD)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE reach_call SET done_at = %s, outcome = %s
            WHERE incident_id = %s AND done_at IS NULL AND reason <> %s
                AND (claimed_until IS NULL OR claimed_until <= %s)
                AND EXISTS (
                    SELECT 1 FROM reach_delivery d
                    WHERE d.id BETWEEN {base} AND {base} + {LAST_SLOT} AND d.state IN ({told})
                )
            """,  # noqa: S608  # Only numbers of ours stand in it.
            [moment, Call.Outcome.TOLD.value, notice.incident_id, Call.Reason.UNCONFIRMED.value, moment],
        )
