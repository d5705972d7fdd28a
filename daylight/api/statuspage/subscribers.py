"""Subscribers of every type: whoever asked to be told, as the public pages keep them."""

from collections.abc import Iterable

from django.db.models import Count, QuerySet

from daylight.accounts import audit
from daylight.accounts.roles import Act
from daylight.api.statuspage import subscriber_rows
from daylight.api.statuspage.door import Answer, Call, Status, call
from daylight.api.statuspage.given import Given
from daylight.api.statuspage.incidents import the_incident
from daylight.api.statuspage.refusals import Invalid, Missing
from daylight.api.statuspage.subscriber_rows import STATES, TYPES, Rows
from daylight.incidents.models import Component, Incident
from daylight.reach import endpoints, subscribers, subscribing, suppressing
from daylight.reach.models import Subscriber, Subscription, WebhookEndpoint

MOST = 100
SORTS = {"primary": "address", "created_at": "created_at", "relevance": "created_at"} | {
    "quarantined_at": "quarantined_at"
}
OF_INCIDENT = "pages/{page}/incidents/{incident}/subscribers"


@call("GET", "pages/{page}/subscribers", Act.READ_CUSTOMERS)
def list_subscribers(made: Call) -> Answer:
    """Those who are told, by default; the first page is page 0."""
    query = made.query
    found = _of_type(_in_state(_all(made), query, usual="active"), query).search(query.text("q", longest=200))
    place = SORTS[query.choice("sort_field", tuple(SORTS), default="primary")]
    sign = "-" if query.choice("sort_direction", ("asc", "desc"), default="asc") == "desc" else ""
    return _stretch(made, found.order_by(f"{sign}{place}", "pk"))


@call("GET", "pages/{page}/subscribers/count", Act.READ_CUSTOMERS)
def count(made: Call) -> Answer:
    """How many there are of each type."""
    found = _of_type(_in_state(_all(made), made.query, usual="active"), made.query)
    numbers = dict.fromkeys(TYPES, 0)
    for channel, number in found.order_by().values_list("channel").annotate(Count("pk")):
        numbers[subscriber_rows.type_of(channel)] += number
    wanted = made.query.choice("type", TYPES)
    return {wanted: numbers[wanted]} if wanted else numbers


@call("GET", "pages/{page}/subscribers/histogram_by_state", Act.READ_CUSTOMERS)
def histogram(made: Call) -> Answer:
    """How many there are of each type in each state."""
    numbers = {name: dict.fromkeys((*STATES, "total"), 0) for name in TYPES}
    for name, state in STATES.items():
        found = _all(made).in_state(state).order_by()
        for channel, number in found.values_list("channel").annotate(Count("pk")):
            of_type = numbers[subscriber_rows.type_of(channel)]
            of_type[name] += number
            of_type["total"] += number
    return numbers


@call("GET", "pages/{page}/subscribers/unsubscribed", Act.READ_CUSTOMERS)
def unsubscribed(made: Call) -> Answer:
    """Those who are told no longer."""
    ended = _all(made).in_state(Subscriber.State.ENDED)
    return _stretch(made, _of_type(ended, made.query).search(made.query.text("q", longest=200)).newest_first())


@call("POST", "pages/{page}/subscribers", Act.WRITE_CUSTOMERS)
def create_subscriber(made: Call) -> Answer:
    """Write somebody down: asked first at their address, or told at once when the call vouches for them."""
    given = made.given("subscriber")
    row = _enrol(made, given, _about(made, given) or [subscribing.EVERYTHING])
    return Status(201, _one(made, row, skipped=given.flag("skip_confirmation_notification")))


@call("POST", "pages/{page}/subscribers/unsubscribe", Act.WRITE_CUSTOMERS)
def unsubscribe_many(made: Call) -> Answer:
    """Tell these, or all of a type and state, nothing more."""
    for row in _chosen(made, usual="active"):
        subscribers.end(row, by=made.key.actor, at=made.now)
        _record(made, "subscriber.end", row)
    return Status(201, {})


@call("POST", "pages/{page}/subscribers/resend_confirmation", Act.WRITE_CUSTOMERS)
def resend_many(made: Call) -> Answer:
    """Ask these, or all who have not answered, for their yes again."""
    for row in _chosen(made, usual="unconfirmed"):
        subscribers.resend(row, at=made.now)
    return Status(201, {})


