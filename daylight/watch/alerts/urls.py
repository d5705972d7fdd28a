"""Addresses of alerts, for the crew."""

from django.urls import path

from daylight.watch.alerts import views

app_name = "alerts"
urlpatterns = [
    path("", views.alerts, name="list"),
    path("monitors/", views.monitors, name="monitors"),
    path("monitors/add/<str:name>/", views.add, name="monitor-add"),
    path("monitors/<int:pk>/", views.monitor, name="monitor"),
    path("monitors/<int:pk>/remove/", views.remove, name="monitor-remove"),
    path("monitors/<int:pk>/<str:what>/", views.act, name="monitor-act"),
    path("labels/", views.labels, name="labels"),
    path("labels/<int:pk>/forget/", views.forget_label, name="label-forget"),
]
