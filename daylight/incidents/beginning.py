"""The first fifteen minutes: what should be done at the start, and which of it the facts say is done."""

from dataclasses import dataclass

from daylight.incidents.models import Incident


@dataclass(frozen=True)
class Check:
    """One thing to do at the start; `address` names the screen where it is done."""

    text: str
    is_done: bool
    address: str = ""


def checks(incident: Incident) -> list[Check]:
    """What the facts say of the start of this incident."""
    has_draft = incident.updates.exclude(state="dropped").exists()
    is_told = incident.updates.published().exists()
    return [
        Check("Somebody leads", incident.lead is not None, "incidents:manage"),
        Check("We know who is affected", incident.register_versions.filter(total__gt=0).exists(), "incidents:register"),
        Check("A first update is being written", has_draft, "incidents:panel-composer"),
        Check("Customers have been told", is_told, "incidents:panel-composer"),
        Check("They know when we speak next", incident.promises.exists(), "incidents:panel-composer"),
        Check("It is confirmed: we are sure what it is", incident.confirmed_at is not None, "incidents:manage"),
    ]
