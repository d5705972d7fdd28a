"""Channels by the names that people know."""

from django import template

from daylight.reach.channels.registry import CHANNELS

register = template.Library()


@register.filter
def channel_label(name: str) -> str:
    """The label of a channel; its name when it is no longer part of this installation."""
    return CHANNELS[name].label if name in CHANNELS else name
