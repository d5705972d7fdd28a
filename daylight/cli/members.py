"""A one-time link signs a member in without password and second factor, for whoever lost both: hand it over with
care. Roles: owner, lead, writer, approver, agent, reviewer, reader."""

from argparse import ArgumentParser, Namespace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from daylight.accounts import audit, signing_in
from daylight.accounts.models import Member
from daylight.accounts.roles import Role
from daylight.cli.commands import CannotDo
from daylight.core import clock


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="list|add|link")
    acts.add_parser("list", help="show every member with their roles")
    add = acts.add_parser("add", help="make a member and print a one-time sign-in link")
    add.add_argument("email", metavar="EMAIL", help="the address they sign in with")
    add.add_argument("--name", default="", help="their name; else the part of the address before the @")
    add.add_argument("--role", action="append", choices=Role.values, default=[], help="a role; may be given again")
    link = acts.add_parser("link", help="print a one-time sign-in link, good for 24 hours")
    link.add_argument("email", metavar="EMAIL", help="the address of the member")


def run(options: Namespace) -> int:
    """Do the work; returns the exit status. Raises CannotDo."""
    return {"list": _list, "add": _add, "link": _link}[options.act](options)


def _list(options: Namespace) -> int:
    members = list(Member.objects.prefetch_related("grants").order_by("name", "pk"))
    if not members:
        print(
            "There is no member yet. `daylight run` makes the first owner, or: daylight members add EMAIL --role owner"
        )
    width = max((len(member.email) for member in members), default=0)
    for member in members:
        roles = member.roles_in_words.lower() or "no role"
        print(f"{member.email:<{width}}  {member.name} ({roles}){'' if member.is_active else ', deactivated'}")
    return 0


def _add(options: Namespace) -> int:
    email = str(options.email).strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise CannotDo(f"{email} is not an e-mail address.") from None
    if Member.objects.by_email(email):
        raise CannotDo(f"{email} is a member already. For a sign-in link: daylight members link {email}")
    now = clock.now()
    with transaction.atomic():
        member = Member.objects.create_user(email=email, name=(options.name or email.partition("@")[0])[:120])
        member.set_roles([Role(role) for role in options.role], by=None, at=now)
        audit.record(at=now, actor="Daylight", act="member.add", subject=email, roles=sorted(options.role))
    print(signing_in.link_for(member, at=now))
    return 0


def _link(options: Namespace) -> int:
    member = Member.objects.by_email(options.email)
    if member is None:
        raise CannotDo(f"Nobody has the address {options.email}. All members: daylight members list")
    if not member.is_active:
        raise CannotDo(f"{member.name} is deactivated; an owner can reactivate them in the browser first.")
    print(signing_in.link_for(member, at=clock.now()))
    return 0
