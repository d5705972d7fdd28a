"""The crew: members as users of an organisation, and what they may do on each page."""

from daylight.accounts import audit, inviting
from daylight.accounts.models import Member
from daylight.accounts.models.member import LastOwner
from daylight.accounts.roles import Act, Role
from daylight.api.statuspage.door import Answer, Call, Status, call
from daylight.api.statuspage.refusals import Invalid, Missing, NotKept
from daylight.core.public_ids import LENGTH
from daylight.pages.models import Page
from daylight.reach.statuspage import forms


@call("GET", "organizations/{organization}/users", Act.MANAGE_MEMBERS)
def list_users(made: Call) -> Answer:
    """Everybody who may sign in."""
    _organisation(made)
    return [_user(made, member) for member in Member.objects.filter(is_active=True).order_by("pk")]


@call("POST", "organizations/{organization}/users", Act.MANAGE_MEMBERS)
def invite_user(made: Call) -> Answer:
    """Invite somebody, with the right to read; the password of the call is not used: they choose their own."""
    _organisation(made)
    given = made.given("user")
    email = given.text("email", longest=254, is_needed=True)
    if "@" not in email or " " in email:
        raise Invalid("email must be an e-mail address.")
    names = [given.text(name, longest=60) for name in ("first_name", "last_name")]
    name = " ".join(filter(None, names)) or email.partition("@")[0]
    try:
        invitation, link = inviting.invite(email=email, name=name, roles=[Role.READER], by=made.by, at=made.now)
    except inviting.AlreadyMember:
        raise Invalid("email has already been taken.") from None
    inviting.post(invitation, link)
    return Status(201, _named(made, f"i{invitation.pk:0{LENGTH - 1}}", invitation.email, name, None))


@call("DELETE", "organizations/{organization}/users/{user}", Act.MANAGE_MEMBERS)
def remove_user(made: Call) -> Answer:
    """Let a member in no more; what they did stays."""
    member = _member(made)
    said = _user(made, member)
    try:
        member.deactivate()
    except LastOwner:
        raise Invalid("The last owner cannot be removed.") from None
    audit.record(at=made.now, actor=made.key.actor, act="member.deactivate", subject=member.email)
    return said


@call("GET", "organizations/{organization}/permissions/{user}", Act.MANAGE_MEMBERS)
def get_permissions(made: Call) -> Answer:
    """What a member may do; the same on every page, because roles are of the crew."""
    return _permissions(_member(made))


@call("PUT", "organizations/{organization}/permissions/{user}", Act.MANAGE_MEMBERS)
def change_permissions(made: Call) -> Answer:
    """Roles are given at the desk: a call that asks for what is so already is answered, any other refused."""
    member = _member(made)
    now = _permissions(member)
    wanted = made.given("permissions").inside("pages")
    for page in wanted:
        asked, has = wanted.inside(page), now["data"]["pages"].get(page)
        if has is None:
            raise Invalid(f"There is no page {page}.")
        if any(asked.flag(name, default=has[name]) != has[name] for name in has):
            raise NotKept("rights by page", "Give roles at the desk, under Team.")
    return now


def _permissions(member: Member) -> forms.Json:
    has = {
        "page_configuration": member.may(Act.SET_UP),
        "incident_manager": member.may(Act.PUBLISH_UPDATE),
        "maintenance_manager": member.may(Act.PUBLISH_UPDATE),
    }
    pages = Page.objects.order_by("pk").values_list("public_id", flat=True)
    return {"data": {"user_id": _name(member), "pages": {page: dict(has) for page in pages}}}


def _organisation(made: Call) -> str:
    """The organisation has the name of its main page. Raises Missing."""
    name = Page.main(made.now).public_id
    if made.ids["organization"] != name:
        raise Missing("There is no organization of this name; it has the id of the first page.")
    return name


def _member(made: Call) -> Member:
    _organisation(made)
    name = made.ids["user"]
    found = Member.objects.filter(pk=int(name), is_active=True).first() if name.isdecimal() else None
    if found is None:
        raise Missing("There is no user of this name.")
    return found


def _name(member: Member) -> str:
    return f"{member.pk:0{LENGTH}}"


def _user(made: Call, member: Member) -> forms.Json:
    return _named(made, _name(member), member.email, member.name, member)


def _named(made: Call, name: str, email: str, whole: str, member: Member | None) -> forms.Json:
    first, _, last = whole.partition(" ")
    since = (member.created_at if member else made.now).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "id": name,
        "organization_id": made.ids["organization"],
        "email": email,
        "first_name": first,
        "last_name": last,
        "created_at": since,
        "updated_at": since,
    }
