"""Is it fixed for you? A page with two buttons; opening it changes nothing, so that a scanner of mail does no harm."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from daylight.core import clock
from daylight.core.links import LinkRefused
from daylight.listen.ending import fixed as asking
from daylight.listen.models import FixedQuestion
from daylight.listen.public_pages import ASKED, for_the_world, question_page

ANSWERS = {"yes": True, "no": False}


@for_the_world
@require_http_methods(ASKED)
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
    return question_page(request, "listen/ending/fixed.html", row.conversation if row else None, {"row": row})
