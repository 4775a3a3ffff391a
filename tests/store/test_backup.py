"""A copy made while others write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from service.store.backup import STEP_PAGES, backup
from service.store.engine import Database, open_database
from service.store.errors import StoreError

ROWS = 400


@pytest.fixture
def sqlite_database(migrated_sqlite_url: str) -> Iterator[Database]:
    """A file of several steps."""
    database = open_database(migrated_sqlite_url)
    call = text(
        "INSERT INTO inbound_call (account_id, id, received_at, content_type, body, outcome, accepted, duplicate, "
        "rejected) VALUES ('acc', :id, '2026-09-17', '', zeroblob(65536), 'accepted', 0, 0, 0)"
    )
    database.write(lambda conn: conn.execute(call, [{"id": f"cal_{n:04}"} for n in range(ROWS)]))
    yield database
    database.close()


def rows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return int(conn.execute("SELECT count(*) FROM inbound_call").fetchone()[0])


def test_the_copy_is_of_one_moment(sqlite_database: Database, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    def meanwhile(done: int, total: int) -> None:
        seen.append((done, total))
        sqlite_database.write(
            lambda conn: conn.execute(text("DELETE FROM inbound_call WHERE id = :id"), {"id": f"cal_{len(seen):04}"})
        )

    copy = tmp_path / "copy.db"
    backup(sqlite_database, copy, meanwhile)
    assert len(seen) >= 3
    assert seen[0][0] == STEP_PAGES
    assert seen[-1][0] == seen[-1][1]
    assert rows(copy) == ROWS
    assert not (tmp_path / "copy.db.partial").exists()
    with sqlite_database.read() as conn:
        assert conn.execute(text("SELECT count(*) FROM inbound_call")).scalar_one() == ROWS - len(seen)


def test_the_copy_opens_as_a_database(sqlite_database: Database, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    backup(sqlite_database, copy)
    opened = open_database(f"sqlite:///{copy}")
    with opened.read() as conn:
        assert conn.execute(text("SELECT count(*) FROM inbound_call")).scalar_one() == ROWS
    opened.close()


def test_nothing_is_overwritten(sqlite_database: Database, tmp_path: Path) -> None:
    assert sqlite_database.path is not None
    with pytest.raises(StoreError, match="exists already"):
        backup(sqlite_database, sqlite_database.path)
    with pytest.raises(StoreError, match="does not exist"):
        backup(sqlite_database, tmp_path / "nowhere" / "copy.db")


def test_a_copy_that_cannot_be_written_leaves_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "copy.db.partial").mkdir()
    with pytest.raises(StoreError, match="could not be written"):
        backup(sqlite_database, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_postgres_names_its_own_tool(migrated_pg_url: str, tmp_path: Path) -> None:
    database = open_database(migrated_pg_url)
    with pytest.raises(StoreError, match=r"pg_dump --format=custom --file=.*copy\.dump 'postgresql://"):
        backup(database, tmp_path / "copy.dump")
    database.close()
