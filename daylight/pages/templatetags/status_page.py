"""Times and states as the public page writes them: whole without JavaScript, better with it."""

from datetime import UTC, datetime
from typing import Any

from django import template
from django.template import Context
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString

from daylight.incidents.words import ComponentState
from daylight.pages.history import RANK, Day

register = template.Library()


@register.filter
def zone_name(local: datetime) -> str:
    """CEST, or UTC+5:30 where the zone has no letters."""
    name = local.tzname() or "UTC"
    if name[:1].isalpha():
        return name
    minutes = int((local.utcoffset() or local - local).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes >= 0 else '-'}{hours}{f':{rest:02}' if rest else ''}"


def _written(context: Context, moment: datetime, *, is_dated: bool) -> str:
    local, now = moment.astimezone(context["zone"]), context["now"].astimezone(context["zone"])
    clock = f"{local:%H:%M} {zone_name(local)}"
    if local.date() == now.date() and not is_dated:
        return clock
    date = formats.date_format(local, "MONTH_DAY_FORMAT" if local.year == now.year else "DATE_FORMAT")
    return f"{date}, {clock}"


@register.simple_tag(takes_context=True)
def at(context: Context, moment: datetime, style: str = "") -> SafeString:
    """A moment in the organisation's time zone, short for today unless `style` is "dated"."""
    is_dated = style == "dated" or bool(context.get("is_lasting"))
    return format_html(
        '<time datetime="{}" data-at="{}">{}</time>',
        f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "dated" if is_dated else "clock",
        _written(context, moment, is_dated=is_dated),
    )


@register.simple_tag(takes_context=True)
def on_day(context: Context, moment: datetime) -> str:
    """The local date of a moment."""
    return formats.date_format(moment.astimezone(context["zone"]), "DATE_FORMAT")


@register.simple_tag
def minutes_between(earlier: datetime, later: datetime) -> int:
    """Whole minutes from one moment to another, at least one."""
    return max(1, int((later - earlier).total_seconds() // 60))


BAR_HEIGHTS = {state: 10 + 4 * rank for state, rank in RANK.items()}
"""How high a day's bar is: the worse the day, the higher, so that colour is never the only sign."""


@register.simple_tag
def bars(days: tuple[Day, ...]) -> list[dict[str, Any]]:
    """Where each day that is not plainly good stands in the drawing of 360 by 28."""
    return [
        {
            "day": day,
            "x": 4 * place,
            "y": 28 - (BAR_HEIGHTS[day.state] if day.state else 10),
            "height": BAR_HEIGHTS[day.state] if day.state else 10,
            "state": day.state or "unknown",
            "word": day.state.label if day.state else "",
        }
        for place, day in enumerate(days)
        if day.state != ComponentState.OPERATIONAL
    ]


@register.filter
def troubled(days: tuple[Day, ...]) -> list[Day]:
    """The days with something to tell, newest first."""
    return [day for day in reversed(days) if day.is_trouble]


@register.filter
def known(days: tuple[Day, ...]) -> int:
    """How many of the days somebody kept a record."""
    return sum(day.state is not None for day in days)
