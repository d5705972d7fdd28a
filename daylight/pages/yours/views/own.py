"""The pages behind a customer's own link: looking changes nothing, every act is a press on a button.

The link is the proof of who is asking, so there is no cookie and nothing that a scanner could set off.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from daylight.accounts.asking import anyone
from daylight.core import clock
from daylight.core.limits import Limit, TooMany, caller, take
from daylight.core.links import LinkRefused
from daylight.pages.models import Alternative
from daylight.pages.yours import answers, choosing, door, fresh, reading, saying
from daylight.pages.yours.door import Visit
from daylight.pages.yours.reading import OwnPage
from daylight.reach import confirming, links
from daylight.reach.models import Confirmation

ACTS = Limit("yours", times=40, per=timedelta(minutes=10))
WORDS = Limit("yours-words", times=8, per=timedelta(minutes=10))
ASKED = Limit("yours-fresh", times=20, per=timedelta(hours=1))

NOTICES = frozenset({"seen", "chosen", "undone", "said"})
"""What a page may say first: it was done."""

FAULTS: dict[type[Exception], str] = {choosing.NotOffered: "over", choosing.DoneAlready: "done"}

Page = Callable[..., HttpResponse]

anybody_with_a_link = require_http_methods(["GET", "HEAD", "POST"])


def by_link(page: Page) -> Page:
    """A page for whoever holds a link that opens; what changes something is for POST, within measure."""

    @csrf_exempt
    @anybody_with_a_link
    @wraps(page)
    def answer(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        now = clock.now()
        try:
            visit = door.open_door(token, now=now)
        except LinkRefused:
            return door.refuse(request, token)
        try:
            if request.method == "POST":
                take(ACTS, str(visit.customer.pk), at=now)
        except TooMany:
            return show(visit, fault="many", written=request.POST.get("words", ""), status=429)
        return page(request, visit, **kwargs)

    return anyone(answer)


def on_press(page: Page) -> Page:
    """An act: looking at its address leads back to the page."""

    @wraps(page)
    def answer(request: HttpRequest, visit: Visit) -> HttpResponse:
        return page(request, visit) if request.method == "POST" else _back(visit)

    return by_link(answer)


@by_link
def own(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What hits me, what I can do, what I was told."""
    done = request.GET.get("done", "")
    return show(visit, notice=done if done in NOTICES else "")


@on_press
def seen(request: HttpRequest, visit: Visit) -> HttpResponse:
    """I have seen this."""
    if visit.affected is not None:
        confirming.confirm(visit.customer, visit.incident, how=Confirmation.How.LINK, at=visit.now)
    return _back(visit, "seen")


