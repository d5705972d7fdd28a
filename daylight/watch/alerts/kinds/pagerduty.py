"""PagerDuty: version 3 of its webhooks, for incidents."""

import hashlib
import hmac

from django import forms

from daylight.listen.sources.base import Connects, Settings
from daylight.listen.sources.helpdesk import moment
from daylight.reach.channels.inbound import InboundRequest, NotGenuine
from daylight.watch.alerts.base import Heard, MonitorKind, SaidAlert, labels_of, severity_of


class SigningForm(forms.Form):
    """A secret that the monitor made up."""

    signing_secret = forms.CharField(
        label="Signing secret",
        max_length=300,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="As the other side shows it. Kept sealed, and never shown again.",
    )


def read(request: InboundRequest, settings: Settings) -> Heard:
    """What became of an incident; other events say nothing to us."""
    secret = str(settings.get("signing_secret") or "")
    seal = hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest()
    given = [one.strip() for one in request.header("X-PagerDuty-Signature").split(",")]
    if not secret or not any(
        hmac.compare_digest(f"v1={seal}".encode(), one.encode("utf-8", "replace")) for one in given
    ):
        raise NotGenuine("The signature is not the one that our secret makes.")
    event = request.json()["event"]
    data = event["data"]
    if data.get("type") != "incident":
        return Heard()
    is_firing = data["status"] != "resolved"
    service = (data.get("service") or {}).get("summary")
    alert = SaidAlert(
        fingerprint=data["id"],
        title=data["title"],
        at=moment(data["created_at"] if is_firing else event["occurred_at"]),
        is_firing=is_firing,
        severity=severity_of((data.get("priority") or {}).get("summary"), data.get("urgency")),
        labels=labels_of({"service": service, "urgency": data.get("urgency")}),
        address=data.get("html_url") or "",
    )
    return Heard((alert,))


PAGERDUTY = MonitorKind("pagerduty", "PagerDuty", Connects(form=SigningForm), read=read)
