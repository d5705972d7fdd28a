"""The checker in the composer: live as one types; and what was kept although it spoke."""

from datetime import timedelta

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.candour.languages import language as language_of
from daylight.core import clock
from daylight.incidents.models import RaisedFinding
from daylight.incidents.views import deciding
from daylight.incidents.views.finding import the_incident
from daylight.incidents.views.writing import Writing

LATELY = timedelta(days=90)
MOST_SHOWN = 100
OUR_LANGUAGE = "en"
"""The desk speaks English; rules are named in it whatever the language of a draft."""


@require_POST
@members_only(Act.WRITE_UPDATE)
def check(request: MemberRequest, public_id: str) -> HttpResponse:
    """What the checker says of what stands in the composer at this moment; writes only what a writer decided."""
    incident = the_incident(request, public_id)
    writing = Writing(incident, request, clock.now(), request.POST)
    deciding.decide(writing, writing.draft)
    context = {
        "incident": incident,
        "slots": list(writing.slots()),
        "checked": writing.checked,
        "by_itself": True,
    }
    return TemplateResponse(request, "incidents/panels/composer_checked.html", context)


@require_GET
@members_only(Act.READ)
def kept(request: MemberRequest) -> HttpResponse:
    """Words that stayed although the checker spoke, with the reasons; and how often that is so."""
    lately = RaisedFinding.objects.since(clock.now() - LATELY)
    titles = {number: told["title"] for number, told in language_of(OUR_LANGUAGE).rules.items()}
    rows = lately.kept().select_related("incident", "kept_by").order_by("-kept_at")[:MOST_SHOWN]
    context = {
        "share": lately.share(),
        "rows": [(row, titles.get(row.rule, row.rule)) for row in rows],
        "rules": [
            (number, titles.get(number, number), lately.filter(rule=number).share())
            for number in lately.kept().order_by("rule").values_list("rule", flat=True).distinct()
        ],
        "days": LATELY.days,
    }
    return TemplateResponse(request, "incidents/kept.html", context)
