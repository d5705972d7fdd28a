"""Addresses of Statuspage's management API: /v1/…, with or without ".json"."""

from django.urls import re_path

from daylight.api.statuspage import (
    absent,
    components,
    door,
    incident_templates,
    incidents,
    pages,
    people,
    post_mortems,
    subscribers,
    updates,
    uptime,
)

CALLS = (pages, components, uptime, incidents, updates, post_mortems, incident_templates, subscribers, people, absent)
"""The modules that answer calls: importing them fills `door.ROUTES`."""

urlpatterns = [re_path(r"^(?P<rest>.*)$", door.enter, name="statuspage")]
