"""One answer to the suggestions of many conversations: chosen in the list, and taken back there."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.listen import suggesting
from daylight.listen.models import Conversation

MOST = 500
KEPT = "suggested"
"""Where the session remembers what was answered last."""


@dataclass(frozen=True)
class Undo:
    """What was answered last in this list, and can be taken back with one button."""

    number: int
    is_right: bool


def undo_offered(request: MemberRequest) -> Undo | None:
    """What this member answered last; None where there is nothing to take back."""
    kept = request.session.get(KEPT)
    return Undo(len(kept["chosen"]), kept["is_right"]) if kept else None


@require_POST
@members_only(Act.ANSWER)
def answer(request: MemberRequest) -> HttpResponse:
    """Yes or no to all that were chosen, or back to the question."""
    if "undo" in request.POST:
        _undo(request)
    else:
        _answer(request, is_right=request.POST.get("is_right") == "yes")
    return HttpResponseRedirect(f"{reverse('listen:inbox')}?show=suggested")


def _answer(request: MemberRequest, *, is_right: bool) -> None:
    rows = _chosen(request, request.POST.getlist("chosen"))
    answered, refused = suggesting.answer_many(rows, is_right=is_right, by=request.member, at=clock.now())
    if not rows:
        messages.error(request, "Choose the conversations first.")
    if refused:
        messages.error(request, f"{refused} could not be answered: somebody was quicker, or the incident has ended.")
    if answered:
        request.session[KEPT] = {"chosen": [row.public_id for row in answered], "is_right": is_right}


def _undo(request: MemberRequest) -> None:
    kept = request.session.pop(KEPT, None)
    rows = _chosen(request, kept["chosen"]) if kept else []
    undone = suggesting.undo_many(rows, by=request.member, at=clock.now())
    if undone < len(rows):
        messages.error(request, f"{len(rows) - undone} stay as they are: somebody has changed them meanwhile.")
    if undone:
        messages.success(request, f"{undone} are questions again.")


def _chosen(request: MemberRequest, names: Sequence[str]) -> list[Conversation]:
    rows = Conversation.objects.visible_to(request.member).filter(
        public_id__in=names[:MOST], suggestion__made_at__isnull=False
    )
    return list(rows.select_related("suggestion__incident"))
