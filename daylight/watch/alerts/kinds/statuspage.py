"""A supplier's status page in the form of Statuspage: what is unresolved there, and which of its parts do not work."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms

from daylight.core import http
from daylight.listen.sources.base import CannotFetch, Connects, Settings
from daylight.listen.sources.helpdesk import moment
from daylight.reach.channels.over_http import asked_wait
from daylight.watch.alerts.base import MonitorKind, SaidAlert
from daylight.watch.words import Severity

EVERY = timedelta(minutes=2)
LARGEST = 4 * 1024 * 1024
IMPACT = {"none": Severity.INFO, "minor": Severity.WARNING, "major": Severity.CRITICAL, "critical": Severity.CRITICAL}
STATE = {
    "degraded_performance": Severity.WARNING,
    "partial_outage": Severity.WARNING,
    "major_outage": Severity.CRITICAL,
}


class PageForm(forms.Form):
    """A page that is read."""

    address = forms.URLField(label="Its address", assume_scheme="https", max_length=300)
    parts = forms.CharField(
        label="Parts that you use",
        max_length=500,
        required=False,
        help_text="As the page names them, with commas between. Empty: all of them.",
    )

    def clean_address(self) -> str:
        """The address without its last slash."""
        return str(self.cleaned_data["address"]).rstrip("/")


def look(settings: Settings, now: datetime) -> tuple[SaidAlert, ...]:
    """What is unresolved there, and which parts do not work. Raises CannotFetch."""
    page = _summary(f"{settings['address']}/api/v2/summary.json")
    used = {part.strip().casefold() for part in str(settings.get("parts") or "").split(",") if part.strip()}
    supplier = str((page.get("page") or {}).get("name") or "")
    return (*_incidents(page, used, supplier), *_parts(page, used, supplier, settings["address"], now))


def fetch(url: str, *, accept: str) -> http.Answer:
    """The answer of a page. Raises CannotFetch."""
    try:
        answer = http.get(url, headers={"Accept": accept}, largest=LARGEST)
    except (http.Refused, http.Unreachable) as problem:
        raise CannotFetch(str(problem)) from None
    if not answer.is_good:
        raise CannotFetch(f"The page answers with {answer.status}.", after=asked_wait(answer))
    return answer


def _summary(url: str) -> Mapping[str, Any]:
    try:
        read = json.loads(fetch(url, accept="application/json").body)
    except ValueError:
        read = None
    if not isinstance(read, dict) or "incidents" not in read:
        raise CannotFetch("There is a page, but not in the form of Statuspage: it has no /api/v2/summary.json.")
    return read


def _incidents(page: Mapping[str, Any], used: set[str], supplier: str) -> Iterator[SaidAlert]:
    for one in page["incidents"]:
        names = [part["name"] for part in one.get("components") or ()]
        if used and names and not used & {name.casefold() for name in names}:
            continue
        updates = one.get("incident_updates") or [{}]
        yield SaidAlert(
            fingerprint=f"incident-{one['id']}",
            title=one["name"],
            at=moment(one.get("started_at") or one["created_at"]),
            severity=IMPACT.get(one.get("impact"), Severity.WARNING),
            text=updates[0].get("body") or "",
            labels={"supplier": supplier, "component": ", ".join(names)},
            address=one.get("shortlink") or "",
        )


def _parts(page: Mapping[str, Any], used: set[str], supplier: str, address: str, now: datetime) -> Iterator[SaidAlert]:
    for one in page.get("components") or ():
        severity = STATE.get(one["status"])
        if severity is None or one.get("group") or (used and one["name"].casefold() not in used):
            continue
        yield SaidAlert(
            fingerprint=f"component-{one['id']}",
            title=f"{one['name']}: {one['status'].replace('_', ' ')}",
            at=moment(one["updated_at"]) if one.get("updated_at") else now,
            severity=severity,
            labels={"supplier": supplier, "component": one["name"]},
            address=address,
        )


def check(settings: Settings) -> None:
    """Read the page once. Raises CannotFetch."""
    _summary(f"{settings['address']}/api/v2/summary.json")


STATUSPAGE = MonitorKind(
    "statuspage", "A supplier's status page", Connects(form=PageForm, check=check, every=EVERY), look=look
)
