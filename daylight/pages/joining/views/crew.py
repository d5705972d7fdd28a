"""The crew's screens: who subscribes, and how the page says that we tell."""

import csv
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.core.spreadsheets import BOM, Echo, harmless
from daylight.pages.joining.crew_forms import Filter, HowWeTellForm
from daylight.pages.models import HowWeTell, Page
from daylight.reach import subscribers
from daylight.reach.models import Subscriber, Subscription
from daylight.reach.models.subscriber import SubscriberQuerySet
from daylight.reach.models.subscription import KINDS

PER_PAGE = 50
AT_ONCE = 1_000
COLUMNS = ("address", "channel", "page", "state", "about", "language", "asked", "confirmed", "ended")


@members_only(Act.READ_CUSTOMERS)
@require_GET
def subscribers_(request: MemberRequest) -> HttpResponse:
    """Who asked on our pages to be told, newest first; found by address, state, channel, page, and what it is about."""
    asked = Filter(request.GET)
    rows = asked.rows()
    page = Paginator(rows.newest_first(), PER_PAGE).get_page(request.GET.get("page"))
    _with_about(list(page.object_list))
    context = {
        "filter": asked,
        "page": page,
        "query": f"{urlencode(asked.wanted)}&" if asked.wanted else "",
        "counts": Subscriber.objects.counts(),
        "may_export": request.member.may(Act.EXPORT_EVIDENCE),
    }
    return render(request, "pages/joining/crew/subscribers.html", context)


@members_only(Act.READ_CUSTOMERS)
@require_http_methods(["GET", "POST"])
def subscriber(request: MemberRequest, public_id: str) -> HttpResponse:
    """One subscriber: what they asked for and when they said yes; ask again, or remove."""
    row = get_object_or_404(Subscriber.objects.with_state().select_related("contact_point"), public_id=public_id)
    may_write = request.member.may(Act.WRITE_CUSTOMERS)
    if request.method != "POST":
        _with_about([row])
        return render(request, "pages/joining/crew/subscriber.html", {"row": row, "may_write": may_write})
    wanted = request.POST.get("act")
    if not may_write or wanted not in {"end", "resend"}:
        return HttpResponse(status=403 if not may_write else 422)
    now = clock.now()
    if wanted == "end":
        subscribers.end(row, by=request.member.name, at=now)
        messages.success(request, f"{row.address} is told nothing more.")
    else:
        subscribers.resend(row, at=now)
        messages.success(request, "We ask again, unless we did so lately.")
    audit.record(at=now, actor=request.member.name, act=f"subscriber.{wanted}", subject=f"subscriber {row.public_id}")
    return redirect("pages:subscribers")


@members_only(Act.EXPORT_EVIDENCE)
@require_GET
def subscribers_csv(request: MemberRequest) -> HttpResponseBase:
    """Those found, as a file for a spreadsheet."""
    now, asked = clock.now(), Filter(request.GET)
    rows = asked.rows()
    count = rows.count()
    audit.record(
        at=now, actor=request.member.name, act="subscriber.export", subject="subscribers", rows=count, **asked.wanted
    )
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="subscribers-{now:%Y-%m-%d}.csv"'
    return response


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def how_we_tell(request: MemberRequest, slug: str) -> HttpResponse:
    """The crew's own words on the page that says how we tell; the figures on it come from the settings."""
    page = get_object_or_404(Page, slug=slug)
    language = request.POST.get("language") or request.GET.get("language") or page.languages()[0]
    if language not in page.languages():
        raise Http404
    now = clock.now()
    row = HowWeTell.objects.filter(page=page, language=language).first()
    row = row or HowWeTell(page=page, language=language, changed_at=now)
    form = HowWeTellForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        row.changed_at = now
        form.save()
        audit.record(at=now, actor=request.member.name, act="page.how_we_tell", subject=page.slug, language=language)
        messages.success(request, "Saved. The page shows it within a second.")
        return redirect(f"{request.path}?language={language}")
    names = dict(Page.Language.choices)
    languages = [(code, names[code]) for code in page.languages()]
    context = {"page": page, "form": form, "language": language, "languages": languages}
    return render(request, "pages/joining/crew/how_we_tell.html", context, status=422 if form.errors else 200)


def _with_about(rows: list[Subscriber]) -> None:
    """Gives each row `about`: what it is told about, or what waits for a yes, in words."""
    points = [row.contact_point_id for row in rows]
    told: dict[int | None, list[str]] = {}
    wishes = Subscription.objects.filter(contact_point__in=points).select_related(*KINDS)
    for wish in wishes:
        told.setdefault(wish.contact_point_id, []).append(wish.about)
    for row in rows:
        row.about = told.get(row.contact_point_id, [])  # type: ignore[attr-defined]
        row.waiting = subscribers.in_words(row.asked, everything="everything")  # type: ignore[attr-defined]


def _lines(rows: SubscriberQuerySet) -> Iterator[str]:
    """The newest first, some hundred at a time, each beginning where the last ended."""
    writer = csv.writer(Echo())
    yield BOM + str(writer.writerow(COLUMNS))
    part = list(rows.order_by("-pk")[:AT_ONCE])
    while part:
        _with_about(part)
        yield from (str(writer.writerow([harmless(cell) for cell in _cells(row)])) for row in part)
        part = list(rows.filter(pk__lt=part[-1].pk).order_by("-pk")[:AT_ONCE])


def _cells(row: Any) -> list[str]:
    times = (row.created_at, row.confirmed_at, row.ended_at)
    moments = [moment.isoformat() if moment else "" for moment in times]
    return [row.address, row.channel, row.page, row.state, "; ".join(row.about or row.waiting), row.language, *moments]
