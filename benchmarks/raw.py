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
        target.executemany(_insert(name, columns, place), rows)
    order = f"ORDER BY id DESC LIMIT {EVENTS}"
    facts, fact_rows = _read(source, "fact", order)
    at = facts.index("id")
    ids = {row[at] for row in fact_rows}
    keys, key_rows = _read(source, "fact_key", "")
    links, link_rows = _read(source, "fact_shipment", "")
    calls, call_rows = _read(source, "inbound_call", f"ORDER BY id DESC LIMIT {EVENTS // TOGETHER}")
    written = [
        (_insert("fact_key", keys, place), [row for row in key_rows if row[keys.index("fact_id")] in ids], TOGETHER),
        (_insert("fact", facts, place), fact_rows, TOGETHER),
        (
            _insert("fact_shipment", links, place),
            [row for row in link_rows if row[links.index("fact_id")] in ids],
            TOGETHER,
        ),
        (_insert("inbound_call", calls, place), call_rows, 1),
    ]
    touch = f"UPDATE shipment SET seq = seq + 1, look_at = {place} WHERE account_id = {place} AND id = {place}"
    stated = facts.index("received_at")
    owner, home = links.index("account_id"), links.index("shipment_id")
    written.append((touch, [(fact_rows[0][stated], row[owner], row[home]) for row in written[2][1]], TOGETHER))
    begun = time.perf_counter()
    for n in range(0, len(fact_rows), TOGETHER):
        target.execute("BEGIN")
        for sql, rows, size in written:
            first = n // TOGETHER * size
            target.executemany(sql, rows[first : first + size])
        target.execute("COMMIT")
    return len(fact_rows) / (time.perf_counter() - begun)


def _read(cursor: Any, name: str, order: str) -> tuple[list[str], Rows]:
    cursor.execute(f"SELECT * FROM {name} {order}")
    columns = [column[0] for column in cursor.description]
    return columns, [tuple(map(_storable, row)) for row in cursor.fetchall()]


def _storable(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict | list) else value


def _insert(name: str, columns: Sequence[str], place: str) -> str:
    return f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join([place] * len(columns))})"
