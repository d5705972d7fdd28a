"""Each kind of monitor is read from what it really sends, and believed only with its secret."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from conftest import START
from daylight.listen.sources.base import CannotFetch
from daylight.reach.channels.inbound import InboundRequest, NotGenuine, NotUnderstood
from daylight.reach.channels.tests.provider import FarEnd, a_post, listening
from daylight.watch.alerts.base import SaidAlert, severity_of
from daylight.watch.alerts.registry import KINDS
from daylight.watch.words import Severity

FIXTURES = Path(__file__).parent.parent / "fixtures"
SETTINGS = {"secret": "s3cret", "signing_secret": "s3cret"}
URL = "https://daylight.example/alerts/1/"


def _request(
    name: str, body: bytes, headers: Mapping[str, str] = MappingProxyType({}), *, key: bytes = b"s3cret"
) -> InboundRequest:
    seal = hmac.new(key, body, hashlib.sha256).hexdigest()
    proof = {
        "pagerduty": {"X_PagerDuty_Signature": f"v1=0123,v1={seal}"},
        "sentry": {"Sentry_Hook_Signature": seal},
    }.get(name, {"Authorization": f"Bearer {key.decode()}"})
    return a_post(URL, body, at=START, **(proof | dict(headers)))


def _read(name: str, fixture: str, **headers: str) -> list[SaidAlert]:
    reads = KINDS[name].read
    assert reads is not None
    return list(reads(_request(name, (FIXTURES / fixture).read_bytes(), headers), SETTINGS).alerts)


def _shown(alert: SaidAlert) -> tuple[str, bool, str, int]:
    """Title, whether it fires, severity, and the minutes by which it began before the request."""
    return alert.title, alert.is_firing, alert.severity, round((START - alert.at).total_seconds() / 60)


def test_alertmanager_sends_groups_of_firing_and_resolved_alerts() -> None:
    first, second = _read("alertmanager", "alertmanager.json")

    assert _shown(first) == ("12 % of requests fail", True, "critical", 5)
    assert _shown(second) == ("Search is slow", False, "warning", 2)
    assert (first.fingerprint, first.labels["component"], first.labels["job"]) == (
        "c2b4d9c7a1e0f3d5",
        "checkout",
        "web",
    )
    assert first.text.startswith("More than 5 %")


def test_grafana_leads_to_its_panel() -> None:
    [alert] = _read("grafana", "grafana.json")

    assert _shown(alert) == ("No payment in 10 minutes", True, "critical", 130)
    assert alert.address.endswith("viewPanel=4")
    assert alert.labels["service"] == "Payments"


def test_pagerduty_tells_of_the_same_incident_twice() -> None:
    [begun], [ended] = _read("pagerduty", "pagerduty_triggered.json"), _read("pagerduty", "pagerduty_resolved.json")

    assert _shown(begun) == ("A little bump in the road", True, "critical", 5)
    assert _shown(ended) == ("A little bump in the road", False, "critical", 1)
    assert begun.fingerprint == ended.fingerprint == "PGR0VU2"
    assert begun.labels["service"] == "Checkout"


def test_sentry_tells_of_issues_metrics_and_what_was_resolved() -> None:
    [issue] = _read("sentry", "sentry_event_alert.json", Sentry_Hook_Resource="event_alert")
    [metric] = _read("sentry", "sentry_metric_alert.json", Sentry_Hook_Resource="metric_alert")
    [over] = _read("sentry", "sentry_issue_resolved.json", Sentry_Hook_Resource="issue")

    assert _shown(issue) == ("ReferenceError: heck is not defined", True, "critical", 4)
    assert issue.labels["component"] == "checkout"
    assert _shown(metric) == ("Critical: Too many errors", True, "critical", 6)
    assert (over.fingerprint, over.is_firing) == (issue.fingerprint, False)
    assert _read("sentry", "sentry_issue_resolved.json", Sentry_Hook_Resource="comment") == []


def test_opsgenie_creates_and_closes() -> None:
    [alert] = _read("opsgenie", "opsgenie.json")
    body = (FIXTURES / "opsgenie.json").read_bytes().replace(b'"Create"', b'"Close"')
    reads = KINDS["opsgenie"].read
    assert reads is not None
    [closed] = reads(_request("opsgenie", body), SETTINGS).alerts

    assert _shown(alert) == ("Queue of checkout grows", True, "critical", 0)
    assert alert.labels == {"component": "checkout", "region": "eu", "entity": "checkout", "source": "queue-watch"} | {
        "queue": "queue"
    }
    assert (closed.fingerprint, closed.is_firing) == (alert.fingerprint, False)


def test_any_program_may_send_plain_alerts_or_cloud_events() -> None:
    full, fine = _read("events", "plain.json")
    [event] = _read("events", "cloudevent.json")

    assert _shown(full) == ("Disk is full", True, "critical", 5)
    assert (full.labels, full.address) == ({"component": "checkout"}, "https://ops.firm.example/disk-7")
    assert not fine.is_firing
    assert _shown(event) == ("backup of checkout", True, "critical", 5)
    assert event.labels["component"] == "checkout"


def test_a_cloud_event_in_headers_says_the_same() -> None:
    head = {"ce_specversion": "1.0", "ce_type": "example.backup.recovered", "ce_source": "/ops", "ce_subject": "backup"}
    reads = KINDS["events"].read
    assert reads is not None

    [alert] = reads(_request("events", b'{"severity": "low"}', head), SETTINGS).alerts

    assert (alert.fingerprint, alert.is_firing, alert.severity) == ("backup", False, "info")


def test_an_alert_without_a_name_is_not_understood() -> None:
    reads = KINDS["events"].read
    assert reads is not None
    with pytest.raises(NotUnderstood, match="fingerprint"):
        reads(_request("events", b'{"severity": "low"}'), SETTINGS)


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.read])
def test_without_our_secret_nothing_is_believed(name: str) -> None:
    reads = KINDS[name].read
    assert reads is not None
    for settings in (SETTINGS, {"secret": "", "signing_secret": ""}):
        with pytest.raises(NotGenuine):
            reads(_request(name, b"{}", key=b"guessed"), settings)


@pytest.mark.parametrize(
    ("words", "severity"),
    [(("P1",), "critical"), ((None, "Sev2"), "critical"), (("error",), "warning"), ((), "warning"), (("P5",), "info")],
)
def test_words_for_how_bad_it_is(words: tuple[Any, ...], severity: str) -> None:
    assert severity_of(*words) == severity


@pytest.fixture
def page(settings: Any) -> Iterator[FarEnd]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with listening() as far_end:
        yield far_end


def _look(kind: str, page: FarEnd, fixture: str, **settings: str) -> list[SaidAlert]:
    page.says(200, (FIXTURES / fixture).read_bytes())
    looks = KINDS[kind].look
    assert looks is not None
    return list(looks({"address": page.url, **settings}, START))


def test_a_suppliers_page_says_what_is_unresolved_and_what_does_not_work(page: FarEnd) -> None:
    incident, part = _look("statuspage", page, "statuspage_summary.json")

    assert page.asked[0].path == "/api/v2/summary.json"
    assert _shown(incident) == ("Card payments fail in Europe", True, "critical", 14)
    assert incident.address == "https://stspg.example/cp306tmzcl0y"
    assert incident.labels == {"supplier": "PayBridge", "component": "Card payments"}
    assert _shown(part) == ("Card payments: partial outage", True, "warning", 15)


def test_parts_of_a_supplier_that_nobody_uses_are_left_out(page: FarEnd) -> None:
    assert _look("statuspage", page, "statuspage_summary.json", parts="Payouts, Reports") == []
    assert len(_look("statuspage", page, "statuspage_summary.json", parts="card payments")) == 2


@pytest.mark.parametrize(
    ("fixture", "title", "minutes"),
    [("status.atom", "Card payments fail in Europe", 10), ("status.rss", "Network in FRA", 60)],
)
def test_a_feed_says_what_goes_on(page: FarEnd, fixture: str, title: str, minutes: int) -> None:
    [alert] = _look("feed", page, fixture)

    assert _shown(alert) == (title, True, Severity.WARNING, minutes)
    assert alert.address.startswith("https://status.")


@pytest.mark.parametrize("kind", ["statuspage", "feed"])
def test_a_page_that_does_not_answer_as_it_should_says_so(kind: str, page: FarEnd) -> None:
    looks, check = KINDS[kind].look, KINDS[kind].connects.check
    assert looks is not None
    assert check is not None
    page.says(200, b"<html>Welcome</html>")
    with pytest.raises(CannotFetch, match=r"no feed|not in the form"):
        check({"address": page.url})

    page.says(429, b"", ("Retry-After", "77"))
    with pytest.raises(CannotFetch) as problem:
        looks({"address": page.url}, START)

    assert problem.value.after == timedelta(seconds=77)
