"""What the store itself allows: the rows that the service wrote, written again by the driver alone, 100 to a commit."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from service.store.engine import open_database, parse
from service.store.migrations import upgrade
from service.store.sqlite import WRITING

EVENTS = 20_000
"""How many events are written at most."""

TOGETHER = 100

BEFORE = ("account", "shipment", "reference")
"""Tables that are there before the clock starts, as they are for the service."""

Rows = list[tuple[Any, ...]]


def events_per_second(kind: str, filled: str, empty: str) -> float:
    """Write the facts of the database *filled* into *empty*, and return how many events a second that made."""
    database = open_database(empty)
    upgrade(database)
    database.close()
    source, target = _connect(kind, filled), _connect(kind, empty)
    try:
        return _write(source.cursor(), target.cursor(), "%s" if kind == "postgresql" else "?")
    finally:
        source.close()
        target.close()


def _connect(kind: str, url: str) -> Any:
    address = parse(url)
    if kind == "postgresql":
        plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True)
    connection = sqlite3.connect(str(address.database), isolation_level=None)
    for pragma in WRITING:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _write(source: Any, target: Any, place: str) -> float:
    """*source* and *target* are cursors of the driver, *place* is how it marks a parameter."""
    for name in BEFORE:
        columns, rows = _read(source, name, "")
        for first in range(0, len(rows), TOGETHER):
            _insert(target, name, columns, rows[first : first + TOGETHER], place)
    facts, fact_rows = _read(source, "fact", f"ORDER BY id DESC LIMIT {EVENTS}")
    names = [row[facts.index("id")] for row in fact_rows]
    keys, key_of = _by_fact(source, "fact_key")
    links, link_of = _by_fact(source, "fact_shipment")
    calls, call_rows = _read(source, "inbound_call", f"ORDER BY id DESC LIMIT {EVENTS // TOGETHER}")
    stated, owner, home = facts.index("received_at"), links.index("account_id"), links.index("shipment_id")
    begun = time.perf_counter()
    for first in range(0, len(names), TOGETHER):
        batch = names[first : first + TOGETHER]
        joined = [link_of[name] for name in batch]
        target.execute("BEGIN")
        _insert(target, "fact_key", keys, [key_of[name] for name in batch], place)
        _insert(target, "fact", facts, fact_rows[first : first + TOGETHER], place)
        _insert(target, "fact_shipment", links, joined, place)
        _insert(target, "inbound_call", calls, call_rows[first // TOGETHER : first // TOGETHER + 1], place)
        target.execute(
            f"UPDATE shipment SET seq = seq + 1, look_at = {place} "
            f"WHERE account_id = {place} AND id IN ({', '.join([place] * len(joined))})",
            [fact_rows[first][stated], joined[0][owner], *(row[home] for row in joined)],
        )
        target.execute("COMMIT")
    return len(names) / (time.perf_counter() - begun)


def _by_fact(cursor: Any, name: str) -> tuple[list[str], dict[Any, tuple[Any, ...]]]:
    columns, rows = _read(cursor, name, "")
    return columns, {row[columns.index("fact_id")]: row for row in rows}


def _read(cursor: Any, name: str, order: str) -> tuple[list[str], Rows]:
    cursor.execute(f"SELECT * FROM {name} {order}")
    columns = [column[0] for column in cursor.description]
    return columns, [tuple(map(_storable, row)) for row in cursor.fetchall()]


def _storable(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict | list) else value


def _insert(cursor: Any, name: str, columns: Sequence[str], rows: Rows, place: str) -> None:
    """All *rows* with one statement, which is the fastest way on both stores."""
    row = f"({', '.join([place] * len(columns))})"
    values = [value for one in rows for value in one]
    cursor.execute(f"INSERT INTO {name} ({', '.join(columns)}) VALUES {', '.join([row] * len(rows))}", values)
