"""The one writer of a SQLite file in this process: what is waiting is committed together."""

from __future__ import annotations

import queue
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from service.store.errors import StoreUnavailable
from service.store.sqlite import BUSY, result_code

T = TypeVar("T")

ROUND_UNITS = 100
"""The most units that share one commit."""

ROUND_SECONDS = 0.02
"""The longest that a round gathers: a unit that begins within it still joins."""

FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
"""Primary result codes (https://www.sqlite.org/rescode.html) for "the disk refuses"."""


@dataclass(frozen=True, slots=True)
class Job:
    """A unit that waits, and where its result goes."""

    unit: Callable[[Connection], Any]
    future: Future[Any] = field(default_factory=Future)


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a job's unit: a value, or why there is none."""

    job: Job
    value: Any = None
    error: BaseException | None = None

    def tell(self) -> None:
        """Let the one who waits go on."""
        if self.error is not None:
            self.job.future.set_exception(self.error)
        else:
            self.job.future.set_result(self.value)


class Writer:
    """Runs units of work in a thread of its own, many to a commit.

    A round takes what is waiting and never waits for more; while one commit is under way the next round gathers by
    itself. If anything in a round fails, all of it rolls back and its units run again one by one, each in a
    transaction of its own, so that a bad unit fails alone: a unit may therefore run more than once. Nobody is
    answered before the commit that holds his work.
    """

    def __init__(self, engine: Engine, *, wait: float, chance: random.Random | None = None) -> None:
        """*engine* begins with BEGIN IMMEDIATE; another process that writes is waited for up to *wait* seconds."""
        self._engine = engine
        self._wait = wait
        self._chance = chance or random.Random()  # noqa: S311 - it spreads waits, it guards nothing
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="milepost-writer", daemon=True)
        self._thread.start()

    def submit(self, unit: Callable[[Connection], T]) -> Future[T]:
        """Run *unit* soon; the future resolves after the commit. Raises StoreUnavailable once the writer is closed."""
        job = Job(unit)
        with self._gate:
            if self._closed:
                raise StoreUnavailable("The database is closed: the service is stopping.")
            self._jobs.put(job)
        return job.future

    def write(self, unit: Callable[[Connection], T]) -> T:
        """Run *unit* and return its result after the commit."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("a unit of work cannot wait for another one: write after it returns")
        return self.submit(unit).result()

    def close(self) -> None:
        """Finish what was submitted, then refuse more. Safe to call twice."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            if job.future.set_running_or_notify_cancel():
                for settled in self._round([job]):
                    settled.tell()

    def _round(self, taken: list[Job]) -> list[Settled]:
        """One transaction for the job in *taken* and what waits behind it; one each where that fails."""
        try:
            return self._together(taken)
        except BaseException as error:  # whatever a unit raises, it must not end the writer
            code = result_code(error)
            if code in FULL:
                self._engine.dispose()
            if code in BUSY:
                taken.extend(iter(self._next, None))
            elif len(taken) > 1:
                return [self._alone(job) for job in taken]
            return [Settled(job, error=explained(error)) for job in taken]

    def _together(self, taken: list[Job]) -> list[Settled]:
        """Run the job in *taken* and those that it finds waiting, which it adds to *taken*; commit once."""
        settled: list[Settled] = []
        with self._engine.connect() as conn:
            self._begin(conn)
            until = time.monotonic() + ROUND_SECONDS
            while len(settled) < len(taken):
                job = taken[-1]
                settled.append(Settled(job, job.unit(conn)))
                if len(taken) < ROUND_UNITS and time.monotonic() < until and (found := self._next()) is not None:
                    taken.append(found)
            conn.commit()
        return settled

    def _alone(self, job: Job) -> Settled:
        """Run one unit in a transaction of its own."""
        try:
            with self._engine.connect() as conn:
                self._begin(conn)
                value = job.unit(conn)
                conn.commit()
        except BaseException as error:  # as above
            return Settled(job, error=explained(error))
        return Settled(job, value)

    def _next(self) -> Job | None:
        """The next job that already waits and was not cancelled. The mark that ends the writer stays in the queue."""
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return None
            if job is None:
                self._jobs.put(None)
                return None
            if job.future.set_running_or_notify_cancel():
                return job

    def _begin(self, conn: Connection) -> None:
        """BEGIN IMMEDIATE; another process that writes is waited for in short uneven steps.

        Short steps, because a busy service lets go of the file only for moments.
        """
        until = time.monotonic() + self._wait
        while True:
            try:
                conn.begin()
            except DBAPIError as error:
                if result_code(error) not in BUSY or time.monotonic() >= until:
                    raise
                time.sleep(self._chance.uniform(0.001, 0.01))
            else:
                return


def explained(error: BaseException) -> BaseException:
    """*error* as the store's own where SQLite says busy or full; anything else unchanged."""
    code = result_code(error)
    if code in BUSY:
        return StoreUnavailable("Another process has been writing to the database for too long. Try again.", 1)
    if code in FULL:
        words = str(error.orig if isinstance(error, DBAPIError) else error)
        return StoreUnavailable(f"The database cannot be written ({words}). Free space, or check the disk.", 30)
    return error
