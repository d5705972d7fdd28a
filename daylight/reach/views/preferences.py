"""The customer's own pages: choose how we tell you, see what we told you, stop us with one click.

The signed link is the proof of who is asking, so no cookie is needed; nothing ever changes on GET, because mail
scanners open every link.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import anyone
from daylight.accounts.models import Member, Organisation
from daylight.core import clock
from daylight.core.limits import Limit, TooMany, take
from daylight.core.links import LinkRefused
from daylight.customers.models import ContactPoint, Customer
from daylight.reach import browsers, confirming, ending, links, preferring, subscribing
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.forms.preferences import PreferenceForm
from daylight.reach.models import Confirmation, Delivery
from daylight.reach.views.browsers import refused
from daylight.reach.words import Phrases, zone_of

CHANGES = Limit("preferences", times=30, per=timedelta(minutes=10))


@dataclass(frozen=True)
class Visit:
    """Somebody came by a signed link: to which contact point it was sent, and when they came."""

    token: str
    point: ContactPoint
    notice_id: int | None
    now: datetime
    organisation: Organisation

    @property
    def customer(self) -> Customer:
        """Whose link it is."""
        return self.point.customer

    @property
    def phrases(self) -> Phrases:
        """The fixed words of the pages in the customer's language."""
        return _phrases(self.customer.language or self.organisation.language)

    @property
    def address(self) -> str:
        """The address the link was sent to."""
        return self.point.address


Page = Callable[..., HttpResponse]


