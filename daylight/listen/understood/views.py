"""Have we understood you? A page with two buttons; opening it changes nothing, so that no scanner of mail says yes."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from daylight.core import clock
from daylight.core.links import LinkRefused
from daylight.listen.public_pages import ASKED, for_the_world, question_page
from daylight.listen.understood import asking

ANSWERS = {"yes": True, "no": False}


@for_the_world
@require_http_methods(ASKED)
def understood(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and take the answer; what was said last counts."""
    try:
        row = asking.found(token)
    except LinkRefused:
        row = None
    given = ANSWERS.get(request.POST.get("right", "")) if request.method == "POST" else None
    if row is not None and given is not None:
        asking.answer(row, is_right=given, words="" if given else request.POST.get("words", ""), at=clock.now())
        return HttpResponseRedirect(request.path, status=303)
    context = {"row": row, "leans_to_no": "no" in request.GET, "longest": asking.LONGEST}
    return question_page(request, "listen/understood/understood.html", row.conversation if row else None, context)
