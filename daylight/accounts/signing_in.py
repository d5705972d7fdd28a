"""One-time links that sign a member in: for the first owner, and for whoever lost everything else."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from daylight.accounts import audit
from daylight.accounts.models import Member, SignInLink
from daylight.accounts.roles import Role
from daylight.accounts.tokens import a_token, hashed

LASTS = timedelta(hours=24)
"""How long a sign-in link can be used."""

FIRST_OWNER_EMAIL = "owner@localhost"
"""Stands in until the first owner has given an address of their own."""


class LinkNotValid(Exception):
    """The link was used, has ended or never was: ask for a new one."""


def first_owner_link(at: datetime) -> str | None:
    """A one-time sign-in URL for the first owner, made if need be; None once an owner can sign in alone."""
    owners = Member.objects.owners()
    keys = Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).values("user_id")
    if any(owner.has_usable_password() for owner in owners) or owners.filter(pk__in=keys).exists():
        return None
    owner = owners.order_by("pk").first() or _first_owner(at)
    return link_for(owner, at=at)


def link_for(member: Member, *, at: datetime) -> str:
    """A new one-time sign-in URL for `member`, good for 24 hours; older ones end."""
    token = a_token()
    with transaction.atomic():
        member.sign_in_links.filter(used_at=None).delete()
        SignInLink.objects.create(member=member, token_hash=hashed(token), made_at=at, expires_at=at + LASTS)
        audit.record(at=at, actor="Daylight", act="member.link", subject=member.email)
    return settings.SITE_URL + reverse("accounts-public:sign-in-link", args=[token])


def member_behind(token: str, *, at: datetime) -> Member:
    """Whom the link would sign in; the link stays good. Raises LinkNotValid."""
    link = _open_links(at).filter(token_hash=hashed(token)).select_related("member").first()
    if link is None:
        raise LinkNotValid
    return link.member


@transaction.atomic
def use(token: str, *, at: datetime) -> Member:
    """Use the link up and say whom it signs in. Raises LinkNotValid."""
    member = member_behind(token, at=at)
    # Two may press the button at once: the database decides who was first.
    if not _open_links(at).filter(token_hash=hashed(token)).update(used_at=at):
        raise LinkNotValid
    audit.record(at=at, actor=member.name, act="member.sign_in", subject=member.email, by="link")
    return member


def _open_links(at: datetime) -> QuerySet[SignInLink]:
    return SignInLink.objects.filter(used_at=None, expires_at__gt=at, member__is_active=True)


@transaction.atomic
def _first_owner(at: datetime) -> Member:
    member = Member.objects.by_email(FIRST_OWNER_EMAIL)
    if member is None:
        member = Member.objects.create_user(email=FIRST_OWNER_EMAIL, name="Owner")
    elif not member.is_active:
        member.reactivate()
    member.set_roles(member.roles | {Role.OWNER}, by=None, at=at)
    audit.record(at=at, actor="Daylight", act="member.first_owner", subject=member.email)
    return member
