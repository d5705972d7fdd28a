"""Addresses of customers' own pages."""

from django.urls import path

from daylight.pages.yours.views import own

app_name = "yours"
urlpatterns = [
    path("robots.txt", own.robots, name="robots"),
    path("seen/<str:token>/", own.confirm, name="confirm"),
    path("yours/<str:token>/", own.own, name="page"),
    path("yours/<str:token>/seen/", own.seen, name="seen"),
    path("yours/<str:token>/say/", own.say, name="say"),
    path("yours/<str:token>/undo/", own.undo, name="undo"),
    path("yours/<str:token>/fresh/", own.fresh_link, name="fresh"),
    path("yours/<str:token>/choose/<str:which>/", own.choose, name="choose"),
]