def by_link(find: Callable[[str], tuple[ContactPoint, int | None]]) -> Callable[[Page], Page]:
    """A page for whoever holds a link that `find` can follow; dead links and too many changes get a sentence."""

    def guard(page: Page) -> Page:
        @csrf_exempt
        @never_cache
        @wraps(page)
        def answer(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
            now, organisation = clock.now(), Organisation.get()
            try:
                point, notice_id = find(token)
                if request.method == "POST":
                    take(CHANGES, token, at=now)
            except (LinkRefused, ContactPoint.DoesNotExist):
                response = _sorry(request, organisation, "gone", status=404)
            except TooMany as problem:
                response = _sorry(request, organisation, "many", status=429)
                response["Retry-After"] = str(int(problem.wait.total_seconds()) + 1)
            else:
                response = page(request, Visit(token, point, notice_id, now, organisation), **kwargs)
            response["X-Robots-Tag"] = "noindex"
            response["Referrer-Policy"] = "no-referrer"
            return response

        return anyone(answer)

    return guard


def _by_preferences(token: str) -> tuple[ContactPoint, int | None]:
    customer_id, point_id, generation = links.read_preferences(token)
    point = points().get(pk=point_id, customer=customer_id)
    if generation != ending.times_ended(point.customer):
        raise LinkRefused
    return point, None


def _by_unsubscribe(token: str) -> tuple[ContactPoint, int | None]:
    point_id, notice_id = links.read_unsubscribe(token)
    return points().get(pk=point_id), notice_id


def points() -> Any:
    """The contact points whose owner may come by a link."""
    return ContactPoint.objects.select_related("customer").filter(customer__erased_at__isnull=True)


@by_link(_by_preferences)
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The customer's choices, and what we told them."""
    form = _form(visit, request.POST if request.method == "POST" else None)
    notice = ""
    if form.is_bound:
        notice = "wrong"
        if form.is_valid():
            preferring.choose(visit.customer, at=visit.now, by=_chooser(request, visit), **form.cleaned_data)
            notice = "saved" if preferring.is_reachable(visit.customer) else "saved_nowhere"
            form = _form(visit)
    return _page(request, visit, form=form, notice=notice)


def _chooser(request: HttpRequest, visit: Visit) -> str:
    """Who chooses: the customer, unless a member of the crew does it for them, which is put on record."""
    member = request.user if isinstance(request.user, Member) else None
    if member is None:
        return preferring.BY_CUSTOMER
    audit.record(at=visit.now, actor=member.name, act="preferences.choose", subject=f"customer {visit.customer.pk}")
    return member.name


@by_link(_by_preferences)
@require_POST
def seen(request: HttpRequest, visit: Visit, public_id: str) -> HttpResponse:
    """The customer has seen the news of an incident."""
    incident = next((row for row in preferring.open_incidents(visit.customer) if row.public_id == public_id), None)
    if incident is None:
        raise Http404
    confirming.confirm(visit.customer, incident, how=Confirmation.How.PREFERENCES, at=visit.now)
    return _page(request, visit, form=_form(visit), notice="seen_thanks")


@by_link(_by_preferences)
@require_POST
def subscribe(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What else the customer wants to be told about at this contact point."""
    subscribing.choose(visit.point, set(request.POST.getlist("about")), at=visit.now)
    _chooser(request, visit)
    return _page(request, visit, form=_form(visit), notice="saved")


@by_link(_by_preferences)
@require_POST
def this_browser(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Tell the customer in the browser they look at this with, too."""
    try:
        point = browsers.add(visit.customer, browsers.read(request.body).subscription, at=visit.now)
    except browsers.NotABrowser as problem:
        return refused(problem)
    audit.record(
        at=visit.now,
        actor=preferring.BY_CUSTOMER,
        act="preferences.browser",
        subject=f"customer {visit.customer.pk}",
        contact_point=point.pk,
    )
    return JsonResponse({"is_told": True})


@by_link(_by_unsubscribe)
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Asks on GET; stops on POST, by our button or by the mail program's (List-Unsubscribe=One-Click)."""
    if request.method != "POST":
        return _stopping(request, visit, "unsubscribe")
    preferring.unsubscribe(visit.point, at=visit.now, notice_id=visit.notice_id)
    return _stopping(request, visit, "unsubscribed")


@by_link(_by_unsubscribe)
@require_POST
def undo_unsubscribe(request: HttpRequest, visit: Visit) -> HttpResponse:
    """It was a mistake."""
    preferring.undo_unsubscribe(visit.point, at=visit.now)
    return _stopping(request, visit, "undone")


def _form(visit: Visit, data: Any = None) -> PreferenceForm:
    customer, organisation = visit.customer, visit.organisation
    defaults = {
        "language": customer.language or organisation.language,
        "time_zone": customer.time_zone or organisation.time_zone,
    }
    return PreferenceForm(data, customer=customer, phrases=visit.phrases, defaults=defaults)


def _page(request: HttpRequest, visit: Visit, *, form: PreferenceForm, notice: str) -> HttpResponse:
    customer = visit.customer
    seen_ids = set(Confirmation.objects.filter(customer=customer).values_list("incident_id", flat=True))
    context = {
        "form": form,
        "notice": notice,
        "notice_words": visit.phrases.say(notice) if notice else "",
        "invitations": preferring.invitations(visit.customer),
        "rows": [_row(way, visit, place) for place, way in enumerate(form.ways, 1)],
        "places": range(1, len(form.ways) + 1),
        "incidents": [(row, row.pk in seen_ids) for row in preferring.open_incidents(customer)],
        "wishes": _wishes(visit),
        "here": visit.point.address,
        "told": [_told(delivery, visit) for delivery in preferring.told(customer)],
    }
    return own_page(request, visit, "reach/preferences.html", context)


def _wishes(visit: Visit) -> list[tuple[str, str, bool]]:
    """What may be asked for: its name in the form, what it is called, whether it is chosen."""
    chosen = {
        subscribing.name_of(row): row for row in subscribing.wishes_of(visit.customer).filter(contact_point=visit.point)
    }
    offered = [(subscribing.EVERYTHING, visit.phrases.say("about_everything"))]
    offered += [(f"{subscribing.SECTION}-{row.pk}", row.name) for row in subscribing.sections()]
    offered += [(f"{subscribing.COMPONENT}-{row.pk}", row.name) for row in subscribing.components()]
    offered += [(name, row.about) for name, row in chosen.items() if row.commitment_id or row.incident_id]
    return [(name, label, name in chosen) for name, label in offered]


def _row(way: preferring.Way, visit: Visit, place: int) -> dict[str, Any]:
    point = way.contact_point
    reason = "bounced" if way.stopped == "rejected" else way.stopped
    return {
        "way": way,
        "place": place,
        "channel": CHANNELS[point.channel].label if point.channel in CHANNELS else point.channel,
        "address": point.address if point == visit.point else preferring.masked(point.channel, point.address),
        "is_this": point == visit.point,
        "stopped": visit.phrases.say(f"stopped_{reason}") if reason else "",
    }


def _told(delivery: Delivery, visit: Visit) -> dict[str, Any]:
    customer, update = visit.customer, delivery.notice.update
    zone = zone_of(customer.time_zone, visit.organisation.time_zone)
    texts = {text.language: text for text in update.texts.all()}
    text = texts.get(customer.language) or texts.get(visit.organisation.language) or next(iter(texts.values()), None)
    point = delivery.contact_point
    return {
        "when": Phrases(visit.phrases.language).time(
            delivery.accepted_at or delivery.changed_at, zone=zone, seen_from=visit.now
        ),
        "headline": text.headline if text else delivery.notice.incident.title,
        "where": point.address if point == visit.point else preferring.masked(point.channel, point.address),
        "incident": delivery.notice.incident,
    }


def _stopping(request: HttpRequest, visit: Visit, stage: str) -> HttpResponse:
    # The link that stops messages works for ever, so it must not lead on where all other links were ended.
    may_choose = not ending.times_ended(visit.customer)
    context = {
        "stage": stage,
        "is_last": stage == "unsubscribed" and not preferring.is_reachable(visit.customer),
        "choose": links.preferences_url(visit.customer.pk, visit.point.pk) if may_choose else "",
    }
    return own_page(request, visit, "reach/unsubscribe.html", context)


def _sorry(request: HttpRequest, organisation: Organisation, why: str, *, status: int) -> HttpResponse:
    phrases = _phrases(organisation.language)
    response = _render(request, "reach/sorry.html", {"why": why}, organisation=organisation, phrases=phrases)
    response.status_code = status
    return response


def own_page(request: HttpRequest, visit: Visit, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of the customer's own, with the words of their language."""
    return _render(request, template, context, organisation=visit.organisation, phrases=visit.phrases, visit=visit)


def _render(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    organisation: Organisation,
    phrases: Phrases,
    visit: Visit | None = None,
) -> HttpResponse:
    words = phrases.say_all(
        organisation=organisation.name,
        reach_a_person=organisation.reach_a_person,
        name=visit.customer.name if visit else "",
        address=visit.address if visit else "",
    )
    shared = {"words": words, "organisation": organisation, "page_language": phrases.language}
    return TemplateResponse(request, template, {**shared, **context, "token": visit.token if visit else ""})


def _phrases(language: str) -> Phrases:
    return Phrases(language, folder="reach/preferences/words")
