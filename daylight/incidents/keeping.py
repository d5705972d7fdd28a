"""What a writer decides about remarks: kept with a reason, or mended. Both are counted, to judge rules by."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.incidents.failures import SaysWhy
from daylight.incidents.models import Incident, RaisedFinding, Update
from daylight.incidents.models.raised_finding import LONGEST_REASON
from daylight.incidents.remarks import Remark


@transaction.atomic
def keep(
    incident: Incident, remarks: Iterable[Remark], *, reason: str, by: Member, at: datetime, update: Update | None
) -> None:
    """These words stay, for a reason that is kept with them. Raises SaysWhy without one, and where none counts."""
    because = reason.strip()[:LONGEST_REASON]
    if not because:
        raise SaysWhy("Say in a few words why it stays; it is kept with the update, for us alone.")
    for remark in _undecided(incident, remarks):
        if not remark.may_be_kept:
            raise SaysWhy("A gap is never sent. Put the fact there, or say that it is not known yet.")
        row = _raised(incident, remark, at=at, update=update)
        row.kept_by, row.kept_at, row.reason = by, at, because
        row.save()
        audit.record(
            at=at, actor=by.name, act="finding.keep", subject=incident.public_id, rule=remark.rule, reason=because
        )


@transaction.atomic
def take_back(incident: Incident, remark: Remark, *, by: Member, at: datetime) -> None:
    """It was not meant to stay: the remark is open again."""
    if remark.kept is not None:
        incident.raised_findings.filter(pk=remark.kept.pk).update(kept_by=None, kept_at=None, reason="")
        audit.record(at=at, actor=by.name, act="finding.take_back", subject=incident.public_id, rule=remark.rule)


@transaction.atomic
def put_to_the_writer(incident: Incident, remarks: Iterable[Remark], *, at: datetime, update: Update) -> None:
    """The writer wanted to send, and is shown these first."""
    for remark in _undecided(incident, remarks):
        _raised(incident, remark, at=at, update=update)


def mended(update: Update, *, left: Iterable[Remark], at: datetime) -> None:
    """The update goes: of what its writer was shown, everything that is not `left` in it was mended."""
    still_there = {remark.place for remark in left}
    shown = update.raised_findings.undecided()
    gone = [row.pk for row in shown if row.place not in still_there]
    shown.filter(pk__in=gone).update(mended_at=at)


def _undecided(incident: Incident, remarks: Iterable[Remark]) -> list[Remark]:
    """Those that nobody kept before; whoever decides at the same moment waits, so that each is one row."""
    Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    kept = RaisedFinding.objects.kept_by_place(incident)
    return [remark for remark in remarks if remark.place not in kept]


def _raised(incident: Incident, remark: Remark, *, at: datetime, update: Update | None) -> RaisedFinding:
    rule, language, part, phrase = remark.place
    where = {"rule": rule, "language": language, "part": part, "phrase": phrase}
    if row := incident.raised_findings.undecided().filter(**where).first():
        return row
    severity = remark.severity.value
    return RaisedFinding.objects.create(incident=incident, update=update, severity=severity, raised_at=at, **where)
