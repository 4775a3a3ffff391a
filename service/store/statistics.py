"""Plans on a young PostgreSQL: its planner is told of tables that have grown before the server looks by itself.

A table that was never counted is taken to have two hundred accounts, so that reading all rows of one seems as good as
looking for one id; every account here has most of them. The server counts a table some minutes after it has grown
(https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-STATISTICS): in the minutes of a first
import each look would read everything there is.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

GROWN = 100
"""Rows from which on a plan matters."""

_UNCOUNTED = text(
    "SELECT relname FROM pg_stat_user_tables WHERE schemaname = current_schema() "
    "AND last_analyze IS NULL AND last_autoanalyze IS NULL AND n_mod_since_analyze >= :grown ORDER BY relname"
)


def count_grown(conn: Connection) -> list[str]:
    """Have the server count each table that has grown and was never counted; returns their names, none on SQLite."""
    if conn.dialect.name != "postgresql":
        return []
    names = list(conn.execute(_UNCOUNTED, {"grown": GROWN}).scalars())
    for name in names:
        conn.exec_driver_sql(f"ANALYZE {conn.dialect.identifier_preparer.quote(name)}")
    return names
