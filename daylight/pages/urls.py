"""Addresses of the room for the crew."""

from django.urls import path

from daylight.pages.banner import views as banner_views
from daylight.pages.joining.views import crew
from daylight.pages.on_hold.views import desk as phone_views
from daylight.pages.placing import views as placing_views
from daylight.pages.setting_up import views
from daylight.pages.targets import views as target_views

app_name = "pages"
urlpatterns = [
    path("subscribers/", crew.subscribers_, name="subscribers"),
    path("subscribers.csv", crew.subscribers_csv, name="subscribers-csv"),
    path("subscribers/<slug:public_id>/", crew.subscriber, name="subscriber"),
    path("<slug:slug>/how-we-tell/", crew.how_we_tell, name="how-we-tell"),
    path("", views.list_, name="settings"),
    path("add/", views.add, name="add"),
    path("colour/", views.colour, name="colour"),
    path("colour/<str:digits>.svg", views.colour_picture, name="colour-picture"),
    path("incident/<str:public_id>/", placing_views.on_pages, name="incident"),
    path("incident/<str:public_id>/on/<slug:slug>/", placing_views.place, name="place"),
    path("<slug:slug>/", views.page_settings, name="page"),
    path("<slug:slug>/link/", views.new_link, name="new-link"),
    path("<slug:slug>/logo.png", views.logo, name="logo"),
    path("<slug:slug>/remove/", views.remove, name="remove"),
    path("<slug:slug>/on-your-site/", banner_views.on_your_site, name="on-your-site"),
    path("<slug:slug>/on-your-site/secret/", banner_views.renew_secret, name="banner-secret"),
    path("phone-line/preview/<slug:public_id>/", phone_views.preview, name="phone-preview"),
    path("<slug:slug>/phone-line/", phone_views.phone_line, name="phone-line"),
    path("<slug:slug>/phone-line/choices/", phone_views.choices, name="phone-choices"),
    path("<slug:slug>/phone-line/own-words/", phone_views.own_words, name="phone-own-words"),
    path("<slug:slug>/phone-line/recording/", phone_views.recording, name="phone-recording"),
    path("<slug:slug>/phone-line/lines/add/", phone_views.add_line, name="line-add"),
    path("<slug:slug>/phone-line/lines/<int:pk>/", phone_views.line, name="line"),
    path("<slug:slug>/phone-line/lines/<int:pk>/heard/", phone_views.heard_it, name="line-heard"),
    path("<slug:slug>/phone-line/lines/<int:pk>/remove/", phone_views.retire_line, name="line-retire"),
    path("<slug:slug>/phone-line/<str:language>/message.mp3", phone_views.listen, name="phone-listen"),
    path("<slug:slug>/phone-line/<str:language>/remove/", phone_views.remove_recording, name="phone-recording-remove"),
    path("<slug:slug>/targets/", target_views.targets, name="targets"),
    path("<slug:slug>/targets/add/<str:kind>/", target_views.add, name="target-add"),
    path("<slug:slug>/targets/<int:pk>/", target_views.act, name="target-act"),
    path("<slug:slug>/targets/<int:pk>/remove/", target_views.remove, name="target-remove"),
]
