"""Every kind of monitor: one visible line each."""

from daylight.watch.alerts.base import MonitorKind
from daylight.watch.alerts.kinds import alertmanager, events, feed, opsgenie, pagerduty, sentry, statuspage

KINDS: dict[str, MonitorKind] = {
    kind.name: kind
    for kind in (
        alertmanager.ALERTMANAGER,
        alertmanager.GRAFANA,
        pagerduty.PAGERDUTY,
        sentry.SENTRY,
        opsgenie.OPSGENIE,
        events.EVENTS,
        statuspage.STATUSPAGE,
        feed.FEED,
    )
}
