"""A page as firms have it, published; run as a program on an empty database: `python -m benchmarks.read.world`."""

import os
from datetime import UTC, datetime, timedelta

import django
from django.core.management import call_command

COMPONENTS = 8
PAST = 40


def make() -> None:
    """Components in sections, forty past incidents, one open, published."""
    from daylight.incidents.words import ComponentState
    from daylight.pages import publishing
    from daylight.pages.tests.makers import a_component, a_told_incident, resolve

    now = datetime.now(UTC)
    parts = [a_component(f"Part {number}", section=f"Section {number // 4}") for number in range(COMPONENTS)]
    for number in range(PAST):
        began = now - timedelta(days=2 * number + 1)
        impacts = {parts[number % COMPONENTS]: ComponentState.DEGRADED}
        past = a_told_incident(began, headline="Parcels late", impacts=impacts)
        resolve(past, began + timedelta(hours=2), headline="Parcels on their way")
    a_told_incident(now, headline="Card payments fail", impacts={parts[0]: ComponentState.MAJOR_OUTAGE})
    publishing.refresh(now)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daylight.config.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    make()
