"""Writes down whom earlier notices could not reach, as every notice does from now on."""

from django.db import migrations

WRITE_DOWN = """
INSERT INTO reach_unreached (notice_id, customer_id)
SELECT notice.id, affected.customer_id
FROM reach_notice notice
JOIN incidents_registerversion version ON version.id = notice.register_version_id
JOIN incidents_affectedcustomer affected ON affected.incident_id = notice.incident_id AND affected.removed_at IS NULL
JOIN customers_customer customer ON customer.id = affected.customer_id AND customer.erased_at IS NULL
WHERE notice.unreachable > 0
    AND (
        (notice.audience = 'customers' AND affected.added_in <= version.number)
        OR (notice.audience = 'joiners' AND affected.added_in = version.number)
    )
    AND NOT EXISTS (
        SELECT 1 FROM reach_delivery delivery
        WHERE delivery.id >= (notice.id << 40) + (affected.customer_id << 8)
            AND delivery.id <= (notice.id << 40) + (affected.customer_id << 8) + 255
            AND delivery.state <> 7
    )
    AND NOT EXISTS (
        SELECT 1 FROM reach_unreached known
        WHERE known.notice_id = notice.id AND known.customer_id = affected.customer_id
    )
"""


class Migration(migrations.Migration):
    dependencies = [("reach", "0003_ids_of_deliveries"), ("incidents", "0004_tell_a_million")]

    operations = [migrations.RunSQL(WRITE_DOWN, migrations.RunSQL.noop)]
