"""Screens on which far ends are set up, for every room that has some: one set-up, its acts, its end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings as django_settings
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest
from daylight.listen.connecting.forms import SettingsForm
from daylight.listen.models import FarEnd
from daylight.listen.sources.base import Connects


@dataclass(frozen=True)
class Kind:
    """A kind of far end: how it is connected, whether it posts to us, whether we ask it."""

    name: str
    label: str
    connects: Connects
    hears: bool
    is_asked: bool


@dataclass(frozen=True)
class Place:
    """Where a room sets up its far ends: the name of one in addresses, the folder of templates, where they post to."""

    one: str
    folder: str
    posts_to: str

    @property
    def noun(self) -> str:
        """What one is called."""
        return self.one.partition(":")[2]

    @property
    def all(self) -> str:
        """The address of the list."""
        return f"{self.one}s"

    def note(self, request: MemberRequest, act: str, row: FarEnd, *, at: datetime) -> None:
        """Write down who did what to which."""
        subject = f"{row.of_kind}: {row.name}"[:200]
        audit.record(at=at, actor=request.member.name, act=f"{self.noun}.{act}", subject=subject)


def posted(request: MemberRequest) -> QueryDict | None:
    """What was entered, once something is."""
    return request.POST if request.method == "POST" else None


def set_up(
    request: MemberRequest,
    place: Place,
    kind: Kind,
    *,
    name: forms.Form,
    before: FarEnd | None,
    at: datetime,
    keep: Callable[[Mapping[str, Any]], FarEnd],
) -> HttpResponse:
    """Enter the settings of a new one, or see how one fares and enter others; `keep` keeps what is valid."""
    form = SettingsForm(kind.connects, posted(request), before=before.settings if before else None)
    if name.is_bound and all([name.is_valid(), form.is_valid()]):
        row = keep(form.settings)
        place.note(request, "keep", row, at=at)
        messages.success(request, f"{row.name} is kept.")
        return redirect(place.one, row.pk)
    makes_secret = before is not None and kind.connects.makes_secret
    context = {
        "place": place,
        "act_on": f"{place.one}-act",
        "remove": f"{place.one}-remove",
        "kind": kind,
        "row": before,
        "name": name,
        "form": form.fields,
        "help": f"{place.folder}/help/{kind.name}.html",
        "address": f"{django_settings.SITE_URL}/{place.posts_to}/{before.token}/" if before and kind.hears else "",
        "secret": (before.settings or {}).get("secret", "") if before and makes_secret else "",
    }
    return TemplateResponse(request, f"{place.folder}/one.html", context, status=422 if name.is_bound else 200)


def act(request: MemberRequest, place: Place, kind: Kind, row: FarEnd, what: str, *, at: datetime) -> HttpResponse:
    """Switch one on or off, make it a new secret, or ask it now."""
    if what == "secret" and kind.connects.makes_secret:
        row.renew_secret()
        said = "The secret is a new one. Enter it at the other side."
    elif what in {"on", "off"}:
        row.switch(is_on=what == "on", is_asked=kind.is_asked, at=at)
        said = f"{row.name} is switched {what}."
    elif what == "ask" and kind.is_asked and row.is_active:
        row.ask_at_once(at=at)
        said = f"{row.name} is asked now."
    else:
        raise Http404
    messages.success(request, said)
    place.note(request, what, row, at=at)
    return redirect(place.one, row.pk)


def remove(request: MemberRequest, place: Place, row: FarEnd, *, at: datetime) -> HttpResponse:
    """Asks once, then forgets it with its secrets."""
    if request.method != "POST":
        return TemplateResponse(request, f"{place.folder}/remove.html", {"row": row, "place": place})
    place.note(request, "remove", row, at=at)
    row.delete()
    messages.success(request, f"{row.name} is no longer heard, and its secrets are forgotten.")
    return redirect(place.all)
