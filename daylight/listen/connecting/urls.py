"""Addresses of the ways in, for the crew."""

from django.urls import path

from daylight.listen.connecting import views
from daylight.listen.sources.csv import views as csv
from daylight.listen.sources.mentions import views as mentions
from daylight.listen.sources.phone import views as phone

app_name = "listening"
urlpatterns = [
    path("", views.ways, name="ways"),
    path("mentions/", mentions.mentions, name="mentions"),
    path("mentions/<slug:public_id>/answered/", mentions.answered, name="mention-answered"),
    path("phone/", phone.call, name="call"),
    path("phone/keep/", phone.keep, name="call-keep"),
    path("phone/find/", phone.find, name="call-find"),
    path("phone/<slug:public_id>/drop/", phone.drop, name="call-drop"),
    path("files/", csv.files, name="files"),
    path("files/<int:pk>/", csv.file, name="file"),
    path("files/<int:pk>/drop/", csv.drop, name="file-drop"),
    path("recordings/<int:pk>/", phone.recording, name="recording"),
    path("connections/", views.connections, name="connections"),
    path("connections/add/<str:name>/", views.add, name="connection-add"),
    path("connections/<int:pk>/", views.connection, name="connection"),
    path("connections/<int:pk>/remove/", views.remove, name="connection-remove"),
    path("connections/<int:pk>/<str:what>/", views.act, name="connection-act"),
]
