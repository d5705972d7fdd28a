"""Addresses of help, the same for as long as there is a rule of that number."""

from django.urls import path

from daylight.desk import helping

app_name = "help"
urlpatterns = [
    path("candour/", helping.candour, name="candour"),
    path("candour/<slug:rule>/", helping.candour_rule, name="candour-rule"),
]
