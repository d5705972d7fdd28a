"""All draft templates there are: those that come with Daylight, and those that members made."""

from collections.abc import Iterable
from dataclasses import dataclass

from daylight.accounts.models import Organisation
from daylight.candour.languages import tongue
from daylight.incidents.words import Kind
from daylight.prepare.filling import Prepared
from daylight.prepare.models import DraftTemplate
from daylight.prepare.shelf import HERE, shelf
from daylight.prepare.words import Form, Moment

SIMILAR = {Kind.MAINTENANCE: Kind.FORESEEN_TROUBLE, Kind.OTHER: Kind.OUTAGE}
"""Kinds without words of their own, and whose words are nearest."""


@dataclass(frozen=True)
class Offer:
    """One draft template as a list shows it: `key` is its address, `row` is there when members made it."""

    key: str
    name: str
    prepared: Prepared
    row: DraftTemplate | None = None

    @property
    def kind(self) -> str:
        """Its kind of incident in words."""
        return Kind(self.prepared.kind).label

    @property
    def stage(self) -> str:
        """Its moment in words."""
        return Moment(self.prepared.stage).label

    @property
    def form(self) -> str:
        """Its form in words."""
        return Form(self.prepared.form).label


def language_of_ours() -> str:
    """The language of the organisation where we have words in it, else English."""
    ours = tongue(Organisation.get().language)
    return ours if ours.isalpha() and (HERE / ours).is_dir() else "en"


def offer_of(key: str) -> Offer | None:
    """The template with that key; a deleted one is found too."""
    ours = shelf(language_of_ours()).prepared
    if key in ours:
        return _shipped(key, ours[key])
    row = DraftTemplate.objects.filter(public_id=key).first() if key.isalnum() else None
    return _own(row) if row else None


def offers(*, kinds: Iterable[str] = ()) -> list[Offer]:
    """Every template in use, of some kinds or all: those that members made first, then ours by kind and moment."""
    wanted = {SIMILAR.get(Kind(kind), kind) for kind in kinds} | set(kinds)
    rows = DraftTemplate.objects.in_use()
    own = [_own(row) for row in (rows.filter(kind__in=wanted) if wanted else rows)]
    ours = [
        _shipped(key, prepared)
        for key, prepared in shelf(language_of_ours()).prepared.items()
        if not wanted or prepared.kind in wanted
    ]
    order = list(Kind.values)
    return own + sorted(ours, key=lambda offer: order.index(offer.prepared.kind))


def _shipped(key: str, prepared: Prepared) -> Offer:
    return Offer(key, f"{Kind(prepared.kind).label}, {Moment(prepared.stage).label.lower()}", prepared)


def _own(row: DraftTemplate) -> Offer:
    return Offer(row.public_id, row.name, row.prepared, row)
