"""Makers of the room."""

from datetime import datetime

from conftest import START
from daylight.accounts.models import Member
from daylight.prepare.models import DraftTemplate
from daylight.prepare.shelf import shelf


def a_draft_template(*, by: Member, at: datetime = START, copied: str = "late_delivery.update.long") -> DraftTemplate:
    """A template that members made as a copy of one of ours."""
    ours = shelf("en").prepared[copied]
    row = DraftTemplate.objects.create(
        name="Late, as we say it", kind=ours.kind, stage=ours.stage, form=ours.form, language="en", made_at=at
    )
    row.write(ours.pieces, {}, based_on=0, by=by, at=at)
    return row
