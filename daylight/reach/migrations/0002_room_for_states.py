"""Half of each page of deliveries stays free, so that a new state fits beside the old one and no index is touched."""

from django.db import migrations


def leave_room(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE reach_delivery SET (fillfactor = 50)")


class Migration(migrations.Migration):
    dependencies = [("reach", "0001_first_edition")]

    operations = [migrations.RunPython(leave_room, migrations.RunPython.noop)]
