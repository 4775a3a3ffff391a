"""The database as the rest of the house sees it: read, write, and wake who waits.

`open_database` is the only door. Reads see one snapshot and cannot write; every write is a unit of work that may
run more than once and carries values that are already computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.store import postgres, sqlite
from service.store.errors import StoreError
from service.store.wakes import PostgresWakes, Subscription, Wakes
from service.store.writer import Writer

__all__ = ["Connection", "Database", "open_database", "parse"]
"""`Connection` is passed on for those who hand units of work over and never run a statement themselves."""

T = TypeVar("T")
Unit = Callable[[Connection], T]

FORMS = "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"


class Writes(Protocol):
    """How units of work reach the disk."""

    def write(self, unit: Callable[[Connection], T]) -> T:
        """Run *unit* and return its result after the commit."""
        ...

    def submit(self, unit: Callable[[Connection], T]) -> Future[T]:
        """The same, without waiting."""
        ...

    def close(self) -> None:
        """Finish what was submitted, then refuse more."""
        ...


class Database:
    """One open database. Safe to use from every thread; close it once.

    `dialect` is "sqlite" or "postgresql"; `url` is safe to print; `address` may hold a password. `engine` writes, and
    is for `migrations` and `locks` alone, as are `holds`, what this process holds by itself, and `at_close`, what must
    let go before the connections do.
    """

    def __init__(self, address: URL, writing: Engine, reading: Engine, writes: Writes, wakes: Wakes) -> None:
        self.address = address
        self.dialect = address.get_backend_name()
        self.engine = writing
        self.holds: set[str] = set()
        self.at_close: list[Callable[[], None]] = []
        self._reading = reading
        self._writes = writes
        self._wakes = wakes

    @property
    def url(self) -> str:
        """The address with its password hidden."""
        return self.address.render_as_string(hide_password=True)

    @property
    def path(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        return Path(str(self.address.database)) if self.dialect == "sqlite" else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one snapshot and cannot write. Raises StoreUnavailable where the store is away."""
        try:
            with self._reading.connect() as conn:
                conn.begin()
                yield conn
        except (DBAPIError, PoolTimeout) as error:
            known = sqlite.read_failure(error) if self.dialect == "sqlite" else postgres.explained(error)
            if known is error:
                raise
            raise known from error

    def write(self, unit: Callable[[Connection], T]) -> T:
        """Run *unit* in a transaction and return its result once it is durable.

        *unit* may run more than once, and on SQLite in another thread: it must not read, render or wait for anything
        but the database. Raises what it raises, or StoreUnavailable where nothing could be kept.
        """
        return self._writes.write(unit)

    def submit(self, unit: Callable[[Connection], T]) -> Future[T]:
        """As `write`, without waiting: the future resolves once the work is durable."""
        return self._writes.submit(unit)

    def wake(self, topic: str) -> None:
        """Tell those who wait for *topic* that there is work; called after the commit."""
        self._wakes.wake(topic)

    def on_wake(self, topic: str, callback: Callable[[], None]) -> Subscription:
        """Call *callback*, which must return at once, at each wake of *topic*, wherever it began."""
        return self._wakes.on(topic, callback)

    def hears_others(self, timeout: float) -> bool:
        """Wait until wakes of other processes reach this one; always so on SQLite, where there are none."""
        return self._wakes.listening(timeout)

    def close(self) -> None:
        """Finish what was submitted and let go of every connection. Safe to call twice."""
        self._writes.close()
        self._wakes.close()
        for close in self.at_close:
            close()
        self._reading.dispose()
        self.engine.dispose()


def parse(url: str) -> URL:
    """The address that *url* names, a SQLite path made absolute. Raises StoreError, which never shows a password."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError(f"MILEPOST_DATABASE_URL is not a database address. Use {FORMS}.") from error
    if address.drivername in {"sqlite", "sqlite+pysqlite"}:
        return URL.create("sqlite", database=str(sqlite.file_of(address)))
    if address.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return address.set(drivername="postgresql+psycopg")
    raise StoreError(f"Milepost does not speak {address.drivername}. Use {FORMS}.")


def open_database(url: str, *, wait: float = 15.0) -> Database:
    """Open the database at *url* and assert that it keeps what is committed.

    *wait* is how long, in seconds, a write waits for another process that writes to the same SQLite file, and the
    start for a PostgreSQL server that is just starting. Raises StoreError with the fix.
    """
    address = parse(url)
    return _open_sqlite(address, wait) if address.get_backend_name() == "sqlite" else _open_postgres(address, wait)


def _open_sqlite(address: URL, wait: float) -> Database:
    path = sqlite.file_of(address)
    sqlite.check_place(path)
    writing, reading = sqlite.engines(path)
    try:
        sqlite.assert_safe(writing, path, wait)
    except StoreError:
        writing.dispose()
        raise
    return Database(address, writing, reading, Writer(writing, wait=wait), Wakes())


def _open_postgres(address: URL, wait: float) -> Database:
    engine = postgres.make_engine(address)
    try:
        postgres.assert_safe(engine, address.render_as_string(hide_password=True), wait)
    except StoreError:
        engine.dispose()
        raise
    return Database(address, engine, postgres.reading(engine), postgres.Transactions(engine), PostgresWakes(engine))
