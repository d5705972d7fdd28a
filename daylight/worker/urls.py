"""Addresses of the room for the world."""

from django.urls import path

from daylight.worker import views

app_name = "worker"
urlpatterns = [path("healthz", views.healthz, name="healthz")]
