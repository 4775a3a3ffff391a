"""Bringing a database to the tables of this version, and knowing where it stands."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from service.faults import Reach, unarmed
from service.records.tables import metadata
from service.store import postgres, sqlite
from service.store.engine import Database, parse
from service.store.errors import StoreError
from service.store.steady import keep_plans_steady

LOCK = 7_260_514_113_003_001
"""The advisory lock under which one process at a time changes tables."""

LOCK_TIMEOUT = "15s"

WAIT_SECONDS = 15.0

ALEMBIC = threading.Lock()
"""Alembic keeps what it works on in globals of the process: one thread at a time, whatever the database."""


def upgrade(database: Database | str, revision: str = "head", *, reach: Reach = unarmed) -> None:
    """Bring the tables to *revision*. Several processes may do so at once; StoreError where one waits too long."""
    _run(database, lambda config: command.upgrade(config, revision), reach)


def downgrade(database: Database | str, revision: str, *, reach: Reach = unarmed) -> None:
    """Take the tables back to *revision* ("base" for none)."""
    _run(database, lambda config: command.downgrade(config, revision), reach)


def head() -> str:
    """The revision that this version needs."""
    found = ScriptDirectory(str(scripts())).get_current_head()
    if found is None:
        raise StoreError(f"No migration lies in {scripts()}: the installation is incomplete. Install it again.")
    return found


def current(database: Database | str) -> str | None:
    """The revision at which the database stands; None where it has no tables yet."""
    with _looking(database) as conn:
        return _revision(conn)


def check(database: Database | str) -> list[str]:
    """What the records would still change in the tables, in Alembic's words; empty where they agree."""
    with _looking(database) as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True, "target_metadata": metadata})
        return [str(difference) for difference in compare_metadata(context, metadata)]


def require_head(database: Database) -> None:
    """Raise StoreError, naming the command, unless the tables are those of this version."""
    found, needed = current(database), head()
    if found == needed:
        return
    if found is None:
        raise StoreError("The database has no tables yet: run `milepost migrate`.")
    try:
        ScriptDirectory(str(scripts())).get_revision(found)
    except CommandError as error:
        raise StoreError(
            f"The database is at {found}, which this version (at {needed}) does not know: "
            "install the version that wrote it, or restore a backup."
        ) from error
    raise StoreError(f"The database is at {found}, this version needs {needed}: run `milepost migrate`.")


def knows(revision: str) -> bool:
    """Whether this version can read a database at *revision*, after bringing it to its own."""
    try:
        return ScriptDirectory(str(scripts())).get_revision(revision) is not None
    except CommandError:
        return False


def scripts() -> Path:
    """The folder of the migrations: inside the installed package, else beside it in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "_migrations"
    return installed if installed.is_dir() else package.parent / "alembic"


def configuration(conn: Connection) -> Config:
    """Alembic's configuration for *conn*; no file is needed."""
    config = Config(attributes={"connection": conn})
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    return config


def _run(database: Database | str, work: Callable[[Config], None], reach: Reach) -> None:
    try:
        with _connected(database) as conn:
            conn.begin()
            _lock(conn)
            before = _revision(conn)
            reach("m1")
            with ALEMBIC:
                work(configuration(conn))
            if conn.dialect.name == "sqlite":
                if _revision(conn) != before:
                    _verify(conn)
                keep_plans_steady(conn)
            reach("m2")
            conn.commit()
        reach("m3")
    except DBAPIError as error:
        if _waited(error):
            raise StoreError("Another process is changing the tables or writing. Try again in a moment.") from error
        raise


def _waited(error: DBAPIError) -> bool:
    return postgres.sqlstate(error) == "55P03" or "database is locked" in str(error.orig)


def _lock(conn: Connection) -> None:
    """Keep others out until the commit; on SQLite the transaction itself does."""
    if conn.dialect.name == "postgresql":
        conn.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def _verify(conn: Connection) -> None:
    """Raise StoreError where rebuilding tables left rows that point nowhere (SQLite cannot enforce it meanwhile)."""
    broken = {str(row[0]) for row in conn.execute(text("PRAGMA foreign_key_check"))}
    if broken:
        raise StoreError(f"The migration would leave rows without their parent in: {', '.join(sorted(broken))}.")


def _revision(conn: Connection) -> str | None:
    return MigrationContext.configure(conn).get_current_revision()


def _looking(database: Database | str) -> AbstractContextManager[Connection]:
    """A connection that only reads, beside whoever writes."""
    return database.read() if isinstance(database, Database) else _connected(database)


@contextmanager
def _connected(database: Database | str) -> Iterator[Connection]:
    """A connection of its own, so that a migration never shares settings with the running service."""
    address = database.address if isinstance(database, Database) else parse(database)
    engine = _engine(address)
    try:
        if address.get_backend_name() == "sqlite":
            sqlite.assert_opens(engine, sqlite.file_of(address), WAIT_SECONDS)
        else:
            postgres.assert_answers(engine, address.render_as_string(hide_password=True), WAIT_SECONDS)
        with engine.connect() as conn:
            yield conn
    finally:
        engine.dispose()


def _engine(address: URL) -> Engine:
    if address.get_backend_name() != "sqlite":
        return postgres.make_engine(address)
    path = sqlite.file_of(address)
    sqlite.check_place(path)
    return sqlite.migrating(path, WAIT_SECONDS)
