"""What the page may know, in frozen form: everything that is shown is rendered from these, and from nothing else.

`reading.py` fills them; no customer, no member and no note ever finds its way in here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from daylight.incidents.models import Promise, Update
from daylight.incidents.words import PLANNED_STAGES, ComponentState, Kind
from daylight.pages.headline import Headline, Tone, Trouble, headline
from daylight.pages.history import Day
from daylight.pages.on_hold.facts import OnHoldFacts


@dataclass(frozen=True)
class Words:
    """The words of an update in one language."""

    language: str
    headline: str
    what: str
    who: str
    why: str
    doing: str
    meanwhile: str
    rhythm_said: str = ""


@dataclass(frozen=True)
class PromiseFacts:
    """The word an update promised, and what became of it."""

    promised_for: datetime
    state: Promise.State
    kept_at: datetime | None

    @property
    def is_owed(self) -> bool:
        """Nobody has spoken since."""
        return self.state in {Promise.State.OPEN, Promise.State.LATE}

    def is_late(self, now: datetime) -> bool:
        """Whether word is owed and its time has passed, whatever the loops have noticed so far."""
        return self.is_owed and self.promised_for <= now


@dataclass(frozen=True)
class SaidBefore:
    """A part of a corrected update that now reads otherwise: which part, and the words it had."""

    part: str
    words: str


@dataclass(frozen=True)
class ImpactFacts:
    """What an update said of a component, and what stood before it: by the update before, or working."""

    public_id: str
    key: str
    name: str
    state: ComponentState
    before: ComponentState = ComponentState.OPERATIONAL


@dataclass(frozen=True)
class UpdateFacts:
    """One published statement; `other_words` are those in the other languages in which it was written."""

    public_id: str
    number: int
    kind: Update.Kind
    stage: str
    published_at: datetime
    why_known: bool
    words: Words
    promise: PromiseFacts | None = None
    corrects: int | None = None
    said_before: tuple[SaidBefore, ...] = ()
    impacts: tuple[ImpactFacts, ...] = ()
    other_words: tuple[Words, ...] = ()


@dataclass(frozen=True)
class ReviewFacts:
    """The published post-mortem of an incident."""

    public_id: str
    body: str
    published_at: datetime


@dataclass(frozen=True)
class IncidentFacts:
    """One public incident; its updates newest first, none while nothing was published.

    `number` counts incidents: it is the name that feeds have always used, and says nothing the world must not know.
    """

    public_id: str
    number: int
    kind: Kind
    severity: int
    is_planned: bool
    occurred_at: datetime
    opened_at: datetime
    made_public_at: datetime
    closed_at: datetime | None
    planned_from: datetime | None
    planned_until: datetime | None
    first_word_due_at: datetime | None
    updates: tuple[UpdateFacts, ...] = ()
    review: ReviewFacts | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self.closed_at is None

    @property
    def latest(self) -> UpdateFacts | None:
        """What was said last."""
        return self.updates[0] if self.updates else None

    @property
    def headline(self) -> str:
        """Its name for the world: the headline of what was said last."""
        return self.updates[0].words.headline if self.updates else ""

    @property
    def promise(self) -> PromiseFacts | None:
        """The word that is owed now."""
        owed = (update.promise for update in self.updates if update.promise and update.promise.is_owed)
        return next(owed, None) if self.is_open else None

    def has_begun(self, now: datetime) -> bool:
        """Whether planned work goes on, by its stage or by its window."""
        stage = self.updates[0].stage if self.updates else ""
        if self.planned_from is not None and self.planned_from <= now:
            return True
        return stage in PLANNED_STAGES[1:3] or self.planned_from is None

    def is_overrun(self, now: datetime) -> bool:
        """Whether planned work should have ended by now."""
        return self.is_planned and self.is_open and self.planned_until is not None and self.planned_until <= now

    def trouble(self, now: datetime) -> Trouble:
        """What the headline needs to know."""
        return Trouble(
            severity=self.severity,
            is_planned=self.is_planned,
            has_begun=self.has_begun(now),
            is_overrun=self.is_overrun(now),
            is_late=self.promise is not None and self.promise.is_late(now),
            is_told=bool(self.updates),
        )

    def tone(self, now: datetime) -> Tone:
        """How bad it is now; nothing that is over is bad."""
        return self.trouble(now).tone if self.is_open else Tone.WORKING

    def current_impacts(self) -> dict[str, ImpactFacts]:
        """What the latest update says of components, by their keys."""
        return {impact.key: impact for impact in self.updates[0].impacts} if self.updates else {}


@dataclass(frozen=True)
class ComponentFacts:
    """One component as the world sees it, with its last 90 days."""

    public_id: str
    key: str
    name: str
    section: str
    section_id: str
    description: str
    position: int
    state: ComponentState
    created_at: datetime
    changed_at: datetime
    days: tuple[Day, ...]


@dataclass(frozen=True)
class SectionFacts:
    """A heading under which components stand."""

    public_id: str
    name: str
    description: str
    position: int
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class SiteFacts:
    """What every page carries: who speaks, in which language and time zone, where it stands, how to reach a person.

    `languages` are all it is rendered in, its first one first. `root` stands before every path, with `/<language>`
    after it in a further language; `home` is the page's address in its first language, without a slash at the end.
    `colour` is empty, or the firm's own, such as #0a7f5a; `logo` a picture (PNG), or nothing.
    """

    slug: str
    public_id: str
    title: str
    organisation: str
    introduction: str
    language: str
    languages: tuple[str, ...]
    time_zone: str
    reach_a_person: str
    root: str
    home: str
    is_private: bool = False
    colour: str = ""
    logo: bytes = b""
    embed: tuple[tuple[str, str], ...] = ()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        return zone_named(self.time_zone)

    @property
    def folder(self) -> str:
        """The folder of this language in the site: nothing for the first one, else such as "de/"."""
        return "" if self.language == self.languages[0] else f"{self.language}/"

    @property
    def base(self) -> str:
        """What stands before every path in this language."""
        return f"{self.root}/{self.folder}".rstrip("/")

    @property
    def url(self) -> str:
        """The whole address of the page in this language, without a slash at the end."""
        return f"{self.home}/{self.folder}".rstrip("/")


@dataclass(frozen=True)
class Span:
    """A length of time as people say it: so many of a unit (minute, hour, day)."""

    number: int
    unit: str

    @classmethod
    def of(cls, length: timedelta) -> "Span":
        """In the largest unit that fits without a rest."""
        minutes = int(length / timedelta(minutes=1))
        for unit, size in (("day", 1440), ("hour", 60)):
            if minutes and minutes % size == 0:
                return cls(minutes // size, unit)
        return cls(minutes, "minute")


@dataclass(frozen=True)
class Rhythm:
    """How soon the first word comes for a severity, and how often another."""

    severity: int
    first_word: Span
    between: Span


@dataclass(frozen=True)
class Record:
    """How many promises of word were kept in time, kept late, and not kept."""

    kept: int = 0
    late: int = 0
    missed: int = 0

    @property
    def total(self) -> int:
        """All promises whose time came."""
        return self.kept + self.late + self.missed


@dataclass(frozen=True)
class TellingFacts:
    """How we tell: by which channels, whom anybody may join, how soon, and what our promises were worth.

    `promise` and `when_late` are the crew's own words, empty where ours stand.
    """

    channels: tuple[str, ...]
    offered: tuple[str, ...]
    rhythms: tuple[Rhythm, ...]
    record: Record
    promise: str = ""
    when_late: str = ""


@dataclass(frozen=True)
class PageFacts:
    """Everything the page shows, as true at `now`; incidents newest first."""

    now: datetime
    site: SiteFacts
    components: tuple[ComponentFacts, ...]
    incidents: tuple[IncidentFacts, ...]
    sections: tuple[SectionFacts, ...] = ()
    on_hold: OnHoldFacts | None = None
    telling: TellingFacts | None = None

    @property
    def open(self) -> list[IncidentFacts]:
        """Incidents that hurt now, worst and then newest first; planned work is apart."""
        found = [incident for incident in self.incidents if incident.is_open and not incident.is_planned]
        return sorted(found, key=lambda incident: (incident.severity, -incident.opened_at.timestamp()))

    @property
    def planned(self) -> list[IncidentFacts]:
        """Planned work that is told and not over, by its beginning."""
        found = [incident for incident in self.incidents if incident.is_open and incident.is_planned]
        return sorted((each for each in found if each.updates), key=lambda each: each.planned_from or each.opened_at)

    @property
    def headline(self) -> Headline:
        """What to say in one sentence."""
        troubles = [incident.trouble(self.now) for incident in self.incidents if incident.is_open]
        return headline(troubles, [component.state for component in self.components])


def zone_named(name: str) -> ZoneInfo:
    """The time zone, or UTC when the name is unknown here."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
