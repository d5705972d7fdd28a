"""What screens of settings share: a form on a page, a row that is dropped or put away, each act in the audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest
from daylight.core import clock

Row = TypeVar("Row", bound=Model)
LONGEST_NUMBER = 4


class Retirable(Protocol):
    """A row that is put away and brought back, and never lost."""

    retired_at: datetime | None

    def save(self, *, update_fields: list[str]) -> None:
        """Keep it."""


def record(request: MemberRequest, act: str, subject: str, **details: object) -> None:
    """Write an act on the settings into the audit trail."""
    audit.record(at=clock.now(), actor=request.member.name, act=act, subject=subject, **details)


def page(request: MemberRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A page with a `form`; one that comes back with its faults says so by its status."""
    return TemplateResponse(request, template, dict(context), status=422 if context["form"].is_bound else 200)


def by_severity(request: MemberRequest, rows: QuerySet[Row], name: str) -> Row | None:
    """The row that a posted form is about: rows are told apart by a severity and by one more field."""
    severity = request.POST.get("severity", "")
    if not severity.isdecimal() or len(severity) > LONGEST_NUMBER:
        return None
    return rows.filter(**{"severity": severity, name: request.POST.get(name, "")}).first()


def drop(request: MemberRequest, row: Model, *, act: str, then: str) -> HttpResponse:
    """Take a row away for good, and go back."""
    record(request, act, str(row))
    row.delete()
    return redirect(then)


def put_away(request: MemberRequest, row: Retirable, *, subject: str, acts: tuple[str, str], then: str) -> HttpResponse:
    """Take a row out of use, or bring it back, and go back; `acts` name the one and the other."""
    row.retired_at = None if row.retired_at else clock.now()
    row.save(update_fields=["retired_at"])
    record(request, acts[0] if row.retired_at else acts[1], subject)
    return redirect(then)
