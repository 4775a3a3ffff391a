"""Steady plans on SQLite: what its planner believes of the tables does not depend on what happens to be in them.

Without statistics SQLite takes it that ten rows have the same first column of an index. Here that column is the
account, and all rows have it; so it would read a whole account where it could look for three ids
(https://www.sqlite.org/fileformat2.html#stat1tab). `ANALYZE` would tell it better only on a day with rows to count.
So each index is described once, by what its columns are.
"""

from __future__ import annotations

from sqlalchemy import Connection

ROWS = 1_000_000
"""How many rows each table is taken to have, nearly all of them of one account."""

KIND = ROWS // 5
"""How many share a column of few values with the account."""

SAME = 10
"""How many share anything else."""

FEW_VALUES = frozenset({"channel", "kind", "scope", "source_id", "stage", "state", "topic", "type"})

Index = tuple[str, str]
"""(table, index)."""


def keep_plans_steady(conn: Connection) -> None:
    """Describe every index of the database to its planner; does nothing where all are described already."""
    wanted = {index: _described(conn, index[1], unique) for index, unique in _indexes(conn)}
    if _kept(conn) == wanted:
        return
    conn.exec_driver_sql("ANALYZE tick")  # the table of statistics cannot be made in another way
    conn.exec_driver_sql("DELETE FROM sqlite_stat1")
    conn.exec_driver_sql(
        "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)",
        [(table, index, stat) for (table, index), stat in sorted(wanted.items())],
    )
    conn.exec_driver_sql("ANALYZE sqlite_schema")  # read again what has been written


def _indexes(conn: Connection) -> list[tuple[Index, bool]]:
    rows = conn.exec_driver_sql(
        'SELECT t.name, i.name, i."unique" FROM sqlite_schema AS t, pragma_index_list(t.name) AS i '
        "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return [((row[0], row[1]), bool(row[2])) for row in rows]


def _kept(conn: Connection) -> dict[Index, str]:
    if not conn.exec_driver_sql("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'").first():
        return {}
    return {(row[0], row[1]): row[2] for row in conn.exec_driver_sql("SELECT tbl, idx, stat FROM sqlite_stat1")}


def _described(conn: Connection, index: str, unique: bool) -> str:
    """The rows of the table, then how many share the first column of the index, the first two, and so on."""
    columns = [str(row[0]) for row in conn.exec_driver_sql("SELECT name FROM pragma_index_info(?)", (index,))]
    numbers = [ROWS, *(_sharing(columns[: n + 1]) for n in range(len(columns)))]
    if unique:
        numbers[-1] = 1
    return " ".join(str(number) for number in numbers)


def _sharing(columns: list[str]) -> int:
    telling = [column for column in columns if column != "account_id"]
    if not telling:
        return ROWS
    return KIND if FEW_VALUES.issuperset(telling) else SAME
