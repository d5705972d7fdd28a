"""Turns the fired reminders of incidents into alarms: which promise, how much time is left or how late, who knew."""

from datetime import datetime, timedelta

from django.db.models import Min, QuerySet
from django.template.loader import render_to_string

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.core.loops import Step
from daylight.incidents.models import Reminder
from daylight.reach import alarms
from daylight.reach.models import Alarm


def step(now: datetime) -> Step:
    """Make the alarms of reminders that fired; each reminder makes its alarms once."""
    fired = (
        _unheard().select_related("incident", "promise__update", "fact", "member").order_by("planned_for", "pk")[:50]
    )
    return Step(handled=sum(remind(reminder, now) for reminder in fired))


def oldest_due(_: datetime) -> datetime | None:
    """When the reminder fired that has waited longest for its alarm."""
    oldest: datetime | None = _unheard().aggregate(oldest=Min("fired_at"))["oldest"]
    return oldest


def remind(reminder: Reminder, now: datetime) -> int:
    """Alarm those whom a reminder is for; how many were alarmed."""
    members = [member for member in reminder.recipients() if member.is_active]
    for member in members or Member.objects.able_to(Act.LEAD_INCIDENT):
        context = _facts(reminder, member, now)
        alarms.alarm(
            [member],
            key=f"reminder:{reminder.pk}",
            subject=render_to_string("reach/alarms/reminder.subject.txt", context).strip(),
            text=render_to_string("reach/alarms/reminder.txt", context).strip(),
            at=now,
            incident=reminder.incident,
            reminder=reminder,
        )
    return len(members)


def _unheard() -> QuerySet[Reminder]:
    # The alarms of closed incidents are nobody's concern any more, and leaving them out keeps this look short.
    return Reminder.objects.filter(incident__closed_at__isnull=True, fired_at__isnull=False, alarms__isnull=True)


def _facts(reminder: Reminder, member: Member, now: datetime) -> dict[str, object]:
    incident = reminder.incident
    due = reminder.promise.promised_for if reminder.promise else incident.first_word_due_at
    return {
        "incident": incident,
        "is_exercise": incident.is_exercise,
        "kind": reminder.kind,
        "member": member,
        "zone": member.time_zone,
        "lead": incident.lead,
        "number": reminder.promise.update.number if reminder.promise else None,
        "promised_for": due,
        "late": in_words(now - due) if due and now - due >= timedelta(minutes=1) else "",
        "left": in_words(due - now) if due and due - now >= timedelta(minutes=1) else "",
        "holding_update_allowed": incident.holding_update_allowed,
        "fact": reminder.fact,
        "before": _alarmed_before(reminder, member),
    }


def _alarmed_before(reminder: Reminder, member: Member) -> list[Alarm]:
    """The latest alarm to each other member about the same thing, in the order in which they were alarmed."""
    others = Alarm.objects.about(reminder).exclude(member=member).select_related("member")
    return list({alarm.member_id: alarm for alarm in others}.values())


def in_words(span: timedelta) -> str:
    """A span of at least a minute, as a person says it: "12 min", "1 h 5 min", "2 days"."""
    minutes = int(span.total_seconds() // 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        return f"{days} day{'s' if days > 1 else ''}" + (f" {hours} h" if hours else "")
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
