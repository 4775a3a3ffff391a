"""What every test may ask for: an instant, a clock that stands still, and a database of its own on both stores.

`database_url` and `database` run a test twice, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import gc
import itertools
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import HealthCheck, settings

from service.clock import ManualClock
from tests.databases import NoServer, PostgresServer, find_server

if TYPE_CHECKING:
    from service.store.engine import Database

NOON = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
"""A Thursday in summer time, far from any change of clocks."""

STORES = ("sqlite", "postgresql")

# A busy machine is no fault, and a commit has one answer.
settings.register_profile("repeatable", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")


def pytest_collection_finish() -> None:
    """Let what was collected rest: walking through it at each collection of garbage took an eighth of the run."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def logs_as_they_begin() -> Iterator[None]:
    """Logs are a thing of the whole process: a test that reads them must not depend on what another has set up."""
    root = logging.getLogger()
    handlers = list(root.handlers)
    root.setLevel(logging.WARNING)
    for name in ("service", "notifiers", "urllib3"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    structlog.reset_defaults()
    structlog.configure(logger_factory=structlog.stdlib.LoggerFactory())
    yield
    root.handlers[:] = handlers


@pytest.fixture(scope="session")
def pause_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Gives the name of a file that is not there at each turn."""
    folder = tmp_path_factory.mktemp("pauses")
    return (str(folder / f"{number}.pause") for number in itertools.count(1))


@pytest.fixture(autouse=True)
def a_pause_file_of_its_own(pause_files: Iterator[str]) -> None:
    """A service looks for its pause file where it runs: tests that run side by side would pause each other there."""
    os.environ["MILEPOST_PAUSE_FILE"] = next(pause_files)


@pytest.fixture
def noon() -> datetime:
    """The instant at which `clock` starts."""
    return NOON


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands at noon until it is moved."""
    return ManualClock(NOON)


@pytest.fixture(scope="session")
def run_name(worker_id: str) -> str:
    """What this process's databases begin with."""
    return f"test_{worker_id}_{os.getpid()}"


@pytest.fixture(scope="session")
def pg_server() -> PostgresServer:
    """The PostgreSQL server of this run."""
    try:
        return find_server()
    except NoServer as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def pg_migrated(pg_server: PostgresServer, run_name: str) -> Iterator[str]:
    """The name of a database of this process with every table, which is emptied after each test."""
    from service.store.migrations import upgrade

    name = f"{run_name}_migrated"
    with pg_server.database(name) as url:
        upgrade(url)
        yield name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that is copied for each test."""
    from service.store.migrations import upgrade

    path = tmp_path_factory.mktemp("template") / "milepost.db"
    upgrade(f"sqlite:///{path}")
    connection = sqlite3.connect(path)  # what is still in the log must be in the file that is copied
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    return path


@pytest.fixture(scope="session")
def fresh_name(run_name: str) -> Callable[[], str]:
    """Gives a new database name at each call."""
    numbers = itertools.count(1)
    return lambda: f"{run_name}_{next(numbers)}"


@pytest.fixture
def pg_url(pg_server: PostgresServer, fresh_name: Callable[[], str]) -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL database."""
    with pg_server.database(fresh_name()) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The SQLAlchemy URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'milepost.db'}"


@pytest.fixture(params=STORES)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database without tables, on each store."""
    return _ask(request, {"sqlite": "sqlite_url", "postgresql": "pg_url"}[request.param])


@pytest.fixture
def migrated_pg_url(pg_server: PostgresServer, pg_migrated: str) -> Iterator[str]:
    """The URL of a PostgreSQL database with every table, all empty."""
    yield pg_server.url(pg_migrated)
    pg_server.empty(pg_migrated)


@pytest.fixture
def migrated_sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a SQLite file with every table, all empty."""
    path = tmp_path / "milepost.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=STORES)
def migrated_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database with every table, all empty, on each store."""
    return _ask(request, {"sqlite": "migrated_sqlite_url", "postgresql": "migrated_pg_url"}[request.param])


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    """An open database with every table, on each store; closed afterwards."""
    from service.store.engine import open_database

    opened = open_database(migrated_url)
    try:
        yield opened
    finally:
        opened.close()


def _ask(request: pytest.FixtureRequest, name: str) -> str:
    """The fixture called *name*, made only when a test needs it."""
    value: str = request.getfixturevalue(name)
    return value
