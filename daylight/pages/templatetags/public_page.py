"""What a page of another room needs to look like the public page on which its reader stands.

Rooms meet on the page: another room's template extends `pages/site.html`, and `dress` fills in the rest by the
address.
"""

from django import template
from django.template import Context
from django.utils import translation

from daylight.incidents.models import Incident
from daylight.pages import private, reading, wrapping
from daylight.pages.joining import where
from daylight.pages.joining.where import Choice
from daylight.pages.places import MAIN

register = template.Library()

MOST = 20
"""Open incidents that are offered."""

_PLACE = "public_place"


@register.simple_tag(takes_context=True)
def dress(context: Context) -> str:
    """Look, language and links of the page at this address; of the main one where its reader may not see it."""
    request, now = context.get("request"), context.get("now")
    if "site" in context or request is None or now is None:
        return ""
    place = where.find(request.get_host(), request.path_info, now=now)
    if place.page.is_private and not private.may_read(request, place.page):
        place = where.of(MAIN, now=now)
    place = where.of(place.page.slug, translation.get_language() or "", now=now)
    own = f"/{request.path_info.removeprefix(place.site.base).lstrip('/')}"
    context.update({**wrapping.around(place.site, now, path=own), _PLACE: place})
    return ""


@register.simple_tag(takes_context=True)
def shown_choices(context: Context) -> list[Choice]:
    """Sections and components of the page, for a choice."""
    place = context.get(_PLACE)
    return where.choices(place.components()) if place else []


@register.simple_tag(takes_context=True)
def open_news(context: Context) -> list[tuple[Incident, str]]:
    """The open incidents that the page tells of, newest first, each with its headline."""
    place = context.get(_PLACE)
    if place is None or place.page.is_private:
        return []
    told = reading.public_incidents(place.page).open().filter(updates__published_at__isnull=False)
    return [(incident, where.headline(incident)) for incident in told.distinct().order_by("-opened_at")[:MOST]]
