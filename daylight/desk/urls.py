"""Addresses of the room for the crew."""

from django.urls import path

from daylight.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.today, name="today"),
    path("search/", views.search, name="search"),
    path("now/", views.now, name="now"),
    path("keys/", views.keys, name="keys"),
    path("appearance/", views.appearance, name="appearance"),
]
