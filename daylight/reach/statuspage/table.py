"""Our words in Statuspage's, and back. Everything that is not the same word on both sides stands here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from daylight.incidents.words import FINAL_STAGES, PLANNED_STAGES, UNPLANNED_STAGES, ComponentState, Severity, Stage

COMPONENT_STATUS = {
    ComponentState.OPERATIONAL: "operational",
    ComponentState.MAINTENANCE: "under_maintenance",
    ComponentState.DEGRADED: "degraded_performance",
    ComponentState.PARTIAL_OUTAGE: "partial_outage",
    ComponentState.MAJOR_OUTAGE: "major_outage",
}
COMPONENT_STATE = {status: state for state, status in COMPONENT_STATUS.items()} | {"": ComponentState.OPERATIONAL}

POSTMORTEM = "postmortem"
"""The status of an incident that ended and whose post-mortem is published; all others are our stages by their names."""

UNRESOLVED = tuple(str(stage) for stage in UNPLANNED_STAGES if stage not in FINAL_STAGES)
INCIDENT_STATUSES = tuple(str(stage) for stage in UNPLANNED_STAGES)
MAINTENANCE_STATUSES = tuple(str(stage) for stage in PLANNED_STAGES)
ACTIVE = (str(Stage.IN_PROGRESS), str(Stage.VERIFYING))
UPCOMING = str(Stage.SCHEDULED)

IMPACT = {
    Severity.HIGHLY_MATERIAL: "critical",
    Severity.MATERIAL: "major",
    Severity.NOTICEABLE: "minor",
    Severity.SLIGHT: "minor",
    Severity.IMMATERIAL: "none",
}
"""Severity is harm to customers, whatever the kind: a late delivery without any component out can be major."""

SEVERITY = {
    "critical": Severity.HIGHLY_MATERIAL,
    "major": Severity.MATERIAL,
    "minor": Severity.NOTICEABLE,
    "none": Severity.IMMATERIAL,
    "maintenance": Severity.SLIGHT,
}
MAINTENANCE = "maintenance"

_HURTS = {"major_outage": "critical", "partial_outage": "major", "degraded_performance": "minor"}
_RANK = ("none", MAINTENANCE, "minor", "major", "critical")
_WORDS = {
    "none": "All Systems Operational",
    MAINTENANCE: "Service Under Maintenance",
    "minor": "Partially Degraded Service",
    "major": "Partial System Outage",
    "critical": "Major System Outage",
}


@dataclass(frozen=True)
class RollUp:
    """How everything is doing, in one word and in one line."""

    indicator: str
    description: str

    @property
    def rank(self) -> int:
        """The worse, the higher."""
        return _RANK.index(self.indicator)


def impact_of_components(statuses: Iterable[str]) -> str:
    """The impact that an incident has by what it says of components."""
    return max((_HURTS.get(status, "none") for status in statuses), key=_RANK.index, default="none")


def roll_up(statuses: Sequence[str], impacts: Iterable[str]) -> RollUp:
    """One indicator for a page: the worse of its components (`statuses`) and its open incidents (`impacts`)."""
    told = [RollUp(impact, _WORDS[impact]) for impact in impacts]
    return max([_of_components(statuses), *told], key=lambda each: each.rank)


def _of_components(statuses: Sequence[str]) -> RollUp:
    """All, several and exactly one are told apart, as Statuspage does."""
    number = {status: statuses.count(status) for status in COMPONENT_STATUS.values()}
    if number["major_outage"]:
        indicator = "critical" if number["major_outage"] == len(statuses) else "major"
        return RollUp(indicator, _WORDS[indicator])
    if number["partial_outage"] == 1 and len(statuses) > 1:
        return RollUp("minor", "Minor Service Outage")
    if number["partial_outage"]:
        return RollUp("major", _WORDS["major"])
    if number["degraded_performance"]:
        is_all = number["degraded_performance"] == len(statuses)
        return RollUp("minor", "Degraded System Service" if is_all else _WORDS["minor"])
    indicator = MAINTENANCE if number["under_maintenance"] else "none"
    return RollUp(indicator, _WORDS[indicator])
