"""Addresses to which monitors post."""

from django.urls import path

from daylight.watch.alerts import views

app_name = "alerts-public"
urlpatterns = [path("alerts/<str:token>/", views.heard, name="heard")]
