"""How every peer begins: tables, customers, then a word that it is ready and a wait for the signal."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firm.settings")


def set_up() -> int:
    """Make the tables and fill them; how many customers there are."""
    django.setup()
    from django.core.management import call_command
    from firm.models import Customer

    call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
    size = int(os.environ["RECIPIENTS"])
    rows = (Customer(name=f"Zoë Adler {number}", email=f"c{number}@shop.example") for number in range(1, size + 1))
    Customer.objects.bulk_create(rows, batch_size=5_000)
    return size


def wait_for_signal() -> None:
    """Say that everything stands, and begin when told to."""
    print("ready", flush=True)
    input()
