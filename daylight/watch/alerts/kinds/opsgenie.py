"""Opsgenie, and Jira Service Management with its form: alerts that are created and closed."""

from daylight.listen.sources.base import Connects, Settings
from daylight.reach.channels.inbound import InboundRequest
from daylight.watch.alerts.base import Heard, MonitorKind, SaidAlert, labels_of, severity_of
from daylight.watch.alerts.kinds.seals import check_secret

FIRING = {"Create": True, "Close": False, "Delete": False}


def read(request: InboundRequest, settings: Settings) -> Heard:
    """What became of an alert; notes, acknowledgements and the like say nothing to us."""
    check_secret(request, settings)
    event = request.json()
    is_firing, alert = FIRING.get(event["action"]), event["alert"]
    if is_firing is None:
        return Heard()
    labels = labels_of(alert.get("details"), {"entity": alert.get("entity"), "source": alert.get("source")})
    said = SaidAlert(
        fingerprint=alert["alertId"],
        title=alert["message"],
        at=request.received_at,
        is_firing=is_firing,
        severity=severity_of(alert.get("priority")),
        text=alert.get("description") or "",
        labels=labels | {tag: tag for tag in alert.get("tags") or ()},
    )
    return Heard((said,))


OPSGENIE = MonitorKind("opsgenie", "Opsgenie", Connects(makes_secret=True), read=read)
