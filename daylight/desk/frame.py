"""What every screen of the desk shows around its content.

Everything here is worked out when a template asks for it, so a page without the frame costs nothing.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from daylight.accounts.models import Member
from daylight.accounts.roles import Act

THEME_COOKIE = "daylight_theme"
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Place:
    """An entry of the navigation: where it leads, its key, and how many things wait there."""

    name: str
    address: str
    key: str = ""
    count: int = 0
    is_here: bool = False


@dataclass(frozen=True)
class Entry:
    """What the navigation may offer: the name of an address, and the act that a member must be allowed."""

    name: str
    address: str
    act: Act
    key: str = ""


ENTRIES: tuple[Entry, ...] = (
    Entry("Today", "desk:today", Act.READ, "g t"),
    Entry("Incidents", "incidents:list", Act.READ, "g i"),
    Entry("Customers", "customers:list", Act.READ_CUSTOMERS, "g c"),
    Entry("Status page", "pages:list", Act.READ),
    Entry("Channels", "reach:channels", Act.SET_UP),
    Entry("Team", "accounts:team", Act.MANAGE_MEMBERS),
)


def address_of(name: str, *args: object) -> str:
    """The address of that name, or nothing while no room serves it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


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
        found = [(entry, address_of(entry.address)) for entry in ENTRIES if self._member.may(entry.act)]
        here = self._request.path
        best = max((address for _, address in found if address and here.startswith(address)), key=len, default="")
        return [
            Place(entry.name, address, key=entry.key, is_here=address == best) for entry, address in found if address
        ]

    @property
    def sign_out(self) -> str:
        """Where a member signs out."""
        return address_of("account_logout")


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of the desk's frame: who is asking, and what surrounds the content."""
    member = getattr(request, "member", None)
    return {"member": member, "frame": Frame(request, member)}
