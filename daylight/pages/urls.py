"""Addresses of the room for the crew."""

from django.urls import path

from daylight.pages import views
from daylight.pages.targets import views as target_views

app_name = "pages"
urlpatterns = [
    path("", views.page_settings, name="settings"),
    path("<slug:slug>/targets/", target_views.targets, name="targets"),
    path("<slug:slug>/targets/add/<str:kind>/", target_views.add, name="target-add"),
    path("<slug:slug>/targets/<int:pk>/", target_views.act, name="target-act"),
    path("<slug:slug>/targets/<int:pk>/remove/", target_views.remove, name="target-remove"),
]
