"""Planned and foreseen work as a calendar (RFC 5545). A time at which we speak next is no event, so it is not here."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from daylight.incidents.words import Stage
from daylight.pages.facts import IncidentFacts, PageFacts, SiteFacts
from daylight.pages.formats.entries import address, entry, host, latest, words
from daylight.pages.formats.xml import writable

MOST_OCTETS = 75
"""Octets in a line; a longer one is folded."""

SHORTEST = timedelta(minutes=1)
"""What an event lasts at least, when its end is not after its beginning."""


def page_calendar(facts: PageFacts) -> dict[str, bytes]:
    """All planned work that is told, in one calendar to subscribe to."""
    planned = [incident for incident in latest(facts) if is_event(incident)]
    planned.sort(key=lambda incident: (incident.planned_from or facts.now, incident.public_id))
    return {"calendar.ics": _calendar(facts.site, planned)}


def incident_calendar(site: SiteFacts, incident: IncidentFacts) -> dict[str, bytes]:
    """One planned work, to put into one's own calendar."""
    if not is_event(incident):
        return {}
    return {"calendar.ics": _calendar(site, [incident])}


def is_event(incident: IncidentFacts) -> bool:
    """Whether it has a time in a calendar."""
    return bool(incident.updates) and incident.planned_from is not None


def _calendar(site: SiteFacts, incidents: Iterable[IncidentFacts]) -> bytes:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Daylight//Planned work//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_text(words('calendar', site))}",
        f"X-WR-CALNAME:{_text(words('calendar', site))}",
        f"X-WR-TIMEZONE:{_text(site.time_zone)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        "X-PUBLISHED-TTL:PT15M",
    ]
    for incident in incidents:
        lines.extend(_event(site, incident))
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def _event(site: SiteFacts, incident: IncidentFacts) -> Iterator[str]:
    said = entry(site, incident)
    begins, ends = _window(incident)
    yield "BEGIN:VEVENT"
    yield f"UID:{incident.public_id}@{host(site)}"
    # Each update is a new revision, also one that moves the work: calendars take the highest.
    yield f"SEQUENCE:{len(incident.updates) - 1}"
    yield f"DTSTAMP:{_moment(said.updated_at)}"
    yield f"CREATED:{_moment(said.published_at)}"
    yield f"LAST-MODIFIED:{_moment(said.updated_at)}"
    yield f"DTSTART:{_moment(begins)}"
    yield f"DTEND:{_moment(ends)}"
    yield f"SUMMARY;LANGUAGE={said.language}:{_text(incident.headline)}"
    yield f"DESCRIPTION;LANGUAGE={said.language}:{_text(said.text)}"
    yield f"URL:{address(site, incident)}"
    yield f"STATUS:{'CANCELLED' if is_called_off(incident) else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "CLASS:PUBLIC"
    yield "END:VEVENT"


def is_called_off(incident: IncidentFacts) -> bool:
    """Whether planned work ended before it began."""
    never_begun = not {update.stage for update in incident.updates} & {Stage.IN_PROGRESS, Stage.VERIFYING}
    early = incident.closed_at and incident.planned_from and incident.closed_at <= incident.planned_from
    return bool(early and never_begun)


def _window(incident: IncidentFacts) -> tuple[datetime, datetime]:
    """From when to when: as planned, or until it really ended."""
    begins = incident.planned_from or incident.opened_at
    ends = incident.planned_until or begins + timedelta(hours=1)
    if incident.closed_at is not None and not is_called_off(incident):
        ends = incident.closed_at
    return begins, max(ends, begins + SHORTEST)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """A value with the signs that mean something to a calendar escaped."""
    lines = "\n".join(writable(words).splitlines()).replace("\t", " ")
    return lines.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> bytes:
    """A line of at most 75 octets each, broken between signs and never inside one."""
    pieces, piece = [], b""
    for sign in line:
        octets = sign.encode()
        if len(piece) + len(octets) > MOST_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
