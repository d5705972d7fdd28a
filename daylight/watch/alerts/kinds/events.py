"""Any other program: alerts in our own plain form, or in CloudEvents around it."""

from collections.abc import Mapping
from typing import Any

from daylight.listen.sources.base import Connects, Settings
from daylight.reach.channels.inbound import InboundRequest, NotUnderstood
from daylight.watch.alerts.base import Heard, MonitorKind, SaidAlert, labels_of, severity_of
from daylight.watch.alerts.kinds.seals import check_secret

OVER = frozenset({"resolved", "ok", "closed", "recovered", "up", "success"})


def read(request: InboundRequest, settings: Settings) -> Heard:
    """One alert, a list of them as `alerts`, or the same as the data of a CloudEvent."""
    check_secret(request, settings)
    given = request.json()
    if isinstance(given, dict) and "specversion" in given:
        return Heard((_event(given, given.get("data") or {}, request),))
    if request.header("ce-specversion"):
        about = {name: request.header(f"ce-{name}") for name in ("id", "source", "type", "subject", "time")}
        return Heard((_event(about, given, request),))
    many = given.get("alerts", [given]) if isinstance(given, dict) else given
    return Heard(tuple(_plain(one, request) for one in many))


def _plain(one: Mapping[str, Any], request: InboundRequest) -> SaidAlert:
    title = str(one.get("title") or one.get("summary") or one.get("message") or "")
    name = str(one.get("fingerprint") or one.get("id") or title)
    if not name:
        raise NotUnderstood("An alert needs a fingerprint, an id or a title.")
    return SaidAlert(
        fingerprint=name,
        title=title or name,
        at=request.moment(one.get("at") or one.get("time")),
        is_firing=str(one.get("status") or "firing").lower() not in OVER,
        severity=severity_of(one.get("severity"), one.get("priority"), one.get("level")),
        text=str(one.get("text") or one.get("description") or ""),
        labels=labels_of(one.get("labels"), {key: one.get(key) or "" for key in ("component", "service", "host")}),
        address=str(one.get("url") or one.get("link") or ""),
    )


def _event(about: Mapping[str, Any], data: Any, request: InboundRequest) -> SaidAlert:
    data = data if isinstance(data, Mapping) else {}
    kind = str(about.get("type") or "")
    ending = kind.rpartition(".")[2].lower()
    name = data.get("fingerprint") or about.get("subject") or f"{about.get('source')} {kind}"
    status = data.get("status") or ("resolved" if ending in OVER else "firing")
    where = {"source": about.get("source") or "", "subject": about.get("subject") or "", **(data.get("labels") or {})}
    given = {"title": about.get("subject") or kind, "at": about.get("time"), **data}
    return _plain({**given, "fingerprint": name, "status": status, "labels": where}, request)


EVENTS = MonitorKind("events", "Another program (JSON or CloudEvents)", Connects(makes_secret=True), read=read)
