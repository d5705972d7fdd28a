"""Settings of the room: components and who uses them, rhythms, the escalation ladder."""

from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from daylight.accounts import setting_up
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents import components_in_use, listing, said
from daylight.incidents.cadence import default_rhythm
from daylight.incidents.forms.managing import CadenceForm, ComponentForm, RungForm, SectionForm
from daylight.incidents.forms.rule import LARGEST_LIST
from daylight.incidents.models import Cadence, Component, EscalationRung, Section
from daylight.incidents.views.finding import refuse, say
from daylight.incidents.words import Kind, Severity


@members_only(Act.SET_UP)
def components(request: MemberRequest) -> HttpResponse:
    """What is offered, part by part."""
    rows = Component.objects.as_shown().annotate(users=Count("uses"))
    context = {
        "components": rows.filter(retired_at__isnull=True),
        "retired": rows.filter(retired_at__isnull=False),
        "sections": Section.objects.annotate(parts=Count("components")),
    }
    return TemplateResponse(request, "incidents/components.html", context)


@members_only(Act.SET_UP)
def component(request: MemberRequest, key: str = "") -> HttpResponse:
    """Make or change one component."""
    row = get_object_or_404(Component, key=key) if key else None
    place = (Component.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    form = ComponentForm(request.POST if request.method == "POST" else None, instance=row, initial={"position": place})
    if form.is_bound and form.is_valid():
        saved = form.save_at(clock.now())
        setting_up.record(request, "component.change" if row else "component.make", saved.key)
        return redirect("incidents:components")
    context = {
        "form": form,
        "component": row,
        "users": row.uses.count() if row else 0,
        "sections": Section.objects.all(),
    }
    return setting_up.page(request, "incidents/component.html", context)


@members_only(Act.SET_UP)
def section(request: MemberRequest, public_id: str) -> HttpResponse:
    """Rename, describe or move one section."""
    row = get_object_or_404(Section, public_id=public_id)
    form = SectionForm(request.POST if request.method == "POST" else None, instance=row)
    if form.is_bound and form.is_valid():
        form.instance.changed_at = clock.now()
        setting_up.record(request, "section.change", form.save().name)
        return redirect("incidents:components")
    context = {"form": form, "section": row, "components": row.components.order_by("position", "name")}
    return setting_up.page(request, "incidents/section.html", context)


@require_POST
@members_only(Act.SET_UP)
def remove_section(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take a section away; its components stand without one."""
    row = get_object_or_404(Section, public_id=public_id)
    row.delete()
    setting_up.record(request, "section.remove", row.name)
    return redirect("incidents:components")


@require_POST
@members_only(Act.SET_UP)
def retire(request: MemberRequest, key: str) -> HttpResponse:
    """Take a component out of use, or bring it back; what was said of it stays."""
    row = get_object_or_404(Component, key=key)
    acts = ("component.retire", "component.bring_back")
    return setting_up.put_away(request, row, subject=key, acts=acts, then="incidents:components")


@require_POST
@members_only(Act.SET_UP)
def users(request: MemberRequest, key: str) -> HttpResponse:
    """Set who uses a component by a list."""
    row = get_object_or_404(Component, key=key)
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > LARGEST_LIST:
        refuse(request, "Choose a file with customer numbers, e-mail addresses or order numbers, of at most 20 MB.")
        return redirect("incidents:component", key)
    try:
        found = listing.read(file.read())
    except listing.ListTooLong as problem:
        refuse(request, str(problem))
        return redirect("incidents:component", key)
    number = components_in_use.set_users(row, found.customers)
    lines = ", ".join(str(line) for line, _ in found.unmatched[:20])
    rest = f" {len(found.unmatched):,} lines name nobody we know (lines {lines})." if found.unmatched else ""
    say(request, f"{number:,} customers use {row.name} now.{rest}")
    setting_up.record(request, "component.set_users", key, number=number)
    return redirect("incidents:component", key)


@require_POST
@members_only(Act.SET_UP)
def read_users(request: MemberRequest) -> HttpResponse:
    """Read from the customers' records who uses what."""
    number = components_in_use.read_from_customers()
    say(request, f"{number:,} new uses read from the customers' records.")
    setting_up.record(request, "component.read_users", "", number=number)
    return redirect("incidents:components")


@members_only(Act.SET_UP)
def cadence(request: MemberRequest) -> HttpResponse:
    """How often we speak, by severity and kind."""
    known = setting_up.by_severity(request, Cadence.objects.all(), "kind")
    form = CadenceForm(request.POST if request.method == "POST" else None, instance=known)
    if form.is_bound and form.is_valid():
        setting_up.record(request, "cadence.set", str(form.save()))
        return redirect("incidents:cadence")
    context = {"form": form, "rows": _rhythms(), "set": Cadence.objects.order_by("severity", "kind")}
    return setting_up.page(request, "incidents/cadence.html", context)


@require_POST
@members_only(Act.SET_UP)
def drop_cadence(request: MemberRequest, number: int) -> HttpResponse:
    """Go back to the default rhythm."""
    row = get_object_or_404(Cadence, pk=number)
    return setting_up.drop(request, row, act="cadence.drop", then="incidents:cadence")


def _rhythms() -> list[dict[str, Any]]:
    special = [Kind.LATE_DELIVERY, Kind.SUPPLIER_FAILURE, Kind.FORESEEN_TROUBLE, Kind.DATA_BREACH]
    asked = [(severity, "", severity.label) for severity in Severity] + [
        (Severity.NOTICEABLE, kind.value, kind.label) for kind in special
    ]
    rows = []
    for severity, kind, label in asked:
        rhythm = Cadence.objects.rhythm_for(severity=severity, kind=kind)
        first, between = (
            said.span(length, in_working_hours=rhythm.in_working_hours)
            for length in (rhythm.first_word, rhythm.between)
        )
        usual = rhythm == default_rhythm(severity, kind)
        rows.append({"label": label, "first": first, "between": between, "is_usual": usual})
    return rows


@members_only(Act.SET_UP)
def ladder(request: MemberRequest) -> HttpResponse:
    """Whom Daylight calls, one after another, when nobody has spoken."""
    form = RungForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        rung = form.save(commit=False)
        rung.position = (EscalationRung.objects.aggregate(last=Max("position"))["last"] or 0) + 1
        rung.save()
        setting_up.record(request, "ladder.add", rung.member.name)
        return redirect("incidents:ladder")
    context = {
        "form": form,
        "rungs": EscalationRung.objects.select_related("member"),
        "leads": Member.objects.able_to(Act.LEAD_INCIDENT).order_by("name"),
    }
    return setting_up.page(request, "incidents/ladder.html", context)


@require_POST
@members_only(Act.SET_UP)
@transaction.atomic
def drop_rung(request: MemberRequest, number: int) -> HttpResponse:
    """Take a step out of the ladder."""
    rung = get_object_or_404(EscalationRung, pk=number)
    setting_up.record(request, "ladder.remove", rung.member.name)
    rung.delete()
    return redirect("incidents:ladder")
