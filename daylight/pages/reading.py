"""Reads everything public from the database, once for each publication.

This is the one gate between the rows and the world. Only incidents that a member made public pass it, never
exercises, and of those only published updates; no customer, no member and no note is ever read here.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.db.models.functions import Coalesce

from daylight.accounts.models import Organisation
from daylight.incidents.models import Component, Impact, Incident, PostMortem, Promise, Section, Update, UpdateText
from daylight.incidents.models.component import ComponentQuerySet
from daylight.incidents.models.incident import IncidentQuerySet
from daylight.incidents.statement import TEXT_PARTS, language_for, taken_back
from daylight.incidents.statement import Words as Said
from daylight.incidents.words import FINAL_STAGES, PLANNED_STAGES, ComponentState, Kind
from daylight.pages.facts import (
    ComponentFacts,
    ImpactFacts,
    IncidentFacts,
    PageFacts,
    PromiseFacts,
    ReviewFacts,
    SaidBefore,
    SectionFacts,
    SiteFacts,
    UpdateFacts,
    Words,
)
from daylight.pages.history import DAYS, Spell, days
from daylight.pages.joining import telling
from daylight.pages.models import EmbedSettings, Page, PageWords, Placement
from daylight.pages.on_hold import reading as on_hold

RECENT = timedelta(days=DAYS + 10)
"""Incidents that ended within this time are read with every rendering; older ones only when they change."""

NEWEST = 50
"""As many of the newest incidents, and of the newest planned work, are read whatever their age."""

PLANNED = Q(kind=Kind.MAINTENANCE) | Q(planned_from__isnull=False)

PARTS = ("what", "who", "why", "doing", "meanwhile")
"""The parts of an update that are words; the sixth is the time of the next one."""


def public_incidents(page: Page) -> IncidentQuerySet:
    """Incidents that stand on a page: made public by a member, no exercise, its own by rule or placement."""
    public = Incident.objects.public()
    placed = Placement.objects.filter(page=page, incident=OuterRef("pk"))
    shown = public.exclude(Exists(placed.filter(is_shown=False)))
    if page.shows == Page.Shows.ALL:
        return shown
    touched = Impact.objects.filter(
        update__incident=OuterRef("pk"), update__state=Update.State.PUBLISHED, component__in=shown_components(page)
    )
    return shown.filter(Q(Exists(touched)) | Q(Exists(placed.filter(is_shown=True))))


def shown_components(page: Page) -> ComponentQuerySet:
    """The components that stand on a page."""
    public = Component.objects.filter(is_public=True, retired_at__isnull=True)
    return public.exclude(pk__in=page.hidden_components.values("pk"))


def fingerprint(page: Page) -> str:
    """Changes whenever something shown may have changed; a handful of small questions, asked every half second."""
    incidents = public_incidents(page)
    public = Q(incident__in=incidents)
    told = Update.objects.filter(public, state=Update.State.PUBLISHED)
    seen: list[Any] = [
        sites_of(page),
        str(page.shows),
        sorted(page.placements.values_list("incident_id", "is_shown")),
        sorted(page.hidden_components.values_list("pk", flat=True)),
        list(Component.objects.order_by("pk").values_list()),
        list(Section.objects.order_by("pk").values_list()),
        list(incidents.filter(closed_at__isnull=True).order_by("pk").values_list(*_INCIDENT_COLUMNS)),
        incidents.aggregate(Count("pk"), Max("closed_at"), Max("made_public_at"), Count("closed_at")),
        told.aggregate(Count("pk"), Max("published_at")),
        PostMortem.objects.filter(public).aggregate(Count("published_at"), Max("changed_at")),
        on_hold.fingerprint(page),
        telling.fingerprint(page),
        list(
            Promise.objects.filter(public, state__in=[Promise.State.OPEN, Promise.State.LATE])
            .order_by("pk")
            .values_list("pk", "state", "promised_for")
        ),
    ]
    return hashlib.sha256(repr(seen).encode()).hexdigest()


@dataclass(frozen=True)
class Stamp:
    """When an incident was opened, and a word that changes when its page must be rendered again."""

    opened_at: datetime
    word: str


def stamps(page: Page) -> dict[str, Stamp]:
    """All told incidents of a page by their public names, newest first: the contents of the archive."""
    told = Q(updates__state=Update.State.PUBLISHED)
    rows = (
        public_incidents(page)
        .annotate(told=Count("updates", filter=told), last=Max("updates__published_at", filter=told))
        .filter(told__gt=0)
        .order_by("-opened_at", "-pk")
        .values_list(
            "public_id",
            "opened_at",
            "told",
            "last",
            "closed_at",
            "severity",
            "planned_from",
            "planned_until",
            "post_mortem__published_at",
            "post_mortem__body_changed_at",
        )
    )
    return {row[0]: Stamp(row[1], hashlib.sha256(repr(row).encode()).hexdigest()[:12]) for row in rows}


def read(page: Page, *, now: datetime, language: str = "", also: Collection[str] = ()) -> PageFacts:
    """Everything about open and recent incidents, and about those named in `also`, in one of the page's languages.

    The page's own language where none is given; a dozen questions, however many incidents. The newest are always
    among them, however long ago they ended: programs read the last fifty.
    """
    site = site_of(page, language)
    shown = public_incidents(page)
    newest = [*_newest(shown.filter(PLANNED)), *_newest(shown.exclude(PLANNED))]
    wanted = shown.filter(
        Q(closed_at__isnull=True) | Q(closed_at__gt=now - RECENT) | Q(public_id__in=list(also)) | Q(pk__in=newest)
    )
    incidents = _incidents(wanted, language=site.language)
    components = _components(page, incidents, now=now, zone=site.zone)
    used = {component.section_id for component in components}
    sections = tuple(section for section in _sections() if section.public_id in used)
    facts = PageFacts(now=now, site=site, components=components, incidents=incidents, sections=sections)
    return on_hold.with_on_hold(telling.with_telling(facts, page, shown), page)


def _newest(incidents: IncidentQuerySet) -> list[int]:
    return list(incidents.order_by("-opened_at", "-pk").values_list("pk", flat=True)[:NEWEST])


def site_of(page: Page, language: str = "") -> SiteFacts:
    """What every page carries, in one of its languages; its own where none is given."""
    sites = sites_of(page)
    return next((site for site in sites if site.language == language), sites[0])


def sites_of(page: Page) -> list[SiteFacts]:
    """What every page carries, from the page's and the organisation's settings: in each language, its own first."""
    organisation = Organisation.get()
    languages = tuple(page.languages())
    own = SiteFacts(
        slug=page.slug,
        public_id=page.public_id,
        title=page.title or organisation.name,
        organisation=organisation.name,
        introduction=page.introduction,
        language=languages[0],
        languages=languages,
        time_zone=organisation.time_zone,
        reach_a_person=organisation.reach_a_person,
        root=page.root,
        home=page.url,
        is_private=page.is_private,
        colour=page.colour,
        logo=bytes(page.logo),
        embed=_embed(page),
    )
    words = {each.language: each for each in page.words.all()} if len(languages) > 1 else {}
    return [own, *(_in_language(own, code, words.get(code)) for code in languages[1:])]


def _in_language(own: SiteFacts, language: str, words: PageWords | None) -> SiteFacts:
    if words is None:
        return replace(own, language=language)
    introduction = words.introduction or own.introduction
    return replace(own, language=language, title=words.title or own.title, introduction=introduction)


def _embed(page: Page) -> tuple[tuple[str, str], ...]:
    set_ = EmbedSettings.objects.filter(page=page).first()
    return tuple(sorted(set_.facts.items())) if set_ else ()


_INCIDENT_COLUMNS = (
    "public_id",
    "kind",
    "severity",
    "occurred_at",
    "opened_at",
    "made_public_at",
    "closed_at",
    "planned_from",
    "planned_until",
    "first_word_due_at",
)


def _incidents(wanted: IncidentQuerySet, *, language: str) -> tuple[IncidentFacts, ...]:
    updates, reviews = _updates(wanted, language=language), _reviews(wanted)
    found = []
    for pk, *columns in wanted.order_by("-opened_at", "-pk").values_list("pk", *_INCIDENT_COLUMNS):
        named = dict(zip(_INCIDENT_COLUMNS, columns, strict=True))
        said = tuple(reversed(updates.get(pk, [])))
        is_planned = named["kind"] == Kind.MAINTENANCE or named["planned_from"] is not None
        named |= {"kind": Kind(named["kind"]), "number": pk}
        found.append(IncidentFacts(**named, is_planned=is_planned, updates=said, review=reviews.get(pk)))
    return tuple(found)


def _reviews(wanted: IncidentQuerySet) -> dict[int, ReviewFacts]:
    published = PostMortem.objects.filter(incident__in=wanted, published_at__isnull=False)
    columns = ("incident_id", "public_id", "body", "published_at")
    return {incident: ReviewFacts(*facts) for incident, *facts in published.values_list(*columns)}


def _updates(wanted: IncidentQuerySet, *, language: str) -> dict[int, list[UpdateFacts]]:
    """Published updates of each incident, oldest first."""
    told = Update.objects.filter(incident__in=wanted, state=Update.State.PUBLISHED)
    impacts: dict[int, list[ImpactFacts]] = defaultdict(list)
    shown = Impact.objects.filter(update__in=told, component__is_public=True, component__retired_at__isnull=True)
    for update, public_id, key, name, state in shown.order_by("component__position", "component__name").values_list(
        "update_id", "component__public_id", "component__key", "component__name", "state"
    ):
        impacts[update].append(ImpactFacts(public_id, key, name, ComponentState(state)))
    promises = {
        update: PromiseFacts(promised_for=due, state=Promise.State(state), kept_at=kept_at)
        for update, due, state, kept_at in Promise.objects.filter(update__in=told).values_list(
            "update_id", "promised_for", "state", Coalesce(F("kept_by__sent_off_at"), F("kept_by__published_at"))
        )
    }
    by_incident: dict[int, list[UpdateFacts]] = defaultdict(list)
    by_key: dict[int, UpdateFacts] = {}
    for row in told.prefetch_related("texts").order_by("incident_id", "number"):
        earlier = by_key.get(row.corrects_id) if row.corrects_id else None
        words, *other_words = _words(row, language=language)
        facts = UpdateFacts(
            public_id=row.public_id,
            number=row.number or 0,
            kind=Update.Kind(row.kind),
            stage=row.stage,
            published_at=row.published_at or row.written_at,
            why_known=row.why_known,
            words=words,
            other_words=tuple(other_words),
            promise=promises.get(row.pk),
            impacts=_after(by_incident[row.incident_id], impacts[row.pk]),
        )
        if earlier is not None:
            facts = replace(facts, corrects=earlier.number, said_before=_said_before(earlier, facts))
        by_key[row.pk] = facts
        by_incident[row.incident_id].append(facts)
    return by_incident


def _after(earlier: Sequence[UpdateFacts], impacts: Iterable[ImpactFacts]) -> tuple[ImpactFacts, ...]:
    """What is said of components, each with what the update before said of it."""
    before = {impact.key: impact.state for impact in earlier[-1].impacts} if earlier else {}
    return tuple(replace(impact, before=before.get(impact.key, impact.before)) for impact in impacts)


def _words(update: Update, *, language: str) -> list[Words]:
    """The words in the page's language, or in the one that comes nearest; then those in the others."""
    texts = {text.language: text for text in sorted(update.texts.all(), key=lambda text: text.pk)}
    if not texts:
        return [Words(language, headline=str(update.number), what="", who="", why="", doing="", meanwhile="")]
    nearest = language_for(language, list(texts), fallback="en")
    return [words_of(texts[code]) for code in sorted(texts, key=lambda code: (code != nearest, code))]


