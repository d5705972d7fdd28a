"""Addresses of the room, under desk/signals/."""

from django.urls import path

from daylight.watch.views import listing, panels, signal, topics

app_name = "watch"

urlpatterns = [
    path("", listing.list_, name="list"),
    path("keep-watch/", listing.keep_watch, name="keep-watch"),
    path("topics/", topics.topics, name="topics"),
    path("topics/<slug:public_id>/", topics.topic, name="topic"),
    path("topics/<slug:public_id>/change/", topics.change, name="topic-change"),
    path("incident/<slug:public_id>/", panels.panel, name="panel-incident"),
    path("<slug:public_id>/", signal.signal, name="signal"),
    path("<slug:public_id>/incident/", signal.open_, name="open"),
    path("<slug:public_id>/judge/", signal.judge, name="judge"),
]
