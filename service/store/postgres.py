"""PostgreSQL: each unit of work a transaction of its own, repeated where the server asks for it."""

from __future__ import annotations

import importlib.util
import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.store.compiled import compiled
from service.store.errors import OutcomeUnknown, StoreError, StoreUnavailable

T = TypeVar("T")

TRIES = 5
SUBMITTERS = 4
POOL_SIZE, POOL_OVERFLOW = 24, 16
"""Connections are opened as they are needed; those beyond the first number are closed after each use."""

CONNECT_SECONDS = 5

DEADLOCK = "40P01"
SERIALIZATION = "40001"
FULL = {"53100", "53200", "53300"}
"""Disk full, out of memory, too many connections (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""

DURABLE = {"on", "remote_apply", "remote_write", "local"}
"""Values of `synchronous_commit` with which a commit is on this server's disk before it is answered."""


def need_psycopg(find: Callable[[str], Any] = importlib.util.find_spec) -> None:
    """Raise StoreError where the driver is not installed."""
    if find("psycopg") is None:
        raise StoreError("The PostgreSQL driver is not installed: pip install 'milepost[postgres]'")


def make_engine(url: URL) -> Engine:
    """An engine on psycopg, whatever *url* called the driver.

    Statements are planned each time: a plan that was kept from the day on which a table was empty reads all of it
    (seen as 10,000 people in 16 s in place of 2 s), while planning costs a tenth of a millisecond.
    """
    need_psycopg()
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        execution_options={"compiled_cache": compiled},
        pool_timeout=10,
        pool_use_lifo=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "milepost",
            "options": "-c plan_cache_mode=force_custom_plan",
        },
    )


def reading(engine: Engine) -> Engine:
    """The same pool, for transactions that see one snapshot and refuse to write, as SQLite's readers do."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def assert_safe(engine: Engine, shown: str, wait: float) -> None:
    """Raise StoreError unless the server answers and keeps what is committed."""
    commit, fsync = assert_answers(engine, shown, wait)
    if commit not in DURABLE:
        raise StoreError(f"PostgreSQL may lose what it has confirmed: synchronous_commit is {commit}. Set it to on.")
    if fsync != "on":
        raise StoreError("PostgreSQL may lose what it has confirmed: fsync is off. Set fsync = on.")


def assert_answers(engine: Engine, shown: str, wait: float) -> tuple[str, str]:
    """The server's `synchronous_commit` and `fsync`. Raises StoreError where it does not answer.

    A server that is just starting is waited for, up to *wait* seconds.
    """
    until = time.monotonic() + wait
    while True:
        try:
            with engine.connect() as conn:
                settings = [conn.exec_driver_sql(f"SHOW {name}").scalar() for name in ("synchronous_commit", "fsync")]
            return str(settings[0]), str(settings[1])
        except DBAPIError as error:
            if "starting up" not in str(error.orig) or time.monotonic() >= until:
                raise StoreError(refusal(error, shown)) from error
            time.sleep(0.2)


def refusal(error: DBAPIError, shown: str) -> str:
    """Why the server would not let us in, with the fix."""
    words = " ".join(str(error.orig).split())
    if "password authentication failed" in words or "no password supplied" in words:
        return f"PostgreSQL at {shown} refused the user or password. Check MILEPOST_DATABASE_URL."
    if "does not exist" in words:
        return f"PostgreSQL at {shown} has no such database or role. Make it, or check MILEPOST_DATABASE_URL."
    return f"PostgreSQL at {shown} cannot be reached. Check that it runs and that MILEPOST_DATABASE_URL names it."


class Transactions:
    """Runs units of work, each in a transaction of its own.

    A unit that met a deadlock, a serialization failure or a lost connection runs again, at most `TRIES` times; once
    the commit is under way a lost connection is reported as `OutcomeUnknown` instead.
    """

    def __init__(self, engine: Engine, *, chance: random.Random | None = None) -> None:
        self._engine = engine
        self._chance = chance or random.Random()  # noqa: S311 - it spreads retries, it guards nothing
        self._pool = ThreadPoolExecutor(SUBMITTERS, thread_name_prefix="milepost-write")
        self._closed = False

    def write(self, unit: Callable[[Connection], T]) -> T:
        """Run *unit* in this thread and return its result after the commit."""
        if self._closed:
            raise StoreUnavailable("The database is closed: the service is stopping.")
        return self._run(unit)

    def submit(self, unit: Callable[[Connection], T]) -> Future[T]:
        """Run *unit* soon in a thread of the pool."""
        if self._closed:
            raise StoreUnavailable("The database is closed: the service is stopping.")
        return self._pool.submit(self._run, unit)

    def close(self) -> None:
        """Finish what was submitted, then refuse more. Safe to call twice."""
        self._closed = True
        self._pool.shutdown(wait=True)

    def _run(self, unit: Callable[[Connection], T]) -> T:
        for again in range(TRIES):
            committing = False
            try:
                with self._engine.connect() as conn, conn.begin() as transaction:
                    value = unit(conn)
                    committing = True
                    transaction.commit()
            except (DBAPIError, PoolTimeout) as error:
                if not worth_repeating(error, committing) or again == TRIES - 1:
                    raise explained(error, committing) from error
                time.sleep(self._chance.uniform(0.002, 0.01) * 2**again)
            else:
                return value
        raise AssertionError("every way out of the loop returns or raises")


def worth_repeating(error: BaseException, committing: bool) -> bool:
    """Whether the same unit may well succeed next time, and surely did not succeed this time."""
    if sqlstate(error) in {DEADLOCK, SERIALIZATION}:
        return True
    return lost(error) and not committing


def lost(error: BaseException) -> bool:
    """Whether the connection broke, rather than the statement."""
    return isinstance(error, DBAPIError) and (error.connection_invalidated or cannot_connect(error))


def cannot_connect(error: DBAPIError) -> bool:
    """Whether the server could not be reached at all: the driver has no code for that."""
    return isinstance(error, OperationalError) and not sqlstate(error)


def sqlstate(error: BaseException) -> str:
    """The server's code of an error, empty where it has none."""
    inner = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(inner, "sqlstate", None) or "")


def explained(error: Exception, committing: bool = False) -> Exception:
    """*error* as the store's own where the server is away or full; anything else unchanged."""
    if isinstance(error, PoolTimeout):
        return StoreUnavailable("Every connection to the database is busy. Try again.", 2)
    if lost(error) and committing:
        return OutcomeUnknown("The connection to the database broke during a commit. Ask again.", 2)
    if lost(error):
        return StoreUnavailable("The database cannot be reached. Try again.", 5)
    if sqlstate(error) in FULL:
        return StoreUnavailable("The database server has no room: disk, memory or connections. Free some.", 30)
    if sqlstate(error) in {DEADLOCK, SERIALIZATION}:
        return StoreUnavailable("The database is too busy with the same rows. Try again.", 1)
    return error
