"""Alerts in the Common Alerting Protocol 1.2, for public displays, apps and other people's consoles.

The protocol was made for storms. What its words mean here is in the tables below and in docs/use/feeds.md.
"""

from datetime import UTC, datetime, timedelta

from daylight.incidents.words import Kind, Severity
from daylight.pages.facts import IncidentFacts, PageFacts, SiteFacts, UpdateFacts, Words
from daylight.pages.formats.entries import address, entry, host, iso, latest, page_id, words
from daylight.pages.formats.feeds import ATOM
from daylight.pages.formats.xml import Element, document, element

CAP = "urn:oasis:names:tc:emergency:cap:1.2"

CATEGORY = {
    Kind.OUTAGE: "Infra",
    Kind.MAINTENANCE: "Infra",
    Kind.FORESEEN_TROUBLE: "Infra",
    Kind.SUPPLIER_FAILURE: "Infra",
    Kind.LATE_DELIVERY: "Transport",
    Kind.RECALL: "Safety",
    Kind.DATA_BREACH: "Security",
}
"""What an alert is about; everything else is "Other"."""

SEVERITY = {Severity.HIGHLY_MATERIAL: "Severe", Severity.MATERIAL: "Moderate"}
"""How bad; everything else is "Minor". "Extreme" means a threat to many lives, which no incident of ours claims."""

SOON = timedelta(hours=1)
"""Planned work that begins within this time is "Expected"; later is "Future"."""

ENDED_LATELY = timedelta(days=7)
"""How long the end of an incident stays in the index."""


def page_alerts(facts: PageFacts) -> dict[str, bytes]:
    """The index of the alerts that stand, and of those lifted lately."""
    shown = [
        incident
        for incident in latest(facts)
        if incident.closed_at is None or incident.closed_at > facts.now - ENDED_LATELY
    ]
    site = facts.site
    updated = [incident.updates[0].published_at for incident in shown]
    midnight = facts.now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    root = element(
        "feed",
        element("id", page_id(site, "alerts")),
        element("title", words("alerts", site)),
        element("updated", iso(max(updated, default=midnight))),
        element("link", rel="self", type="application/atom+xml", href=f"{site.url}/alerts.atom"),
        element("link", rel="alternate", type="text/html", href=f"{site.url}/"),
        element("author", element("name", site.organisation or site.title)),
        *(_index_entry(site, incident) for incident in shown),
        xmlns=ATOM,
        xml_lang=site.language,
    )
    return {"alerts.atom": document(root)}


def incident_alert(site: SiteFacts, incident: IncidentFacts, now: datetime) -> dict[str, bytes]:
    """The alert as it stands after the last update, with a block for each language in which it was written."""
    if not incident.updates:
        return {}
    newest, *earlier = incident.updates
    root = element(
        "alert",
        element("identifier", _identifier(site, incident, newest)),
        element("sender", host(site)),
        element("sent", moment(newest.published_at)),
        element("status", "Actual"),
        element("msgType", message_type(incident)),
        element("scope", "Public"),
        element("references", " ".join(_reference(site, incident, each) for each in reversed(earlier)))
        if earlier
        else None,
        element("incidents", incident.public_id),
        *(_information(site, incident, said, now) for said in (newest.words, *newest.other_words)),
        xmlns=CAP,
    )
    return {"alert.xml": document(root)}


def message_type(incident: IncidentFacts) -> str:
    """Alert for the first word, Cancel for the end, Update for all between."""
    if not incident.is_open and len(incident.updates) > 1:
        return "Cancel"
    return "Update" if len(incident.updates) > 1 else "Alert"


def urgency(incident: IncidentFacts, now: datetime) -> str:
    """How soon somebody should act."""
    if not incident.is_open:
        return "Past"
    if not incident.is_planned or incident.has_begun(now):
        return "Immediate"
    begins = incident.planned_from or now
    return "Expected" if begins - now <= SOON else "Future"


def certainty(incident: IncidentFacts, now: datetime) -> str:
    """How sure it is: seen, decided by us, or foreseen."""
    if not incident.is_planned or incident.has_begun(now) or not incident.is_open:
        return "Observed"
    return "Possible" if incident.kind == Kind.FORESEEN_TROUBLE else "Likely"


def response(incident: IncidentFacts, newest: UpdateFacts, now: datetime) -> str:
    """What we ask of whoever reads it."""
    if not incident.is_open:
        return "AllClear"
    if incident.is_planned and not incident.has_begun(now):
        return "Prepare"
    return "Execute" if newest.words.meanwhile else "Monitor"


def _information(site: SiteFacts, incident: IncidentFacts, said: Words, now: datetime) -> Element:
    newest = incident.updates[0]
    expires = _expires(incident)
    return element(
        "info",
        element("language", said.language),
        element("category", CATEGORY.get(incident.kind, "Other")),
        element("event", said.headline or str(incident.kind.label)),
        element("responseType", response(incident, newest, now)),
        element("urgency", urgency(incident, now)),
        element("severity", SEVERITY.get(Severity(incident.severity), "Minor")),
        element("certainty", certainty(incident, now)),
        element("effective", moment(newest.published_at)),
        element("onset", moment(_began(incident))),
        element("expires", moment(expires)) if expires else None,
        element("senderName", site.organisation or site.title),
        element("headline", said.headline),
        element("description", "\n\n".join(filter(None, (said.what, said.why, said.doing))) or said.headline),
        element("instruction", said.meanwhile) if said.meanwhile else None,
        element("web", address(site, incident)),
        element("contact", site.reach_a_person) if site.reach_a_person else None,
        element("area", element("areaDesc", said.who or words("customers", site))),
    )


def _index_entry(site: SiteFacts, incident: IncidentFacts) -> Element:
    said = entry(site, incident)
    return element(
        "entry",
        element("id", f"{said.id}/alert"),
        element("title", said.title),
        element("updated", iso(said.updated_at)),
        element("published", iso(said.published_at)),
        element("link", rel="alternate", type="application/cap+xml", href=f"{said.url}alert.xml"),
        element("category", term=message_type(incident)),
        element("summary", incident.updates[0].words.what or said.title),
        xml_lang=said.language,
    )


def _expires(incident: IncidentFacts) -> datetime | None:
    """When it is to be read again: by then we speak next, or planned work is over."""
    if not incident.is_open:
        return None
    return incident.promise.promised_for if incident.promise else incident.planned_until


def _began(incident: IncidentFacts) -> datetime:
    return incident.planned_from if incident.is_planned and incident.planned_from else incident.occurred_at


def _identifier(site: SiteFacts, incident: IncidentFacts, update: UpdateFacts) -> str:
    return f"{host(site)}.{incident.public_id}.{update.number}"


def _reference(site: SiteFacts, incident: IncidentFacts, update: UpdateFacts) -> str:
    return f"{host(site)},{_identifier(site, incident, update)},{moment(update.published_at)}"


def moment(when: datetime) -> str:
    """A moment as the protocol wants it: seconds, an offset in numbers, UTC as -00:00."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}-00:00"
