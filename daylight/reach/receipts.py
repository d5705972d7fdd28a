"""Takes in what a provider later says of a delivery: it arrived, it came back, somebody called it spam."""

from datetime import datetime

from django.db import transaction

from daylight.customers.models import ContactPoint
from daylight.reach import keys, ledger, suppressing
from daylight.reach.models import Delivery, Receipt, Suppression
from daylight.reach.moves import State


class UnknownDelivery(Exception):
    """No delivery bears this key: it is not ours, was altered, or its ledger is gone."""


BECOMES = {
    Receipt.Kind.DELIVERED: State.DELIVERED,
    Receipt.Kind.BOUNCED: State.BOUNCED,
    Receipt.Kind.SPAM_REPORT: State.DELIVERED,  # Whoever reports a message has it.
}


@transaction.atomic
def receive(
    delivery_key: str,
    *,
    kind: Receipt.Kind,
    said_at: datetime,
    at: datetime,
    details: str = "",
    is_permanent: bool = False,
) -> Receipt:
    """Write down one receipt; the same one again changes nothing. Raises UnknownDelivery.

    A permanent bounce and a spam report stop all writing to the contact point; a passing bounce (a full mailbox)
    marks this one delivery only.
    """
    delivery = _delivery(delivery_key)
    receipt, is_new = Receipt.objects.get_or_create(
        delivery=delivery,
        kind=kind,
        said_at=said_at,
        defaults={"received_at": at, "details": details[:400], "is_permanent": is_permanent},
    )
    if is_new:
        ledger.move([delivery.pk], to=BECOMES[kind], at=at, answer=details)
        if kind == Receipt.Kind.BOUNCED and is_permanent:
            suppressing.suppress(delivery.contact_point, reason=Suppression.Reason.BOUNCED, at=at, details=details)
        elif kind == Receipt.Kind.SPAM_REPORT:
            suppressing.suppress(delivery.contact_point, reason=Suppression.Reason.SPAM_REPORT, at=at, details=details)
    return receipt


def _delivery(key: str) -> Delivery:
    try:
        notice_id, contact_point_id = keys.read_delivery_key(key)
        point = ContactPoint.objects.get(pk=contact_point_id)
        sent = Delivery.objects.of_customer(point.customer_id, notices=[notice_id])
        return sent.select_related("contact_point").get(contact_point=point)
    except (keys.KeyRefused, ContactPoint.DoesNotExist, Delivery.DoesNotExist):
        raise UnknownDelivery(f"No delivery bears the key {key[:80]!r}.") from None
