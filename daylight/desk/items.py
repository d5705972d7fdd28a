"""One thing that needs the crew, as Today shows it, and what it is asked about."""

from dataclasses import dataclass, field
from datetime import datetime

from daylight.accounts.models import Member
from daylight.desk.standing import Standing


@dataclass(frozen=True)
class Deed:
    """What can be done about an item: a link, or a button that posts (`act`, where the address does several)."""

    words: str
    address: str
    posts: bool = False
    is_first: bool = False
    act: str = ""


@dataclass(frozen=True)
class Item:
    """One thing that needs somebody. `colour` is a badge's, `word` says the same in a word; `due` ticks."""

    colour: str
    word: str
    text: str
    deeds: tuple[Deed, ...] = ()
    due: datetime | None = None
    since: datetime | None = None
    subject: str = ""
    is_exercise: bool = False


@dataclass(frozen=True)
class Scene:
    """What the questions below are asked about."""

    member: Member
    now: datetime
    standings: list[Standing]
    open_ids: list[int] = field(default_factory=list)


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its word, in the singular where it is one."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
