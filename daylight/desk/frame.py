"""What every screen of the desk shows around its content.

Everything here is worked out when a template asks for it, so a page without the frame costs nothing.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.core.secrets import Unreadable
from daylight.desk.addresses import address_of
from daylight.desk.standing import Standing, standings
from daylight.listen import listing
from daylight.reach.providers import outbox_in_use

THEME_COOKIE = "daylight_theme"
THEMES = ("light", "dark")
BARS_SHOWN = 3


@dataclass(frozen=True)
class Entry:
    """What the navigation may offer: the name of an address, and the act that a member must be allowed."""

    name: str
    address: str
    act: Act = Act.READ
    key: str = ""


@dataclass(frozen=True)
class Place:
    """An entry of the navigation as this member sees it on this screen."""

    name: str
    address: str
    key: str
    count: str
    is_here: bool


PLACES: tuple[Entry, ...] = (
    Entry("Today", "desk:today", key="g t"),
    Entry("Inbox", "listen:inbox", Act.READ_CUSTOMERS, key="g b"),
    Entry("Incidents", "incidents:list", key="g i"),
    Entry("Signals", "watch:list", key="g s"),
    Entry("Customers", "customers:list", Act.READ_CUSTOMERS, key="g c"),
    Entry("Status pages", "pages:settings", Act.SET_UP),
    Entry("Outbox", "reach:outbox", Act.READ_CUSTOMERS),
    Entry("Channels", "reach:channels", Act.SET_UP),
    Entry("Team", "accounts:team", Act.MANAGE_MEMBERS),
)

OWN_WAYS = (
    ("Your settings", "accounts:me"),
    ("Password", "account_change_password"),
    ("Two-factor sign-in", "mfa_index"),
    ("Where you are signed in", "usersessions_list"),
)


class Frame:
    """The frame around one screen for one member."""

    def __init__(self, request: HttpRequest, member: Member | None) -> None:
        self._request = request
        self._member = member

    @property
    def theme(self) -> str:
        """The appearance that the member chose on this device; nothing: as the device."""
        chosen = self._request.COOKIES.get(THEME_COOKIE, "")
        return chosen if chosen in THEMES else ""

    @cached_property
    def places(self) -> list[Place]:
        """Where this member may go."""
        if self._member is None:
            return []
        here = self._request.path.replace("/desk/incident/", "/desk/incidents/", 1)
        found = [(entry, address_of(entry.address)) for entry in PLACES if self._member.may(entry.act)]
        found = [(entry, address) for entry, address in found if address]
        best = max((address for _, address in found if here.startswith(address)), key=len, default="")
        if best == "/desk/" != here:
            best = ""
        return [
            Place(
                name=entry.name,
                address=address,
                key=entry.key,
                count=self._count(entry, self._member),
                is_here=address == best,
            )
            for entry, address in found
        ]

    def _count(self, entry: Entry, member: Member) -> str:
        """How much waits at a place; nothing where nothing does."""
        match entry.address:
            case "incidents:list":
                return str(len(self.standings) or "")
            case "listen:inbox":
                return listing.in_short(listing.waiting(member))
        return ""

    @cached_property
    def standings(self) -> list[Standing]:
        """The open incidents, the one that needs word first before the others."""
        return standings(self._member) if self._member else []

    @property
    def bars(self) -> list[Standing]:
        """The open incidents that the bar has room for; the one whose screen this is stands first."""
        return sorted(self.standings, key=lambda row: row.incident.public_id not in self._screen)[:BARS_SHOWN]

    @property
    def _screen(self) -> str:
        """The address of the screen, also when only the bar on it is asked for again."""
        return self._request.headers.get("HX-Current-URL") or self._request.path

    @property
    def not_shown(self) -> int:
        """How many open incidents the bar leaves out."""
        return len(self.standings) - len(self.bars)

    @property
    def declare(self) -> str:
        """Where a new incident is declared, for those who may."""
        return address_of("incidents:declare") if self._member and self._member.may(Act.OPEN_INCIDENT) else ""

    @property
    def write(self) -> str:
        """Where the next update is written: in the room one stands in, else in the one that needs word first."""
        if not self._member or not self._member.may(Act.WRITE_UPDATE) or not self.standings:
            return ""
        return f"{self.bars[0].address}#composer"

    @cached_property
    def outbox_in_use(self) -> bool:
        """Whether mail stays in the outbox, because no mail server is connected."""
        try:
            return self._member is not None and outbox_in_use()
        except Unreadable:
            return False

    @property
    def outbox(self) -> str:
        """Where the mail that stays inside is read, for those who may see customers."""
        return address_of("reach:outbox") if self._member and self._member.may(Act.READ_CUSTOMERS) else ""

    @property
    def connect(self) -> str:
        """Where a mail server is connected, for those who may."""
        return address_of("reach:add-provider", "email") if self._member and self._member.may(Act.SET_UP) else ""

    @property
    def own_ways(self) -> list[Place]:
        """What a member may change about themselves."""
        found = [(name, address_of(address)) for name, address in OWN_WAYS]
        return [Place(name, address, key="", count="", is_here=False) for name, address in found if address]

    @property
    def sign_out(self) -> str:
        """Where a member signs out."""
        return address_of("account_logout")


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of the desk's frame: who is asking, and what surrounds the content."""
    member = getattr(request, "member", None)
    return {"member": member, "frame": Frame(request, member)}
