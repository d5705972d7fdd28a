"""The rows of the room."""

from daylight.accounts.models.api_key import ApiKey
from daylight.accounts.models.audit_entry import AppendOnly, AuditEntry, AuditHead
from daylight.accounts.models.invitation import Invitation
from daylight.accounts.models.member import LastOwner, Member, RoleGrant
from daylight.accounts.models.organisation import Organisation
from daylight.accounts.models.sign_in_link import SignInLink
from daylight.accounts.models.staff_contact import StaffContact

__all__ = [
    "ApiKey",
    "AppendOnly",
    "AuditEntry",
    "AuditHead",
    "Invitation",
    "LastOwner",
    "Member",
    "Organisation",
    "RoleGrant",
    "SignInLink",
    "StaffContact",
]
