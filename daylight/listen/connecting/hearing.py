"""Keeps what a far end posted, and when it was last heard."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from daylight.listen import accepting
from daylight.listen.connecting import names
from daylight.listen.models import Connection
from daylight.listen.said import Said

NOTED_EVERY = timedelta(minutes=1)
"""A busy far end is not written down at each request."""


def keep(connection: Connection, said: Sequence[Said], *, at: datetime, look: bool = False) -> None:
    """Keep what was said; when this returns, nothing of it is lost. With `look` the far end is asked at once."""
    if said:
        accepting.accept(names.of_connection(connection, said), at=at)
    old = Q(last_heard_at__isnull=True) | Q(last_heard_at__lt=at - NOTED_EVERY) | ~Q(problem="")
    Connection.objects.filter(old, pk=connection.pk).update(last_heard_at=at, problem="")
    if look:
        Connection.objects.filter(pk=connection.pk, due_at__gt=at).update(due_at=at)
