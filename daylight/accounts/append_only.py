"""Makes the database itself refuse to change or remove an audit entry, whoever asks."""

from typing import Any

TABLE = "accounts_auditentry"
SAYS = "The audit trail is append-only."

POSTGRESQL = [
    f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'restrict_violation'; END $$",
    f"CREATE OR REPLACE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE}"
    f" FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()",
]
SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_append_only_{act.lower()} BEFORE {act} ON {TABLE}"
    f" BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
    for act in ("UPDATE", "DELETE")
]
DROP = {
    "postgresql": [f"DROP TRIGGER IF EXISTS {TABLE}_append_only ON {TABLE}"],
    "sqlite": [f"DROP TRIGGER IF EXISTS {TABLE}_append_only_{act}" for act in ("update", "delete")],
}


def install(apps: Any, schema_editor: Any) -> None:
    """Add the triggers; called by the migration."""
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take the triggers away again, for a migration backwards."""
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)
