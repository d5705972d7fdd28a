"""Addresses of the crew's side of customers' own pages."""

from django.urls import path

from daylight.pages.yours.views import crew

app_name = "choices"
urlpatterns = [
    path("customers/<int:customer_id>/end-links/", crew.end_links, name="end-links"),
    path("<slug:public_id>/", crew.choices, name="choices"),
    path("<slug:public_id>/panel/", crew.panel_choices, name="panel-choices"),
    path("<slug:public_id>/done/", crew.done, name="done"),
    path("<slug:public_id>/choices.csv", crew.choices_csv, name="csv"),
    path("<slug:public_id>/alternatives/", crew.alternatives, name="alternatives"),
    path("<slug:public_id>/alternatives/<int:pk>/", crew.alternative, name="alternative"),
    path("<slug:public_id>/alternatives/<int:pk>/withdraw/", crew.withdraw, name="withdraw"),
    path("<slug:public_id>/customers/<int:customer_id>/", crew.preview, name="preview"),
]
