"""How somebody joins the crew: a member with the right invites, the invited person accepts."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from daylight.accounts import audit
from daylight.accounts.models import Invitation, Member, Organisation
from daylight.accounts.roles import Role
from daylight.accounts.tokens import a_token, hashed

log = logging.getLogger("daylight.accounts")

LASTS = timedelta(days=7)
"""How long an invitation can be accepted."""


class AlreadyMember(Exception):
    """A member has this address already: give them roles in place of inviting them."""


class InvitationEnded(Exception):
    """The invitation was accepted, withdrawn or too old: ask for a new one."""


@transaction.atomic
def invite(*, email: str, name: str, roles: Iterable[Role], by: Member, at: datetime) -> tuple[Invitation, str]:
    """A new invitation and its link, which is shown once; an earlier one to the same address ends.

    Raises AlreadyMember.
    """
    email = email.strip().lower()
    if Member.objects.by_email(email) is not None:
        raise AlreadyMember
    Invitation.objects.pending().filter(email=email).update(withdrawn_at=at)
    token = a_token()
    given = [role.value for role in Role if role in set(roles)]
    invitation = Invitation.objects.create(
        email=email,
        name=name,
        roles=given,
        invited_by=by,
        invited_at=at,
        expires_at=at + LASTS,
        token_hash=hashed(token),
    )
    audit.record(at=at, actor=by.name, act="invitation.send", subject=email, roles=given)
    return invitation, settings.SITE_URL + reverse("accounts-public:invitation", args=[token])


def post(invitation: Invitation, link: str) -> bool:
    """Mail the invitation; returns whether it left. The link can be handed over by other means."""
    told = {"invitation": invitation, "link": link, "organisation": Organisation.get()}
    try:
        send_mail(
            subject=render_to_string("accounts/letters/invitation_subject.txt", told).strip(),
            message=render_to_string("accounts/letters/invitation.txt", told),
            from_email=Organisation.get().sender_email or None,
            recipient_list=[invitation.email],
        )
    except Exception:  # Whatever stops the letter, the invitation stands and the screen shows the link.
        log.exception("The invitation to %s could not be mailed.", invitation.email)
        return False
    return True


@transaction.atomic
def withdraw(invitation: Invitation, *, by: Member, at: datetime) -> None:
    """End an invitation that was not accepted. Raises InvitationEnded."""
    if not Invitation.objects.pending().filter(pk=invitation.pk).update(withdrawn_at=at):
        raise InvitationEnded
    audit.record(at=at, actor=by.name, act="invitation.withdraw", subject=invitation.email)


def behind(token: str, *, at: datetime) -> Invitation:
    """The open invitation of a link. Raises InvitationEnded."""
    invitation = Invitation.objects.open(at).select_related("invited_by").filter(token_hash=hashed(token)).first()
    if invitation is None or Member.objects.by_email(invitation.email) is not None:
        raise InvitationEnded
    return invitation


@transaction.atomic
def accept(token: str, *, name: str, password: str, time_zone: str, at: datetime) -> Member:
    """Join with the roles of the invitation. Raises InvitationEnded."""
    invitation = behind(token, at=at)
    # Two may press the button at once: the database decides who was first.
    if not Invitation.objects.open(at).filter(pk=invitation.pk).update(accepted_at=at):
        raise InvitationEnded
    member = Member.objects.create_user(email=invitation.email, name=name, password=password, time_zone=time_zone)
    member.set_roles([Role(role) for role in invitation.roles], by=invitation.invited_by, at=at)
    audit.record(at=at, actor=member.name, act="invitation.accept", subject=member.email, roles=invitation.roles)
    return member
