"""Inserting many rows of one table with little work per row.

SQLAlchemy prepares every parameter of every row through its expression layer; where thousands of rows a second are
kept that is most of the cost. Here the statement is compiled once per set of columns, each value goes through the very
type of its column, and the driver is handed plain tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Enum
from sqlmodel import SQLModel

from service.records.columns import UtcDateTime
from service.store.tables import table

Processor = Callable[[Any], Any]


class _Parameters:
    """How a row becomes the driver's parameters; what is None is NULL in every type."""

    def __init__(self, columns: Sequence[tuple[str, Processor | None]]) -> None:
        self._names = [name for name, _ in columns]
        self._converted = [(place, process) for place, (_, process) in enumerate(columns) if process is not None]

    def of(self, row: Mapping[str, Any]) -> list[Any]:
        values = [row[name] for name in self._names]
        for place, process in self._converted:
            value = values[place]
            if value is not None:
                values[place] = process(value)
        return values


@dataclass(frozen=True, slots=True)
class _Insert:
    """The text of an insert before and after its rows, and that of one row."""

    before: str
    row: str
    after: str
    parameters: _Parameters

    def run(self, conn: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        inserted = 0
        for part in _parts(rows):
            sql = self.before + ", ".join([self.row] * len(part)) + self.after
            values = tuple(chain.from_iterable(map(self.parameters.of, part)))
            inserted += conn.exec_driver_sql(sql, values).rowcount
        return inserted


@dataclass(frozen=True, slots=True)
class _Update:
    sql: str
    parameters: _Parameters

    def run(self, conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        conn.exec_driver_sql(self.sql, [tuple(self.parameters.of(row)) for row in rows])


def _parts(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    """*rows* in parts of few different lengths, so that the texts of their statements are few and stay prepared.

    Many rows in one statement, because the driver lets other threads run, and waits for them, at each step of one.
    """
    start = 0
    while left := len(rows) - start:
        size = left if left < LENGTHS[-1] else next(length for length in LENGTHS if length <= left)
        yield rows[start : start + size]
        start += size


LENGTHS = (64, 32, 16, 8)


def bulk_insert(
    conn: Connection, into: type[SQLModel], rows: Sequence[Mapping[str, Any]], *, once: bool = False
) -> int:
    """Insert *rows*, all of which name the same columns and every column that must have a value.

    With *once* a row that meets any unique key is left out; else the database's error is raised. Returns how many
    were inserted.
    """
    return _insert(into, conn.dialect, tuple(rows[0]), once).run(conn, rows) if rows else 0


def bulk_update(conn: Connection, of: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Set the columns that *rows* name on the rows with their `account_id` and `id`; all name the same columns."""
    if rows:
        _update(of, conn.dialect, tuple(rows[0])).run(conn, rows)


@lru_cache(maxsize=200)
def _insert(into: type[SQLModel], dialect: Dialect, names: tuple[str, ...], once: bool) -> _Insert:
    target = table(into)
    quote = dialect.identifier_preparer.quote
    return _Insert(
        before=f"INSERT INTO {quote(target.name)} ({', '.join(quote(name) for name in names)}) VALUES ",  # noqa: S608
        row=f"({', '.join([_place(dialect)] * len(names))})",
        after=" ON CONFLICT DO NOTHING" if once else "",
        parameters=_Parameters([(name, _processor(target.c[name], dialect)) for name in names]),
    )


@lru_cache(maxsize=200)
def _update(of: type[SQLModel], dialect: Dialect, names: tuple[str, ...]) -> _Update:
    target = table(of)
    quote, place = dialect.identifier_preparer.quote, _place(dialect)
    changed = [name for name in names if name not in KEY]
    sql = (
        f"UPDATE {quote(target.name)} SET {', '.join(f'{quote(name)} = {place}' for name in changed)} "  # noqa: S608
        f"WHERE {' AND '.join(f'{quote(name)} = {place}' for name in KEY)}"
    )
    return _Update(sql, _Parameters([(name, _processor(target.c[name], dialect)) for name in (*changed, *KEY)]))


KEY = ("account_id", "id")


def _place(dialect: Dialect) -> str:
    return "%s" if dialect.name == "postgresql" else "?"


def _processor(column: Column[Any], dialect: Dialect) -> Processor | None:
    """What turns a value into the driver's. A column's own default does not apply: every value must be given."""
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return None
    if isinstance(column.type, Enum):
        return {name: process(name) for name in column.type.enums}.__getitem__
    if isinstance(column.type, UtcDateTime):
        return _remembered(process)
    return process


def _remembered(process: Processor) -> Processor:
    """*process* for instants, of which the same few stand in many rows. Only UTC compares by the instant alone."""
    known = lru_cache(maxsize=64)(process)
    return lambda value: known(value) if value.tzinfo is UTC else process(value)
