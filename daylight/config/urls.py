"""Every address of the installation, a line per room: the world's first, then the crew's under desk/."""

from django.urls import include, path

urlpatterns = [
    path("", include("daylight.worker.urls")),
    path("", include("daylight.pages.public_urls")),
    path("", include("daylight.pages.joining.public_urls")),
    path("", include("daylight.pages.yours.public_urls")),
    path("", include("daylight.reach.public_urls")),
    path("", include("daylight.listen.connecting.public_urls")),
    path("", include("daylight.listen.sources.form.public_urls")),
    path("", include("daylight.watch.alerts.public_urls")),
    path("", include("daylight.listen.ending.public_urls")),
    path("", include("daylight.listen.understood.public_urls")),
    path("accounts/", include("daylight.accounts.public_urls")),
    path("api/", include("daylight.api.urls")),
    path("v1/", include("daylight.api.statuspage.urls")),
    path("help/", include("daylight.desk.help_urls")),
    path("desk/", include("daylight.desk.urls")),
    path("desk/team/", include("daylight.accounts.urls")),
    path("desk/customers/", include("daylight.customers.urls")),
    path("desk/incidents/", include("daylight.incidents.urls")),
    path("desk/regimes/", include("daylight.regimes.urls")),
    path("desk/reach/", include("daylight.reach.urls")),
    path("desk/inbox/", include("daylight.listen.urls")),
    path("desk/ways-in/", include("daylight.listen.connecting.urls")),
    path("desk/signals/", include("daylight.watch.urls")),
    path("desk/alerts/", include("daylight.watch.alerts.urls")),
    path("desk/pages/", include("daylight.pages.urls")),
    path("desk/draft-templates/", include("daylight.prepare.urls")),
    path("desk/choices/", include("daylight.pages.yours.urls")),
]