@call("POST", "pages/{page}/subscribers/reactivate", Act.WRITE_CUSTOMERS)
def reactivate_many(made: Call) -> Answer:
    """Write again to these, or to all whose messages bounced; whoever said no stays told nothing."""
    bounced = set(_all(made).in_state(Subscriber.State.BOUNCED).values_list("pk", flat=True))
    for row in _chosen(made, usual="quarantined"):
        if row.pk in bounced and row.contact_point is not None:
            suppressing.lift(row.contact_point, by=made.key.actor, at=made.now)
            _record(made, "subscriber.reactivate", row)
    return Status(201, {})


@call("GET", "pages/{page}/subscribers/{subscriber}", Act.READ_CUSTOMERS)
def get_subscriber(made: Call) -> Answer:
    """One subscriber."""
    return _one(made, _the(made))


@call("PATCH PUT", "pages/{page}/subscribers/{subscriber}", Act.WRITE_CUSTOMERS)
def change_subscriber(made: Call) -> Answer:
    """Say anew about which components somebody is told; about none means everything."""
    row, given = _the(made), made.given("subscriber")
    about = _about(made, given)
    if about is not None:
        subscribers.choose(row, about or [subscribing.EVERYTHING], at=made.now)
        _record(made, "subscriber.change", row)
    return _one(made, _the(made))


@call("DELETE", "pages/{page}/subscribers/{subscriber}", Act.WRITE_CUSTOMERS)
def delete_subscriber(made: Call) -> Answer:
    """Tell somebody nothing more. Answers with the subscriber."""
    row = _the(made)
    said = _one(made, row)
    subscribers.end(row, by=made.key.actor, at=made.now)
    _record(made, "subscriber.end", row)
    return said


@call("POST", "pages/{page}/subscribers/{subscriber}/resend_confirmation", Act.WRITE_CUSTOMERS)
def resend(made: Call) -> Answer:
    """Ask somebody for their yes again."""
    subscribers.resend(_the(made), at=made.now)
    return Status(201, {})


@call("GET", OF_INCIDENT, Act.READ_CUSTOMERS)
def list_of_incident(made: Call) -> Answer:
    """Those who asked to be told about this incident alone."""
    return _stretch(made, _of_incident(made, the_incident(made)).order_by("pk"))


@call("POST", OF_INCIDENT, Act.WRITE_CUSTOMERS)
def create_of_incident(made: Call) -> Answer:
    """Write somebody down for this incident alone."""
    incident, given = the_incident(made), made.given("subscriber")
    row = _enrol(made, given, [f"{subscribing.INCIDENT}-{incident.pk}"])
    return Status(201, _one(made, row, skipped=given.flag("skip_confirmation_notification")))


@call("GET", f"{OF_INCIDENT}/{{subscriber}}", Act.READ_CUSTOMERS)
def get_of_incident(made: Call) -> Answer:
    """One of them."""
    return _one(made, _the_of_incident(made, the_incident(made)))


@call("DELETE", f"{OF_INCIDENT}/{{subscriber}}", Act.WRITE_CUSTOMERS)
def delete_of_incident(made: Call) -> Answer:
    """Tell somebody nothing more about this incident. Answers with the subscriber."""
    incident = the_incident(made)
    row = _the_of_incident(made, incident)
    said = _one(made, row)
    name = f"{subscribing.INCIDENT}-{incident.pk}"
    Subscription.objects.filter(contact_point=row.contact_point_id, incident=incident).delete()
    asked = [each for each in row.asked if each != name]
    Subscriber.objects.filter(pk=row.pk).update(asked=asked)
    if not asked and not subscribers.told(row):
        subscribers.end(_the(made), by=made.key.actor, at=made.now)
    _record(made, "subscriber.end", row)
    return said


@call("POST", f"{OF_INCIDENT}/{{subscriber}}/resend_confirmation", Act.WRITE_CUSTOMERS)
def resend_of_incident(made: Call) -> Answer:
    """Ask one of them for their yes again."""
    subscribers.resend(_the_of_incident(made, the_incident(made)), at=made.now)
    return Status(201, {})


