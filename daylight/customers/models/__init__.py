"""The rows of the room."""

from daylight.customers.models.commitment import Commitment
from daylight.customers.models.contact_point import Consent, ContactPoint
from daylight.customers.models.customer import Customer, Group
from daylight.customers.models.import_ import Import, ImportFault

__all__ = ["Commitment", "Consent", "ContactPoint", "Customer", "Group", "Import", "ImportFault"]
