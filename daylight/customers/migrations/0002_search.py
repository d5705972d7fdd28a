"""Indexes that Django cannot describe for both databases: words of names, and facts.

A later migration that makes SQLite copy the table of customers drops these triggers with the old table: it must
run `make` again. `test_search.py` fails when that was forgotten.

A row in `customers_name_later` tells the trigger that a bulk write adds the words itself, in one statement, which is
four times as quick. It lives inside that transaction only, so nobody else ever sees it.
"""

from django.db import migrations

from daylight.customers.models.finding import postgres_words, sqlite_words

ADD = f"INSERT INTO customers_name(rowid, name) VALUES (new.id, {sqlite_words('new.name')});"
REMOVE = (
    "INSERT INTO customers_name(customers_name, rowid, name)"
    f" VALUES ('delete', old.id, {sqlite_words('old.name')});"
)
SQLITE = (
    "DROP TABLE IF EXISTS customers_name",
    "CREATE VIRTUAL TABLE customers_name"
    " USING fts5(name, content='', tokenize=\"unicode61 remove_diacritics 2\", columnsize=0)",
    "CREATE TABLE IF NOT EXISTS customers_name_later (id INTEGER PRIMARY KEY)",
    "DROP TRIGGER IF EXISTS customers_name_add",
    "CREATE TRIGGER customers_name_add AFTER INSERT ON customers_customer"
    f" WHEN NOT EXISTS (SELECT 1 FROM customers_name_later) BEGIN {ADD} END",
    "DROP TRIGGER IF EXISTS customers_name_remove",
    f"CREATE TRIGGER customers_name_remove AFTER DELETE ON customers_customer BEGIN {REMOVE} END",
    "DROP TRIGGER IF EXISTS customers_name_change",
    "CREATE TRIGGER customers_name_change AFTER UPDATE OF name ON customers_customer"
    f" WHEN old.name <> new.name BEGIN {REMOVE} {ADD} END",
    f"INSERT INTO customers_name(rowid, name) SELECT id, {sqlite_words('name')} FROM customers_customer",
)
POSTGRES = (
    f"CREATE INDEX IF NOT EXISTS customers_customer_words ON customers_customer USING gin ({postgres_words('name')})",
    "CREATE INDEX IF NOT EXISTS customers_customer_facts ON customers_customer USING gin (attributes jsonb_path_ops)",
    "CREATE INDEX IF NOT EXISTS customers_commitment_facts"
    " ON customers_commitment USING gin (attributes jsonb_path_ops)",
)


def make(apps, schema_editor):
    """Make what the database at hand needs, anew where it is there already."""
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_first_edition")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
