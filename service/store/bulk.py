"""Inserting many rows of one table with little work per row.

SQLAlchemy prepares every parameter of every row through its expression layer; where thousands of rows a second are
kept that is most of the cost. Here the statement is compiled once per set of columns, each value goes through the very
type of its column, and the driver is handed plain tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, Dialect
from sqlmodel import SQLModel

from service.store.tables import table

Processor = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Plan:
    sql: str
    columns: tuple[tuple[str, Processor | None], ...]

    def values(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple([row[name] if process is None else process(row[name]) for name, process in self.columns])

    def run(self, conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        conn.exec_driver_sql(self.sql, [self.values(row) for row in rows])


def bulk_insert(
    conn: Connection, into: type[SQLModel], rows: Sequence[Mapping[str, Any]], *, once: bool = False
) -> None:
    """Insert *rows*, all of which name the same columns and every column that must have a value.

    With *once* a row that meets any unique key is left out; else the database's error is raised.
    """
    if rows:
        _insert(into, conn.dialect, tuple(rows[0]), once).run(conn, rows)


def bulk_update(conn: Connection, of: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Set the columns that *rows* name on the rows with their `account_id` and `id`; all name the same columns."""
    if rows:
        _update(of, conn.dialect, tuple(rows[0])).run(conn, rows)


@lru_cache(maxsize=200)
def _insert(into: type[SQLModel], dialect: Dialect, names: tuple[str, ...], once: bool) -> _Plan:
    target = table(into)
    quote, place = dialect.identifier_preparer.quote, _place(dialect)
    sql = (
        f"INSERT INTO {quote(target.name)} ({', '.join(quote(name) for name in names)}) "  # noqa: S608 - column names
        f"VALUES ({', '.join([place] * len(names))})"
    )
    return _Plan(sql + " ON CONFLICT DO NOTHING" * once, tuple((n, _processor(target.c[n], dialect)) for n in names))


@lru_cache(maxsize=200)
def _update(of: type[SQLModel], dialect: Dialect, names: tuple[str, ...]) -> _Plan:
    target = table(of)
    quote, place = dialect.identifier_preparer.quote, _place(dialect)
    changed = [name for name in names if name not in KEY]
    sql = (
        f"UPDATE {quote(target.name)} SET {', '.join(f'{quote(name)} = {place}' for name in changed)} "  # noqa: S608
        f"WHERE {' AND '.join(f'{quote(name)} = {place}' for name in KEY)}"
    )
    return _Plan(sql, tuple((name, _processor(target.c[name], dialect)) for name in (*changed, *KEY)))


KEY = ("account_id", "id")


def _place(dialect: Dialect) -> str:
    return "%s" if dialect.name == "postgresql" else "?"


def _processor(column: Column[Any], dialect: Dialect) -> Processor | None:
    """What turns a value into the driver's. A column's own default does not apply: every value must be given."""
    return column.type.dialect_impl(dialect).bind_processor(dialect)
