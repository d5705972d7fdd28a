"""Changes the address with which a member signs in."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q

from daylight.accounts.models import Member


class EmailTaken(Exception):
    """Another member has this e-mail address: use a different one."""


@transaction.atomic
def change_email(member: Member, email: str) -> None:
    """Sign in with another address from now on; the old one opens nothing any more. Raises EmailTaken."""
    email = email.strip().lower()
    if Member.objects.filter(email=email).exclude(pk=member.pk).exists():
        raise EmailTaken
    member.email = email
    member.save(update_fields=["email"])
    # The sign-in library keeps addresses of its own; one left behind would still let its holder reset the password.
    EmailAddress.objects.filter(Q(user_id=member.pk) | Q(email=email)).delete()
    EmailAddress.objects.create(user_id=member.pk, email=email, primary=True, verified=True)
