"""One answer to many conversations: of an incident, or chosen in the list."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents.models import Incident
from daylight.listen import answering_many, cards, listing
from daylight.listen.cards import CardFails, Filling
from daylight.listen.forms.settings import AnswerManyForm
from daylight.listen.models import BulkAnswer, Conversation, QuestionCard


@require_http_methods(["GET", "POST"])
@members_only(Act.ANSWER)
def answer_many(request: MemberRequest) -> HttpResponse:
    """Choose the words, look at them as the newest writer reads them, and send them to all."""
    given = request.POST if request.method == "POST" else request.GET
    incident = _incident(request, given.get("incident", ""))
    heard = Conversation.objects.heard().open()
    chosen = list(heard.filter(public_id__in=given.getlist("chosen")[: answering_many.MOST_CHOSEN]))
    waiting = heard.filter(incident=incident) if incident else None
    number = waiting[: listing.COUNTED].count() if waiting is not None else len(chosen)
    if not number:
        messages.error(request, "Choose the conversations first: none is chosen that is still open.")
        return redirect("listen:inbox")
    card = QuestionCard.objects.in_use().filter(public_id=given.get("card", "")).first()
    form = AnswerManyForm(request.POST if "send" in given or "look" in given else None, initial=_initial(card))
    example = (waiting.order_by("-last_said_at", "-pk").first() if waiting is not None else chosen[0]) or chosen[0]
    preview = ""
    if form.is_bound and form.is_valid():
        try:
            if "send" in given:
                return _send(request, form.cleaned_data, incident, chosen, card)
            preview = _preview(form.cleaned_data["text"], example)
        except CardFails as problem:
            form.add_error("text", str(problem))
    context = {
        "form": form, "about": incident, "chosen": chosen, "number": number, "is_more": number >= listing.COUNTED,
        "card": card, "cards": QuestionCard.objects.offered(example)[:20], "preview": preview, "example": example,
        "going": BulkAnswer.objects.waiting().select_related("incident", "made_by")[:5],
    }  # fmt: skip
    return TemplateResponse(request, "listen/many.html", context, status=422 if form.errors else 200)


def _incident(request: MemberRequest, public_id: str) -> Incident | None:
    if not public_id:
        return None
    return get_object_or_404(Incident.objects.for_member(request.member), public_id=public_id)


def _initial(card: QuestionCard | None) -> dict[str, Any]:
    return {"text": card.text} if card else {}


def _preview(text: str, conversation: Conversation) -> str:
    problem = cards.check(text, at=clock.now()) or Filling(conversation.incident).missing(text)
    if problem:
        raise CardFails(problem)
    return Filling(conversation.incident).text(text, conversation)


def _send(
    request: MemberRequest,
    said: dict[str, Any],
    incident: Incident | None,
    chosen: list[Conversation],
    card: QuestionCard | None,
) -> HttpResponse:
    problem = cards.check(said["text"], at=clock.now())
    if problem:
        raise CardFails(problem)
    answering_many.answer(
        said["text"],
        by=request.member,
        at=clock.now(),
        incident=incident,
        chosen=() if incident else chosen,
        card=card,
        closes=said["closes"],
    )
    messages.success(request, "It is on its way to all of them, filled in for each.")
    return redirect("listen:inbox")
