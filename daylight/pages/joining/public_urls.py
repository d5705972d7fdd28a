"""Where the world subscribes: on each page, in each of its languages."""

from django.urls import re_path

from daylight.pages.addresses import ON_A_PAGE
from daylight.pages.joining.views import asking, programs

app_name = "joining"
urlpatterns = [
    re_path(rf"{ON_A_PAGE}subscribe/$", asking.subscribe, name="subscribe"),
    re_path(rf"{ON_A_PAGE}subscribe/asked/$", asking.asked, name="asked"),
    re_path(rf"{ON_A_PAGE}subscribe/link/$", asking.send_link, name="send-link"),
    re_path(rf"{ON_A_PAGE}subscribe/confirm/(?P<token>[^/]+)/$", asking.confirm, name="confirm"),
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
