"""Makes up Nordlicht Versand, a mail-order firm: 1,200 customers, 3,000 orders, two warehouses, a shop, a payment
page, a crew of three, and ninety days of past incidents on the status page. Every address ends in .example, which
belongs to nobody; the past was told to nobody. Refuses where customers are already."""

from argparse import ArgumentParser, Namespace

from django.db import transaction

from daylight.accounts.models import Organisation
from daylight.cli import demo_firm, demo_past
from daylight.cli.commands import CannotDo
from daylight.core import clock
from daylight.customers.models import Customer
from daylight.incidents.models import Incident


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""


def run(options: Namespace) -> int:
    """Make the firm up."""
    if Organisation.get().is_demo:
        raise CannotDo("This installation holds the demonstration firm already.")
    firm = fill()
    print(
        f"{firm.name} is here: {firm.customers:,} customers, {firm.orders:,} orders, {firm.components} components,"
        f" {firm.incidents} past incidents. Nobody in it is real."
    )
    return 0


def fill_once() -> None:
    """Make the firm up unless it is there already. Raises CannotDo where somebody else's customers are."""
    if not Organisation.get().is_demo:
        fill()


@transaction.atomic
def fill() -> demo_firm.Firm:
    """Make the firm up, wholly or not at all. Raises CannotDo."""
    if Customer.objects.exists() or Incident.objects.exists():
        raise CannotDo(
            "This installation has customers or incidents already, so no demonstration is mixed into it. Use another"
            " one: DAYLIGHT_DATA_DIR=/tmp/demo ./run --demo"
        )
    now = clock.now()
    crew = demo_firm.make(now)
    return demo_firm.Firm.counted(incidents=demo_past.play(now, crew=crew))
