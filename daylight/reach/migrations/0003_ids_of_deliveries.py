"""Gives each delivery the id that says its notice, customer and slot, and each batch the range of its deliveries."""

from django.db import migrations

NEW_IDS = """
CREATE TEMPORARY TABLE reach_new_ids AS
SELECT id AS old, (notice_id << 40) + (customer_id << 8)
    + ROW_NUMBER() OVER (PARTITION BY notice_id, customer_id ORDER BY id) - 1 AS new
FROM reach_delivery WHERE id < (notice_id << 40)
"""
DELIVERIES = "UPDATE reach_delivery SET id = n.new FROM reach_new_ids n WHERE reach_delivery.id = n.old"
RECEIPTS = "UPDATE reach_receipt SET delivery_id = n.new FROM reach_new_ids n WHERE reach_receipt.delivery_id = n.old"
BATCHES = """
UPDATE reach_batch SET first_id = found.first_id, last_id = found.last_id
FROM (SELECT batch_id, MIN(id) AS first_id, MAX(id) AS last_id FROM reach_delivery GROUP BY batch_id) AS found
WHERE reach_batch.id = found.batch_id
"""
DONE = "DROP TABLE reach_new_ids"


def leave_room(apps, schema_editor):
    """Half of each page stays free, so that a row's new state fits beside the old one and no index is touched."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE reach_delivery SET (fillfactor = 50)")


class Migration(migrations.Migration):
    dependencies = [("reach", "0002_tell_a_million")]

    operations = [
        migrations.RunSQL([NEW_IDS, RECEIPTS, DELIVERIES, BATCHES, DONE], migrations.RunSQL.noop),
        migrations.RunPython(leave_room, migrations.RunPython.noop),
    ]
