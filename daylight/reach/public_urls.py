"""Addresses of the room for the world."""

from django.urls import path

from daylight.reach.views import browsers, preferences, proving, receipts

app_name = "reach-public"
urlpatterns = [
    path("evidence-key.pem", proving.evidence_key, name="evidence-key"),
    path("receipts/<str:token>/", receipts.receipts, name="receipts"),
    path("preferences/<str:token>/", preferences.preferences, name="preferences"),
    path("preferences/<str:token>/seen/<str:public_id>/", preferences.seen, name="seen"),
    path("preferences/<str:token>/subscribe/", preferences.subscribe, name="subscribe"),
    path("preferences/<str:token>/browser/", preferences.this_browser, name="this-browser"),
    path("push/tell.js", browsers.script, name="tell-script"),
    path("push/worker.js", browsers.worker, name="push-worker"),
    path("push/key", browsers.key, name="push-key"),
    path("push/watch", browsers.watch, name="watch"),
    path("push/stop", browsers.stop, name="watch-stop"),
    path("unsubscribe/<str:token>/", preferences.unsubscribe, name="unsubscribe"),
    path("unsubscribe/<str:token>/undo/", preferences.undo_unsubscribe, name="undo-unsubscribe"),
]
