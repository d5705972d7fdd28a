"""An installation that told people before deliveries had their present ids keeps its ledger and its receipts."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from conftest import START
from daylight.reach.models import Batch, Delivery, Receipt
from daylight.reach.models.delivery import delivery_id

BEFORE, AFTER = [("reach", "0001_initial")], [("reach", "0003_ids_of_deliveries")]


def an_old_ledger() -> None:
    """Two deliveries to one customer and one to another, as the first release wrote them."""
    now = connection.ops.adapt_datetimefield_value(START)
    with connection.cursor() as cursor:
        for key, customer in ((31, 7), (32, 7), (33, 8)):
            cursor.execute(
                "INSERT INTO reach_delivery (id, notice_id, batch_id, customer_id, contact_point_id, state, attempts,"
                " changed_at, answer) VALUES (%s, 5, 2, %s, %s, 2, 1, %s, '')",
                [key, customer, key, now],
            )
        cursor.execute(
            "INSERT INTO reach_receipt (delivery_id, kind, said_at, received_at, details, is_permanent)"
            " VALUES (32, 'delivered', %s, %s, '', %s)",
            [now, now, False],
        )


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_old_deliveries_get_their_new_ids() -> None:
    MigrationExecutor(connection).migrate(BEFORE)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")  # The rows stand alone: no keys are looked up.
    with connection.constraint_checks_disabled():
        an_old_ledger()
        MigrationExecutor(connection).migrate(AFTER)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    keys = list(Delivery.objects.order_by("pk").values_list("pk", flat=True))
    assert keys == [delivery_id(5, 7, 0), delivery_id(5, 7, 1), delivery_id(5, 8, 0)]
    assert Receipt.objects.get().delivery_id == delivery_id(5, 7, 1)
    assert not Batch.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM reach_receipt")
        cursor.execute("DELETE FROM reach_delivery")
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
