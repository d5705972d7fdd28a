"""What the views of the room begin and end with."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from daylight.accounts.asking import MemberRequest
from daylight.accounts.models import Organisation
from daylight.accounts.roles import Act
from daylight.watch.models import Signal, Topic


def the_signal(request: MemberRequest, public_id: str) -> Signal:
    """The signal of that public id; one that is part of another is found, too."""
    return get_object_or_404(Signal.objects.select_related("topic", "incident", "ended_by"), public_id=public_id)


def the_topic(request: MemberRequest, public_id: str) -> Topic:
    """The topic of that public id."""
    return get_object_or_404(Topic.objects.select_related("merged_into"), public_id=public_id)


def our_zone() -> ZoneInfo:
    """The firm's own zone: a day is a day there."""
    return ZoneInfo(Organisation.get().time_zone)


def may(request: MemberRequest) -> dict[str, bool]:
    """What the asking member may do on these screens."""
    return {
        "may_open": request.member.may(Act.OPEN_INCIDENT),
        "may_read_words": request.member.may(Act.READ_CUSTOMERS),
        "may_change": request.member.may(Act.LEAD_INCIDENT),
    }


def say(request: HttpRequest, text: str, *, where: str, args: tuple[object, ...] = ()) -> HttpResponse:
    """Go there, and say at the top what was done."""
    messages.success(request, text)
    return redirect(where, *args)


def refuse(request: HttpRequest, text: str, *, where: str, args: tuple[object, ...] = ()) -> HttpResponse:
    """Go there, and say at the top why it was not done."""
    messages.error(request, text)
    return redirect(where, *args)
