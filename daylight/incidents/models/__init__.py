"""The rows of the room."""

from daylight.incidents.models.assignment import Assignment, Note, Resolution, SeverityChange
from daylight.incidents.models.cadence import Cadence, EscalationRung
from daylight.incidents.models.calm_moment import CalmMoment
from daylight.incidents.models.component import Component, ComponentUse, Section, UsesRead
from daylight.incidents.models.incident import Incident
from daylight.incidents.models.post_mortem import PostMortem
from daylight.incidents.models.programs import Carried, IncidentTemplate, PageOnly
from daylight.incidents.models.promise import Promise
from daylight.incidents.models.raised_finding import RaisedFinding
from daylight.incidents.models.regime_words import RegimeWords
from daylight.incidents.models.register import AffectedCustomer, ListedCustomer, RegisterRule, RegisterVersion
from daylight.incidents.models.reminder import Reminder
from daylight.incidents.models.update import TAKE_BACK_SECONDS, Update
from daylight.incidents.models.update_parts import Approval, Impact, PublishedStays, TakeBack, UpdateText
from daylight.incidents.models.withheld_fact import WithheldFact

__all__ = [
    "TAKE_BACK_SECONDS",
    "AffectedCustomer",
    "Approval",
    "Assignment",
    "Cadence",
    "CalmMoment",
    "Carried",
    "Component",
    "ComponentUse",
    "EscalationRung",
    "Impact",
    "Incident",
    "IncidentTemplate",
    "ListedCustomer",
    "Note",
    "PageOnly",
    "PostMortem",
    "Promise",
    "PublishedStays",
    "RaisedFinding",
    "RegimeWords",
    "RegisterRule",
    "RegisterVersion",
    "Reminder",
    "Resolution",
    "Section",
    "SeverityChange",
    "TakeBack",
    "Update",
    "UpdateText",
    "UsesRead",
    "WithheldFact",
]
