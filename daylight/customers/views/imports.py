"""Importing in the browser: upload, say what the columns are, see what would happen, watch, fetch the faults."""

import codecs
from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.audit import record
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.customers import importing
from daylight.customers.columns import Mapping, Unmappable
from daylight.customers.csvfile import Unusable
from daylight.customers.fault_file import fault_lines
from daylight.customers.forms import SEPARATOR_NAMES, LayoutForm, MappingForm, UploadForm
from daylight.customers.models import Import
from daylight.customers.paging import page
from daylight.customers.uploading import KeptFile, ToDataFolder

SHOWN_FAULTS = 50


@require_GET
@members_only(Act.WRITE_CUSTOMERS)
def imports(request: MemberRequest) -> HttpResponse:
    """All imports, the newest first."""
    found = page(Import.objects.select_related("made_by"), after=request.GET.get("after", ""), by="-pk")
    return TemplateResponse(request, "customers/imports.html", {"page": found})


@require_http_methods(["GET", "POST"])
@csrf_exempt  # Checked in `_upload`, once the handler that keeps the file out of memory is in place.
@members_only(Act.WRITE_CUSTOMERS)
def imports_new(request: MemberRequest) -> HttpResponse:
    """Upload a file."""
    if request.method == "POST":
        handler = ToDataFolder(request)
        request.upload_handlers = [handler]
        return _upload(request, handler)
    form = UploadForm(initial={"kind": request.GET.get("kind") or Import.Kind.CUSTOMERS})
    return TemplateResponse(request, "customers/import_new.html", {"form": form})


@csrf_protect
def _upload(request: MemberRequest, handler: ToDataFolder) -> HttpResponse:
    form, file = UploadForm(request.POST), request.FILES.get("file")
    problem = ""
    if handler.is_too_large:
        problem = "The file is larger than 2 GB. Split it and import the parts one after the other."
    elif not isinstance(file, KeptFile):
        problem = "Choose a CSV file first."
    elif not form.is_valid():
        file.path.unlink(missing_ok=True)
    else:
        try:
            row = _received(request, file, form.cleaned_data["kind"])
            return redirect("customers:import", row.pk)
        except Unusable as refused:
            problem = str(refused)
    return TemplateResponse(request, "customers/import_new.html", {"form": form, "problem": problem}, status=422)


def _received(request: MemberRequest, file: KeptFile, kind: str) -> Import:
    now = clock.now()
    row = importing.receive(file.path, file_name=file.name or "", kind=kind, by=request.member, at=now)
    record(at=now, actor=request.member.name, act="import.upload", subject=f"import {row.pk}", kind=kind)
    return row


@require_http_methods(["GET", "POST"])
@members_only(Act.WRITE_CUSTOMERS)
def import_(request: MemberRequest, pk: int) -> HttpResponse:
    """One import where it stands: its mapping with a preview, its progress, or its result."""
    row = get_object_or_404(Import, pk=pk)
    if row.state != Import.State.UPLOADED:
        return _standing(request, row)
    form = MappingForm(request.POST or None, row=row)
    if request.method == "GET" or not form.is_valid():
        return _mapping_page(request, row, form)
    try:
        return _mapped(request, row, form.mapping())
    except Unmappable as refused:
        return _mapping_page(request, row, form, problem=str(refused))


def _mapped(request: MemberRequest, row: Import, mapping: Mapping) -> HttpResponse:
    if "start" in request.POST:
        importing.start(row, mapping, at=clock.now())
        record(at=clock.now(), actor=request.member.name, act="import.start", subject=f"import {row.pk}")
    else:
        row.mapping = mapping.stored()
        row.save(update_fields=["mapping"])
    return redirect("customers:import", row.pk)


def _mapping_page(request: MemberRequest, row: Import, form: MappingForm, *, problem: str = "") -> HttpResponse:
    sample = importing.sample(row)
    tried = None
    if not problem and not form.errors:
        try:
            tried = importing.preview(row, Mapping.of(row.mapping), now=clock.now())
        except Unmappable as refused:
            problem = str(refused)
    context = {
        "row": row,
        "form": form,
        "columns": [
            (field, [record.cells[index] for record in sample[:3] if len(record.cells) > index])
            for index, field in enumerate(form.columns())
        ],
        "tried": tried,
        "problem": problem,
        "is_doubtful": not importing.guess(row)[1],
        "layout_form": _layout_form(row),
    }
    return TemplateResponse(request, "customers/import_map.html", context, status=422 if form.is_bound else 200)


def _layout_form(row: Import) -> LayoutForm:
    separator = next((name for name, mark in SEPARATOR_NAMES.items() if mark == row.separator), "comma")
    return LayoutForm(initial={"separator": separator, "encoding": row.encoding, "has_header": row.has_header})


def _standing(request: MemberRequest, row: Import) -> HttpResponse:
    is_live = request.headers.get("HX-Request") == "true"
    context = {
        "row": row,
        "share": 100 * row.byte_position // max(1, row.size),
        "is_running": row.state == Import.State.RUNNING,
        "faults": row.faults.all()[:SHOWN_FAULTS],
        "more_faults": row.faults.count() > SHOWN_FAULTS if row.state != Import.State.RUNNING else False,
    }
    return TemplateResponse(request, "customers/parts/import.html" if is_live else "customers/import.html", context)


@require_POST
@members_only(Act.WRITE_CUSTOMERS)
def change_layout(request: MemberRequest, pk: int) -> HttpResponse:
    """Read the file another way."""
    row = get_object_or_404(Import, pk=pk, state=Import.State.UPLOADED)
    form = LayoutForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        importing.change_layout(
            row,
            has_header=given["has_header"],
            separator=SEPARATOR_NAMES[given["separator"]],
            encoding=given["encoding"],
        )
    return redirect("customers:import", row.pk)


@require_POST
@members_only(Act.WRITE_CUSTOMERS)
def drop_import(request: MemberRequest, pk: int) -> HttpResponse:
    """Give an import up."""
    row = get_object_or_404(Import, pk=pk, state__in=[Import.State.UPLOADED, Import.State.RUNNING])
    importing.drop(row, at=clock.now())
    record(at=clock.now(), actor=request.member.name, act="import.drop", subject=f"import {row.pk}")
    return redirect("customers:imports")


@require_GET
@members_only(Act.WRITE_CUSTOMERS)
def import_faults(request: MemberRequest, pk: int) -> StreamingHttpResponse:
    """The faulty rows with their reasons, as a CSV to mend and import again."""
    row = get_object_or_404(Import, pk=pk)
    name = content_disposition_header(as_attachment=True, filename=f"faults-{row.pk}-{row.file_name}")
    return StreamingHttpResponse(
        _encoded(row), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": str(name)}
    )


def _encoded(row: Import) -> Iterator[bytes]:
    yield codecs.BOM_UTF8  # By it spreadsheets know the encoding.
    for line in fault_lines(row):
        yield line.encode()