def _all(made: Call) -> Rows:
    return Subscriber.objects.filter(page=made.page.slug)


def _of_incident(made: Call, incident: Incident) -> Rows:
    name = f"{subscribing.INCIDENT}-{incident.pk}"
    told = _all(made).about(incident=incident).values_list("pk", flat=True)
    asking = _all(made).filter(waiting_since__isnull=False).values_list("pk", "asked")
    waiting = [pk for pk, asked in asking if name in asked]
    return _all(made).with_state().filter(pk__in=[*told, *waiting])


def _in_state(rows: Rows, given: Given, *, usual: str) -> Rows:
    state = given.choice("state", (*STATES, "all"), default=usual)
    if state == "all":
        ended = rows.in_state(Subscriber.State.ENDED).values("pk")
        return rows.with_state().exclude(pk__in=ended)
    return rows.in_state(STATES[state])


def _of_type(rows: Rows, given: Given) -> Rows:
    wanted = given.choice("type", TYPES)
    return rows.filter(channel__in=subscriber_rows.channels_of(wanted)) if wanted else rows


def _stretch(made: Call, found: QuerySet[Subscriber]) -> list[subscriber_rows.Json]:
    size = min(made.query.number("limit", default=MOST, least=1), MOST)
    first = made.query.number("page", default=0, least=0, most=10**6) * size
    return subscriber_rows.shown(made, list(found.select_related("contact_point")[first : first + size]))


def _one(made: Call, row: Subscriber, *, skipped: bool = False) -> subscriber_rows.Json:
    fresh = Subscriber.objects.with_state().select_related("contact_point").get(pk=row.pk)
    (said,) = subscriber_rows.shown(made, [fresh])
    return said | {"skip_confirmation_notification": skipped}


def _the(made: Call) -> Subscriber:
    found: Subscriber | None = _all(made).with_state().filter(public_id=made.ids["subscriber"]).first()
    if found is None:
        raise Missing("There is no subscriber of this name on this page.")
    return found


def _the_of_incident(made: Call, incident: Incident) -> Subscriber:
    found: Subscriber | None = _of_incident(made, incident).filter(public_id=made.ids["subscriber"]).first()
    if found is None:
        raise Missing("This incident has no subscriber of this name.")
    return found


def _about(made: Call, given: Given) -> list[str] | None:
    """What somebody wants to hear of, as subscriptions name it; None when the call does not say."""
    names = given.names("component_ids")
    if names is None:
        return None
    found = {row.public_id: row.pk for row in Component.objects.filter(public_id__in=names, retired_at__isnull=True)}
    unknown = sorted(set(names) - set(found))
    if unknown:
        raise Invalid(f"No component of this page has the id {', '.join(unknown[:5])}.")
    return [f"{subscribing.COMPONENT}-{found[name]}" for name in names]


def _enrol(made: Call, given: Given, about: list[str]) -> Subscriber:
    channel, address = subscriber_rows.address_of(given)
    wish = subscribers.Wish(page=made.page.slug, channel=channel, address=address, about=about)
    is_vouched = given.flag("skip_confirmation_notification")
    row = subscribers.enrol(wish, is_confirmed=is_vouched, by=made.key.actor, at=made.now)
    for endpoint in WebhookEndpoint.objects.filter(contact_point=row.contact_point_id, accepted_at__isnull=True):
        # Whoever is moved over from Statuspage has a receiver that was made for it.
        endpoints.speak(endpoint, WebhookEndpoint.Format.STATUSPAGE, page_id=made.page.public_id)
    _record(made, "subscriber.add", row)
    return row


def _chosen(made: Call, *, usual: str) -> Iterable[Subscriber]:
    """Those whom a call names by their ids, or all of its type and state."""
    given = made.given("subscribers")
    is_all = given.plain("subscribers") == "all"
    names = given.names("subscribers")
    if names is None:
        raise Invalid('subscribers must be a list of ids, or "all".')
    rows = _of_type(_in_state(_all(made), given, usual=usual if is_all else "all"), given)
    return list((rows if is_all else rows.filter(public_id__in=names)).select_related("contact_point__customer"))


def _record(made: Call, act: str, row: Subscriber) -> None:
    audit.record(at=made.now, actor=made.key.actor, act=act, subject=row.public_id)
