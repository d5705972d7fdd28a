"""An installation that told people before deliveries had their present ids keeps its ledger and its receipts."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.state import ProjectState

from conftest import START
from daylight.reach.models import Delivery, Receipt
from daylight.reach.models.delivery import delivery_id

RENUMBERING = import_module("daylight.reach.migrations.0003_ids_of_deliveries").Migration.operations[0]


def an_old_ledger() -> None:
    """Two deliveries to one customer and one to another, numbered as the first release did, and a receipt."""
    Delivery.objects.bulk_create(
        Delivery(pk=key, notice_id=5, batch_id=2, customer_id=customer, contact_point_id=1, state=2, changed_at=START)
        for key, customer in ((31, 7), (32, 7), (33, 8))
    )
    Receipt.objects.create(delivery_id=32, kind="delivered", said_at=START, received_at=START, is_permanent=False)


@pytest.mark.django_db
def test_old_deliveries_get_their_new_ids() -> None:
    an_old_ledger()

    RENUMBERING.database_forwards("reach", connection.schema_editor(), ProjectState(), ProjectState())

    keys = list(Delivery.objects.order_by("pk").values_list("pk", flat=True))
    assert keys == [delivery_id(5, 7, 0), delivery_id(5, 7, 1), delivery_id(5, 8, 0)]
    assert Receipt.objects.get().delivery_id == delivery_id(5, 7, 1)
    Receipt.objects.all().delete()  # The rows stood alone: their notice, batch and customers were never there.
    Delivery.objects.all().delete()
