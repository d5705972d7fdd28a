"""The process that keeps the sender busy until its input ends: see `proofs.telling`."""

import json
import os
import select
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "daylight.config.settings"
django.setup()

from django.db.models import Sum  # noqa: E402
from django.utils import timezone  # noqa: E402

from daylight.accounts.models import Member  # noqa: E402
from daylight.incidents import declaring, register  # noqa: E402
from daylight.pages.tests.makers import an_update  # noqa: E402
from daylight.reach.models import Batch, Notice  # noqa: E402

LOOK_EVERY = 0.5
"""Seconds between two looks whether everybody was told."""


def main() -> None:
    """Publish, wait until everybody was told, publish again; then say how many were told."""
    now, ana = timezone.now(), Member.objects.get()
    incident = declaring.declare(kind="outage", severity=2, title="The cable is cut", by=ana, at=now)
    register.add_rule(incident, kind="everyone", parameters={}, reason="You are ours", by=ana, at=now)
    register.freeze(incident, by=ana, at=now)
    print("{}", flush=True)
    updates, is_on = 0, True
    while is_on:
        an_update(incident, timezone.now(), what="The cable is cut.")
        updates += 1
        while is_on and Notice.objects.filter(finished_at__isnull=False).count() < updates:
            is_on = not select.select([sys.stdin], [], [], LOOK_EVERY)[0]
    told = Batch.objects.filter(notice__incident=incident).aggregate(n=Sum("told"))["n"] or 0
    print(json.dumps({"told": told, "updates": updates}))


if __name__ == "__main__":
    main()
