"""Where an incident stands and because of what, and a member's word against the rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daylight.accounts.models import Member
from daylight.incidents.models import Impact, Incident, Update
from daylight.pages.models import Page, Placement
from daylight.pages.reading import public_incidents, shown_components


class Because(StrEnum):
    """Why an incident stands on a page, or does not."""

    EXERCISE = "exercise"
    NOT_PUBLIC = "not-public"
    SHOWN_BY_A_MEMBER = "shown"
    TAKEN_OFF_BY_A_MEMBER = "taken-off"
    EVERY_INCIDENT = "every"
    ITS_COMPONENTS = "components"
    OTHER_COMPONENTS = "other-components"


@dataclass(frozen=True)
class OnPage:
    """An incident and one page: whether it stands there, why, and what a member said of it."""

    page: Page
    is_shown: bool
    because: Because
    components: Sequence[str]
    placement: Placement | None


def on_pages(incident: Incident, at: datetime) -> list[OnPage]:
    """Every page, the main one first, with what an incident is to it."""
    main = Page.main(at)
    pages = [main, *Page.objects.exclude(pk=main.pk).order_by("title", "slug")]
    placements = {row.page_id: row for row in Placement.objects.filter(incident=incident).select_related("placed_by")}
    return [_on_page(incident, page, placements.get(page.pk)) for page in pages]


def place(incident: Incident, page: Page, *, is_shown: bool, by: Member, at: datetime) -> Placement:
    """Show it on the page, or take it off, whatever the rule of the page says."""
    said = {"is_shown": is_shown, "placed_at": at, "placed_by": by}
    placement, _ = Placement.objects.update_or_create(page=page, incident=incident, defaults=said)
    return placement


def leave_to_rule(incident: Incident, page: Page) -> None:
    """Forget what members said: the rule of the page decides."""
    Placement.objects.filter(page=page, incident=incident).delete()


def _on_page(incident: Incident, page: Page, placement: Placement | None) -> OnPage:
    touched = _touched(incident, page) if page.shows == Page.Shows.ITS_COMPONENTS else []
    is_shown = public_incidents(page).filter(pk=incident.pk).exists()
    return OnPage(page, is_shown, _because(incident, page, placement, touched), touched, placement)


def _touched(incident: Incident, page: Page) -> list[str]:
    """The names of the page's components that a published update of the incident speaks of."""
    told = Impact.objects.filter(
        update__incident=incident, update__state=Update.State.PUBLISHED, component__in=shown_components(page)
    )
    return sorted(set(told.values_list("component__name", flat=True)))


def _because(incident: Incident, page: Page, placement: Placement | None, touched: Sequence[str]) -> Because:
    if incident.is_exercise:
        return Because.EXERCISE
    if not incident.is_public:
        return Because.NOT_PUBLIC
    if placement is not None:
        return Because.SHOWN_BY_A_MEMBER if placement.is_shown else Because.TAKEN_OFF_BY_A_MEMBER
    if page.shows == Page.Shows.ALL:
        return Because.EVERY_INCIDENT
    return Because.ITS_COMPONENTS if touched else Because.OTHER_COMPONENTS
