"""Addresses of the room for the crew."""

from django.urls import path

from daylight.regimes.views import incident, packs, playing

app_name = "regimes"
urlpatterns = [
    path("", packs.list_, name="packs"),
    path("play/", playing.play, name="play"),
    path("packs/<slug:key>/", packs.pack, name="pack"),
    path("incident/<str:public_id>/", incident.see_incident, name="incident"),
    path("incident/<str:public_id>/clocks/", incident.panel_incident, name="panel-incident"),
]
