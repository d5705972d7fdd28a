"""Writes incidents with everything that was said of them, at its own time. Nobody is told: it was told elsewhere."""

from collections.abc import Mapping, Sequence

from daylight.accounts.models import Organisation
from daylight.incidents.models import (
    Carried,
    Component,
    Impact,
    Incident,
    PageOnly,
    PostMortem,
    Reminder,
    Resolution,
    Update,
    UpdateText,
)
from daylight.incidents.statement import Words
from daylight.incidents.words import FINAL_STAGES, Kind
from daylight.pages.models import Placement
from daylight.pages.moving.moved import MovedIncident, MovedReport, MovedUpdate
from daylight.pages.moving.taking import CHANGED, NEW, SAME, CannotTake, Target, clipped
from daylight.reach.statuspage import wording

HEADLINE = 160


def write(item: MovedIncident, target: Target) -> str:
    """Write the incident, or what is new of one that came before. Call it in a transaction."""
    if max(each.at for each in item.updates) > target.at:
        raise CannotTake("Something in it bears a time that is still to come.")
    row = Incident.objects.filter(public_id=item.id).first()
    if row is None:
        row = _declare(item, target)
        _say(row, item, item.updates, target)
        _end(row, item, target)
        _report(row, item.report)
        if row.closed_at is None:
            # It is ours to speak of from here on.
            Reminder.objects.plan_first_word(row, since=max(target.at, row.planned_from or target.at))
        return NEW
    return _go_on(row, item, target)


def _declare(item: MovedIncident, target: Target) -> Incident:
    row = Incident.objects.create(
        public_id=item.id,
        kind=Kind.MAINTENANCE if item.planned_from else Kind.OUTAGE,
        severity=item.severity,
        title=clipped(item.title, HEADLINE, "incident", target),
        occurred_at=item.began_at,
        aware_at=item.opened_at,
        classified_at=item.opened_at,
        planned_from=item.planned_from,
        planned_until=item.planned_until,
        opened_at=item.opened_at,
        opened_by=target.by,
        made_public_at=item.opened_at,
        made_public_by=target.by,
    )
    row.notes.create(
        text=f"Moved here from {target.origin}. It was told there; nobody was written to from here.",
        written_by=target.by,
        written_at=target.at,
    )
    if item.carried:
        Carried.objects.create(incident=row, facts=dict(item.carried))
    if target.page.shows != target.page.Shows.ALL:
        Placement.objects.create(
            page=target.page, incident=row, is_shown=True, placed_at=target.at, placed_by=target.by
        )
    if item.opened_at < target.page.kept_since:
        target.page.kept_since = item.opened_at
        target.page.save(update_fields=["kept_since"])
    return row


def _go_on(row: Incident, item: MovedIncident, target: Target) -> str:
    """Since the last run there may be more words, an end, or a post-mortem; what was said here stays as it is."""
    known = set(row.updates.values_list("public_id", flat=True))
    last = row.latest_update
    new = [each for each in item.updates if each.id not in known]
    late = [each for each in new if last and last.published_at and each.at <= last.published_at]
    for each in late:
        target.note(
            "update", item.title, f"What was said at {each.at:%Y-%m-%d %H:%M} UTC is older than the last word here."
        )
    fresh = [each for each in new if each not in late]
    if fresh:
        _say(row, item, fresh, target)
    ended = bool(fresh) and _end(row, item, target)
    reported = row.closed_at is not None and _report(row, item.report)
    return CHANGED if fresh or ended or reported else SAME


def _say(row: Incident, item: MovedIncident, said: Sequence[MovedUpdate], target: Target) -> None:
    organisation = Organisation.get()
    language, last = organisation.language, row.latest_update
    told = last.statement().texts.get(language) if last else None
    so_far = last.number or 0 if last else 0
    components = _components(item, said, target)
    for number, each in enumerate(said, start=so_far + 1):
        body = each.body or wording.unsaid(each.stage, language)["doing"]
        told = wording.whole(row.title, body, stage=each.stage, language=language, told=told)
        update = _publish(row, each, told, number=number, target=target, language=language, zone=organisation.time_zone)
        Impact.objects.bulk_create(
            Impact(update=update, component=components[name], state=state) for name, state in each.states.items()
        )


def _publish(
    row: Incident, said: MovedUpdate, words: Words, *, number: int, target: Target, language: str, zone: str
) -> Update:
    """One published statement. It stands on pages only: no notice is ever made of it."""
    update = Update.objects.create(
        public_id=said.id,
        incident=row,
        number=number,
        kind=Update.Kind.RESOLUTION if said.stage in FINAL_STAGES else Update.Kind.UPDATE,
        state=Update.State.PUBLISHED,
        stage=said.stage,
        zone=zone,
        written_by=target.by,
        written_at=said.at,
        sent_off_by=target.by,
        sent_off_at=said.at,
        published_at=said.at,
    )
    PageOnly.objects.create(update=update)
    UpdateText.objects.create(update=update, language=language, **vars(words))
    return update


def _components(item: MovedIncident, said: Sequence[MovedUpdate], target: Target) -> Mapping[str, Component]:
    """Those that updates name; one that is gone at the source is kept as retired, so that history stays whole."""
    wanted = {name for each in said for name in each.states}
    found = {row.public_id: row for row in Component.objects.filter(public_id__in=wanted)}
    for name in sorted(wanted - set(found)):
        called = item.names.get(name) or name
        found[name] = Component.objects.create(
            public_id=name,
            key=Component.objects.free_key(called),
            name=called[:120],
            created_at=item.opened_at,
            retired_at=target.at,
        )
    return found


def _end(row: Incident, item: MovedIncident, target: Target) -> bool:
    """Whether it ended by this."""
    if item.closed_at is None or row.closed_at is not None:
        return False
    row.closed_at = item.closed_at
    row.save(update_fields=["closed_at"])
    row.reminders.drop_waiting(at=target.at)
    last = item.updates[-1]
    Resolution.objects.create(incident=row, resolved_by=target.by, resolved_at=item.closed_at, summary=last.body)
    return True


def _report(row: Incident, report: MovedReport | None) -> bool:
    """Whether a post-mortem came with it; one written here stays as it is."""
    if report is None or row.closed_at is None or PostMortem.objects.filter(incident=row).exists():
        return False
    at = report.published_at or row.closed_at
    published = {"body": report.body, "body_changed_at": at, "published_at": at} if report.published_at else {}
    PostMortem.objects.create(
        incident=row,
        public_id=report.id,
        draft=report.body,
        draft_changed_at=at,
        created_at=at,
        changed_at=at,
        **published,
    )
    return True
