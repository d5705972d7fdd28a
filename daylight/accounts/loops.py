"""The loop of the room: it takes away what is past its time and proves nothing."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from daylight.accounts.models import SignInLink
from daylight.core import limits
from daylight.core.loops import Loop, Step
from daylight.core.models import CacheRow, RememberedAnswer


def tidy(now: datetime) -> Step:
    """Forget ended sessions, unused sign-in links, empty allowances, old cache rows and answers past their day."""
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    links, _ = SignInLink.objects.filter(used_at=None, expires_at__lt=now).delete()
    rows, _ = CacheRow.objects.filter(expires__lt=now).delete()
    answers, _ = RememberedAnswer.objects.past(now).delete()
    limits.sweep(now)
    return Step(handled=1 if sessions or links or rows or answers else 0)


def nothing_due(now: datetime) -> datetime | None:
    """Tidying is never late."""
    return None


LOOPS: tuple[Loop, ...] = (Loop("accounts.tidy", tidy, nothing_due, rest=timedelta(hours=1)),)
