"""One engine on a file, one leader, and proof of who lives, also against a process that is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from service.store.engine import Database, open_database
from service.store.errors import StoreError
from service.store.locks import engine_lock, leader, prove_life, worker_alive

ROOT = Path(__file__).parent.parent.parent

HOLDER = """
import sys
from service.store.engine import open_database
from service.store.locks import engine_lock, prove_life
database = open_database(sys.argv[1])
with engine_lock(database, wait=5):
    life = prove_life(database, "wrk_other")
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(url: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the engine's lock and lives as `wrk_other`."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.wait(10)
        process.stdin.close()
        process.stdout.close()


def eventually(true: Callable[[], bool]) -> bool:
    """Whether *true* becomes so within ten seconds."""
    until = time.monotonic() + 10
    pause = threading.Event()
    while not true():
        if time.monotonic() > until:
            return False
        pause.wait(0.02)
    return True


@pytest.fixture
def sqlite_database(migrated_sqlite_url: str) -> Iterator[Database]:
    opened = open_database(migrated_sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def pg_database(migrated_pg_url: str) -> Iterator[Database]:
    opened = open_database(migrated_pg_url)
    yield opened
    opened.close()


def test_one_engine_on_a_file(sqlite_database: Database) -> None:
    with engine_lock(sqlite_database, wait=0):
        with (
            pytest.raises(StoreError, match=rf"decides and sends on milepost\.db \(process {os.getpid()}\)"),
            engine_lock(sqlite_database, wait=0.1),
        ):
            pass
        sqlite_database.write(lambda conn: conn.execute(text("INSERT INTO worker VALUES ('w', '2026-09-17', NULL)")))
    with engine_lock(sqlite_database, wait=0):
        assert sqlite_database.path is not None


def test_an_engine_that_is_stopping_is_waited_for(sqlite_database: Database) -> None:
    first = engine_lock(sqlite_database, wait=0)
    first.__enter__()
    entered = threading.Event()

    def restart() -> None:
        with engine_lock(sqlite_database, wait=10):
            entered.set()

    thread = threading.Thread(target=restart)
    thread.start()
    assert not entered.is_set()
    first.__exit__(None, None, None)
    thread.join(10)
    assert entered.is_set()


def test_any_number_of_engines_on_postgres(pg_database: Database) -> None:
    with engine_lock(pg_database, wait=0), engine_lock(pg_database, wait=0):
        assert pg_database.path is None


def test_a_killed_engine_holds_nothing(sqlite_database: Database) -> None:
    with another_process(sqlite_database.address.render_as_string()) as process:
        with pytest.raises(StoreError, match=rf"process {process.pid}"), engine_lock(sqlite_database, wait=0):
            pass
        process.kill()
        with engine_lock(sqlite_database, wait=10):
            assert not worker_alive(sqlite_database, "wrk_other")


def test_life_on_either_store(database: Database) -> None:
    assert not worker_alive(database, "wrk_1")
    life = prove_life(database, "wrk_1")
    assert life.held()
    assert worker_alive(database, "wrk_1")
    assert not worker_alive(database, "wrk_2")
    life.close()
    life.close()
    assert not life.held()
    assert not worker_alive(database, "wrk_1")


def test_a_killed_worker_is_proven_dead(pg_database: Database) -> None:
    with another_process(pg_database.address.render_as_string(hide_password=False)) as process:
        assert worker_alive(pg_database, "wrk_other")
        with pytest.raises(StoreError, match="Another process works as wrk_other"):
            prove_life(pg_database, "wrk_other")
        process.kill()
        assert eventually(lambda: not worker_alive(pg_database, "wrk_other"))


def test_a_worker_that_lost_its_connection_knows(pg_database: Database) -> None:
    life = prove_life(pg_database, "wrk_1")
    pg_database.write(
        lambda conn: conn.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )
    )
    assert eventually(lambda: not life.held())
    assert not worker_alive(pg_database, "wrk_1") or life.held()
    life.close()


def test_one_leader(migrated_pg_url: str, pg_database: Database) -> None:
    other = open_database(migrated_pg_url)
    try:
        mine, theirs = leader(pg_database, "ticks"), leader(other, "ticks")
        assert mine.held()
        assert not theirs.held()
        assert mine.held()
        assert leader(other, "digest").held()
        mine.close()
        assert eventually(theirs.held), "the server ends a session a moment after its connection"
        assert not mine.held()
        theirs.close()
    finally:
        other.close()


def test_on_sqlite_everybody_leads(sqlite_database: Database) -> None:
    lead = leader(sqlite_database, "ticks")
    assert lead.held()
    lead.close()
    assert not lead.held()
