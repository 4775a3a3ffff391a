"""Opening, reading and writing, the same on both stores; and a clear sentence where it cannot be."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, literal, select, text
from sqlalchemy.engine.interfaces import CacheStats
from sqlalchemy.exc import DBAPIError, IntegrityError

from service.store import postgres, sqlite
from service.store.engine import Database, open_database, parse
from service.store.errors import OutcomeUnknown, StoreError, StoreUnavailable
from service.store.migrations import upgrade


def put(key: str) -> Callable[[Connection], str]:
    """A unit that inserts one row and returns its key."""

    def unit(conn: Connection) -> str:
        conn.execute(text("INSERT INTO directory VALUES ('x', :key, 'acc', 'target')"), {"key": key})
        return key

    return unit


def count(conn: Connection) -> int:
    return int(conn.execute(text("SELECT count(*) FROM directory")).scalar_one())


def test_write_returns_what_the_unit_returns(database: Database) -> None:
    assert database.write(put("a")) == "a"
    assert database.submit(put("b")).result(10) == "b"
    with database.read() as conn:
        assert count(conn) == 2


def test_another_process_opens_it_while_this_one_writes(database: Database) -> None:
    begun, opened = threading.Event(), threading.Event()

    def slow(conn: Connection) -> None:
        put("a")(conn)
        begun.set()
        assert opened.wait(10)

    writing = database.submit(slow)
    assert begun.wait(10)
    other = open_database(database.address.render_as_string(hide_password=False), wait=0.2)
    opened.set()
    writing.result(10)
    with other.read() as conn:
        assert count(conn) == 1
    other.close()


def test_a_statement_is_compiled_once_for_the_process(database: Database) -> None:
    query = select(literal("a").label("seen_nowhere_else"))
    database.write(lambda conn: conn.execute(query).all())
    with closing(open_database(database.address.render_as_string(hide_password=False))) as other, other.read() as conn:
        assert conn.execute(query).context.cache_hit is CacheStats.CACHE_HIT


def test_a_failing_unit_leaves_nothing(database: Database) -> None:
    database.write(put("a"))

    def twice(conn: Connection) -> None:
        put("b")(conn)
        put("a")(conn)

    with pytest.raises(IntegrityError):
        database.write(twice)
    with database.read() as conn:
        assert count(conn) == 1


def test_a_reader_sees_one_snapshot(database: Database) -> None:
    with database.read() as conn:
        assert count(conn) == 0
        database.write(put("a"))
        assert count(conn) == 0
    with database.read() as conn:
        assert count(conn) == 1


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), database.read() as conn:
        put("a")(conn)
    with database.read() as conn:
        assert count(conn) == 0


def test_closed_means_closed(database: Database) -> None:
    database.close()
    with pytest.raises(StoreUnavailable, match="is stopping"):
        database.write(put("a"))
    with pytest.raises(StoreUnavailable, match="is stopping"):
        database.submit(put("a"))
    database.close()


def test_wakes_within_the_process(database: Database) -> None:
    heard: list[str] = []
    subscription = database.on_wake("messages", lambda: heard.append("messages"))
    database.wake("messages")
    database.wake("shipments")
    assert database.hears_others(10)
    before = heard.count("messages")
    subscription.close()
    subscription.close()
    database.wake("messages")
    assert before >= 1
    assert heard.count("messages") == before


def test_a_listener_that_fails_harms_nobody(database: Database) -> None:
    heard = threading.Event()

    def gone() -> None:
        raise RuntimeError("the loop is closed")

    database.on_wake("messages", gone)
    database.on_wake("messages", heard.set)
    database.wake("messages")
    assert heard.is_set()


def test_wakes_reach_other_processes(migrated_pg_url: str) -> None:
    here, there = open_database(migrated_pg_url), open_database(migrated_pg_url)
    try:
        heard = threading.Event()
        there.on_wake("messages", heard.set)
        assert there.hears_others(10)
        heard.clear()
        here.wake("messages")
        assert heard.wait(10)
    finally:
        here.close()
        there.close()


def test_listening_survives_a_lost_connection(migrated_pg_url: str) -> None:
    here, there = open_database(migrated_pg_url), open_database(migrated_pg_url)
    try:
        heard = threading.Event()
        there.on_wake("messages", heard.set)
        assert there.hears_others(10)
        heard.clear()
        here.write(
            lambda conn: conn.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE query LIKE 'LISTEN%' AND datname = current_database()"
                )
            )
        )
        assert heard.wait(10), "whoever hears again is called, because something may have been missed"
        assert there.hears_others(10)
        heard.clear()
        here.wake("messages")
        assert heard.wait(10)
    finally:
        here.close()
        there.close()


def test_deadlocked_units_both_succeed(migrated_pg_url: str) -> None:
    database = open_database(migrated_pg_url)
    try:
        database.write(put("a"))
        database.write(put("b"))
        both = threading.Barrier(2)
        runs: list[str] = []

        def unit(first: str, second: str) -> Callable[[Connection], None]:
            def run(conn: Connection) -> None:
                runs.append(first)
                change = text("UPDATE directory SET target_id = :by WHERE key = :key")
                conn.execute(change, {"by": first, "key": first})
                if len(runs) <= 2:
                    both.wait(10)
                conn.execute(change, {"by": first, "key": second})

            return run

        futures = [database.submit(unit("a", "b")), database.submit(unit("b", "a"))]
        for future in futures:
            future.result(20)
        assert len(runs) == 3
    finally:
        database.close()


def test_a_lost_connection_is_tried_again(migrated_pg_url: str) -> None:
    database = open_database(migrated_pg_url)
    try:
        runs: list[int] = []

        def unit(conn: Connection) -> None:
            runs.append(1)
            put("a")(conn)
            if len(runs) == 1:
                conn.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

        database.write(unit)
        assert len(runs) == 2
        with database.read() as conn:
            assert count(conn) == 1
    finally:
        database.close()


def test_a_connection_lost_in_the_commit_is_not_tried_again(pg_url: str) -> None:
    upgrade(pg_url)  # a database of its own, because a trigger would stay in the one that all tests share
    database = open_database(pg_url)
    try:
        database.write(
            lambda conn: conn.exec_driver_sql("""
                CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
                  'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
                CREATE CONSTRAINT TRIGGER late AFTER INSERT ON directory DEFERRABLE INITIALLY DEFERRED
                  FOR EACH ROW EXECUTE FUNCTION die()""")
        )
        runs: list[str] = []

        def unit(conn: Connection) -> None:
            runs.append(put("a")(conn))

        with pytest.raises(OutcomeUnknown, match="broke during a commit"):
            database.write(unit)
        assert runs == ["a"]
    finally:
        database.close()


def test_a_server_that_may_lose_commits_is_refused(pg_url: str) -> None:
    name = parse(pg_url).database
    database = open_database(pg_url)
    database.write(lambda conn: conn.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    database.close()
    with pytest.raises(StoreError, match=r"synchronous_commit is off\. Set it to on"):
        open_database(pg_url)


def test_a_database_that_is_not_there_is_named(pg_url: str) -> None:
    address = parse(pg_url).set(database="test_never_made").render_as_string(hide_password=False)
    with pytest.raises(StoreError, match="no such database or role"):
        open_database(address)


def test_a_server_that_is_away_is_named_without_its_password() -> None:
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        open_database("postgresql://me:hush-hush@127.0.0.1:1/milepost", wait=0)
    assert "hush" not in str(caught.value)


def test_the_driver_is_asked_for() -> None:
    with pytest.raises(StoreError, match=r"pip install 'milepost\[postgres\]'"):
        postgres.need_psycopg(lambda _: None)


@pytest.mark.parametrize("url", ["postgresql://h/db", "postgres://h/db", "postgresql+psycopg://h/db"])
def test_every_postgres_spelling_means_one_driver(url: str) -> None:
    assert parse(url).drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("milepost.db", "is not a database address"),
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
        ("mysql://me:hush@host/db", r"does not speak mysql"),
        ("postgresql+asyncpg://host/db", r"does not speak postgresql\+asyncpg"),
        ("sqlite:////no/such/folder/milepost.db", "/no/such/folder does not exist"),
    ],
)
def test_a_wrong_address_is_explained(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        open_database(url)
    assert "hush" not in str(caught.value)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"is a folder\. Name a file in it"):
        open_database(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database at all, but long enough to be read as one" * 40, encoding="utf-8")
    with pytest.raises(StoreError, match="is not a database"):
        open_database(f"sqlite:///{path}")


def test_the_printed_address_hides_the_password() -> None:
    assert "hush" not in parse("postgresql://me:hush@host/db").render_as_string(hide_password=True)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/data/milepost.db", "nfs4"), ("/home/me/m.db", "ext4"), ("/data with blank/m.db", "cifs")],
)
def test_the_file_system_is_found(path: str, kind: str) -> None:
    mounts = "/dev/sda1 / ext4 rw 0 0\nhost:/x /data nfs4 rw 0 0\n//host/y /data\\040with\\040blank cifs rw 0 0\nodd\n"
    assert sqlite.file_system(Path(path), mounts) == kind


def test_a_network_file_system_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"network file system \(nfs\)"):
        sqlite.check_place(tmp_path / "milepost.db", f"host:/x {tmp_path} nfs rw 0 0")


def test_a_file_that_others_hold_is_read_on(migrated_sqlite_url: str) -> None:
    database = open_database(migrated_sqlite_url, wait=0)
    other = sqlite3.connect(str(database.path), isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with database.read() as conn:
            assert count(conn) == 0
    finally:
        other.close()
        database.close()
