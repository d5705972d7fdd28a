"""Prometheus Alertmanager and Grafana, which post the same form (version 4 of Alertmanager's webhook)."""

from collections.abc import Mapping
from typing import Any

from daylight.listen.sources.base import Connects, Settings
from daylight.listen.sources.helpdesk import moment
from daylight.reach.channels.inbound import InboundRequest, NotUnderstood
from daylight.watch.alerts.base import Heard, MonitorKind, SaidAlert, labels_of, severity_of
from daylight.watch.alerts.kinds.seals import check_secret


def read(request: InboundRequest, settings: Settings) -> Heard:
    """Each alert of a group."""
    check_secret(request, settings)
    group = request.json()
    if "alerts" not in group:
        raise NotUnderstood("This is no group of alerts.")
    return Heard(tuple(_alert(one, group) for one in group["alerts"]))


def _alert(one: Mapping[str, Any], group: Mapping[str, Any]) -> SaidAlert:
    labels = labels_of(group.get("commonLabels"), one["labels"])
    notes = {**(group.get("commonAnnotations") or {}), **(one.get("annotations") or {})}
    is_firing = one["status"] == "firing"
    name = labels.get("alertname", "")
    return SaidAlert(
        fingerprint=one.get("fingerprint") or "&".join(f"{key}={labels[key]}" for key in sorted(labels)),
        title=notes.get("summary") or name,
        at=moment(one["startsAt"] if is_firing else one["endsAt"]),
        is_firing=is_firing,
        severity=severity_of(labels.get("severity"), labels.get("priority")),
        text=notes.get("description") or notes.get("message") or "",
        labels=labels,
        address=one.get("panelURL") or one.get("dashboardURL") or one.get("generatorURL") or "",
    )


ALERTMANAGER = MonitorKind("alertmanager", "Alertmanager", Connects(makes_secret=True), read=read)
GRAFANA = MonitorKind("grafana", "Grafana", Connects(makes_secret=True), read=read)
