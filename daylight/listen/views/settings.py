"""How soon we answer, and which queues there are."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from daylight.accounts import setting_up
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.incidents.words import Severity
from daylight.listen import reply_clock
from daylight.listen.forms.settings import QueueForm, ReplyTimeForm
from daylight.listen.models import Conversation, Queue, ReplyTime


@require_http_methods(["GET", "POST"])
@members_only(Act.SET_UP)
def times(request: MemberRequest) -> HttpResponse:
    """The reply clock: kinds in lines, severities in columns."""
    known = setting_up.by_severity(request, ReplyTime.objects.all(), "kind")
    form = ReplyTimeForm(request.POST if request.method == "POST" else None, instance=known)
    if form.is_bound and form.is_valid():
        setting_up.record(request, "reply_time.set", str(form.save()))
        messages.success(request, "From now on. What runs already keeps its time.")
        return redirect("listen:times")
    context = {
        "form": form,
        "rows": _table(),
        "severities": [severity.value for severity in Severity],
        "set": ReplyTime.objects.order_by("kind", "severity"),
    }
    return setting_up.page(request, "listen/times.html", context)


@require_POST
@members_only(Act.SET_UP)
def drop_time(request: MemberRequest, number: int) -> HttpResponse:
    """Go back to the usual time."""
    row = get_object_or_404(ReplyTime, pk=number)
    return setting_up.drop(request, row, act="reply_time.drop", then="listen:times")


@require_http_methods(["GET", "POST"])
@members_only(Act.SET_UP)
def queues(request: MemberRequest) -> HttpResponse:
    """The queues, and a new one."""
    form = QueueForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        setting_up.record(request, "queue.make", form.save().name)
        return redirect("listen:queues")
    context = {"form": form, "queues": Queue.objects.all()}
    return setting_up.page(request, "listen/queues.html", context)


@require_POST
@members_only(Act.SET_UP)
def put_queue_away(request: MemberRequest, number: int) -> HttpResponse:
    """Offer a queue no more, or again; what is in it stays."""
    row = get_object_or_404(Queue, pk=number)
    acts = ("queue.put_away", "queue.bring_back")
    return setting_up.put_away(request, row, subject=row.name, acts=acts, then="listen:queues")


def _table() -> list[dict[str, Any]]:
    in_force = reply_clock.Times.read()
    return [
        {
            "label": kind.label,
            "cells": [in_force.within(kind, severity) for severity in (reply_clock.NO_INCIDENT, *Severity)],
        }
        for kind in Conversation.Kind
    ]
