"""The audit trail on a screen."""

from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_current_timezone

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.forms.audit import AuditFilter
from daylight.accounts.models import AuditEntry
from daylight.accounts.models.audit_entry import AuditEntryQuerySet
from daylight.accounts.roles import Act

PER_PAGE = 50


@members_only(Act.READ_AUDIT)
def audit_trail(request: MemberRequest) -> HttpResponse:
    """What people and programs did, newest first."""
    form = AuditFilter(request.GET)
    narrowed = form.is_valid()
    entries = _narrowed(AuditEntry.objects.all(), form) if narrowed else AuditEntry.objects.none()
    page = list(entries.order_by("-number")[: PER_PAGE + 1])
    asked = {name: value for name, value in request.GET.items() if name != "before" and value}
    older = urlencode(asked | {"before": page[PER_PAGE - 1].number}) if len(page) > PER_PAGE else ""
    told = {"form": form, "entries": page[:PER_PAGE], "older": older, "asked": asked, "newest": urlencode(asked)}
    return render(request, "accounts/audit.html", told, status=200 if narrowed else 400)


def _narrowed(entries: AuditEntryQuerySet, form: AuditFilter) -> AuditEntryQuerySet:
    said = form.cleaned_data
    if said["who"]:
        entries = entries.filter(actor__icontains=said["who"])
    if said["act"]:
        entries = entries.filter(act=said["act"])
    if said["subject"]:
        entries = entries.filter(subject__icontains=said["subject"])
    if said["since"]:
        entries = entries.filter(at__gte=_start_of(said["since"]))
    if said["until"]:
        entries = entries.filter(at__lt=_start_of(said["until"]) + timedelta(days=1))
    if said["before"]:
        entries = entries.filter(number__lt=said["before"])
    return entries


def _start_of(day: datetime) -> datetime:
    return datetime.combine(day, time.min, tzinfo=get_current_timezone())
