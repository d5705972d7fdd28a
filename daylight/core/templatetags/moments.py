"""Times as people read them: relative at a glance, exact with the zone for everybody who needs it."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from daylight.core import clock

register = template.Library()

LONG_AGO = timedelta(days=30)
"""From here on the date says more than a number of days."""


@register.simple_tag(takes_context=True)
def moment(context: template.Context, value: datetime | None, show: str = "relative") -> SafeString | str:
    """`{% moment value %}`: the time as <time>, relative ("3 min ago"), with the exact one on hover and for readers.

    `show="clock"` turns it round: the time of day, and the date when it is not today's.
    """
    if value is None:
        return ""
    zone, now = _zone(context), clock.now()
    exact = absolute(value, zone)
    if show == "clock" or abs(value - now) >= LONG_AGO:
        return format_html(
            '<time datetime="{}" title="{}">{}</time>', _iso(value), exact, of_day(value, zone=zone, now=now)
        )
    return format_html(
        '<time datetime="{}" title="{}" data-moment><span data-text>{}</span>'
        '<span class="visually-hidden"> ({})</span></time>',
        _iso(value),
        exact,
        relative(value - now),
        exact,
    )


@register.simple_tag(takes_context=True)
def countdown(
    context: template.Context, due: datetime | None, since: datetime | None = None, size: str = "", lead: str = ""
) -> SafeString | str:
    """`{% countdown due since %}`: time left, ticking; amber in the last fifth, red and counting up when late.

    `size="hero"` makes it the largest thing on the screen; `lead="in"` is a word before the time while it is not late.
    """
    if due is None:
        return ""
    left = due - clock.now()
    state = countdown_state(left, span=due - since if since else None)
    return format_html(
        '<time class="countdown countdown--{}{}" datetime="{}" title="{}" data-countdown data-since="{}">'
        '{}<span data-text>{}</span> <span class="countdown__word" data-word>{}</span></time>',
        state,
        f" countdown--{size}" if size else "",
        _iso(due),
        absolute(due, _zone(context)),
        _iso(since) if since else "",
        format_html("<span data-lead{}>{} </span>", mark_safe(" hidden") if state == "late" else "", lead)
        if lead
        else "",
        ticking(left),
        "" if state == "calm" else state,
    )


def countdown_state(left: timedelta, *, span: timedelta | None = None) -> str:
    """ "calm", "soon" in the last fifth of `span` (or the last five minutes), "late" afterwards."""
    if left < timedelta(0):
        return "late"
    return "soon" if left < (span * 0.2 if span else timedelta(minutes=5)) else "calm"


@register.filter
def duration(value: timedelta | None) -> str:
    """A length of time in at most two units: "2 h 5 min"."""
    if value is None:
        return ""
    seconds = int(value.total_seconds())
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return f"{_days(days)} {hours} h" if hours else _days(days)
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else f"{seconds} s"


def relative(distance: timedelta) -> str:
    """ "in 12 min", "3 min ago", "now"; whole units only, so that it can be read at a glance."""
    seconds = round(distance.total_seconds())
    size = abs(seconds)
    if size < 5:
        return "now"
    if size < 60:
        amount = f"{size} s"
    elif size < 3600:
        amount = f"{size // 60} min"
    elif size < 86400:
        amount = f"{size // 3600} h"
    else:
        amount = _days(size // 86400)
    return f"in {amount}" if seconds > 0 else f"{amount} ago"


def ticking(left: timedelta) -> str:
    """ "11:42", "1:11:42" or "3 days"; late time is counted up by the same rule."""
    seconds = abs(int(-(-left.total_seconds() // 1)))
    hours, rest = seconds // 3600, f"{seconds % 3600 // 60:02}:{seconds % 60:02}"
    if hours >= 48:
        return f"{hours // 24} days"
    return f"{hours}:{rest}" if hours else rest


def of_day(value: datetime, *, zone: tzinfo, now: datetime) -> str:
    """The time of day in `zone`, with the date when it is not today's."""
    local, today = value.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    date = f"{local.day} {local:%b}" + ("" if local.year == today.year else f" {local.year}")
    return f"{date}, {local:%H:%M}"


def absolute(value: datetime, zone: tzinfo) -> str:
    """ "Mon 4 May 2026, 14:00 Europe/Berlin": nothing left to guess."""
    local = value.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b} {local.year}, {local:%H:%M} {getattr(zone, 'key', None) or 'UTC'}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _iso(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _zone(context: template.Context) -> tzinfo:
    """The zone of the page where it names one (`zone`), else of the member who looks, else UTC."""
    named: Any = context.get("zone")
    if named is None:
        request = context.get("request")
        named = getattr(getattr(request, "member", None), "time_zone", None)
    if isinstance(named, tzinfo):
        return named
    try:
        return ZoneInfo(named) if named else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
