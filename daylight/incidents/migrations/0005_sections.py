"""Sections become rows of their own; components and updates get the names by which the world reads them."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Min
from django.db.models.functions import Now

import daylight.core.public_ids

published_stays = import_module("daylight.incidents.migrations.0002_published_stays")
NAMED = ("Component", "Update")


def drop_triggers(apps, schema_editor):
    """SQLite makes the table anew when a column is added, and would lose the triggers or stumble over them."""
    for table in ("update", "updatetext", "impact"):
        on = f" ON incidents_{table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS incidents_{table}_stays{on}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS incidents_update_stays()")
        schema_editor.execute("DROP FUNCTION IF EXISTS incidents_words_stay()")


def name_all(apps, schema_editor):
    for name in NAMED:
        rows = apps.get_model("incidents", name).objects
        batch = []
        for row in rows.filter(public_id=None).only("pk").iterator(chunk_size=2000):
            row.public_id = daylight.core.public_ids.new_public_id()
            batch.append(row)
        rows.bulk_update(batch, ["public_id"], batch_size=500)


def make_sections(apps, schema_editor):
    """One row per name, in the order of its first component, as the page showed them."""
    components = apps.get_model("incidents", "Component").objects
    sections = apps.get_model("incidents", "Section").objects
    made = {}
    for component in components.order_by("position", "name"):
        name = component.section_name.strip()
        if name and name not in made:
            made[name] = sections.create(
                public_id=daylight.core.public_ids.new_public_id(), name=name, position=len(made) + 1
            )
        first = component.impacts.aggregate(first=Min("update__published_at"))["first"]
        component.section = made.get(name)
        component.created_at = first or component.created_at
        component.save(update_fields=["section", "created_at"])
    if schema_editor.connection.vendor == "postgresql":
        # What is checked at the end of the transaction stands in the way of altering the table.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def moment():
    return models.DateTimeField(db_default=Now(), editable=False)


def public_id(**more):
    return models.CharField(
        default=daylight.core.public_ids.new_public_id, editable=False, max_length=12, unique=True, **more
    )


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_tell_a_million")]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Section",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", public_id()),
                ("name", models.CharField(max_length=120, unique=True)),
                ("description", models.CharField(blank=True, default="", max_length=300)),
                ("position", models.PositiveIntegerField(default=0)),
                ("created_at", moment()),
                ("changed_at", moment()),
            ],
            options={"ordering": ["position", "name"]},
        ),
        migrations.RenameField(model_name="component", old_name="section", new_name="section_name"),
        migrations.AddField(
            model_name="component",
            name="section",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="components",
                to="incidents.section",
            ),
        ),
        migrations.AddField(model_name="component", name="created_at", field=moment()),
        migrations.AddField(model_name="component", name="changed_at", field=moment()),
        migrations.AddField(
            model_name="component",
            name="public_id",
            field=models.CharField(editable=False, max_length=12, null=True),
        ),
        migrations.AddField(
            model_name="update",
            name="public_id",
            field=models.CharField(editable=False, max_length=12, null=True),
        ),
        migrations.RunPython(name_all, migrations.RunPython.noop),
        migrations.RunPython(make_sections, migrations.RunPython.noop),
        migrations.AlterField(model_name="component", name="public_id", field=public_id()),
        migrations.AlterField(model_name="update", name="public_id", field=public_id()),
        migrations.RemoveField(model_name="component", name="section_name"),
        migrations.RunPython(published_stays.install, migrations.RunPython.noop),
    ]
