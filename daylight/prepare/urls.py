"""Addresses of the room for the crew."""

from django.urls import path

from daylight.prepare.views import draft_templates, using

app_name = "prepare"
urlpatterns = [
    path("", draft_templates.list_, name="templates"),
    path("new/", draft_templates.new, name="template-new"),
    path("for/<slug:incident>/", using.pick, name="pick"),
    path("for/<slug:incident>/put-back/", using.put_back, name="put-back"),
    path("for/<slug:incident>/<str:key>/", using.use, name="use"),
    path("<str:key>/", draft_templates.template, name="template"),
    path("<slug:key>/versions/", draft_templates.versions, name="template-versions"),
    path("<slug:key>/put-away/", draft_templates.put_away, name="template-put-away"),
]
