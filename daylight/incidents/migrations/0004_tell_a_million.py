"""Each register version keeps its most frequent reasons and its languages, so that no screen reads the register."""

from django.db import migrations, models
from django.db.models import Count

MOST, MOST_LANGUAGES = 8, 50


def count_once(apps, schema_editor):
    """The newest version of each register gets its reasons and languages; the older ones are not shown."""
    version_rows = apps.get_model("incidents", "RegisterVersion").objects
    affected = apps.get_model("incidents", "AffectedCustomer").objects.filter(removed_at__isnull=True)
    newest = {version.incident_id: version for version in version_rows.order_by("number")}
    for version in newest.values():
        present = affected.filter(incident=version.incident_id).values_list("reason")
        counted = present.annotate(number=Count("pk")).order_by("-number", "reason")[:MOST]
        version.reasons = [list(row) for row in counted]
        written = present.exclude(customer__language="").values_list("customer__language", flat=True).distinct()
        version.languages = sorted({language.split("-")[0] for language in written[:MOST_LANGUAGES]})
        version.save(update_fields=["reasons", "languages"])


class Migration(migrations.Migration):
    dependencies = [("incidents", "0003_uses_read")]

    operations = [
        migrations.AddField(
            model_name="registerversion", name="reasons", field=models.JSONField(default=list)
        ),
        migrations.AddField(model_name="registerversion", name="languages", field=models.JSONField(default=list)),
        migrations.RunPython(count_once, migrations.RunPython.noop),
    ]
