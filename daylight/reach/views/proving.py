"""Proof: what was said and to whom, how customers heard of it, the exact message of a delivery, exports."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, anyone, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents.models import Incident, Update
from daylight.reach import answers, told_times
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.evidence import exact, exporting, lines, people, signing, texts
from daylight.reach.evidence.tally import why_stopped
from daylight.reach.framing import framed, html_part
from daylight.reach.hearing import Hearing
from daylight.reach.models import Delivery, EvidenceExport
from daylight.reach.models.delivery import CUSTOMER_SHIFT
from daylight.reach.moves import State
from daylight.reach.preferring import masked
from daylight.reach.progress import Progress, notices_of
from daylight.reach.views.telling import chosen_update, the_incident
from daylight.regimes import record

SHOWN_EXPORTS = 10
ALL = "all"


class ExportForm(forms.Form):
    """What to export, and as what."""

    update = forms.ChoiceField(label="Of")
    form = forms.ChoiceField(label="As", choices=EvidenceExport.Form.choices, initial=EvidenceExport.Form.PACK)
    with_bom = forms.BooleanField(
        label="For Excel", help_text="Begins a CSV with the mark by which Excel knows its letters.", required=False
    )

    def __init__(self, *args: Any, incident: Incident, **more: Any) -> None:
        super().__init__(*args, **more)
        self.published = {str(update.number): update for update in incident.updates.published()}
        choices = [(ALL, "All updates"), *((number, f"Update {number}") for number in self.published)]
        self.fields["update"].choices = choices  # type: ignore[attr-defined]  # Known to the field that it is.


@require_GET
@members_only(Act.READ)
def proof(request: MemberRequest, public_id: str) -> HttpResponse:
    """How the affected customers of an incident heard of it, and the way to the proof of each update."""
    incident, now = the_incident(request, public_id), clock.now()
    times = told_times.of(incident, now=now)
    return TemplateResponse(
        request,
        "reach/proof.html",
        {
            "incident": incident,
            "updates": _published(incident),
            "times": times,
            "lengths": _lengths(times.figures),
            "by_channel": _by_channel(times.figures),
            "within": _within(times.figures),
            "has_regimes": record.has_regimes(incident),
            **_exports(request, incident),
        },
    )


@require_GET
@members_only(Act.READ)
def proof_of_update(request: MemberRequest, public_id: str, number: int) -> HttpResponse:
    """The exact words of an update, who approved and sent them, and what became of them."""
    incident = the_incident(request, public_id)
    update = get_object_or_404(incident.updates.published().select_related("sent_off_by"), number=number)
    times = told_times.of(incident, now=clock.now())
    return TemplateResponse(
        request,
        "reach/proof_update.html",
        {
            "incident": incident,
            "update": update,
            "updates": _published(incident),
            "texts": texts.published(update),
            "approvals": texts.approvals(update),
            "notices": notices_of(update),
            "progress": Progress.of(incident, update),
            "times": times,
            "heard": times.figures.get("by_update", {}).get(str(number)),
            **_exports(request, incident, update),
        },
    )


def _published(incident: Incident) -> Any:
    return incident.updates.published().order_by("-number")


def _exports(request: MemberRequest, incident: Incident, update: Update | None = None) -> dict[str, Any]:
    """The form and the latest exports, for those who may."""
    if not request.member.may(Act.EXPORT_EVIDENCE):
        return {"may_see_people": request.member.may(Act.READ_CUSTOMERS)}
    rows = EvidenceExport.objects.filter(incident=incident).select_related("made_by", "update", "incident")
    return {
        "may_see_people": request.member.may(Act.READ_CUSTOMERS),
        "export_form": ExportForm(incident=incident, initial={"update": update.number if update else ALL}),
        "exports": rows[:SHOWN_EXPORTS],
    }


_LENGTHS = (
    ("after_publishing", "First word, after it was published"),
    ("after_knowing", "First word, after we knew"),
    ("after_beginning", "First word, after it began"),
    ("between", "Between one word and the next"),
    ("in_the_dark", "In the dark, all in all"),
)


def _lengths(figures: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"label": label, **figures[name]} for name, label in _LENGTHS if figures.get(name)]


def _by_channel(figures: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"label": CHANNELS[name].label if name in CHANNELS else name.capitalize(), **each}
        for name, each in figures.get("by_channel", {}).items()
    ]


def _within(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """How many heard within each span after publication, those who never did included, as shares of all."""
    customers = figures.get("customers") or 1
    spans = [{"limit": limit, "number": number} for limit, number in figures.get("within", [])]
    spans.append({"limit": "never", "number": figures.get("never", 0)})
    return [{**span, "percent": 100 * span["number"] // customers} for span in spans]


@require_POST
@members_only(Act.EXPORT_EVIDENCE)
def export(request: MemberRequest, public_id: str) -> HttpResponse:
    """Begin an export; a small one is ready at once."""
    incident = the_incident(request, public_id)
    form = ExportForm(request.POST, incident=incident)
    if not form.is_valid():
        messages.error(request, "Choose an update that was published, and a form.")
        return redirect("reach:proof", public_id)
    asked = form.cleaned_data
    row = exporting.ask(
        incident,
        form.published.get(asked["update"]),
        form=asked["form"],
        by=request.member,
        at=clock.now(),
        with_bom=asked["with_bom"],
    )
    return redirect("reach:evidence", row.pk)


@require_GET
@members_only(Act.EXPORT_EVIDENCE)
def evidence(request: MemberRequest, pk: int) -> HttpResponse:
    """One export: how far it is, or the way to fetch it."""
    row = _the_export(request, pk)
    context = {
        "row": row,
        "incident": row.incident,
        "file": exporting.file_of(row),
        "file_name": exporting.file_name(row),
        "is_running": row.state == EvidenceExport.State.RUNNING,
    }
    is_fragment = request.headers.get("HX-Request") == "true"
    return TemplateResponse(request, "reach/_evidence.html" if is_fragment else "reach/evidence.html", context)


@require_GET
@members_only(Act.EXPORT_EVIDENCE)
def evidence_file(request: MemberRequest, pk: int) -> HttpResponseBase:
    """The finished file; on the audit trail."""
    row = _the_export(request, pk)
    path = exporting.file_of(row)
    if path is None:
        raise Http404("This file is not here: it expired, or lies on another machine.")
    audit.record(
        at=clock.now(),
        actor=request.member.name,
        act="evidence.download",
        subject=row.incident.public_id,
        export=row.pk,
        sha256=row.sha256,
    )
    return FileResponse(path.open("rb"), as_attachment=True, filename=exporting.file_name(row))


def _the_export(request: MemberRequest, pk: int) -> EvidenceExport:
    rows = EvidenceExport.objects.select_related("incident", "update", "made_by")
    return get_object_or_404(rows.filter(incident__in=Incident.objects.for_member(request.member)), pk=pk)


@require_GET
@members_only(Act.EXPORT_EVIDENCE)
def ledger_csv(request: MemberRequest, public_id: str) -> HttpResponseBase:
    """The ledger of one update as a table, streamed while it is read."""
    incident, now = the_incident(request, public_id), clock.now()
    update = chosen_update(request, incident)
    if update is None:
        raise Http404
    audit.record(
        at=now, actor=request.member.name, act="ledger.export", subject=incident.public_id, update=update.number
    )

    def rows() -> Any:
        yield lines.heading()
        for proofs, _ in people.read(update, now=now):
            yield "".join(lines.table_lines(proofs))

    response = StreamingHttpResponse(rows(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ledger-{incident.public_id}-{update.number}.csv"'
    return response


@require_GET
@anyone
def evidence_key(request: MemberRequest) -> HttpResponse:
    """The public half of the key that signs evidence packs, for whoever checks one."""
    try:
        key = signing.the_key(clock.now())
    except signing.KeyUnreadable:
        raise Http404("There is no key just now.") from None
    return HttpResponse(
        key.public,
        content_type="application/x-pem-file",
        headers={"Content-Disposition": 'attachment; filename="evidence-key.pem"', "X-Fingerprint": key.fingerprint},
    )


@require_GET
@members_only(Act.READ_CUSTOMERS)
def delivery(request: MemberRequest, pk: int) -> HttpResponse:
    """One delivery: what became of it, how long it took, and the exact message."""
    row = _the_delivery(request, pk)
    message, may_differ = exact.message_of(row, now=clock.now())
    context = {
        "row": row,
        "incident": row.notice.incident,
        "channel": CHANNELS.get(row.batch.channel),
        "address": masked(row.batch.channel, row.contact_point.address),
        "step": _step(row),
        "message": message,
        "message_sha256": texts.hash_of(message) if message else "",
        "may_differ": may_differ,
        "has_html": bool(message and html_part(message.payload)),
        "receipts": row.receipts.order_by("said_at"),
        "reason": why_stopped(row.answer) if row.state == State.SUPPRESSED else "",
        "hearing": _hearing(row),
    }
    return TemplateResponse(request, "reach/delivery.html", context)


@require_GET
@members_only(Act.READ_CUSTOMERS)
def delivery_html(request: MemberRequest, pk: int) -> HttpResponse:
    """The HTML part of a delivery, for a sandboxed frame."""
    message, _ = exact.message_of(_the_delivery(request, pk), now=clock.now())
    return framed(html_part(message.payload) if message else "")


def _step(row: Delivery) -> str:
    slot = row.pk % (1 << CUSTOMER_SHIFT)
    return people.step_of(slot)


def _hearing(row: Delivery) -> Hearing | None:
    return told_times.hearing_of(row.customer_id, row.notice.incident, now=clock.now())


def _the_delivery(request: MemberRequest, pk: int) -> Delivery:
    rows = Delivery.objects.select_related(
        "notice__update__incident", "notice__update__corrects", "notice__incident", "batch", "customer", "contact_point"
    )
    incidents = Incident.objects.for_member(request.member)
    [row] = answers.filled_in([get_object_or_404(rows.filter(notice__incident__in=incidents), pk=pk)])
    return row
