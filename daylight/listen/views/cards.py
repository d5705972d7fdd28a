"""Question cards: whoever answers may change them, and every change is kept."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.listen import card_files, cards
from daylight.listen.forms.cards import CardFileForm, CardForm
from daylight.listen.models import QuestionCard


@require_GET
@members_only(Act.READ_CUSTOMERS)
def list_(request: MemberRequest) -> HttpResponse:
    """All cards, those used most first, and questions that belong into an update."""
    asked = request.GET.get("q", "").strip().replace("\x00", "")[:200]
    rows = QuestionCard.objects.select_related("incident", "changed_by").order_by("-used", "question")
    rows = rows.filter(question__icontains=asked) | rows.filter(shortcut__icontains=asked) if asked else rows
    context = {
        "asked": asked,
        "cards": rows.in_use()[:500],
        "put_away": QuestionCard.objects.filter(retired_at__isnull=False).order_by("question")[:200],
        "repeats": cards.repeats(clock.now()),
        "may_change": request.member.may(Act.ANSWER),
    }
    return TemplateResponse(request, "listen/cards.html", context)


@require_http_methods(["GET", "POST"])
@members_only(Act.ANSWER)
def edit(request: MemberRequest, public_id: str = "") -> HttpResponse:
    """Write a card, or change one."""
    card = get_object_or_404(QuestionCard, public_id=public_id) if public_id else None
    now = clock.now()
    form = CardForm(request.POST if request.method == "POST" else None, instance=card, now=now)
    if form.is_bound and form.is_valid():
        cards.save(form.save(commit=False), by=request.member, at=now)
        messages.success(request, "The card is kept.")
        return redirect("listen:cards")
    versions = card.versions.select_related("made_by")[:50] if card else ()
    context = {"form": form, "card": card, "versions": versions}
    return TemplateResponse(request, "listen/card.html", context, status=422 if form.is_bound else 200)


@require_POST
@members_only(Act.ANSWER)
def put_away(request: MemberRequest, public_id: str) -> HttpResponse:
    """Offer a card no more, or again."""
    cards.put_away(get_object_or_404(QuestionCard, public_id=public_id), by=request.member, at=clock.now())
    return redirect("listen:cards")


@require_http_methods(["GET", "POST"])
@members_only(Act.ANSWER)
def bring(request: MemberRequest) -> HttpResponse:
    """Bring cards along from a file."""
    form = CardFileForm(request.POST or None, request.FILES or None)
    brought = None
    if request.method == "POST" and form.is_valid():
        try:
            brought = card_files.bring(form.cleaned_data["file"], by=request.member, at=clock.now())
        except card_files.NoCards as problem:
            form.add_error("file", str(problem))
    context = {"form": form, "brought": brought}
    status = 422 if request.method == "POST" and brought is None else 200
    return TemplateResponse(request, "listen/card_file.html", context, status=status)
