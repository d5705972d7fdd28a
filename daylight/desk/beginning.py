"""The first steps of a new installation; they leave the screen when they are done."""

from dataclasses import dataclass

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.customers.models import Customer
from daylight.desk.addresses import address_of
from daylight.incidents.models import Incident, Update


@dataclass(frozen=True)
class FirstStep:
    """One thing to do once: what, why, where, and whether it is done."""

    title: str
    why: str
    deed: str
    address: str
    is_done: bool


def steps(member: Member) -> list[FirstStep]:
    """The first steps for this member; none when the last is done or not theirs to do."""
    if Update.objects.filter(published_at__isnull=False).exists() or not member.may(Act.OPEN_INCIDENT):
        return []
    return [
        FirstStep(
            "Import your customers",
            "A file from your shop or your books is enough. Nothing is sent to anybody.",
            "Import customers",
            address_of("customers:imports-new"),
            Customer.objects.exists(),
        ),
        FirstStep(
            "Declare an incident",
            "Say what went wrong and for whom; mark it as an exercise to try it out.",
            "Declare an incident",
            address_of("incidents:declare"),
            Incident.objects.exists(),
        ),
        FirstStep(
            "Tell the customers affected",
            "Six short questions, a preview of every message, and ten seconds to take it back.",
            "Open the incident",
            _newest_room(),
            False,
        ),
    ]


def _newest_room() -> str:
    incident = Incident.objects.filter(closed_at__isnull=True).order_by("-opened_at").first()
    return address_of("desk:incident", incident.public_id) if incident else ""
