"""Letters: what waits to be printed, the PDF of a batch, its list, and what is in the post."""

import csv
import io

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.models import Organisation
from daylight.accounts.roles import Act
from daylight.core import clock, spreadsheets
from daylight.reach import providers
from daylight.reach.channels.letter.composing import LetterText
from daylight.reach.channels.letter.drawing import Cover, draw
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import PrintBatch
from daylight.reach.models.printing import NotClosed

PER_PAGE = 25
SHOWN = 50


@require_GET
@members_only(Act.READ_CUSTOMERS)
def letters(request: MemberRequest) -> HttpResponse:
    """The print batches: those with something to do stand first."""
    page = Paginator(PrintBatch.objects.filter(size__gt=0).latest_first(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "is_connected": CHANNELS["letter"] in providers.connected(),
        "may_post": request.member.may(Act.PUBLISH_UPDATE),
        "may_set_up": request.member.may(Act.SET_UP),
    }
    return TemplateResponse(request, "reach/letters.html", context)


@require_GET
@members_only(Act.READ_CUSTOMERS)
def batch(request: MemberRequest, pk: int) -> HttpResponse:
    """One batch: to whom its letters go."""
    row = get_object_or_404(PrintBatch, pk=pk)
    context = {
        "batch": row,
        "letters": row.letters.all()[:SHOWN],
        "subjects": row.letters.exclude(subject="").values("subject").annotate(number=Count("pk")).order_by("subject"),
        "more": max(row.size - SHOWN, 0),
        "may_post": request.member.may(Act.PUBLISH_UPDATE),
    }
    return TemplateResponse(request, "reach/letter_batch.html", context)


@require_POST
@members_only(Act.PUBLISH_UPDATE)
def pdf(request: MemberRequest, pk: int) -> FileResponse:
    """The whole batch to print; the first download closes it, so that what is posted is what was printed."""
    row, now = get_object_or_404(PrintBatch, pk=pk), clock.now()
    row.close(at=now)
    kept = row.letters.exclude(content="").values_list("content", flat=True)
    found = [LetterText.of_json(content) for content in kept.iterator()]
    ours = Organisation.get()
    told = f"{len(found)} letters, gathered from {row.opened_at:%Y-%m-%d %H:%M} to {row.closed_at:%Y-%m-%d %H:%M} UTC."
    cover = Cover(title=f"{ours.name}: print batch {row.pk}", told=told)
    audit.record(at=now, actor=request.member.name, act="letters.print", subject=str(row), letters=len(found))
    document = io.BytesIO(draw(found, layout=row.layout, cover=cover))
    return FileResponse(document, as_attachment=True, filename=f"letters-{row.pk}.pdf", content_type="application/pdf")


@require_GET
@members_only(Act.READ_CUSTOMERS)
def listed(request: MemberRequest, pk: int) -> HttpResponse:
    """The batch as a list for the post room."""
    row = get_object_or_404(PrintBatch, pk=pk)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["number", "name", "address", "subject", "placed_at", "key"])
    for number, letter in enumerate(row.letters.defer("content").iterator(), start=1):
        facts = (letter.name, letter.address, letter.subject)
        told = [spreadsheets.harmless(fact) for fact in facts]
        writer.writerow([number, *told, letter.placed_at.isoformat(), letter.key])
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="letters-{row.pk}.csv"'
    return answer


@require_POST
@members_only(Act.PUBLISH_UPDATE)
def posted(request: MemberRequest, pk: int) -> HttpResponse:
    """The letters are in the post."""
    row, now = get_object_or_404(PrintBatch, pk=pk), clock.now()
    try:
        if row.mark_posted(by=request.member.name, at=now):
            audit.record(at=now, actor=request.member.name, act="letters.post", subject=str(row), letters=row.size)
            messages.success(request, f"Batch {row.pk} is marked as posted.")
    except NotClosed:
        messages.error(request, "Download the PDF first: until then more letters may still come in.")
    return redirect("reach:letter-batch", pk)


@require_POST
@members_only(Act.PUBLISH_UPDATE)
def undo_posted(request: MemberRequest, pk: int) -> HttpResponse:
    """They are not in the post after all."""
    row = get_object_or_404(PrintBatch, pk=pk)
    if row.undo_posted():
        audit.record(at=clock.now(), actor=request.member.name, act="letters.undo_post", subject=str(row))
        messages.success(request, f"Batch {row.pk} waits to be posted again.")
    return redirect("reach:letter-batch", pk)
