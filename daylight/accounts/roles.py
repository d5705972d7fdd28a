"""Who may do what: roles, acts, and the one table between them."""

from django.db import models


class Role(models.TextChoices):
    """What a member is to the crew; a member may be several."""

    OWNER = "owner", "Owner"
    LEAD = "lead", "Lead"
    WRITER = "writer", "Writer"
    APPROVER = "approver", "Approver"
    AGENT = "agent", "Agent"
    REVIEWER = "reviewer", "Reviewer"
    READER = "reader", "Reader"

    @property
    def says(self) -> str:
        """What somebody with this role does, in a line."""
        return _SAYS[self]


_SAYS = {
    Role.OWNER: "everything, and decides who may do what",
    Role.LEAD: "leads incidents, publishes updates, imports customers",
    Role.WRITER: "declares incidents and drafts updates",
    Role.APPROVER: "says yes or no to drafts of others",
    Role.AGENT: "answers customers and declares incidents",
    Role.REVIEWER: "runs post-mortems and reads the audit trail",
    Role.READER: "sees incidents and what was told",
}


class Act(models.TextChoices):
    """Something a member may or may not do. Also the scopes an API key may carry."""

    READ = "read", "See incidents, the register, the ledger and the measures"
    READ_CUSTOMERS = "customers.read", "See customers and their contact points"
    WRITE_CUSTOMERS = "customers.write", "Import and change customers and commitments"
    ERASE_CUSTOMERS = "customers.erase", "Erase and export the personal data of a customer"
    OPEN_INCIDENT = "incidents.open", "Declare an incident"
    WRITE_UPDATE = "updates.write", "Draft updates"
    APPROVE_UPDATE = "updates.approve", "Say yes or no to a draft of somebody else"
    PUBLISH_UPDATE = "updates.publish", "Publish an update to customers"
    LEAD_INCIDENT = "incidents.lead", "Change severity, register, rhythm and visibility; resolve"
    HAND_IN = "messages.write", "Hand in what customers said"
    ANSWER = "conversations.answer", "Answer customers"
    REVIEW = "reviews.write", "Run a post-mortem"
    SET_UP = "settings.write", "Connect channels, set up pages, components and rhythms"
    MANAGE_MEMBERS = "members.write", "Invite members, give roles, make API keys"
    READ_AUDIT = "audit.read", "Read the audit trail"
    EXPORT_EVIDENCE = "evidence.export", "Export who was told what, with names and addresses"


_EVERYONE = {Act.READ}
_WRITER = _EVERYONE | {Act.READ_CUSTOMERS, Act.WRITE_UPDATE, Act.OPEN_INCIDENT}
_LEAD = _WRITER | {
    Act.PUBLISH_UPDATE,
    Act.LEAD_INCIDENT,
    Act.WRITE_CUSTOMERS,
    Act.EXPORT_EVIDENCE,
    Act.HAND_IN,
    Act.ANSWER,
}

ALLOWED: dict[Role, frozenset[Act]] = {
    Role.OWNER: frozenset(Act),
    Role.LEAD: frozenset(_LEAD | {Act.APPROVE_UPDATE}),
    Role.WRITER: frozenset(_WRITER),
    Role.APPROVER: frozenset(_EVERYONE | {Act.APPROVE_UPDATE, Act.READ_CUSTOMERS}),
    Role.AGENT: frozenset(_EVERYONE | {Act.READ_CUSTOMERS, Act.HAND_IN, Act.ANSWER, Act.OPEN_INCIDENT}),
    Role.REVIEWER: frozenset(_EVERYONE | {Act.READ_CUSTOMERS, Act.REVIEW, Act.READ_AUDIT, Act.EXPORT_EVIDENCE}),
    Role.READER: frozenset(_EVERYONE),
}
"""Acts by role. Anything not listed is forbidden."""
