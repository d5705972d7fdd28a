"""Declaring an incident, and the list of all."""

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents import register
from daylight.incidents.declaring import declare
from daylight.incidents.forms.declare import DeclareForm
from daylight.incidents.forms.rule import RuleForm
from daylight.incidents.models import Incident
from daylight.incidents.views.finding import our_zone, room_of

PAGE = 50


@members_only(Act.READ)
def list_(request: MemberRequest) -> HttpResponse:
    """Every incident: those that go on first, then the past, page by page."""
    mine = Incident.objects.for_member(request.member)
    past = Paginator(mine.past().order_by("-closed_at"), PAGE).get_page(request.GET.get("page"))
    context = {
        "open": mine.open().prefetch_related("promises", "assignments__member", "register_versions"),
        "past": past,
        "may_declare": request.member.may(Act.OPEN_INCIDENT),
        "may_set_up": request.member.may(Act.SET_UP),
        "now": clock.now(),
    }
    return TemplateResponse(request, "incidents/list.html", context)


@members_only(Act.OPEN_INCIDENT)
def declare_(request: MemberRequest) -> HttpResponse:
    """The form of a new incident, with who is affected right there."""
    now = clock.now()
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    filled_in = request.GET.dict()  # A link may fill the form in; nothing happens before the button.
    form = DeclareForm(data, zone=our_zone(), now=now, by=request.member, initial=filled_in)
    rule = RuleForm(data, files, is_optional=True, initial=filled_in)
    if data is not None and form.is_valid() & rule.is_valid():
        return redirect(room_of(_declared(request, form, rule)))
    context = {"form": form, "rule": rule, "suggestions": rule.suggestions()}
    return TemplateResponse(request, "incidents/declare.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def _declared(request: MemberRequest, form: DeclareForm, rule: RuleForm) -> Incident:
    now, by = form.now, request.member
    incident = declare(by=by, at=now, **form.facts())
    if rule.is_chosen:
        answers = rule.cleaned_data
        register.add_rule(
            incident,
            kind=answers["rule_kind"],
            parameters=answers["parameters"],
            reason=answers["reason"],
            by=by,
            at=now,
        )
        register.freeze(incident, by=by, at=now)
    return incident
