"""Addresses of the ways in, for the crew."""

from django.urls import path

from daylight.listen.connecting import views

app_name = "listening"
urlpatterns = [
    path("connections/", views.connections, name="connections"),
    path("connections/add/<str:name>/", views.add, name="connection-add"),
    path("connections/<int:pk>/", views.connection, name="connection"),
    path("connections/<int:pk>/remove/", views.remove, name="connection-remove"),
    path("connections/<int:pk>/<str:what>/", views.act, name="connection-act"),
]
