"""The list of conversations, and what is being told meanwhile."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents.models import Incident
from daylight.listen import breaks, cards, listing, news
from daylight.listen.forms.conversation import LANGUAGES
from daylight.listen.models import Conversation, Queue
from daylight.listen.views.suggested import undo_offered

TABS = (
    ("needs", "Needs an answer"),
    ("mine", "Mine"),
    ("nobodys", "Nobody's"),
    ("suggested", "Suggested"),
    ("let-down", "Let down"),
    ("all", "All open"),
    ("closed", "Closed"),
    ("aside", "Spam and machines"),
)
LONGEST_SEARCH = 200


@require_GET
@members_only(Act.READ_CUSTOMERS)
def inbox(request: MemberRequest) -> HttpResponse:
    """What needs an answer first, or what was asked for."""
    now, asked = clock.now(), asked_for(request)
    context = {
        "asked": asked,
        "page": listing.page(asked, by=request.member),
        "tabs": [(name, label, count) for (name, label), count in zip(TABS, _counts(request.member), strict=True)],
        "filters": _filters(request.member, asked),
        "is_filtered": bool(asked.facts or asked.words),
        "now": now,
        "pause": breaks.running(request.member, at=now),
        "lengths": breaks.LENGTHS,
        "may_answer": request.member.may(Act.ANSWER),
        "may_set_up": request.member.may(Act.SET_UP),
        "undo": undo_offered(request) if asked.show == "suggested" else None,
    }
    return TemplateResponse(request, "listen/inbox.html", context)


@require_GET
@members_only(Act.READ_CUSTOMERS)
def what_is_told(request: MemberRequest) -> HttpResponse:
    """Updates that leave now or were told lately, and questions that come again; asked for every few seconds."""
    now = clock.now()
    context = {"news": news.lately(request.member, now=now), "repeats": cards.repeats(now)}
    is_part = request.headers.get("HX-Request") == "true"
    return TemplateResponse(request, "listen/parts/news.html" if is_part else "listen/news.html", context)


def asked_for(request: HttpRequest) -> listing.Asked:
    """What the address asks for; what makes no sense in it is left out."""
    said = request.GET
    show = said.get("show", "")
    return listing.Asked(
        show=show if show in listing.SHOWN else listing.SHOWN[0],
        words=" ".join(said.get("q", "").replace("\x00", " ").split())[:LONGEST_SEARCH],
        after=said.get("after", "")[:LONGEST_SEARCH],
        facts=_facts(request),
    )


def _facts(request: HttpRequest) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, allowed in (("source", dict(listing.source_names())), ("kind", dict(Conversation.Kind.choices))):
        value = request.GET.get(name, "")
        if value in allowed:
            found[name] = value
    language = request.GET.get("language", "")
    if language.isalnum() and len(language) <= 12:
        found["language"] = language
    for name in ("incident", "queue"):
        value = request.GET.get(name, "")
        if value.isdecimal() and len(value) < 16:
            found[name] = int(value)
    return found


def _counts(member: Member) -> list[str]:
    """What stands at each tab; the rest are not counted."""
    found = listing.counts(member)
    return [listing.in_short(found[name]) if name in found else "" for name, _ in TABS]


def _filters(member: Member, asked: listing.Asked) -> list[dict[str, Any]]:
    """What the list can be narrowed by: each with its choices and what is chosen."""
    incidents = Incident.objects.for_member(member).open().order_by("-opened_at")[:50]
    choices: dict[str, tuple[str, list[Any]]] = {
        "source": ("Came by", listing.source_names()),
        "kind": ("Kind", list(Conversation.Kind.choices)),
        "incident": ("About", [(row.pk, row.title) for row in incidents]),
        "language": ("Language", list(LANGUAGES[1:])),
        "queue": ("Queue", [(row.pk, row.name) for row in Queue.objects.filter(retired_at__isnull=True)]),
    }
    return [
        {"name": name, "label": label, "choices": offered, "chosen": asked.facts.get(name)}
        for name, (label, offered) in choices.items()
        if offered
    ]
