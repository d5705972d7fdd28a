"""Sends a draft off as it was read: what would keep customers in the dark goes only with somebody's reason."""

from datetime import datetime

from django.db import transaction

from daylight.accounts.models import Member
from daylight.incidents import keeping
from daylight.incidents.checking import read_statement
from daylight.incidents.failures import KeepsInTheDark
from daylight.incidents.models import Update
from daylight.incidents.models.readiness import check as check_readiness


def send_off(update: Update, *, because: str, by: Member, at: datetime, revision: int | None = None) -> None:
    """Let it leave in its seconds. Raises KeepsInTheDark where errors are open and no reason is given.

    `because` answers all of them at once; `revision` is the one that was read, that of `update` if None: no other words
    leave. Raises what `Update.send_off` raises, first of all: what is missing comes before what could be better.
    """
    update.must_be_writable(update.incident)
    check_readiness(update, at=at)
    checked = read_statement(update.incident, update.statement(), at=at)
    if checked.errors and not because.strip():
        keeping.put_to_the_writer(update.incident, checked.errors, at=at, update=update)
        raise KeepsInTheDark(tuple((f"{one.language}.{one.part}", one.advice) for one in checked.errors))
    with transaction.atomic():
        update.send_off(by=by, at=at, revision=update.revision if revision is None else revision)
        if checked.errors:
            keeping.keep(update.incident, checked.errors, reason=because, by=by, at=at, update=update)
        keeping.mended(update, left=checked.remarks, at=at)
