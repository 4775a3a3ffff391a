"""Putting a backup back: checked first, marked as what it is, and only while nobody decides and sends."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from service.records.decision import NewTask
from service.store import accounts, migrations, pulse, tasks, workers
from service.store.backup import settle_on_disk
from service.store.engine import Database, open_database
from service.store.errors import StoreError
from service.store.locks import file_lock, worker_alive
from service.store.pulse import PulseRow

LOGS = ("-wal", "-shm")
"""What SQLite keeps beside a file that is open."""


def restore(backup: Path, to: Path, now: datetime) -> tuple[PulseRow, Path | None]:
    """Put *backup* in the place of the SQLite file *to*; returns how old it is and where the file before it lies.

    Raises StoreError, and changes nothing, where the backup is not whole, is none of ours or of a newer version, or
    where an engine has the file.
    """
    check(backup)
    with file_lock(to, wait=0):
        partial = to.with_name(to.name + ".restoring")
        try:
            _copy(backup, partial)
            migrations.upgrade(f"sqlite:///{partial}")
            with closing(open_database(f"sqlite:///{partial}")) as database:
                found = database.write(lambda conn: mark(conn, now))
            _close(partial)
            before = _set_aside(to, now)
            partial.replace(to)
            settle_on_disk(to.parent)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"The backup could not be put back ({error}). Free space, or look at {to.parent}."
            ) from error
        finally:
            for name in ("", *LOGS):
                with suppress(OSError):
                    Path(f"{partial}{name}").unlink(missing_ok=True)
    return found, before


def check(backup: Path) -> None:
    """Raise StoreError unless *backup* is a whole SQLite database of ours that this version can read."""
    if not backup.is_file():
        raise StoreError(f"There is no file {backup}.")
    try:
        with closing(sqlite3.connect(f"file:{backup}?mode=ro", uri=True)) as conn:
            wrong = [str(row[0]) for row in conn.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
            ours = conn.execute("SELECT name FROM sqlite_master WHERE name IN ('alembic_version', 'pulse')").fetchall()
            found = conn.execute("SELECT version_num FROM alembic_version").fetchone() if len(ours) == 2 else None
    except sqlite3.Error as error:
        raise StoreError(f"{backup} is no SQLite database that can be read ({error}). Take another backup.") from error
    if wrong:
        raise StoreError(f"{backup} is damaged ({wrong[0]}). Take another backup.")
    if found is None:
        raise StoreError(f"{backup} is no database of Milepost's.")
    if not migrations.knows(str(found[0])):
        raise StoreError(f"{backup} is at {found[0]}, which this version does not know: install the one that wrote it.")


def mark(conn: Connection, now: datetime) -> PulseRow:
    """Say in the database itself that it is a backup: nothing leaves by any live channel until that is dealt with."""
    found = pulse.put_back(conn, now)
    made = f"{found.gap_from:%Y-%m-%d %H:%M}" if found.gap_from else "an unknown time"
    text = (
        f"A backup of {made} UTC was put back. What left since is read from the providers' lists; e-mail, calls to "
        "webhooks and what else keeps no list wait for you: milepost restore --plan."
    )
    for account_id in accounts.all_ids(conn):
        task = NewTask(key=f"restored:{now:%Y-%m-%dT%H:%M:%S}", kind="restored", text=text, due_at=now)
        tasks.open_tasks(conn, account_id, [task], now)
    return found


def mark_beside(database: Database, now: datetime) -> PulseRow:
    """The same for a database that was put back by its own tools. Raises StoreError while a worker lives on it."""
    with database.read() as conn:
        named = workers.unfinished(conn)
    if database.dialect == "postgresql" and any(worker_alive(database, one) for one in named):
        raise StoreError("A service works on this database already. Stop it, put the backup back, and mark it then.")
    put: Callable[[Connection], PulseRow] = lambda conn: mark(conn, now)  # noqa: E731
    if database.path is None:
        return database.write(put)
    with file_lock(database.path, wait=0):
        return database.write(put)


def _copy(backup: Path, to: Path) -> None:
    """By SQLite itself, so that what is still in a log beside the backup comes along."""
    for name in ("", *LOGS):
        Path(f"{to}{name}").unlink(missing_ok=True)
    with closing(sqlite3.connect(f"file:{backup}?mode=ro", uri=True)) as reader, closing(sqlite3.connect(to)) as copy:
        reader.backup(copy)


def _close(path: Path) -> None:
    """All of it in one file, and on the disk."""
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA journal_mode=DELETE")
    settle_on_disk(path)


def _set_aside(path: Path, now: datetime) -> Path | None:
    """Keep the file that is there, with its log, under another name; its own name is taken over in one step later."""
    if not path.exists():
        return None
    before = path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%S}")
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as conn:  # a damaged file is kept as it is
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for name in LOGS:
        with suppress(FileNotFoundError):
            Path(f"{path}{name}").rename(f"{before}{name}")
    try:
        os.link(path, before)
    except OSError:  # a file system without links
        shutil.copyfile(path, before)
    settle_on_disk(before)
    return before
