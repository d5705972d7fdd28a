"""What every kind of monitor gives: alerts, and how it is connected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from daylight.listen.sources.base import Connects, Settings
from daylight.reach.channels import inbound
from daylight.watch.words import Severity

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SaidAlert:
    """One thing that a monitor says: that something is wrong since `at`, or right again.

    `fingerprint` names what is wrong: the same one again is the same alert. `labels` say where, in the monitor's terms.
    """

    fingerprint: str
    title: str
    at: datetime
    is_firing: bool = True
    severity: Severity = Severity.WARNING
    text: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    address: str = ""

    def __post_init__(self) -> None:
        texts = (self.fingerprint, self.title, self.text, self.address)
        if not all(isinstance(text, str) for text in texts) or not self.fingerprint:
            raise TypeError("An alert has a name, and its words are texts.")


@dataclass(frozen=True)
class Heard:
    """All that one request said, and the answer that its sender waits for."""

    alerts: tuple[SaidAlert, ...] = ()
    answer: inbound.Answer = field(default_factory=inbound.Answer)


Read = Callable[[inbound.InboundRequest, Settings], Heard]
"""What a request says. Pure. Raises NotGenuine and NotUnderstood of `reach.channels.inbound`."""

Look = Callable[[Settings, datetime], tuple[SaidAlert, ...]]
"""Everything that is wrong at a supplier now; what is not among it is over. Raises CannotFetch."""


@dataclass(frozen=True)
class MonitorKind:
    """One way to hear of alerts: `read` where the monitor posts to us, `look` where we ask it.

    An alert of which nothing was heard for as long as `lasts` is over.
    """

    name: str
    label: str
    connects: Connects
    read: Read | None = None
    look: Look | None = None
    lasts: timedelta = A_DAY

    @property
    def is_supplier(self) -> bool:
        """Whether it is somebody else's status page, which we ask."""
        return self.look is not None


_CRITICAL = frozenset(
    {"critical", "crit", "fatal", "emergency", "disaster", "page", "high", "urgent", "major"}
    | {"p1", "p2", "sev1", "sev2"}
)
_INFO = frozenset(
    {"info", "informational", "information", "low", "debug", "none", "notice"} | {"p4", "p5", "sev4", "sev5"}
)


def severity_of(*words: Any) -> Severity:
    """How bad the first of these words is that says something."""
    word = next((str(one).strip().lower() for one in words if one), "")
    if word in _CRITICAL:
        return Severity.CRITICAL
    return Severity.INFO if word in _INFO else Severity.WARNING


def labels_of(*given: Any) -> dict[str, str]:
    """Labels out of mappings, as texts; a later one wins, and what is empty or no single value says nothing."""
    found: dict[str, str] = {}
    for one in given:
        for name, value in one.items() if isinstance(one, Mapping) else ():
            if isinstance(value, str | int | float) and value != "":
                found[str(name)[:120]] = str(value)[:200]
    return found
