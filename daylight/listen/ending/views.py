"""Is it fixed for you? A page with two buttons; opening it changes nothing, so that a scanner of mail does no harm."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from daylight.accounts.asking import anyone
from daylight.core import clock
from daylight.core.links import LinkRefused
from daylight.listen.ending import fixed as asking
from daylight.listen.models import FixedQuestion
from daylight.reach.words import known, preferred

ANSWERS = {"yes": True, "no": False}


@anyone
@csrf_exempt  # The link is the proof, and whoever has it may answer from any page.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fixed(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and take the answer; what was said last counts."""
    try:
        row = asking.found(token)
    except LinkRefused:
        row = None
    given = ANSWERS.get(request.POST.get("fixed", "")) if request.method == "POST" else None
    if row is not None and given is not None:
        asking.answer(row, given, how=FixedQuestion.How.LINK, at=clock.now())
        return HttpResponseRedirect(request.path)
    with translation.override(_language(request, row)):
        context = {"row": row, "language": translation.get_language(), "now": clock.now()}
        response = render(request, "listen/ending/fixed.html", context, status=200 if row else 404)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _language(request: HttpRequest, row: FixedQuestion | None) -> str:
    if row is not None and row.conversation.language:
        return known(row.conversation.language)
    return preferred(request.headers.get("Accept-Language", ""))
