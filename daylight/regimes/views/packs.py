"""Every pack at hand, what each one says, and what the firm answers once for all incidents."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.models import Organisation
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents.views.finding import say
from daylight.regimes import answering
from daylight.regimes.forms.regimes import AnswersForm
from daylight.regimes.known import the_shelf
from daylight.regimes.models import Answer
from daylight.regimes.packs.judging import Verdict, judge
from daylight.regimes.packs.pack import COUNSEL
from daylight.regimes.playing import STORIES

STANDINGS = {Verdict.NOT: "ruled out by your answers", Verdict.OPEN: "asked in incidents", Verdict.APPLIES: "applies"}


@members_only(Act.READ)
def list_(request: MemberRequest) -> HttpResponse:
    """Every pack, with its source and whether it faded; and the questions about the firm."""
    shelf, now = the_shelf(), clock.now()
    answers = dict(Answer.objects.of_firm().values_list("question", "is_yes"))
    of_firm = [question for question in shelf.questions.values() if question.is_of_firm]
    form = AnswersForm(request.POST or None, questions=of_firm, answers=answers)
    if request.method == "POST":
        if not request.member.may(Act.LEAD_INCIDENT):
            raise PermissionDenied(f"This needs a role that allows: {Act.LEAD_INCIDENT.label}.")
        if form.is_valid():
            answering.answer_for_firm(form.said(), by=request.member, at=now)
            say(request, "Your answers are kept, and open incidents follow them.")
            return redirect(reverse("regimes:packs"))
    rows = [(pack, STANDINGS[judge(pack, answers)], pack.is_faded(now.date())) for pack in shelf.packs.values()]
    context = {
        "rows": rows,
        "form": form,
        "faults": shelf.faults,
        "counsel": COUNSEL,
        "may_lead": request.member.may(Act.LEAD_INCIDENT),
        "stories": STORIES if Organisation.get().is_demo and request.member.may(Act.OPEN_INCIDENT) else (),
        "open": len([question for question in of_firm if question.id not in answers]),
    }
    return TemplateResponse(request, "regimes/packs.html", context, status=422 if form.errors else 200)


@require_GET
@members_only(Act.READ)
def pack(request: MemberRequest, key: str) -> HttpResponse:
    """What one pack says, with its sources."""
    shelf = the_shelf()
    found = shelf.packs.get(key)
    if found is None:
        raise Http404
    clocks = [
        (
            each,
            [(limit, found.says(limit.starts)) for limit in each.limits],
            [shelf.questions[one] for one in each.only_if],
        )
        for each in found.clocks
    ]
    places = [(each, [limit.length for limits in each.limits.values() for limit in limits]) for each in found.variants]
    context = {
        "pack": found,
        "clocks": clocks,
        "places": places,
        "asks": [shelf.questions[one] for one in (*found.applies_if, *found.not_if)],
        "is_faded": found.is_faded(clock.now().date()),
        "counsel": COUNSEL,
    }
    return TemplateResponse(request, "regimes/pack.html", context)
