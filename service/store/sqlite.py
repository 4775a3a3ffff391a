"""SQLite: one file, opened so that what is committed survives a power cut."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.store.compiled import compiled
from service.store.errors import StoreError, StoreUnavailable

READ_BUSY_MS = 5_000
"""How long a reader waits in the rare moments in which SQLite lets nobody in."""

OPEN_AGAIN = 0.01
"""Seconds after which a file that let nobody in is opened again."""

BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
"""What SQLite answers while another process is in the way."""

UNWRITABLE = "cannot be written: check who owns the file and its folder."

COMMON = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "wal_autocheckpoint=4000",
    "journal_size_limit=67108864",
)
WRITING = (*COMMON, "cache_size=-32768", "busy_timeout=0")
READING = (*COMMON, "cache_size=-4096", f"busy_timeout={READ_BUSY_MS}", "query_only=ON")
"""Cache sizes are in KiB. The writer waits in its own way, so it never blocks inside SQLite."""

STATEMENTS = 512
"""How many statements each connection keeps prepared."""

REQUIRED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
"""What must read back. NORMAL is never enough: with it a power cut may take back what was committed."""

NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "ceph", "glusterfs", "fuse.glusterfs"}
"""File systems on which SQLite's locks and shared memory cannot be trusted (https://www.sqlite.org/wal.html)."""


def file_of(url: URL) -> Path:
    """The absolute path of the file that *url* names. Raises StoreError where it names none."""
    name = url.database or ""
    if not name or name == ":memory:" or name.startswith("file:"):
        raise StoreError("The database must be a file: MILEPOST_DATABASE_URL=sqlite:///milepost.db")
    return Path(name).absolute()


def check_place(path: Path, mounts: str | None = None) -> None:
    """Raise StoreError where a database cannot lie at *path*.

    *mounts* is the text of /proc/mounts, read if not given.
    """
    if not path.parent.is_dir():
        raise StoreError(f"The folder {path.parent} does not exist. Make it, or name another file.")
    if path.is_dir():
        raise StoreError(f"{path} is a folder. Name a file in it, such as {path / 'milepost.db'}.")
    kind = file_system(path, mounts if mounts is not None else _mounts())
    if kind in NETWORK:
        raise StoreError(
            f"{path} lies on a network file system ({kind}), where SQLite may lose data. "
            "Use a local disk, or PostgreSQL."
        )


def file_system(path: Path, mounts: str) -> str:
    """The type of the file system that holds *path*, from the text of /proc/mounts; empty where it does not say."""
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        if path.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind


def engines(path: Path, driver: Any = None) -> tuple[Engine, Engine]:
    """(writing, reading) engines for the file. A reading connection refuses to write.

    *driver* takes the place of the module `sqlite3`.
    """
    return _engine(path, WRITING, "BEGIN IMMEDIATE", 1, driver), _engine(path, READING, "BEGIN", 8, driver)


def migrating(path: Path, wait: float) -> Engine:
    """An engine for changing tables: foreign keys are not enforced while tables are rebuilt."""
    pragmas = (*COMMON, "foreign_keys=OFF", f"busy_timeout={int(wait * 1000)}")
    return _engine(path, pragmas, "BEGIN IMMEDIATE", 1)


def assert_safe(engine: Engine, path: Path, wait: float) -> None:
    """Raise StoreError unless the file opens within *wait* seconds, can be written and keeps what is committed."""
    found = assert_opens(engine, path, wait)
    if not os.access(path, os.W_OK):
        raise StoreError(f"{path} {UNWRITABLE}")
    wrong = [f"{name} is {found[name]}" for name, value in REQUIRED.items() if found[name] != value]
    if wrong:
        raise StoreError(f"{path} cannot be used safely: {', '.join(wrong)}. Use another disk, or PostgreSQL.")


def assert_opens(engine: Engine, path: Path, wait: float) -> dict[str, Any]:
    """What SQLite says of the settings in `REQUIRED`. Raises StoreError where it cannot open *path*.

    Nothing is begun, so that a command opens the file while the service writes. In the moments in which SQLite lets
    nobody in, as after a crash, it waits up to *wait* seconds.
    """
    until = time.monotonic() + wait
    while True:
        try:
            with closing(engine.raw_connection()) as conn:
                return {name: conn.cursor().execute(f"PRAGMA {name}").fetchone()[0] for name in REQUIRED}
        except (DBAPIError, sqlite3.Error) as error:
            if result_code(error) not in BUSY or time.monotonic() >= until:
                raise StoreError(refusal(error, path)) from error
        time.sleep(OPEN_AGAIN)


def refusal(error: BaseException, path: Path) -> str:
    """Why SQLite would not open *path*, with the fix."""
    words = str(error.orig if isinstance(error, DBAPIError) else error)
    if "not a database" in words or "malformed" in words:
        return f"{path} is not a database, or a damaged one. Name another file, or restore a backup."
    if "unable to open" in words or "readonly" in words or "read-only" in words:
        return f"{path} {UNWRITABLE}"
    return f"{path} cannot be opened: {words}."


def read_failure(error: Exception) -> Exception:
    """*error* of a reader as the store's own where the disk or another process refuses; anything else unchanged."""
    code = result_code(error)
    if code in BUSY:
        return StoreUnavailable("The database is busy. Try again.", 1)
    if code in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL}:
        return StoreUnavailable("The database cannot be read. Check the disk.", 30)
    if isinstance(error, PoolTimeout):
        return StoreUnavailable("Every connection to the database is busy. Try again.", 2)
    return error


def result_code(error: BaseException) -> int:
    """SQLite's primary result code of a driver error, 0 where there is none (https://www.sqlite.org/rescode.html)."""
    inner = error.orig if isinstance(error, DBAPIError) else error
    return int(getattr(inner, "sqlite_errorcode", 0) or 0) & 0xFF


def _engine(path: Path, pragmas: tuple[str, ...], begin: str, size: int, driver: Any = None) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        module=driver,
        pool_size=size,
        max_overflow=56,
        execution_options={"compiled_cache": compiled},
        hide_parameters=True,
        connect_args={"cached_statements": STATEMENTS},
    )

    def connected(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in pragmas:
            dbapi_connection.execute(f"PRAGMA {pragma}")

    def begun(conn: Connection) -> None:
        conn.exec_driver_sql(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


def _mounts() -> str:
    try:
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
