"""The register of affected customers: rules, counting before freezing, people, lists."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.core.spreadsheets import Echo, harmless
from daylight.customers.models import ContactPoint, Customer
from daylight.customers.paging import page
from daylight.incidents import register
from daylight.incidents.failures import IncidentFailure
from daylight.incidents.forms.rule import RuleForm
from daylight.incidents.models import AffectedCustomer, Incident, RegisterRule, RegisterVersion
from daylight.incidents.views.finding import refuse, say, the_incident

MOST_FOUND = 10
AT_ONCE = 500


@require_GET
@members_only(Act.READ_CUSTOMERS)
def register_(request: MemberRequest, public_id: str) -> HttpResponse:
    """Everybody in the register, with search; its rules and versions; and the way to add more."""
    return _page(request, the_incident(request, public_id), RuleForm())


def _page(request: MemberRequest, incident: Incident, form: RuleForm, *, status: int = 200) -> HttpResponse:
    asked, removed = request.GET.get("q", "").strip(), "removed" in request.GET
    rows = AffectedCustomer.objects.filter(incident=incident, removed_at__isnull=not removed).search(asked)
    rows = rows.select_related("customer", "rule")
    rules = list(RegisterRule.objects.standing(incident))
    context = {
        "incident": incident,
        "form": form,
        "suggestions": form.suggestions(),
        "people": page(rows, after=request.GET.get("after", "")),
        "asked": asked,
        "removed": removed,
        "total": RegisterVersion.objects.total(incident),
        "rules": rules,
        "versions": incident.register_versions.order_by("-number").select_related("frozen_by"),
        "newly": register.newly_found(incident) if rules else 0,
        "found": _to_add(incident, request.GET.get("add", "").strip()),
        "add": request.GET.get("add", "").strip(),
        "may_lead": request.member.may(Act.LEAD_INCIDENT),
    }
    return TemplateResponse(request, "incidents/register.html", context, status=status)


def _to_add(incident: Incident, asked: str) -> list[Customer]:
    if not asked:
        return []
    inside = AffectedCustomer.objects.present().filter(incident=incident).values("customer_id")
    return list(Customer.objects.present().search(asked).exclude(pk__in=inside)[:MOST_FOUND])


@require_POST
@members_only(Act.LEAD_INCIDENT)
def count(request: MemberRequest, public_id: str) -> HttpResponse:
    """How many customers the rule in the form finds, before anything is written."""
    incident = the_incident(request, public_id)
    return TemplateResponse(request, "incidents/count.html", _counted(incident, request))


@require_POST
@members_only(Act.OPEN_INCIDENT)
def count_first(request: MemberRequest) -> HttpResponse:
    """The same while an incident is being declared."""
    return TemplateResponse(request, "incidents/count.html", _counted(None, request))


def _counted(incident: Incident | None, request: MemberRequest) -> dict[str, Any]:
    form = RuleForm(request.POST, request.FILES, is_optional=True)
    form.fields["reason"].required = False
    form.is_valid()
    answers = form.cleaned_data
    if "parameters" not in answers:
        problems = [text for name, texts in form.errors.items() if name != "reason" for text in texts]
        return {"problems": problems, "chosen": answers.get("rule_kind")}
    if form.listing is not None:
        keys: Any = form.listing.customers
        found, known = len(keys), _known(incident, keys)
    else:
        people = register.find(answers["rule_kind"], answers["parameters"])
        found = people.count()
        known = _known(incident, people.order_by().values("pk")) if incident else 0
    return {"number": found, "known": known, "listing": form.listing, "chosen": True}


def _known(incident: Incident | None, keys: Any) -> int:
    if incident is None:
        return 0
    return AffectedCustomer.objects.present().filter(incident=incident, customer__in=keys).count()


@require_POST
@members_only(Act.LEAD_INCIDENT)
def add(request: MemberRequest, public_id: str) -> HttpResponse:
    """Put the customers that a rule finds into the register, as its next version."""
    incident, now = the_incident(request, public_id), clock.now()
    form = RuleForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, incident, form, status=422)
    answers = form.cleaned_data
    with transaction.atomic():
        register.add_rule(
            incident,
            kind=answers["rule_kind"],
            parameters=answers["parameters"],
            reason=answers["reason"],
            by=request.member,
            at=now,
        )
        before = incident.register_versions.last()
        version = register.freeze(incident, by=request.member, at=now)
    added = 0 if version == before else version.added
    say(request, f"{added:,} customers added. {version.total:,} are affected (version {version.number}).")
    return redirect("incidents:register", public_id)


@require_POST
@members_only(Act.LEAD_INCIDENT)
def freeze(request: MemberRequest, public_id: str) -> HttpResponse:
    """Look again with the same rules: who is found now and was not before joins."""
    incident = the_incident(request, public_id)
    before = incident.register_versions.last()
    version = register.freeze(incident, by=request.member, at=clock.now())
    if version == before:
        say(request, "Nobody new is found; the register stands.")
    else:
        say(request, f"{version.added:,} customers added; they get the latest update.")
    return redirect("incidents:register", public_id)


@require_POST
@members_only(Act.LEAD_INCIDENT)
def change_one(request: MemberRequest, public_id: str) -> HttpResponse:
    """Put one customer in, or take one out, with a reason."""
    incident, now = the_incident(request, public_id), clock.now()
    key = request.POST.get("customer", "")
    customer = get_object_or_404(
        Customer.objects.present(), pk=int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0
    )
    reason = request.POST.get("reason", "")[:300]
    try:
        if "remove" in request.POST:
            register.remove(incident, customers=[customer.pk], because=reason, by=request.member, at=now)
            say(request, f"{customer.name} is no longer in the register; the record stays.")
        else:
            register.add_one(incident, customer=customer, reason=reason, by=request.member, at=now)
            say(request, f"{customer.name} is in the register and gets the latest update.")
    except IncidentFailure as problem:
        refuse(request, problem)
    return redirect("incidents:register", public_id)


@require_POST
@members_only(Act.LEAD_INCIDENT)
def withdraw(request: MemberRequest, public_id: str, rule: int) -> HttpResponse:
    """Withdraw a rule that was wrong."""
    incident = the_incident(request, public_id)
    wrong = get_object_or_404(RegisterRule.objects.standing(incident), pk=rule)
    try:
        version = register.withdraw(
            wrong, because=request.POST.get("reason", "")[:300], by=request.member, at=clock.now()
        )
        say(request, f"Withdrawn; {version.removed if version else 0:,} customers left the register.")
    except IncidentFailure as problem:
        refuse(request, problem)
    return redirect("incidents:register", public_id)


@require_GET
@members_only(Act.READ_CUSTOMERS)
def unmatched(request: MemberRequest, public_id: str, rule: int) -> HttpResponse:
    """The lines of a list that name nobody we know, as a file."""
    incident = the_incident(request, public_id)
    listed = get_object_or_404(incident.register_rules, pk=rule, kind=RegisterRule.Kind.LISTED)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="unmatched-{public_id}-{rule}.csv"'
    writer = csv.writer(answer)
    writer.writerow(["line", "value"])
    for line, value in listed.parameters.get("unmatched", []):
        writer.writerow([line, harmless(value)])
    return answer


@require_GET
@members_only(Act.LEAD_INCIDENT)
def leave_out(request: MemberRequest, public_id: str) -> HttpResponseBase:
    """Whom campaigns should leave out while this lasts, as a file for the tool that sends them; streamed."""
    incident = the_incident(request, public_id)
    audit.record(at=clock.now(), actor=request.member.name, act="register.export", subject=incident.public_id)
    answer = StreamingHttpResponse(_left_out(incident), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="leave-out-{public_id}.csv"'
    return answer


def _left_out(incident: Incident) -> Iterator[str]:
    """A line for each mail address; one without for a customer who has none. What has ended holds nobody."""
    writer = csv.writer(Echo())
    yield writer.writerow(["email", "customer", "name"])
    mails = Prefetch("customer__contact_points", ContactPoint.objects.in_use().filter(channel="email"))
    rows = AffectedCustomer.objects.in_trouble().filter(incident=incident, customer__erased_at__isnull=True)
    for row in rows.select_related("customer").prefetch_related(mails).order_by("pk").iterator(AT_ONCE):
        for address in [point.address for point in row.customer.contact_points.all()] or [""]:
            yield writer.writerow(map(harmless, (address, row.customer.external_id or "", row.customer.name)))
