"""What a member does with a conversation: each act is a button, at one address with its name."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.customers.models import Customer
from daylight.listen import answering, cards, handling, hearing, identifying, phoning, replying, suggesting
from daylight.listen.cards import CardFails, Filling
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
from daylight.listen.models import Conversation, Draft, IncidentSuggestion, QuestionCard, Sending
from daylight.listen.views.conversation import read_back_words, shown, the_conversation

CANNOT = (
    handling.CannotHandle,
    identifying.CannotName,
    suggesting.CannotLink,
    hearing.AlreadyAnswered,
    replying.NothingSaid,
    CardFails,
)
"""What an act may refuse, each with a sentence for whoever asked."""

Doing = Callable[[MemberRequest, Conversation, datetime], HttpResponse | None]


@require_POST
@members_only(Act.ANSWER)
def act(request: MemberRequest, public_id: str, name: str) -> HttpResponse:
    """Do it, and show the conversation again."""
    conversation, doing = the_conversation(public_id, request.member), ACTS.get(name)
    if doing is None:
        raise Http404
    try:
        answer = doing(request, conversation, clock.now())
    except CANNOT as problem:
        messages.error(request, str(problem))
        answer = None
    return answer or redirect("listen:conversation", public_id)


def _claim(request: MemberRequest, conversation: Conversation, now: datetime) -> None:
    if not handling.claim(conversation, by=request.member, at=now):
        whose = conversation.claimed_by.name if conversation.claimed_by else "nobody, for it is closed"
        messages.error(request, f"It is in the hands of {whose}.")


def _release(request: MemberRequest, conversation: Conversation, now: datetime) -> None:
    handling.release(conversation, by=request.member, at=now)


def _relieve(request: MemberRequest, conversation: Conversation, now: datetime) -> HttpResponse:
    handling.relieve(conversation, by=request.member, at=now, word=request.POST.get("word", ""))
    messages.success(request, "Another voice goes on with it. The leads know.")
    return redirect("listen:inbox")


def _hand_over(request: MemberRequest, conversation: Conversation, now: datetime) -> HttpResponse | None:
    form = HandOverForm(request.POST, by=request.member, prefix="over")
    if not form.is_valid():
        return shown(request, conversation, status=422, hand_over_form=form)
    handling.hand_over(
        conversation, by=request.member, at=now, to=form.cleaned_data["to"], word=form.cleaned_data["word"]
    )
    messages.success(request, f"Handed over to {form.cleaned_data['to']}.")
    return redirect("listen:inbox")


def _note(request: MemberRequest, conversation: Conversation, now: datetime) -> HttpResponse | None:
    form = NoteForm(request.POST, prefix="note")
    if not form.is_valid():
        return shown(request, conversation, status=422, note_form=form)
    handling.note(conversation, form.cleaned_data["text"], by=request.member, at=now)
    return None


def _about(request: MemberRequest, conversation: Conversation, now: datetime) -> HttpResponse | None:
    form = AboutForm(request.POST, instance=the_conversation(conversation.public_id, request.member), prefix="about")
    if not form.is_valid():
        return shown(request, conversation, status=422, about_form=form)
    given = form.cleaned_data
    handling.describe(conversation, kind=given["kind"], language=given["language"], by=request.member, at=now)
    return None


def _customer(request: MemberRequest, conversation: Conversation, now: datetime) -> None:
    chosen = request.POST.get("customer", "")
    customer = None
    if chosen:
        number = int(chosen) if chosen.isdecimal() and len(chosen) < 16 else 0
        customer = get_object_or_404(Customer.objects.remembered(), pk=number)
    identifying.correct_customer(conversation, customer, by=request.member, at=now)
    messages.success(request, f"This is {customer.name}." if customer else "This is nobody we know.")


def _undo_customer(request: MemberRequest, conversation: Conversation, now: datetime) -> None:
    if identifying.undo_customer(conversation, by=request.member, at=now):
        messages.success(request, "As it was before.")


def _link(request: MemberRequest, conversation: Conversation, now: datetime) -> HttpResponse | None:
    form = LinkForm(request.POST, by=request.member, prefix="link")
    if not form.is_valid():
        return shown(request, conversation, status=422, link_form=form)
    identifying.link(conversation, form.cleaned_data["incident"], by=request.member, at=now)
    return None


def _suggestion(request: MemberRequest, conversation: Conversation, now: datetime) -> None:
    """Yes, no, or back to the question: what we think it is about."""
    row = get_object_or_404(IncidentSuggestion.objects.select_related("incident"), conversation=conversation)
    row.conversation = conversation
    answers = {"yes": suggesting.accept, "no": suggesting.dismiss, "undo": suggesting.undo}
    doing = answers.get(request.POST.get("is_right", ""))
    if doing is not None:
        doing(row, by=request.member, at=now)


def _called(request: MemberRequest, conversation: Conversation, now: datetime) -> HttpResponse | None:
    """Answered by telephone, and what was agreed."""
    form = CalledForm(request.POST, prefix="called")
    if not form.is_valid():
        return shown(request, conversation, status=422, called_form=form)
    if conversation.is_open:
        handling.claim(conversation, by=request.member, at=now)
    phoning.called(conversation, form.cleaned_data["agreed"], by=request.member, at=now)
    if "then_close" in request.POST:
        handling.close(conversation, by=request.member, at=now, because="Answered by telephone.")
    messages.success(request, "Answered by telephone. What you agreed stands in the conversation.")
    return None


def _read_back(request: MemberRequest, conversation: Conversation, now: datetime) -> HttpResponse | None:
    form = ReadBackForm(request.POST, prefix="back")
    if not form.is_valid():
        return shown(request, conversation, status=422, read_back_form=form)
    letter = partial(read_back_words, by=request.member) if "sends" in request.POST else None
    hearing.read_back(conversation, form.cleaned_data["text"], by=request.member, at=now, letter=letter)
    return None


def _read_back_answered(request: MemberRequest, conversation: Conversation, now: datetime) -> HttpResponse | None:
    form = ReadBackAnswerForm(request.POST, prefix="said")
    row = conversation.read_backs.filter(is_right__isnull=True).order_by("-pk").first()
    if row is None:
        raise hearing.AlreadyAnswered("The answer to this is written down already.")
    if not form.is_valid():
        return shown(request, conversation, status=422, answer_form=form)
    hearing.answered(row, by=request.member, at=now, **form.cleaned_data)
    return None


def _heard(request: MemberRequest, conversation: Conversation, now: datetime) -> HttpResponse | None:
    form = HeardForm(request.POST, prefix="heard")
    if not form.is_valid():
        return shown(request, conversation, status=422, heard_form=form)
    hearing.heard(conversation, by=request.member, at=now, **form.cleaned_data)
    messages.success(request, "It is on record that they were heard.")
    return None


def _close(request: MemberRequest, conversation: Conversation, now: datetime) -> HttpResponse | None:
    form = CloseForm(request.POST, prefix="close")
    if not form.is_valid():
        return shown(request, conversation, status=422, close_form=form)
    handling.close(conversation, by=request.member, at=now, because=form.cleaned_data["because"])
    return redirect("listen:inbox")


def _reopen(request: MemberRequest, conversation: Conversation, now: datetime) -> None:
    handling.reopen(conversation, by=request.member, at=now)


def _spam(request: MemberRequest, conversation: Conversation, now: datetime) -> HttpResponse:
    handling.set_aside(conversation, is_spam=True, by=request.member, at=now)
    messages.success(request, "Put aside as spam; it counts nowhere.")
    return redirect("listen:inbox")


def _not_spam(request: MemberRequest, conversation: Conversation, now: datetime) -> None:
    handling.set_aside(conversation, is_spam=False, by=request.member, at=now)


def _draft(request: MemberRequest, conversation: Conversation, now: datetime) -> HttpResponse | None:
    _keep_draft(request, conversation, request.POST.get("text", ""), now)
    is_quiet = request.headers.get("HX-Request") == "true"
    return HttpResponse(status=204) if is_quiet else None


def _insert_card(request: MemberRequest, conversation: Conversation, now: datetime) -> HttpResponse:
    """Put a card's words behind what is written; the effect that stands beside it is kept as well."""
    card = get_object_or_404(QuestionCard.objects.offered(conversation), public_id=request.POST.get("card", ""))
    filling = Filling(conversation.incident)
    problem = filling.missing(card.text)
    if problem:
        raise CardFails(problem)
    written = request.POST.get("text", "").strip()
    words = filling.text(card.text, conversation)
    effect = request.POST.get("effect", "").strip()[:500]
    if effect and effect != conversation.effect:
        handling.keep_effect(conversation, effect, by=request.member, at=now)
    _keep_draft(request, conversation, f"{written}\n\n{words}" if written else words, now)
    request.session[_from_cards(conversation)] = [*request.session.get(_from_cards(conversation), []), card.pk]
    return redirect(f"{reverse('listen:conversation', args=[conversation.public_id])}#answer")


