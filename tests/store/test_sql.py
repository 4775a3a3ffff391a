"""Statements that answer alike on both stores."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from service.records.tables import Directory, Shipment
from service.store.engine import Database
from service.store.sql import chunks, insert_once, lock_rows
from service.store.tables import table


def entry(key: str, target: str = "t") -> dict[str, str]:
    return {"kind": "x", "key": key, "account_id": "acc", "target_id": target}


def test_insert_once_tells_what_was_new(database: Database) -> None:
    def unit(conn: Connection) -> list[list[str]]:
        first = insert_once(conn, Directory, [entry("a"), entry("b")], returning=("key",))
        second = insert_once(conn, Directory, [entry("b", "other"), entry("c"), entry("c")], returning=("key",))
        return [sorted(row.key for row in first), sorted(row.key for row in second)]

    assert database.write(unit) == [["a", "b"], ["c"]]
    with database.read() as conn:
        kept = conn.execute(select(table(Directory).c.target_id).where(table(Directory).c.key == "b")).scalar_one()
    assert kept == "t"


def test_insert_once_returns_the_primary_key_by_itself(database: Database) -> None:
    assert [tuple(row) for row in database.write(lambda conn: insert_once(conn, Directory, [entry("a")]))] == [
        ("x", "a")
    ]
    assert database.write(lambda conn: insert_once(conn, Directory, [])) == []


def test_insert_once_takes_many(database: Database) -> None:
    database.write(lambda conn: insert_once(conn, Directory, [entry(f"{n}") for n in range(0, 3000, 3)]))
    fresh = database.write(lambda conn: insert_once(conn, Directory, [entry(f"{n}") for n in range(3000)]))
    assert len(fresh) == 2000


def test_rows_are_locked_within_the_transaction(database: Database, noon: datetime) -> None:
    row = {
        "account_id": "acc",
        "id": "shp_1",
        "seq": 0,
        "seen_seq": 0,
        "owner": "desk",
        "created_at": noon,
        "updated_at": noon,
        "status": "registered",
        "late_days": 0,
        "followers": 0,
    }
    database.write(lambda conn: conn.execute(insert(table(Shipment)), row))

    def unit(conn: Connection) -> bool:
        lock_rows(conn, Shipment, "acc", ["shp_2", "shp_1", "shp_1"])
        if conn.dialect.name == "sqlite":
            return True
        held = conn.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE mode = 'RowShareLock' AND granted").scalar()
        return bool(held)

    assert database.write(unit)


def test_chunks_cover_everything() -> None:
    assert [list(chunk) for chunk in chunks([1, 2, 3, 4, 5], 2)] == [[1, 2], [3, 4], [5]]
    assert list(chunks([])) == []
