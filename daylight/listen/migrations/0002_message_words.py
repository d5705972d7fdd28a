"""The words of messages, which Django cannot describe for both databases.

A later migration that makes SQLite copy the table of messages drops these triggers with the old table: it must run
`make` again. `test_finding.py` fails when that was forgotten.
"""

from django.db import migrations

from daylight.listen.finding import POSTGRES, sqlite

ADD = f"INSERT INTO listen_words(rowid, text) VALUES (new.id, {sqlite('new.text')});"
REMOVE = f"INSERT INTO listen_words(listen_words, rowid, text) VALUES ('delete', old.id, {sqlite('old.text')});"
FOR_SQLITE = (
    "DROP TABLE IF EXISTS listen_words",
    "CREATE VIRTUAL TABLE listen_words"
    " USING fts5(text, content='', tokenize=\"unicode61 remove_diacritics 2\", columnsize=0, detail=none)",
    "DROP TRIGGER IF EXISTS listen_words_add",
    f"CREATE TRIGGER listen_words_add AFTER INSERT ON listen_message BEGIN {ADD} END",
    "DROP TRIGGER IF EXISTS listen_words_remove",
    f"CREATE TRIGGER listen_words_remove AFTER DELETE ON listen_message BEGIN {REMOVE} END",
    "DROP TRIGGER IF EXISTS listen_words_change",
    "CREATE TRIGGER listen_words_change AFTER UPDATE OF text ON listen_message"
    f" WHEN old.text <> new.text BEGIN {REMOVE} {ADD} END",
    f"INSERT INTO listen_words(rowid, text) SELECT id, {sqlite('text')} FROM listen_message",
)
FOR_POSTGRES = (
    "CREATE INDEX IF NOT EXISTS listen_message_words ON listen_message"
    f" USING gin ({POSTGRES}) WITH (gin_pending_list_limit = 512)",
)


def make(apps, schema_editor):
    """Make what the database at hand needs, anew where it is there already."""
    for statement in FOR_SQLITE if schema_editor.connection.vendor == "sqlite" else FOR_POSTGRES:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    replaces = [("listen", "0004_message_words")]
    dependencies = [("listen", "0001_first_edition")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
