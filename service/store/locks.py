"""Who may decide and send, who leads, and who lives: proven by locks that end with their holder, never by time-outs."""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from service.store.engine import Database
from service.store.errors import StoreError

POLL_SECONDS = 0.05


class Hold(Protocol):
    """Something that one holder at a time has."""

    def held(self) -> bool:
        """Whether it is ours at this moment; takes it where it is free."""
        ...

    def close(self) -> None:
        """Let go. Safe to call twice."""
        ...


class _Ours:
    """A hold that nobody contests, because the file's lock is ours."""

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._name = name
        database.holds.add(name)

    def held(self) -> bool:
        return self._name in self._database.holds

    def close(self) -> None:
        self._database.holds.discard(self._name)


class _AdvisoryLock:
    """A session's advisory lock on a connection of its own: it ends with the connection, so with the process."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._key = key_of(name)
        self._gate = threading.Lock()
        self._conn: Connection | None = None
        self._closed = False

    def held(self) -> bool:
        with self._gate:
            if self._closed:
                return False
            try:
                return self._still() if self._conn is not None else self._take()
            except DBAPIError:
                self._drop()
                return False

    def close(self) -> None:
        with self._gate:
            self._closed = True
            self._drop()

    def _still(self) -> bool:
        """The lock lives as long as its connection answers."""
        assert self._conn is not None
        self._conn.execute(text("SELECT 1"))
        return True

    def _take(self) -> bool:
        conn = self._engine.connect()
        try:
            taken = bool(conn.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key}).scalar())
        except DBAPIError:
            conn.close()
            raise
        if taken:
            self._conn = conn
        else:
            conn.close()
        return taken

    def _drop(self) -> None:
        if self._conn is not None:
            self._conn.invalidate()  # closes the session itself, which frees the lock whatever state it is in
            self._conn.close()
            self._conn = None


def key_of(name: str) -> int:
    """The 64-bit number by which PostgreSQL knows the lock *name*."""
    return int.from_bytes(hashlib.sha256(f"milepost:{name}".encode()).digest()[:8], "big", signed=True)


@contextmanager
def engine_lock(database: Database, *, wait: float = 15.0) -> Iterator[None]:
    """Be the only process that decides and sends on a SQLite file; on PostgreSQL any number may.

    A process that is just stopping is waited for, up to *wait* seconds; then StoreError names the one that stays.
    """
    if database.path is None:
        yield
        return
    with file_lock(database.path, wait=wait):
        yield


@contextmanager
def file_lock(path: Path, *, wait: float) -> Iterator[None]:
    """The right to decide and send on the SQLite file *path*; StoreError where another process has and keeps it."""
    descriptor = os.open(lock_file(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _take(descriptor, path, wait)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)  # ends the lock; the file stays, because removing it would let two processes in


def lock_file(path: Path) -> Path:
    """The file whose lock stands for the right to send."""
    return path.with_name(path.name + ".lock")


def leader(database: Database, name: str) -> Hold:
    """The one process that does what only one should do, such as the clock's ticks; on SQLite always this one.

    Ask `held()` before each such deed: it takes the lead where that is free.
    """
    return _hold(database, f"leader:{name}")


def prove_life(database: Database, worker_id: str) -> Hold:
    """Let other processes see that this worker lives. Raises StoreError where another one goes by its id."""
    hold = _hold(database, _worker(worker_id))
    if not hold.held():
        raise StoreError(f"Another process works as {worker_id}, or the database cannot be reached. Start again.")
    return hold


def worker_alive(database: Database, worker_id: str) -> bool:
    """Whether the worker still runs. False is proof that it does not.

    On SQLite the caller holds the engine's lock, so whoever has not proven life in this process is dead.
    """
    if database.dialect == "sqlite":
        return _worker(worker_id) in database.holds
    with database.read() as conn:
        taken = conn.execute(
            text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": key_of(_worker(worker_id))}
        ).scalar()
    return not taken


def _worker(worker_id: str) -> str:
    return f"worker:{worker_id}"


def _hold(database: Database, name: str) -> Hold:
    if database.dialect == "sqlite":
        return _Ours(database, name)
    lock = _AdvisoryLock(database.engine, name)
    database.at_close.append(lock.close)
    return lock


def _take(descriptor: int, path: Path, wait: float) -> None:
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
                process = f" (process {holder})" if holder else ""
                raise StoreError(
                    f"Another Milepost already decides and sends on {path.name}{process}. Stop it first, "
                    "or use PostgreSQL, where several may run."
                ) from None
            time.sleep(POLL_SECONDS)
        else:
            return
