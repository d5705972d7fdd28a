"""Addresses of other rooms, by name."""

from django.urls import NoReverseMatch, reverse

from daylight.incidents.models import Incident


def address_of(name: str, *args: object) -> str:
    """The address of that name, or nothing while no room serves it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def room_of(incident: Incident) -> str:
    """The incident room of this incident."""
    return reverse("desk:incident", args=[incident.public_id])
