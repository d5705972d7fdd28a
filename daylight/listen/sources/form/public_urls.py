"""Where the world speaks to us: on each page, in each language."""

from django.urls import path, re_path

from daylight.listen.sources.form import views

app_name = "listen-form"
ON_A_PAGE = r"^(?:pages/[-a-z0-9_]+/)?(?:(?:en|de|fr|es)/)?"

urlpatterns = [
    path("say/", views.say, name="say"),
    path("say/embed/", views.embedded, name="embedded"),
    path("say/embed.js", views.script, name="script"),
    path("say/inside/", views.inside, name="inside"),
    path("say/done/<str:token>/", views.done, name="done"),
    path("conversations/<str:token>/", views.conversation, name="conversation"),
    re_path(rf"{ON_A_PAGE}say/$", views.say, name="page"),
    re_path(rf"{ON_A_PAGE}say/embed/$", views.embedded, name="page"),
    re_path(rf"{ON_A_PAGE}say/embed\.js$", views.script, name="page"),
    re_path(rf"{ON_A_PAGE}say/inside/$", views.inside, name="page"),
    re_path(rf"{ON_A_PAGE}say/done/(?P<token>[^/]+)/$", views.done, name="page"),
    re_path(rf"{ON_A_PAGE}conversations/(?P<token>[^/]+)/$", views.conversation, name="page"),
]
