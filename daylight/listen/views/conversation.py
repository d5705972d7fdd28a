"""One conversation on one screen."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.translation import override
from django.views.decorators.http import require_GET

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.customers.models import Customer
from daylight.listen import reply_clock, thread, wording
from daylight.listen.forms.conversation import (
    AboutForm,
    CalledForm,
    CloseForm,
    HandOverForm,
    HeardForm,
    LinkForm,
    NoteForm,
    ReadBackAnswerForm,
    ReadBackForm,
    ReplyForm,
)
from daylight.listen.models import Attachment, Conversation, Draft, Heard, IncidentSuggestion, QuestionCard, ReadBack
from daylight.listen.sources.registry import SOURCES
from daylight.listen.understanding import cues
from daylight.listen.understood import asking as understood
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.words import Phrases

CARDS_BY_KEY = 9
WORDS = "listen/hearing"


@require_GET
@members_only(Act.READ_CUSTOMERS)
def see(request: MemberRequest, public_id: str) -> HttpResponse:
    """The thread, who it is, what it is about, and the answer that is being written."""
    return shown(request, the_conversation(public_id, request.member))


@require_GET
@members_only(Act.READ_CUSTOMERS)
def file(request: MemberRequest, number: int) -> HttpResponseBase:
    """A file that a customer sent: kept aside by the browser, never opened in it."""
    mine = Conversation.objects.visible_to(request.member)
    row = get_object_or_404(Attachment, pk=number, message__conversation__in=mine)
    answer = StreamingHttpResponse(row.pieces(), content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=row.name) or "attachment"
    answer["Content-Length"] = str(row.size)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def the_conversation(public_id: str, by: Member) -> Conversation:
    """The conversation of that public id, where this member may read it, with what is shown of it everywhere."""
    rows = Conversation.objects.visible_to(by).select_related(
        "customer", "incident", "claimed_by", "queue", "closed_by"
    )
    return get_object_or_404(rows, public_id=public_id)


def shown(request: MemberRequest, conversation: Conversation, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The screen; `forms` take the place of empty ones when one of them was not understood."""
    now = clock.now()
    context = {
        "conversation": conversation,
        "incident_linked": conversation.incident,
        "suggestion": _suggestion(conversation),
        "latest": conversation.incident.latest_update if conversation.incident else None,
        "thread": thread.of(conversation, whole="whole" in request.GET),
        "beside": thread.beside(conversation, by=request.member),
        "found": _customers(request.GET.get("who", "")),
        "who": request.GET.get("who", ""),
        "can_undo": conversation.recognition_changes.filter(undone_at__isnull=True).exists(),
        "open_read_back": conversation.read_backs.filter(is_right__isnull=True).order_by("-pk").first(),
        "heard": Heard.objects.filter(conversation=conversation).first(),
        "is_mine": conversation.claimed_by_id == request.member.pk,
        "may_answer": request.member.may(Act.ANSWER),
        "source": SOURCES[conversation.source].label if conversation.source in SOURCES else conversation.source,
        "channel": CHANNELS[conversation.channel].label if conversation.channel in CHANNELS else "",
        "asks_for_effect": conversation.kind in wording.ASKS_FOR_EFFECT,
        "gone": reply_clock.percent(conversation, at=now),
        "next": _next(conversation, request.member),
        "now": now,
        **_cards(conversation),
        **_forms(request, conversation, now),
        **forms,
    }
    return TemplateResponse(request, "listen/conversation.html", context, status=status)


def _forms(request: MemberRequest, conversation: Conversation, now: datetime) -> dict[str, Any]:
    draft = Draft.objects.filter(conversation=conversation, member=request.member).first()
    theirs = thread.theirs(conversation)
    said = {"effect": conversation.effect, "text": draft.text if draft else ""}
    return {
        "draft": draft,
        "feeling": cues.feeling(theirs) if conversation.kind in wording.ASKS_FOR_EFFECT else None,
        "effect_cue": "" if conversation.effect else cues.effect(theirs),
        "reply_form": ReplyForm(initial=said, conversation=conversation, at=now),
        "note_form": NoteForm(prefix="note"),
        "about_form": AboutForm(instance=conversation, prefix="about"),
        "called_form": CalledForm(prefix="called"),
        "hand_over_form": HandOverForm(by=request.member, prefix="over"),
        "read_back_form": ReadBackForm(prefix="back", initial={"text": theirs[:2000]}),
        "answer_form": ReadBackAnswerForm(prefix="said"),
        "heard_form": HeardForm(prefix="heard", initial={"thanks": thanks(request, conversation, now)}),
        "close_form": CloseForm(prefix="close"),
        "link_form": LinkForm(prefix="link", by=request.member, initial={"incident": conversation.incident_id}),
    }


def _suggestion(conversation: Conversation) -> IncidentSuggestion | None:
    """What we think it is about, while that is a question, or was answered and can be taken back."""
    rows = IncidentSuggestion.objects.filter(conversation=conversation)
    row = rows.select_related("incident", "answered_by").first()
    if row is None or row.answered_at is None:
        is_question = row is not None and conversation.incident_id is None and row.incident.is_open
        return row if is_question else None
    return row if not row.is_right or row.incident_id == conversation.incident_id else None


def read_back_words(row: ReadBack, *, by: Member) -> str:
    """A read-back as it is sent, in the customer's language, with the links behind which they say yes or no."""
    phrases = Phrases(row.conversation.language, folder=WORDS)
    greeting = _greeting(phrases, row.conversation)
    return phrases.say("read_back", greeting=greeting, text=row.text, member=by.name, **understood.urls_of(row))


def thanks(request: MemberRequest, conversation: Conversation, now: datetime) -> str:
    """Personal thanks, in the customer's language, for the member to go on with."""
    phrases = Phrases(conversation.language, folder=WORDS)
    with override(phrases.language):
        day = date_format(now, phrases.say("date_format"))
    return phrases.say(
        "thanks", greeting=_greeting(phrases, conversation), day=day, done="", member=request.member.name
    )


def _greeting(phrases: Phrases, conversation: Conversation) -> str:
    name = conversation.customer.name if conversation.customer else conversation.writer
    return phrases.say("greeting", customer=name)


def _cards(conversation: Conversation) -> dict[str, Any]:
    offered = QuestionCard.objects.offered(conversation)
    purposes = QuestionCard.Purpose
    fits = [purposes.ANSWER, purposes.HELP] if conversation.kind == Conversation.Kind.OWN_MISTAKE else [purposes.ANSWER]
    if conversation.kind in {Conversation.Kind.IDEA, Conversation.Kind.PRAISE}:
        fits = [purposes.THANKS, purposes.ANSWER]
    return {
        "cards": list(offered.filter(purpose__in=fits)[:CARDS_BY_KEY]),
        "calming": list(offered.filter(purpose=purposes.CALM)[:CARDS_BY_KEY]),
    }


def _customers(words: str) -> list[Customer]:
    asked = words.strip()[:200]
    if not asked:
        return []
    keys = Customer.objects.some(asked, most=8)
    return list(Customer.objects.remembered().filter(pk__in=keys).prefetch_related("contact_points"))


def _next(conversation: Conversation, by: Member) -> Conversation | None:
    """The one that needs an answer after this one."""
    waiting = (
        Conversation.objects.visible_to(by).unanswered().exclude(pk=conversation.pk).order_by("answer_due_at", "pk")
    )
    due = conversation.answer_due_at
    return (waiting.filter(answer_due_at__gte=due).first() if due else None) or waiting.first()
