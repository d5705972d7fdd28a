"""Addresses of the room for the crew."""

from django.urls import path

from daylight.customers.views import imports, people, points, promises

app_name = "customers"
urlpatterns = [
    path("", people.list_, name="list"),
    path("new/", people.edit, name="new"),
    path("<int:pk>/", people.customer, name="customer"),
    path("<int:pk>/edit/", people.edit, name="edit"),
    path("<int:pk>/contact-points/", points.add, name="add-point"),
    path("<int:pk>/commitments/", people.add_commitment, name="add-commitment"),
    path("<int:pk>/export/", people.export, name="export"),
    path("<int:pk>/erase/", people.erase, name="erase"),
    path("contact-points/<int:pk>/give-consent/", points.give_consent, name="give-consent"),
    path("contact-points/<int:pk>/withdraw-consent/", points.withdraw_consent, name="withdraw-consent"),
    path("contact-points/<int:pk>/retire/", points.retire, name="retire-point"),
    path("contact-points/<int:pk>/put-first/", points.put_first, name="put-first"),
    path("groups/", people.groups, name="groups"),
    path("groups/<int:pk>/", people.group, name="group"),
    path("commitments/", promises.commitments, name="commitments"),
    path("commitments/<int:pk>/", promises.edit_commitment, name="commitment"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.imports_new, name="imports-new"),
    path("imports/<int:pk>/", imports.import_, name="import"),
    path("imports/<int:pk>/layout/", imports.change_layout, name="import-layout"),
    path("imports/<int:pk>/drop/", imports.drop_import, name="import-drop"),
    path("imports/<int:pk>/faults.csv", imports.import_faults, name="import-faults"),
]
