"""Addresses of the room for the crew."""

from django.urls import path

from daylight.reach.views import channels, outbox, points, preview, providers, suppressions, telling, webhooks

app_name = "reach"
urlpatterns = [
    path("channels/", channels.channels, name="channels"),
    path("channels/<str:name>/", channels.channel, name="channel"),
    path("channels/<str:name>/resume/", channels.resume, name="resume"),
    path("channels/<str:name>/add/", providers.add, name="add-provider"),
    path("channels/<str:name>/add/<str:kind>/", providers.add_kind, name="add-kind"),
    path("providers/<int:pk>/", providers.provider, name="provider"),
    path("providers/<int:pk>/share/", providers.share, name="provider-share"),
    path("providers/<int:pk>/use/", providers.use, name="provider-use"),
    path("providers/<int:pk>/pause/", providers.pause, name="provider-pause"),
    path("providers/<int:pk>/resume/", providers.resume, name="provider-resume"),
    path("providers/<int:pk>/remove/", providers.remove, name="provider-remove"),
    path("staff-contacts/<int:pk>/test/", channels.test_staff_contact, name="test-staff-contact"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/", outbox.outbox_message, name="outbox-message"),
    path("outbox/<int:pk>/html/", outbox.outbox_html, name="outbox-html"),
    path("suppressions/", suppressions.suppressions, name="suppressions"),
    path("suppressions/<int:pk>/lift/", suppressions.lift, name="lift"),
    path("contact-points/<int:pk>/stop/", suppressions.stop, name="stop"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("webhooks/<int:pk>/test/", webhooks.test, name="webhook-test"),
    path("webhooks/<int:pk>/rotate/", webhooks.rotate, name="webhook-rotate"),
    path("webhooks/<int:pk>/remove/", webhooks.remove, name="webhook-remove"),
    path("customers/<int:customer_id>/points/", points.add, name="point-add"),
    path("customers/<int:customer_id>/webhook/", webhooks.add, name="webhook-add"),
    path("customers/<int:pk>/", suppressions.panel_customer, name="panel-customer"),
    path("<slug:public_id>/told/", telling.panel_told, name="panel-told"),
    path("<slug:public_id>/people/<slug:which>/", telling.people_behind, name="people"),
    path("<slug:public_id>/send-again/", telling.send_again, name="send-again"),
    path("<slug:public_id>/ledger/", telling.ledger, name="ledger"),
    path("<slug:public_id>/ledger.csv", telling.ledger_csv, name="ledger-csv"),
    path("<slug:public_id>/preview/", preview.preview_panel, name="preview"),
    path("<slug:public_id>/preview/html/", preview.preview_html, name="preview-html"),
    path("delivery/<int:pk>/", telling.delivery, name="delivery"),
    path("delivery/<int:pk>/html/", telling.delivery_html, name="delivery-html"),
]
