"""Lengths of time that are kept as seconds."""

from datetime import timedelta

from django import template

from daylight.core.templatetags.moments import duration

register = template.Library()


@register.filter
def span(seconds: int | None) -> str:
    """`{{ seconds|span }}`: "2 h 5 min", "0 s"."""
    return "" if seconds is None else duration(timedelta(seconds=seconds))
