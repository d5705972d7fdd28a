"""Days and spans of time as a customer's own page writes them."""

from datetime import date, datetime

from django import template
from django.template import Context
from django.utils import formats
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def day(context: Context, moment: date | datetime) -> str:
    """A local date, or an instant with its time in the customer's zone."""
    if isinstance(moment, datetime):
        local = moment.astimezone(context["zone"])
        return f"{formats.date_format(local, 'DATE_FORMAT')}, {local:%H:%M}"
    return formats.date_format(moment, "DATE_FORMAT")


LONGEST_WHOLE = 24
"""Characters of a number that is not broken over two lines."""


@register.filter
def whole(reference: str) -> SafeString:
    """The number of an order, kept on one line where it fits there."""
    if len(reference) > LONGEST_WHOLE:
        return conditional_escape(reference)
    return format_html('<span class="whole">{}</span>', reference)


@register.inclusion_tag("yours/_left.html", takes_context=True)
def time_left(context: Context, moment: datetime) -> dict[str, int]:
    """How long it is until a moment, in the unit that a sentence would use."""
    minutes = max(1, -(-int((moment - context["now"]).total_seconds()) // 60))
    return {"minutes": minutes, "hours": round(minutes / 60), "days": round(minutes / 1440)}
