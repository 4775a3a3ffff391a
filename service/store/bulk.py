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
        return tuple(
            [row[name] if process is None else process(row[name]) for name, process in self.columns]
        )


def bulk_insert(conn: Connection, into: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert *rows*, all of which name the same columns. Raises what the database raises for a broken constraint."""
    if rows:
        plan = _plan(into, conn.dialect, tuple(rows[0]))
        conn.exec_driver_sql(plan.sql, [plan.values(row) for row in rows])


@lru_cache(maxsize=200)
def _plan(into: type[SQLModel], dialect: Dialect, names: tuple[str, ...]) -> _Plan:
    target = table(into)
    quote = dialect.identifier_preparer.quote
    place = "%s" if dialect.name == "postgresql" else "?"
    sql = (
        f"INSERT INTO {quote(target.name)} ({', '.join(quote(name) for name in names)}) "  # noqa: S608 - names of columns
        f"VALUES ({', '.join([place] * len(names))})"
    )
    return _Plan(sql, tuple((name, _processor(target.c[name], dialect)) for name in names))


def _processor(column: Column[Any], dialect: Dialect) -> Processor | None:
    """What turns a value into the driver's; a column's own default does not apply, every value must be given."""
    return column.type.dialect_impl(dialect).bind_processor(dialect)
