"""Where the world subscribes: on each page, in each of its languages."""

from django.urls import path, re_path

from daylight.pages.addresses import ON_A_PAGE
from daylight.pages.joining.views import asking, programs

app_name = "joining"
ONE = r"(?P<public_id>[a-z0-9]{12})"

urlpatterns = [
    path("subscribe/", asking.subscribe, name="subscribe"),
    path("subscribe/asked/", asking.asked, name="asked"),
    path("subscribe/link/", asking.send_link, name="send-link"),
    path("subscribe/confirm/<str:token>/", asking.confirm, name="confirm"),
    re_path(rf"{ON_A_PAGE}subscribe/$", asking.subscribe, name="page"),
    re_path(rf"{ON_A_PAGE}subscribe/asked/$", asking.asked, name="page"),
    re_path(rf"{ON_A_PAGE}subscribe/link/$", asking.send_link, name="page"),
    re_path(rf"{ON_A_PAGE}subscribe/confirm/(?P<token>[^/]+)/$", asking.confirm, name="page"),
    re_path(rf"{ON_A_PAGE}api/v2/subscribers(?:\.json)?/?$", programs.subscribers, name="program"),
    re_path(rf"{ON_A_PAGE}api/v2/subscribers/{ONE}(?:\.json)?/?$", programs.subscriber, name="program"),
    re_path(
        rf"{ON_A_PAGE}api/v2/subscriptions/{ONE}/resend_confirmation(?:\.json)?/?$",
        programs.resend_confirmation,
        name="program",
    ),
]
