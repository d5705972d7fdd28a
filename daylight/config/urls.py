"""Every address of the installation, a line per room."""

from django.urls import include, path

urlpatterns = [
    path("", include("daylight.pages.urls")),
    path("accounts/", include("daylight.accounts.urls")),
    path("desk/", include("daylight.desk.urls")),
    path("customers/", include("daylight.customers.urls")),
    path("incidents/", include("daylight.incidents.urls")),
    path("reach/", include("daylight.reach.urls")),
    path("api/", include("daylight.api.urls")),
]