def words_of(text: UpdateText) -> Words:
    """The words of an update in one language."""
    parts = {part: str(getattr(text, part)).strip() for part in PARTS}
    return Words(text.language, text.headline.strip(), **parts, rhythm_said=text.rhythm_said.strip())


def _said_before(before: UpdateFacts, after: UpdateFacts) -> tuple[SaidBefore, ...]:
    said, says = (Said(**{part: getattr(facts.words, part) for part in TEXT_PARTS}) for facts in (before, after))
    told = taken_back(said, says, was_why_known=before.why_known, is_why_known=after.why_known)
    return tuple(SaidBefore(part=part, words=words) for part, words in told.items())


def _components(
    page: Page, incidents: Sequence[IncidentFacts], *, now: datetime, zone: ZoneInfo
) -> tuple[ComponentFacts, ...]:
    found = spells(incidents)
    return tuple(
        ComponentFacts(
            public_id=row.public_id,
            key=row.key,
            name=row.name,
            section=row.section.name if row.section else "",
            section_id=row.section.public_id if row.section else "",
            description=row.description,
            position=row.position,
            created_at=row.created_at,
            changed_at=row.changed_at,
            state=_state(row, incidents, now=now),
            days=days(found.get(row.key, ()), now=now, zone=zone, kept_since=page.kept_since),
        )
        for row in shown_components(page).as_shown()
    )


