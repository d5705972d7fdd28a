"""Where a customer says whether we have understood them."""

from django.urls import path

from daylight.listen.understood import views

app_name = "listen-understood"

urlpatterns = [path("understood/<str:token>/", views.understood, name="understood")]
