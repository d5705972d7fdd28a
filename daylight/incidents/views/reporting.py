"""The post-mortem: written, read by the checker, published when the incident is over, taken back."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents import reviewing
from daylight.incidents.failures import DraftChanged, IncidentFailure
from daylight.incidents.forms.managing import ReportForm
from daylight.incidents.models import PostMortem
from daylight.incidents.views.finding import refuse, say, the_incident


@members_only(Act.WRITE_UPDATE)
def post_mortem(request: MemberRequest, public_id: str) -> HttpResponse:
    """Write the report on an incident, and see what its readers would stumble over."""
    incident, now = the_incident(request, public_id), clock.now()
    row = PostMortem.objects.filter(incident=incident).first()
    form = ReportForm(request.POST if request.method == "POST" else None, initial={"draft": row.draft if row else ""})
    meanwhile = ""
    if form.is_bound and form.is_valid():
        row, _ = PostMortem.objects.get_or_create(incident=incident, defaults={"created_at": now, "changed_at": now})
        try:
            row.write(form.cleaned_data["draft"], by=request.member, at=now, read=request.POST.get("read"))
        except DraftChanged as problem:
            meanwhile = str(problem)
        else:
            _act(request, row)
            return redirect("incidents:post-mortem", public_id)
    names = Member.objects.filter(is_active=True).values_list("name", flat=True)
    context = {
        "incident": incident,
        "form": form,
        "report": row,
        "meanwhile": meanwhile,
        "read": _read(request, row, meanwhile),
        "questions": reviewing.questions(row.draft, names=names) if row else [],
        "may_publish": request.member.may(Act.PUBLISH_UPDATE),
    }
    return TemplateResponse(request, "incidents/post_mortem.html", context, status=422 if form.is_bound else 200)


def _read(request: MemberRequest, row: PostMortem | None, meanwhile: str) -> str:
    """The words that this page was begun with: those that are shown, or those of before when it comes back."""
    if request.method == "POST" and not meanwhile:
        return request.POST.get("read", "")
    return row.words_read if row else ""


def _act(request: MemberRequest, row: PostMortem) -> None:
    act, now = request.POST.get("act"), clock.now()
    try:
        if act == "publish" and request.member.may(Act.PUBLISH_UPDATE):
            row.publish(by=request.member, at=now)
            say(request, "Published: it stands with the incident on your pages.")
        elif act == "take-back" and request.member.may(Act.PUBLISH_UPDATE):
            row.take_back(by=request.member, at=now)
            say(request, "Taken back; the words are kept as a draft.")
        else:
            say(request, "Saved. It is for the crew until you publish it.")
    except IncidentFailure as problem:
        refuse(request, problem)
