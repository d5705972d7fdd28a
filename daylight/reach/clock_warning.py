"""Turns the fired warnings of regime clocks into alarms: what is owed to whom, by when, and how long is left."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.template.loader import render_to_string
from django.urls import reverse

from daylight.accounts.models import Member
from daylight.core.loops import Step
from daylight.reach import alarms
from daylight.reach.reminding import in_words
from daylight.regimes.models import ClockWarning

A_MINUTE = timedelta(minutes=1)


def step(now: datetime) -> Step:
    """Make the alarms of warnings that fired; each makes its alarms once."""
    fired = ClockWarning.objects.unheard().select_related("clock__regime__incident", "member")
    return Step(handled=sum(_warn(warning, now) for warning in fired.order_by("planned_for", "pk")[:50]))


def oldest_due(_: datetime) -> datetime | None:
    """When the warning fired that has waited longest for its alarms."""
    oldest: datetime | None = ClockWarning.objects.unheard().aggregate(oldest=Min("fired_at"))["oldest"]
    return oldest


@transaction.atomic
def _warn(warning: ClockWarning, now: datetime) -> bool:
    incident = warning.clock.regime.incident
    if not warning.clock.is_settled:
        for member in warning.recipients():
            context = _facts(warning, member, now)
            alarms.alarm(
                [member],
                key=f"regime-clock:{warning.pk}",
                subject=render_to_string("reach/alarms/clock.subject.txt", context).strip(),
                text=render_to_string("reach/alarms/clock.txt", context).strip(),
                at=now,
                incident=incident,
                path=f"{reverse('regimes:incident', args=[incident.public_id])}#clock-{warning.clock_id}",
            )
    warning.hear(at=now)
    return True


def _facts(warning: ClockWarning, member: Member, now: datetime) -> dict[str, object]:
    clock = warning.clock
    left = clock.owed_by - now if clock.owed_by else timedelta(0)
    return {
        "clock": clock,
        "regime": clock.regime,
        "incident": clock.regime.incident,
        "is_exercise": clock.regime.incident.is_exercise,
        "lead": clock.regime.incident.lead,
        "member": member,
        "zone": member.time_zone,
        "late": in_words(-left) if left <= -A_MINUTE else "",
        "left": in_words(left) if left >= A_MINUTE else "",
        "rung": warning.rung,
    }
