"""Sentry: issue alerts, metric alerts, and issues that were resolved."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from daylight.listen.sources.base import Connects, Settings
from daylight.listen.sources.helpdesk import check_seal, moment
from daylight.reach.channels.inbound import InboundRequest
from daylight.watch.alerts.base import Heard, MonitorKind, SaidAlert, labels_of, severity_of
from daylight.watch.alerts.kinds.pagerduty import SigningForm

OVER = frozenset({"resolved", "ignored", "archived"})


def read(request: InboundRequest, settings: Settings) -> Heard:
    """What the resource of a hook says; other resources say nothing to us."""
    check_seal(
        request.header("Sentry-Hook-Signature"),
        secret=str(settings.get("signing_secret") or ""),
        sealed=request.body,
        digest="sha256",
        write=lambda seal: seal.hex(),
    )
    hook = request.json()
    match request.header("Sentry-Hook-Resource"):
        case "event_alert":
            return Heard((_event(hook["data"]),))
        case "metric_alert":
            return Heard((_metric(hook["action"], hook["data"], request),))
        case "issue" if hook["action"] in OVER:
            issue = hook["data"]["issue"]
            return Heard((SaidAlert(f"issue-{issue['id']}", issue["title"], request.received_at, is_firing=False),))
    return Heard()


def _event(data: Mapping[str, Any]) -> SaidAlert:
    event = data["event"]
    tags = {one[0]: one[1] for one in event.get("tags") or () if one}
    rule = {"rule": data.get("triggered_rule"), "project": event.get("project_name") or event.get("project")}
    return SaidAlert(
        fingerprint=f"issue-{event['issue_id']}",
        title=event["title"],
        at=moment(event["datetime"]),
        severity=severity_of(event.get("level")),
        text=event.get("culprit") or "",
        labels=labels_of(tags, rule),
        address=event.get("web_url") or "",
    )


def _metric(action: str, data: Mapping[str, Any], request: InboundRequest) -> SaidAlert:
    alert = data["metric_alert"]
    is_firing = action != "resolved"
    projects = alert.get("projects") or [""]
    return SaidAlert(
        fingerprint=f"metric-{alert.get('identifier') or alert['id']}",
        title=data.get("description_title") or alert.get("title") or "",
        at=moment(alert["date_started"]) if is_firing else request.received_at,
        is_firing=is_firing,
        severity=severity_of(action),
        text=data.get("description_text") or "",
        labels=labels_of({"project": projects[0]}),
        address=data.get("web_url") or "",
    )


SENTRY = MonitorKind("sentry", "Sentry", Connects(form=SigningForm), read=read, lasts=timedelta(hours=2))
