"""Stops and restarts writing to a contact point. Nothing is ever sent to a suppressed one."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from daylight.core.parts import in_parts
from daylight.customers.models import ContactPoint
from daylight.reach.models import Suppression


@transaction.atomic
def suppress(
    contact_point: ContactPoint, *, reason: Suppression.Reason, at: datetime, details: str = ""
) -> Suppression:
    """Stop writing to this contact point. Doing it twice changes nothing, but a wish replaces a mere fact."""
    suppression, is_new = Suppression.objects.get_or_create(
        contact_point=contact_point,
        lifted_at=None,
        defaults={"reason": reason, "since": at, "details": details[:300]},
    )
    if is_new or not _gives_way(suppression, reason):
        return suppression
    lift(contact_point, by=f"replaced: {Suppression.Reason(reason).label}", at=at)
    return suppress(contact_point, reason=reason, at=at, details=details)


@transaction.atomic
def suppress_many(wanted: Mapping[int, str], *, reason: Suppression.Reason, at: datetime) -> None:
    """As `suppress`, for many contact points by id, each with its details."""
    for part in in_parts(sorted(wanted)):
        standing = Suppression.objects.standing().filter(contact_point__in=part).select_related("contact_point")
        found = {row.contact_point_id: row for row in standing}
        Suppression.objects.bulk_create(
            [
                Suppression(contact_point_id=point, reason=reason, since=at, details=wanted[point][:300])
                for point in part
                if point not in found
            ],
            ignore_conflicts=True,
        )
        for row in found.values():
            if _gives_way(row, reason):
                suppress(row.contact_point, reason=reason, at=at, details=wanted[row.contact_point_id])


def lift(contact_point: ContactPoint, *, by: str, at: datetime) -> bool:
    """Allow writing to it again; whether anything stood in the way. The old row stays as a record."""
    return bool(
        Suppression.objects.standing().filter(contact_point=contact_point).update(lifted_at=at, lifted_by=by[:160])
    )


def is_suppressed(contact_point: ContactPoint) -> bool:
    """Whether we must not write to it now."""
    return Suppression.objects.standing().filter(contact_point=contact_point).exists()


def _gives_way(standing: Suppression, reason: Suppression.Reason) -> bool:
    """Whether a mere fact stands where a wish comes."""
    return standing.reason not in Suppression.WISHES and reason in Suppression.WISHES
