"""Published words are immutable: the database itself refuses to change them."""

from django.db import migrations

UPDATE_COLUMNS = (
    "incident_id", "number", "kind", "stage", "state", "why_known", "next_update_by", "zone", "rhythm",
    "corrects_id", "written_at", "sent_off_at", "published_at",
)
REFUSAL = "published updates stay as they are; correct them with another update"


def _changed(columns, different):
    return " OR ".join(f"NEW.{column} {different} OLD.{column}" for column in columns)


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        _install_sqlite(schema_editor)
    elif schema_editor.connection.vendor == "postgresql":
        _install_postgresql(schema_editor)


def _install_sqlite(schema_editor):
    schema_editor.execute(
        "CREATE TRIGGER incidents_update_stays BEFORE UPDATE ON incidents_update"
        f" WHEN OLD.state = 'published' AND ({_changed(UPDATE_COLUMNS, 'IS NOT')})"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
    for table in ("updatetext", "impact"):
        schema_editor.execute(
            f"CREATE TRIGGER incidents_{table}_stays BEFORE UPDATE ON incidents_{table}"
            " WHEN (SELECT state FROM incidents_update WHERE id = OLD.update_id) = 'published'"
            f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _install_postgresql(schema_editor):
    schema_editor.execute(
        "CREATE FUNCTION incidents_update_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF OLD.state = 'published' AND ({_changed(UPDATE_COLUMNS, 'IS DISTINCT FROM')}) THEN"
        f" RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        params=None,
    )
    schema_editor.execute(
        "CREATE TRIGGER incidents_update_stays BEFORE UPDATE ON incidents_update"
        " FOR EACH ROW EXECUTE FUNCTION incidents_update_stays()"
    )
    schema_editor.execute(
        "CREATE FUNCTION incidents_words_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF (SELECT state FROM incidents_update WHERE id = OLD.update_id) = 'published' THEN"
        f" RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        params=None,
    )
    for table in ("updatetext", "impact"):
        schema_editor.execute(
            f"CREATE TRIGGER incidents_{table}_stays BEFORE UPDATE ON incidents_{table}"
            " FOR EACH ROW EXECUTE FUNCTION incidents_words_stay()"
        )


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_first_edition")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
