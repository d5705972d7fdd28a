"""Bringing a file of what was said: upload, say what the columns are, see the first rows, watch."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.customers.csvfile import Unusable
from daylight.customers.uploading import KeptFile, ToDataFolder
from daylight.listen.models import PastFile
from daylight.listen.sources.csv import taking
from daylight.listen.sources.csv.forms import ColumnsForm, FileForm


@require_http_methods(["GET", "POST"])
@csrf_exempt  # Checked in `_upload`, once the handler that keeps the file out of memory is in place.
@members_only(Act.HAND_IN)
def files(request: MemberRequest) -> HttpResponse:
    """The files that were brought, and one more."""
    if request.method != "POST":
        return _list(request, FileForm(initial={"what": PastFile.What.CONVERSATIONS}))
    handler = ToDataFolder(request)
    request.upload_handlers = [handler]
    return _upload(request, handler)


@csrf_protect
def _upload(request: MemberRequest, handler: ToDataFolder) -> HttpResponse:
    form, file = FileForm(request.POST), request.FILES.get("file")
    if handler.is_too_large or not isinstance(file, KeptFile):
        problem = "The file is larger than 2 GB. Split it." if handler.is_too_large else "Choose a CSV file first."
        return _list(request, form, problem=problem)
    if not form.is_valid():
        file.path.unlink(missing_ok=True)
        return _list(request, form)
    now, said = clock.now(), form.cleaned_data
    try:
        row = taking.receive(
            file.path,
            file_name=file.name or "",
            what=said["what"],
            is_past=said["age"] == "past",
            by=request.member,
            at=now,
        )
    except Unusable as problem:
        return _list(request, form, problem=str(problem))
    audit.record(at=now, actor=request.member.name, act="messages.file", subject=row.file_name[:200])
    return redirect("listening:file", row.pk)


@members_only(Act.HAND_IN)
@require_http_methods(["GET", "POST"])
def file(request: MemberRequest, pk: int) -> HttpResponse:
    """One file where it stands: its columns with the first rows, its progress, or its result."""
    row = get_object_or_404(PastFile, pk=pk)
    if row.state != PastFile.State.UPLOADED:
        return TemplateResponse(request, "listen/csv/standing.html", {"row": row})
    form = ColumnsForm(request.POST if request.method == "POST" else None, row=row)
    columns = row.columns
    if form.is_bound and form.is_valid():
        columns = form.columns
        if "start" in request.POST:
            taking.start(row, columns, at=clock.now())
            audit.record(at=clock.now(), actor=request.member.name, act="messages.import", subject=row.file_name[:200])
            return redirect("listening:file", pk)
    tried = taking.preview(row, columns, at=clock.now())
    status = 422 if form.is_bound and not form.is_valid() else 200
    context = {"row": row, "form": form, "tried": tried}
    return TemplateResponse(request, "listen/csv/columns.html", context, status=status)


@members_only(Act.HAND_IN)
@require_POST
def drop(request: MemberRequest, pk: int) -> HttpResponse:
    """Forget a file; what was taken from it stays."""
    row = get_object_or_404(PastFile, pk=pk)
    taking.drop(row)
    audit.record(at=clock.now(), actor=request.member.name, act="messages.file_drop", subject=row.file_name[:200])
    messages.success(request, f"{row.file_name} is forgotten. What was taken from it stays.")
    return redirect("listening:files")


def _list(request: MemberRequest, form: FileForm, *, problem: str = "") -> HttpResponse:
    context = {"form": form, "problem": problem, "rows": PastFile.objects.select_related("made_by")[:50]}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "listen/csv/files.html", context, status=status)
