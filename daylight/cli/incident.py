"""For scripts and for the terminal at night. Writing updates belongs in the incident room, where you see what each
customer will read before it leaves."""

from argparse import ArgumentParser, Namespace

from daylight.accounts.models import Member
from daylight.cli.commands import CannotDo
from daylight.core import clock
from daylight.incidents import declaring
from daylight.incidents.failures import CannotLead
from daylight.incidents.models import Incident
from daylight.incidents.words import Kind, Severity


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="list|show|declare")
    listing = acts.add_parser("list", help="show open incidents with severity, lead and promised next word")
    listing.add_argument("--all", action="store_true", help="past ones too")
    show = acts.add_parser("show", help="show one incident and its updates")
    show.add_argument("incident", metavar="ID", help="the id in its address")
    declare = acts.add_parser("declare", help="open an incident and print its id")
    declare.add_argument("title", metavar="TITLE", help="in words a customer would understand")
    declare.add_argument("--kind", choices=Kind.values, default=Kind.OUTAGE.value, help="what went wrong; outage")
    declare.add_argument(
        "--severity", type=int, choices=Severity.values, default=Severity.NOTICEABLE.value, help="1 is worst; 3"
    )
    declare.add_argument("--by", required=True, metavar="EMAIL", help="the member who declares it")
    declare.add_argument("--lead", metavar="EMAIL", help="the member who leads it; else the one who declares it")
    declare.add_argument("--private", action="store_true", help="not on any public page until a member says so")
    declare.add_argument("--exercise", action="store_true", help="a rehearsal: nothing leaves the house")


def run(options: Namespace) -> int:
    """Do the work; returns the exit status. Raises CannotDo."""
    return {"list": _list, "show": _show, "declare": _declare}[options.act](options)


def _list(options: Namespace) -> int:
    incidents = Incident.objects.all() if options.all else Incident.objects.open()
    for incident in incidents.order_by("-opened_at"):
        print(f"{incident.public_id}  severity {incident.severity}  {incident.title}  ({_standing(incident)})")
    if not incidents.exists():
        print("No incident." if options.all else "No open incident.")
    return 0


def _show(options: Namespace) -> int:
    incident = Incident.objects.filter(public_id=options.incident).first()
    if incident is None:
        raise CannotDo(f"There is no incident {options.incident}. To see them: daylight incident list --all")
    print(f"{incident.title}\n{incident.get_kind_display()}, severity {incident.severity}; {_standing(incident)}")
    for update in incident.updates.filter(published_at__isnull=False).order_by("number"):
        print(f"  {update.number:>3}  {update.published_at:%Y-%m-%d %H:%M} UTC  {update.stage}")
    return 0


def _declare(options: Namespace) -> int:
    by = _member(options.by)
    try:
        incident = declaring.declare(
            kind=options.kind,
            severity=options.severity,
            title=options.title,
            by=by,
            at=clock.now(),
            lead=_member(options.lead) if options.lead else by,
            public=not options.private,
            is_exercise=options.exercise,
        )
    except CannotLead as problem:
        raise CannotDo(f"{problem} Name another with --lead EMAIL.") from None
    print(incident.public_id)
    return 0


def _member(email: str) -> Member:
    member = Member.objects.by_email(email)
    if member is None or not member.is_active:
        raise CannotDo(f"{email} is not an active member. To see them: daylight members list")
    return member


def _standing(incident: Incident) -> str:
    if not incident.is_open:
        return "ended"
    lead = f"led by {incident.lead}" if incident.lead else "NO LEAD"
    promise = incident.open_promise
    return f"{lead}; next word by {promise.promised_for:%Y-%m-%d %H:%M} UTC" if promise else f"{lead}; nothing promised"
