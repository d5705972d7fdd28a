"""What readers wrote back."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.incidents.models import Incident
from daylight.reach.models import Reply

PER_PAGE = 50


@members_only(Act.READ_CUSTOMERS)
def replies(request: MemberRequest, public_id: str = "") -> HttpResponse:
    """Every reply, or those in answer to one incident, latest first; `words` leaves out what was only a command."""
    visible = Incident.objects.for_member(request.member)
    incident = get_object_or_404(visible, public_id=public_id) if public_id else None
    rows = Reply.objects.about(incident) if incident else Reply.objects.order_by("-said_at", "-pk")
    only_words = request.GET.get("only") == "words"
    if only_words:
        rows = rows.filter(meaning=Reply.Meaning.WORDS)
    rows = rows.select_related("contact_point__customer", "incident")
    context = {
        "incident": incident,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "only_words": only_words,
        "query": "only=words&" if only_words else "",
        "may_set_up": request.member.may(Act.SET_UP),
    }
    return TemplateResponse(request, "reach/replies.html", context)
