"""The one writer of a SQLite file: together where it can, alone where it must, and never dead."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text

from service.store.engine import Database, open_database
from service.store.errors import StoreError, StoreUnavailable

Put = Callable[[Connection], None]


@pytest.fixture
def database(migrated_sqlite_url: str) -> Iterator[Database]:
    opened = open_database(migrated_sqlite_url, wait=0.1)
    yield opened
    opened.close()


def put(key: str) -> Put:
    """A unit that inserts one row."""

    def unit(conn: Connection) -> None:
        conn.execute(text("INSERT INTO directory VALUES ('x', :key, 'acc', 'target')"), {"key": key})

    return unit


def keys(database: Database) -> list[str]:
    with database.read() as conn:
        return list(conn.execute(text("SELECT key FROM directory ORDER BY key")).scalars())


class Held:
    """A unit that keeps the writer busy until it is let go, so that others gather behind it."""

    def __init__(self, database: Database) -> None:
        self.go = threading.Event()
        begun = threading.Event()

        def unit(_: Connection) -> bool:
            begun.set()
            return self.go.wait(10)

        self.future: Future[bool] = database.submit(unit)
        assert begun.wait(10)


def test_what_waits_is_committed_together(database: Database) -> None:
    commits: list[int] = []
    event.listen(database.engine, "commit", lambda _: commits.append(1))
    held = Held(database)
    futures = [database.submit(put(f"{n:03}")) for n in range(150)]
    held.go.set()
    for future in futures:
        future.result(10)
    assert len(keys(database)) == 150
    assert 2 <= len(commits) <= 4


def test_results_come_after_the_commit(database: Database) -> None:
    seen: list[list[str]] = []
    future = database.submit(put("a"))
    future.add_done_callback(lambda _: seen.append(keys(database)))
    future.result(10)
    database.write(lambda _: None)
    assert seen == [["a"]]


def test_a_bad_unit_fails_alone(database: Database) -> None:
    held = Held(database)
    runs: list[str] = []

    def bad(conn: Connection) -> None:
        runs.append("bad")
        put("lost")(conn)
        raise ValueError("no good")

    futures = [database.submit(put("a")), database.submit(bad), database.submit(put("b"))]
    held.go.set()
    futures[0].result(10)
    futures[2].result(10)
    with pytest.raises(ValueError, match="no good"):
        futures[1].result(10)
    assert keys(database) == ["a", "b"]
    assert len(runs) <= 2


def test_whatever_a_unit_raises_the_writer_lives(database: Database) -> None:
    def bad(_: Connection) -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        database.write(bad)
    database.write(put("a"))
    assert keys(database) == ["a"]


def test_a_unit_may_not_wait_for_another(database: Database) -> None:
    with pytest.raises(RuntimeError, match="cannot wait for another"):
        database.write(lambda _: database.write(put("a")))
    assert keys(database) == []


def test_a_unit_that_nobody_wants_any_more_is_left_out(database: Database) -> None:
    held = Held(database)
    unwanted = database.submit(put("a"))
    wanted = database.submit(put("b"))
    assert unwanted.cancel()
    held.go.set()
    wanted.result(10)
    assert keys(database) == ["b"]


def test_another_process_that_writes_is_waited_for(migrated_sqlite_url: str) -> None:
    database = open_database(migrated_sqlite_url, wait=10)
    other = sqlite3.connect(str(database.path), isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        future = database.submit(put("a"))
        assert keys(database) == []
        other.execute("COMMIT")
        future.result(10)
        assert keys(database) == ["a"]
    finally:
        other.close()
        database.close()


def test_another_process_that_never_ends_is_named(database: Database) -> None:
    other = sqlite3.connect(str(database.path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    futures = [database.submit(put(f"{n}")) for n in range(5)]
    for future in futures:
        with pytest.raises(StoreUnavailable, match="Another process has been writing") as caught:
            future.result(10)
        assert caught.value.retry_after == 1
    other.execute("ROLLBACK")
    other.close()
    database.write(put("after"))
    assert keys(database) == ["after"]


def test_a_full_disk_is_said_and_survived(database: Database) -> None:
    """A limit on pages is a disk that is full; it lies on the connection, which a failure replaces."""
    pages = database.write(lambda conn: conn.exec_driver_sql("PRAGMA page_count").scalar())
    database.write(lambda conn: conn.exec_driver_sql(f"PRAGMA max_page_count={pages}"))

    def much(conn: Connection) -> None:
        for n in range(2_000):
            put(f"{n:080}")(conn)

    with pytest.raises(StoreUnavailable, match=r"cannot be written \(database or disk is full\)") as caught:
        database.write(much)
    assert caught.value.retry_after == 30
    assert keys(database) == []
    database.write(much)
    assert len(keys(database)) == 2_000


def test_close_finishes_what_was_submitted(migrated_sqlite_url: str) -> None:
    database = open_database(migrated_sqlite_url)
    held = Held(database)
    futures = [database.submit(put(f"{n:03}")) for n in range(120)]
    closing = threading.Thread(target=database.close)
    closing.start()
    held.go.set()
    closing.join(10)
    assert all(future.done() and future.exception() is None for future in futures)
    with pytest.raises(StoreError, match="is stopping"):
        database.write(put("late"))
    database.close()


def test_many_threads_lose_nothing(database: Database) -> None:
    def work(worker: int) -> None:
        for n in range(20):
            database.write(put(f"{worker}-{n}"))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(keys(database)) == 320


def test_pragmas_hold_on_every_connection(database: Database, tmp_path: Path) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys")
    written = database.write(lambda conn: [conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names])
    with database.read() as conn:
        read = [conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    assert written == read == ["wal", 2, 1]
