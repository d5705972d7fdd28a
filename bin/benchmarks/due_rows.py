"""How fast due rows are claimed and finished by one worker, the ground under everything that happens later."""

import time
from datetime import UTC, datetime

from benchmarks.frame import Measure

SIZES = (500, 1_000)
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def measure(size: int) -> Measure:
    """Rows that all are due, worked through one finish at a time."""
    from daylight.core.due import work_through
    from daylight.customers.models import Import

    Import.objects.bulk_create(
        Import(kind="customers", file_name="a.csv", path="a", made_at=NOW, due_at=NOW) for _ in range(size)
    )
    began = time.monotonic()
    while work_through(Import.objects.all(), NOW, lambda row, now: row.finish(), limit=50).handled:
        pass
    return Measure(things=size, seconds=time.monotonic() - began)


def peer(size: int) -> Measure:
    """The same rows finished one statement each, with no claim, no lease and nobody else to mind."""
    from daylight.customers.models import Import

    Import.objects.bulk_create(
        Import(kind="customers", file_name="a.csv", path="a", made_at=NOW, due_at=NOW) for _ in range(size)
    )
    began = time.monotonic()
    for key in list(Import.objects.values_list("pk", flat=True)):
        Import.objects.filter(pk=key).update(due_at=None)
    return Measure(things=size, seconds=time.monotonic() - began, remark="bare UPDATE per row")