@on_press
def say(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A message to us."""
    written = request.POST.get("words", "")
    try:
        words = saying.read(written, longest=saying.LONGEST)
        take(WORDS, str(visit.customer.pk), at=visit.now)
    except saying.NotSaid as problem:
        return show(visit, fault=problem.fault, fault_in="say", written=written, status=422)
    except TooMany:
        return show(visit, fault="many", fault_in="say", written=written, status=429)
    saying.say(visit.point, visit.incident, words, at=visit.now)
    return _back(visit, "said")


@on_press
def undo(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take a choice back."""
    try:
        choosing.undo(visit.customer, visit.incident, at=visit.now)
    except (choosing.NotOffered, choosing.DoneAlready) as problem:
        return show(visit, fault=FAULTS[type(problem)], status=409)
    return _back(visit, "undone")


@by_link
def choose(request: HttpRequest, visit: Visit, which: str) -> HttpResponse:
    """One choice: on GET what it means, on POST it is noted."""
    alternative = _alternative(visit, which)
    if not visit.is_affected or (alternative is None and which != "own"):
        return show(visit, fault="over", status=409)
    if request.method != "POST":
        return _ask(request, visit, alternative)
    try:
        answer = answers.answer_to(alternative, request.POST, today=visit.now.astimezone(visit.zone).date())
        choosing.choose(visit.customer, visit.incident, alternative, answer, point=visit.point, at=visit.now)
    except saying.NotSaid as problem:
        return _ask(request, visit, alternative, fault=problem.fault, status=422)
    except (choosing.NotOffered, choosing.DoneAlready) as problem:
        return _ask(request, visit, alternative, fault=FAULTS[type(problem)], status=409)
    return _back(visit, "chosen")


def _alternative(visit: Visit, which: str) -> Alternative | None:
    """The alternative of this incident that the address names, if it is offered now."""
    if not (which.isascii() and which.isdigit() and len(which) < 19):
        return None
    found: Alternative | None = Alternative.objects.offered(visit.incident, visit.now).filter(pk=int(which)).first()
    return found


def _ask(
    request: HttpRequest, visit: Visit, alternative: Alternative | None, *, fault: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "offer": reading.worded(alternative, visit) if alternative else None,
        "needs": alternative.needs if alternative else Alternative.Needs.WORDS,
        "posted": request.POST,
        "fault": fault,
        **_frame_of(visit),
    }
    return door.show("choose", context, language=visit.language, status=status)


def show(
    visit: Visit, *, notice: str = "", fault: str = "", fault_in: str = "", written: str = "", status: int = 200
) -> HttpResponse:
    """The page itself."""
    page = reading.read(visit)
    context = {
        "page": page,
        "notice": notice,
        "fault": fault,
        "fault_in": fault_in or ("say" if written else ""),
        "written": written,
        "may_choose": _may_choose(page),
        "preferences": _preferences(visit),
        **_frame_of(visit),
    }
    return door.show("page", context, language=visit.language, status=status)


def _may_choose(page: OwnPage) -> bool:
    """Whether there is anything to choose now; what the crew has done for the customer is not chosen anew."""
    if not page.visit.is_affected or (page.choice is not None and page.choice.done_at is not None):
        return False
    return page.visit.incident.is_open or any(offer.alternative.is_offered(page.visit.now) for offer in page.offers)


def _frame_of(visit: Visit) -> dict[str, Any]:
    return {
        "visit": visit,
        "organisation": visit.organisation,
        "zone": visit.zone,
        "now": visit.now,
        "here": reverse("yours:page", args=[visit.token]) if visit.token else "",
    }


def _preferences(visit: Visit) -> str:
    if visit.point is None or visit.is_preview:
        return ""
    return links.preferences_url(visit.customer.pk, visit.point.pk, visit.generation)


def _back(visit: Visit, done: str = "") -> HttpResponse:
    """To the page, which says what was done; so that a reload does nothing twice."""
    where = reverse("yours:page", args=[visit.token])
    return door.private(HttpResponseRedirect(f"{where}?done={done}" if done else where, status=303))


@csrf_exempt
@anyone
@anybody_with_a_link
def fresh_link(request: HttpRequest, token: str) -> HttpResponse:
    """Send a fresh link to where this one went; the answer is the same whatever the link was."""
    if request.method != "POST":
        return door.refuse(request, token)
    now = clock.now()
    try:
        take(ASKED, caller(request), at=now)
    except TooMany:
        return door.refuse(request, token, status=429)
    fresh.ask(token, at=now)
    return door.refuse(request, token, template="asked", status=200)


@csrf_exempt
@anyone
@anybody_with_a_link
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link "I have seen this" of older messages: it leads to the page, and a press on its old button confirms."""
    now = clock.now()
    try:
        own_link = links.OwnLink(*links.read_confirm(token))
        token = door.token_of(own_link)
        visit = door.enter(own_link, token=token, now=now)
    except LinkRefused:
        return door.refuse(request, token)
    if request.method == "POST" and visit.affected is not None:
        confirming.confirm(visit.customer, visit.incident, how=Confirmation.How.LINK, at=now)
        return _back(visit, "seen")
    return _back(visit)


@anyone
@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines leave alone: everything that is one person's, and the crew's."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


ROBOTS = "User-agent: *\n" + "".join(
    f"Disallow: /{folder}/\n"
    for folder in ("yours", "seen", "preferences", "unsubscribe", "receipts", "accounts", "desk", "api")
)
