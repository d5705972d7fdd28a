"""How soon we answer, and which queues there are."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents.words import Severity
from daylight.listen import reply_clock
from daylight.listen.forms.settings import QueueForm, ReplyTimeForm
from daylight.listen.models import Conversation, Queue, ReplyTime


@require_http_methods(["GET", "POST"])
@members_only(Act.SET_UP)
def times(request: MemberRequest) -> HttpResponse:
    """The reply clock: kinds in lines, severities in columns."""
    kind, severity = request.POST.get("kind", ""), request.POST.get("severity", "")
    known = ReplyTime.objects.filter(kind=kind, severity=severity).first() if severity.isdecimal() else None
    form = ReplyTimeForm(request.POST if request.method == "POST" else None, instance=known)
    if form.is_bound and form.is_valid():
        _record(request, "reply_time.set", str(form.save()))
        messages.success(request, "From now on. What runs already keeps its time.")
        return redirect("listen:times")
    context = {
        "form": form,
        "rows": _table(),
        "severities": [severity.value for severity in Severity],
        "set": ReplyTime.objects.order_by("kind", "severity"),
    }
    return TemplateResponse(request, "listen/times.html", context, status=422 if form.is_bound else 200)


@require_POST
@members_only(Act.SET_UP)
def drop_time(request: MemberRequest, number: int) -> HttpResponse:
    """Go back to the usual time."""
    row = get_object_or_404(ReplyTime, pk=number)
    _record(request, "reply_time.drop", str(row))
    row.delete()
    return redirect("listen:times")


@require_http_methods(["GET", "POST"])
@members_only(Act.SET_UP)
def queues(request: MemberRequest) -> HttpResponse:
    """The queues, and a new one."""
    form = QueueForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        _record(request, "queue.make", form.save().name)
        return redirect("listen:queues")
    context = {"form": form, "queues": Queue.objects.all()}
    return TemplateResponse(request, "listen/queues.html", context, status=422 if form.is_bound else 200)


@require_POST
@members_only(Act.SET_UP)
def put_queue_away(request: MemberRequest, number: int) -> HttpResponse:
    """Offer a queue no more, or again; what is in it stays."""
    row = get_object_or_404(Queue, pk=number)
    row.retired_at = None if row.retired_at else clock.now()
    row.save(update_fields=["retired_at"])
    _record(request, "queue.put_away" if row.retired_at else "queue.bring_back", row.name)
    return redirect("listen:queues")


def _table() -> list[dict[str, Any]]:
    in_force = reply_clock.Times.read()
    return [
        {
            "label": kind.label,
            "cells": [in_force.within(kind, severity) for severity in (reply_clock.NO_INCIDENT, *Severity)],
        }
        for kind in Conversation.Kind
    ]


def _record(request: MemberRequest, act: str, subject: str) -> None:
    audit.record(at=clock.now(), actor=request.member.name, act=act, subject=subject)