def _sections() -> list[SectionFacts]:
    columns = ("public_id", "name", "description", "position", "created_at", "changed_at")
    return [SectionFacts(*row) for row in Section.objects.values_list(*columns)]


def _state(row: Component, incidents: Iterable[IncidentFacts], *, now: datetime) -> ComponentState:
    """The state to show: the one that stands, or maintenance where planned work alone explains it."""
    planned: set[str] = {ComponentState.OPERATIONAL}
    for incident in incidents:
        impact = incident.current_impacts().get(row.key) if incident.is_open else None
        if impact is None or impact.state == ComponentState.OPERATIONAL:
            continue
        if not incident.is_planned:
            return ComponentState(row.state)
        if incident.has_begun(now):
            planned.add(impact.state)
    return ComponentState.MAINTENANCE if len(planned) > 1 and row.state in planned else ComponentState(row.state)


def spells(incidents: Iterable[IncidentFacts]) -> dict[str, list[Spell]]:
    """By component, how it fared: from when it began (not from when we told) until we said otherwise or it ended."""
    found: dict[str, list[Spell]] = defaultdict(list)
    for incident in incidents:
        open_spells: dict[str, Spell] = {}
        for update in reversed(incident.updates):
            if incident.is_planned and update.stage == PLANNED_STAGES[0]:
                continue
            before, open_spells = open_spells, {}
            for key, spell in before.items():
                found[key].append(replace(spell, until=update.published_at))
            for impact in update.impacts:
                since = update.published_at if impact.key in before else _began(incident, update)
                state = ComponentState.MAINTENANCE if incident.is_planned else impact.state
                if impact.state != ComponentState.OPERATIONAL and update.stage not in FINAL_STAGES:
                    open_spells[impact.key] = Spell(state, since, None, incident.headline)
        for key, spell in open_spells.items():
            found[key].append(replace(spell, until=incident.closed_at))
    return found


def _began(incident: IncidentFacts, update: UpdateFacts) -> datetime:
    began = incident.planned_from if incident.is_planned and incident.planned_from else incident.occurred_at
    return min(began, update.published_at)
