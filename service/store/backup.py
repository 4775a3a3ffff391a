"""A copy of the database while it is in use."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from service.store.engine import Database
from service.store.errors import StoreError

STEP_PAGES = 2_000

Progress = Callable[[int, int], None]
"""Is told how many pages of how many are copied."""


def backup(database: Database, to: Path, progress: Progress | None = None) -> None:
    """Copy a SQLite database, as it is at this moment, to the file *to*, which must not exist yet.

    Writers are not held up. The copy is complete and on the disk before it gets its name. Raises StoreError where it
    cannot be made; on PostgreSQL the sentence names the command that does it.
    """
    source = database.path
    if source is None:
        raise StoreError(f"PostgreSQL is backed up by its own tool: {dump_command(database, to)}")
    if to.exists():
        raise StoreError(f"{to} exists already. Name another file.")
    if not to.parent.is_dir():
        raise StoreError(f"The folder {to.parent} does not exist. Make it, or name another file.")
    partial = to.with_name(to.name + ".partial")
    try:
        partial.unlink(missing_ok=True)
        _copy(source, partial, progress)
        settle_on_disk(partial)
        partial.rename(to)
        settle_on_disk(to.parent)
    except (sqlite3.Error, OSError) as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise StoreError(f"The backup could not be written ({error}). Free space, or name another file.") from error


def dump_command(database: Database, to: Path) -> str:
    """The pg_dump call for this database; it asks for the password, which is not in it."""
    address = database.address.set(drivername="postgresql")
    plain = address.set(password=None).render_as_string(hide_password=False)
    return f"pg_dump --format=custom --file={to} '{plain}'"


def _copy(source: Path, to: Path, progress: Progress | None) -> None:
    def tell(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(total - remaining, total)

    with closing(sqlite3.connect(source, isolation_level=None)) as reader, closing(sqlite3.connect(to)) as copy:
        # Within a read transaction every step sees the same snapshot; without one, each write of others would make
        # the copy begin again.
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        reader.backup(copy, pages=STEP_PAGES, progress=tell, sleep=0)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing of it left in a log beside it


def settle_on_disk(path: Path) -> None:
    """Wait until *path* is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
