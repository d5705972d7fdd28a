"""How hard we try to reach people, by severity: for the crew to look up."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.incidents.words import Severity
from daylight.reach.urgency import URGENCY


@require_GET
@members_only(Act.READ)
def urgency(request: MemberRequest) -> HttpResponse:
    """The table that laddering goes by."""
    rows = [(severity.label, URGENCY[severity]) for severity in Severity]
    context = {"rows": rows, "may_set_up": request.member.may(Act.SET_UP)}
    return TemplateResponse(request, "reach/urgency.html", context)
