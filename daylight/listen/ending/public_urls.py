"""Where a customer answers the last question."""

from django.urls import path

from daylight.listen.ending import views

app_name = "listen-ending"

urlpatterns = [path("fixed/<str:token>/", views.fixed, name="fixed")]
