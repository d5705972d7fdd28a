"""What PostgreSQL knows about the size of a table, after much was written to it at once.

Its planner goes by numbers that are taken now and then, a minute or more after a large change. Until then it takes a
full table for an empty one, and a question that should take a tenth of a second may take minutes. Whoever fills a
table in bulk has the numbers taken at once; that reads a sample, so it takes the same short time whatever the size.
"""

from django.db import connection, models


def refresh(*tables: type[models.Model]) -> None:
    """Take the numbers of these tables anew; within a transaction also of what it has written. Nothing on SQLite."""
    if connection.vendor != "postgresql":
        return
    names = ", ".join(connection.ops.quote_name(table._meta.db_table) for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {names}")