def _reply(request: MemberRequest, conversation: Conversation, now: datetime) -> HttpResponse | None:
    form = ReplyForm(request.POST, conversation=conversation, at=now)
    if not form.is_valid():
        _keep_draft(request, conversation, request.POST.get("text", ""), now)
        return shown(request, conversation, status=422, reply_form=form)
    given = form.cleaned_data
    with transaction.atomic():
        if given["effect"] != conversation.effect:
            handling.keep_effect(conversation, given["effect"], by=request.member, at=now)
        if conversation.is_open:
            handling.claim(conversation, by=request.member, at=now)
        message = replying.reply(conversation, given["text"], by=request.member, at=now)
        for card in QuestionCard.objects.filter(pk__in=request.session.pop(_from_cards(conversation), [])):
            cards.used(card, message, at=now)
        Draft.objects.filter(conversation=conversation, member=request.member).delete()
        audit.record(at=now, actor=request.member.name, act="conversation.reply", subject=conversation.public_id)
    if "then_close" in request.POST:
        handling.close(conversation, by=request.member, at=now, because="Answered.")
    messages.success(request, "Your answer is on its way.")
    return None


def _keep_draft(request: MemberRequest, conversation: Conversation, text: str, now: datetime) -> None:
    given: dict[str, Any] = {"text": text.replace("\x00", "")[:20_000], "changed_at": now}
    Draft.objects.update_or_create(conversation=conversation, member=request.member, defaults=given)


def _from_cards(conversation: Conversation) -> str:
    """Where the session remembers which cards are in a draft."""
    return f"cards-{conversation.public_id}"


def _send_again(request: MemberRequest, conversation: Conversation, now: datetime) -> None:
    key = request.POST.get("sending", "")
    number = int(key) if key.isdecimal() and len(key) < 16 else 0
    sending = get_object_or_404(Sending, pk=number, message__conversation=conversation)
    answering.send_again(sending, at=now)
    audit.record(at=now, actor=request.member.name, act="conversation.send_again", subject=conversation.public_id)


ACTS: dict[str, Doing] = {
    "claim": _claim,
    "release": _release,
    "relieve": _relieve,
    "hand-over": _hand_over,
    "note": _note,
    "about": _about,
    "customer": _customer,
    "undo-customer": _undo_customer,
    "link": _link,
    "suggestion": _suggestion,
    "called": _called,
    "read-back": _read_back,
    "read-back-answered": _read_back_answered,
    "heard": _heard,
    "close": _close,
    "reopen": _reopen,
    "spam": _spam,
    "not-spam": _not_spam,
    "draft": _draft,
    "insert-card": _insert_card,
    "reply": _reply,
    "send-again": _send_again,
}
