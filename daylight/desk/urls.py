"""Addresses of the room for the crew."""

from django.urls import path

from daylight.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.see_today, name="today"),
    path("incident/<str:public_id>/", views.see_incident, name="incident"),
    path("search/", views.search, name="search"),
    path("now/", views.now, name="now"),
    path("keys/", views.keys, name="keys"),
    path("design/", views.design, name="design"),
    path("appearance/", views.appearance, name="appearance"),
]
