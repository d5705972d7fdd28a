"""From here on the database refuses to change or remove an audit entry."""

from django.db import migrations

from daylight.accounts import append_only


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_first_edition")]
    operations = [migrations.RunPython(append_only.install, append_only.remove)]
