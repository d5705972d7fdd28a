"""What is said in public: whether it grows, where, how far it reaches, and what was answered there."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.listen.models import Conversation
from daylight.listen.sources.mentions import watching
from daylight.listen.sources.mentions.reading import NAME

SHOWN = 50


@members_only(Act.READ_CUSTOMERS)
def mentions(request: MemberRequest) -> HttpResponse:
    """The newest mentions, and who spoke first."""
    context = {
        "rows": watching.newest(SHOWN),
        "growth": watching.growth(clock.now()),
        "firsts": watching.first_words(10),
        "may_answer": request.member.may(Act.ANSWER),
    }
    return TemplateResponse(request, "listen/mentions/list.html", context)


@members_only(Act.ANSWER)
@require_POST
def answered(request: MemberRequest, public_id: str) -> HttpResponse:
    """Somebody answered at the place itself."""
    row = get_object_or_404(Conversation.objects.heard(), public_id=public_id, source=NAME)
    watching.answered_there(row, by=request.member, at=clock.now())
    audit.record(at=clock.now(), actor=request.member.name, act="mention.answered", subject=public_id)
    messages.success(request, "Marked as answered there. It takes a second to show.")
    return redirect("listening:mentions")
