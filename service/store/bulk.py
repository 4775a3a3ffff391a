"""Writing many rows of one table with little work per row.

SQLAlchemy prepares every parameter of every row through its expression layer; where thousands of rows a second are
kept that is most of the cost. Here a statement is compiled once per set of columns. SQLite is handed plain tuples,
each value as the very type of its column makes it. PostgreSQL is handed all rows as one JSON parameter, so that the
statement is short, the same for any number of rows, and one way to the server and back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain
from typing import Any, Protocol

from sqlalchemy import Column, Connection, Dialect, Enum
from sqlmodel import SQLModel

from service.records.columns import UtcDateTime
from service.store.tables import table

Processor = Callable[[Any], Any]
Row = Mapping[str, Any]

KEY = ("account_id", "id")


def bulk_insert(conn: Connection, into: type[SQLModel], rows: Sequence[Row], *, once: bool = False) -> int:
    """Insert *rows*, all of which name the same columns and every column that must have a value.

    With *once* a row that meets any unique key is left out; else the database's error is raised. Returns how many
    were inserted.
    """
    return _insert(into, conn.dialect, tuple(rows[0]), once).run(conn, rows) if rows else 0


def bulk_update(conn: Connection, of: type[SQLModel], rows: Sequence[Row]) -> None:
    """Set the columns that *rows* name on the rows with their `account_id` and `id`; all name the same columns."""
    if rows:
        _update(of, conn.dialect, tuple(rows[0])).run(conn, rows)


class _Statement(Protocol):
    def run(self, conn: Connection, rows: Sequence[Row]) -> int: ...


@lru_cache(maxsize=200)
def _insert(into: type[SQLModel], dialect: Dialect, names: tuple[str, ...], once: bool) -> _Statement:
    target = table(into)
    quote = dialect.identifier_preparer.quote
    listed = ", ".join(quote(name) for name in names)
    before = f"INSERT INTO {quote(target.name)} ({listed}) "
    after = " ON CONFLICT DO NOTHING" if once else ""
    if dialect.name == "postgresql":
        return _AsJson(f"{before}SELECT {listed} FROM {_rows(quote(target.name))}{after}")  # noqa: S608
    parameters = _Parameters([(name, _processor(target.c[name], dialect)) for name in names])
    return _ManyValues(f"{before}VALUES ", f"({', '.join('?' * len(names))})", after, parameters)


@lru_cache(maxsize=200)
def _update(of: type[SQLModel], dialect: Dialect, names: tuple[str, ...]) -> _Statement:
    target = table(of)
    quote = dialect.identifier_preparer.quote
    name = quote(target.name)
    changed = [name for name in names if name not in KEY]
    if dialect.name == "postgresql":
        values = ", ".join(f"{quote(one)} = given.{quote(one)}" for one in changed)
        same = " AND ".join(f"{name}.{one} = given.{one}" for one in KEY)
        return _AsJson(f"UPDATE {name} SET {values} FROM {_rows(name)} AS given WHERE {same}")  # noqa: S608
    values = ", ".join(f"{quote(one)} = ?" for one in changed)
    same = " AND ".join(f"{one} = ?" for one in KEY)
    parameters = _Parameters([(one, _processor(target.c[one], dialect)) for one in (*changed, *KEY)])
    return _EachRow(f"UPDATE {name} SET {values} WHERE {same}", parameters)  # noqa: S608


def _rows(name: str) -> str:
    """The rows of one JSON parameter, as rows of the table *name*.

    https://www.postgresql.org/docs/current/functions-json.html#FUNCTIONS-JSON-PROCESSING
    """
    return f"json_populate_recordset(NULL::{name}, %s::json)"


@dataclass(frozen=True, slots=True)
class _AsJson:
    """A statement of PostgreSQL that reads its rows out of one parameter."""

    sql: str

    def run(self, conn: Connection, rows: Sequence[Row]) -> int:
        return conn.exec_driver_sql(self.sql, (_ENCODE(rows),)).rowcount


def _as_text(value: object) -> str:
    """What JSON has no word for, as PostgreSQL reads it."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an instant without a zone reached the store")
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    raise TypeError(f"{type(value).__name__} has no JSON form")


_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_as_text).encode


@dataclass(frozen=True, slots=True)
class _ManyValues:
    """The text of an insert of SQLite before and after its rows, and that of one row."""

    before: str
    row: str
    after: str
    parameters: _Parameters

    def run(self, conn: Connection, rows: Sequence[Row]) -> int:
        inserted = 0
        for part in _parts(rows):
            sql = self.before + ", ".join([self.row] * len(part)) + self.after
            values = tuple(chain.from_iterable(map(self.parameters.of, part)))
            inserted += conn.exec_driver_sql(sql, values).rowcount
        return inserted


@dataclass(frozen=True, slots=True)
class _EachRow:
    """A statement of SQLite that is run for each row."""

    sql: str
    parameters: _Parameters

    def run(self, conn: Connection, rows: Sequence[Row]) -> int:
        return conn.exec_driver_sql(self.sql, [tuple(self.parameters.of(row)) for row in rows]).rowcount


class _Parameters:
    """How a row becomes the driver's parameters; what is None is NULL in every type."""

    def __init__(self, columns: Sequence[tuple[str, Processor | None]]) -> None:
        self._names = [name for name, _ in columns]
        self._converted = [(place, process) for place, (_, process) in enumerate(columns) if process is not None]

    def of(self, row: Row) -> list[Any]:
        values = [row[name] for name in self._names]
        for place, process in self._converted:
            value = values[place]
            if value is not None:
                values[place] = process(value)
        return values


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """*rows* in parts of few different lengths, so that the texts of their statements are few and stay prepared.

    Many rows in one statement, because the driver lets other threads run, and waits for them, at each step of one.
    """
    start = 0
    while left := len(rows) - start:
        size = left if left < LENGTHS[-1] else next(length for length in LENGTHS if length <= left)
        yield rows[start : start + size]
        start += size


LENGTHS = (64, 32, 16, 8)


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
