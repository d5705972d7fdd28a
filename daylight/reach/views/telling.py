"""Whether everybody knows: the told panel, the people behind each number, the ledger."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents.models import AffectedCustomer, Incident, Update
from daylight.reach import answers, leafing, sending
from daylight.reach.evidence.tally import why_stopped
from daylight.reach.leafing import MOST_FOUND
from daylight.reach.models import Delivery, Reply, Unreached
from daylight.reach.moves import COUNT, State
from daylight.reach.preferring import masked
from daylight.reach.progress import WHICH, Progress, notices_of

TITLES = {
    "told": "Told",
    "on-the-way": "On the way",
    "in-doubt": "In doubt",
    "failed": "Not reached",
    "unreachable": "Unreachable",
    "sealed": "Sealed by the exercise",
}
EXPLAINS = {
    "told": "The provider took the message for these customers.",
    "on-the-way": "These messages are in line, or wait for another try.",
    "in-doubt": "These messages were on the wire when the connection or the worker ended. Nobody knows whether they"
    " arrived. Sent again they carry the same Message-ID, so that many mail programs show them once.",
    "failed": "These messages were refused or ran out of time. Reach these customers another way.",
    "unreachable": "We have no address for these customers that may be used. Call them, or add an address.",
    "sealed": "These messages were composed to the last letter and not sent, because this is an exercise.",
}


def the_incident(request: MemberRequest, public_id: str) -> Incident:
    """The incident, if the asking member may see it."""
    return get_object_or_404(Incident.objects.for_member(request.member), public_id=public_id)


@require_GET
@members_only(Act.READ)
def panel_told(request: MemberRequest, public_id: str) -> HttpResponse:
    """How many know, in words and as a bar."""
    incident = the_incident(request, public_id)
    context = {
        "incident": incident,
        "progress": Progress.of(incident),
        "replies": Reply.objects.about(incident).count(),
        "may_see_people": request.member.may(Act.READ_CUSTOMERS),
    }
    if request.headers.get("HX-Request") == "true":
        return TemplateResponse(request, "reach/panels/told.html", context)
    return TemplateResponse(request, "reach/panels/alone.html", {**context, "panel": "reach/panels/told.html"})


@require_GET
@members_only(Act.READ_CUSTOMERS)
def people_behind(request: MemberRequest, public_id: str, which: str) -> HttpResponse:
    """The people behind one number of the latest update: searchable, with the reason and the next act."""
    incident = the_incident(request, public_id)
    progress = Progress.of(incident)
    if which not in TITLES or progress.update is None:
        raise Http404
    wanted = words_wanted(request)
    context = {
        "incident": incident,
        "progress": progress,
        "which": which,
        "title": TITLES[which],
        "explains": EXPLAINS[which],
        "tabs": [(name, TITLES[name]) for name in TITLES if name != "sealed" or incident.is_exercise],
        "number": _number(progress, which),
        "most_found": MOST_FOUND,
        "wanted": wanted,
        "query": f"{urlencode({'q': wanted})}&" if wanted else "",
        "may_send_again": which == "in-doubt" and request.member.may(Act.PUBLISH_UPDATE),
        **_people(progress.update, which, wanted=wanted, after=request.GET.get("after", "")),
    }
    return TemplateResponse(request, "reach/people.html", context)


def _people(update: Update, which: str, *, wanted: str, after: str) -> dict[str, Any]:
    if which != "unreachable":
        page = leafing.deliveries(update, states=WHICH[which], after=after, wanted=wanted)
        return {"page": page, "rows": shown(page.rows)}
    found = leafing.unreached(update, after=after, wanted=wanted)
    return {"page": found, "rows": _why_unreached(update, found.rows)}


def _number(progress: Progress, which: str) -> int:
    """How many rows there are, from the counts of the batches."""
    if which == "unreachable":
        return progress.unreachable
    names = [COUNT[state] for state in WHICH[which]]
    return sum(channel.counts.get(name, 0) for channel in progress.channels for name in names)


@require_POST
@members_only(Act.PUBLISH_UPDATE)
def send_again(request: MemberRequest, public_id: str) -> HttpResponse:
    """Put deliveries in doubt back in line: one, or all of the latest update."""
    incident = the_incident(request, public_id)
    update = Progress.of(incident).update
    if update is None:
        raise Http404
    notices = [notice.pk for notice in notices_of(update)]
    doubtful: Iterable[int] = leafing.keys_at(notices, WHICH["in-doubt"])
    one = request.POST.get("delivery", "")
    if one:
        doubtful = Delivery.objects.of_notices(notices).filter(pk=_key(one)).values_list("pk", flat=True)
    now = clock.now()
    count = sending.send_again(list(doubtful), at=now)
    audit.record(
        at=now, actor=request.member.name, act="delivery.send_again", subject=incident.public_id, deliveries=count
    )
    if count:
        messages.success(request, f"{count} back in line, with the Message-ID they had.")
    else:
        messages.error(request, "Nothing was in doubt any more: the answer came in the meantime.")
    return redirect("reach:people", incident.public_id, "in-doubt")


@require_GET
@members_only(Act.READ_CUSTOMERS)
def ledger(request: MemberRequest, public_id: str) -> HttpResponse:
    """Who was told what, when, with what result: one update of the incident, every delivery."""
    incident = the_incident(request, public_id)
    update, wanted = chosen_update(request, incident), words_wanted(request)
    page = leafing.deliveries(update, after=request.GET.get("after", ""), wanted=wanted) if update else None
    kept = {"update": update.number if update else "", "q": wanted}
    context = {
        "incident": incident,
        "update": update,
        "updates": incident.updates.filter(state=Update.State.PUBLISHED).order_by("-number"),
        "progress": Progress.of(incident, update) if update else None,
        "page": page,
        "rows": shown(page.rows) if page else [],
        "most_found": MOST_FOUND,
        "wanted": wanted,
        "query": f"{urlencode(kept)}&",
    }
    return TemplateResponse(request, "reach/ledger.html", context)


def words_wanted(request: MemberRequest) -> str:
    """What is looked for."""
    return request.GET.get("q", "").strip().replace("\x00", "")[:200]


def chosen_update(request: MemberRequest, incident: Incident) -> Update | None:
    """The published update that the address names, else the latest."""
    published = incident.updates.filter(state=Update.State.PUBLISHED).order_by("-number")
    number = request.GET.get("update", "")
    if number.isascii() and number.isdigit() and len(number) < 9:
        published = published.filter(number=int(number))
    return published.first()


def shown(rows: Iterable[Delivery]) -> list[dict[str, Any]]:
    """Deliveries as a screen shows them: the answer filled in, the address masked."""
    return [
        {"delivery": row, "address": masked(row.batch.channel, row.contact_point.address)}
        for row in answers.filled_in(rows)
    ]


def _why_unreached(update: Update, rows: list[Unreached]) -> list[dict[str, Any]]:
    """Each customer with the reason why they are affected, and what stopped each way to them."""
    customers = [row.customer_id for row in rows]
    affected = AffectedCustomer.objects.filter(incident=update.incident_id, customer__in=customers)
    reasons = dict(affected.values_list("customer_id", "reason"))
    stopped: dict[int, list[str]] = defaultdict(list)
    for notice in {row.notice_id for row in rows}:
        found = Delivery.objects.of_each(notice, customers).filter(state=State.SUPPRESSED)
        for customer, answer in found.values_list("customer_id", "answer"):
            stopped[customer].append(why_stopped(answer))
    nothing = ["No address that a channel of ours can use."]
    return [
        {
            "customer": row.customer,
            "reason": reasons.get(row.customer_id, ""),
            "why": " ".join(dict.fromkeys(stopped.get(row.customer_id, nothing))),
        }
        for row in rows
    ]


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
