"""The rows of the room."""

from daylight.incidents.models.cadence import Cadence, EscalationRung
from daylight.incidents.models.component import Component, ComponentUse
from daylight.incidents.models.incident import Assignment, Incident, Note, Resolution, SeverityChange
from daylight.incidents.models.promise import Promise, Reminder
from daylight.incidents.models.register import AffectedCustomer, RegisterRule, RegisterVersion
from daylight.incidents.models.update import Approval, Impact, TakeBack, Update, UpdateText
from daylight.incidents.models.withheld_fact import WithheldFact

__all__ = [
    "AffectedCustomer",
    "Approval",
    "Assignment",
    "Cadence",
    "Component",
    "ComponentUse",
    "EscalationRung",
    "Impact",
    "Incident",
    "Note",
    "Promise",
    "RegisterRule",
    "RegisterVersion",
    "Reminder",
    "Resolution",
    "SeverityChange",
    "TakeBack",
    "Update",
    "UpdateText",
    "WithheldFact",
]
