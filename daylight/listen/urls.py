"""Addresses of the room for the crew."""

from django.urls import path

from daylight.listen.views import acting, cards, conversation, inbox, load, many, panels, settings, suggested

app_name = "listen"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("told/", inbox.what_is_told, name="told"),
    path("suggested/", suggested.answer, name="suggested"),
    path("load/", load.load, name="load"),
    path("break/", load.take_a_break, name="break"),
    path("answer/", many.answer_many, name="answer-many"),
    path("cards/", cards.list_, name="cards"),
    path("cards/new/", cards.edit, name="card-new"),
    path("cards/bring/", cards.bring, name="cards-bring"),
    path("cards/<str:public_id>/", cards.edit, name="card"),
    path("cards/<str:public_id>/put-away/", cards.put_away, name="card-put-away"),
    path("times/", settings.times, name="times"),
    path("times/<int:number>/drop/", settings.drop_time, name="time-drop"),
    path("queues/", settings.queues, name="queues"),
    path("queues/<int:number>/put-away/", settings.put_queue_away, name="queue-put-away"),
    path("files/<int:number>/", conversation.file, name="file"),
    path("customers/<int:pk>/", panels.customer, name="panel-customer"),
    path("incidents/<str:public_id>/", panels.incident, name="panel-incident"),
    path("conversation/<str:public_id>/", conversation.see, name="conversation"),
    path("conversation/<str:public_id>/<slug:name>/", acting.act, name="act"),
]
