"""Where the world subscribes: on each page, in each of its languages."""

from django.urls import re_path

from daylight.pages.addresses import ON_A_PAGE
from daylight.pages.joining import programs, views

app_name = "joining"
urlpatterns = [
    re_path(rf"{ON_A_PAGE}subscribe/$", views.subscribe, name="subscribe"),
    re_path(rf"{ON_A_PAGE}subscribe/asked/$", views.asked, name="asked"),
    re_path(rf"{ON_A_PAGE}subscribe/link/$", views.send_link, name="send-link"),
    re_path(rf"{ON_A_PAGE}subscribe/confirm/(?P<token>[^/]+)/$", views.confirm, name="confirm"),
    re_path(rf"{ON_A_PAGE}api/v2/subscribers(?:\.json)?/?$", programs.subscribers, name="api-subscribers"),
    re_path(
        rf"{ON_A_PAGE}api/v2/subscribers/(?P<public_id>[a-z0-9]{{12}})(?:\.json)?/?$",
        programs.subscriber,
        name="api-subscriber",
    ),
    re_path(
        rf"{ON_A_PAGE}api/v2/subscriptions/(?P<public_id>[a-z0-9]{{12}})/resend_confirmation(?:\.json)?/?$",
        programs.resend_confirmation,
        name="api-resend",
    ),
]
