"""Intake: keep each fact once, durably, and leave its shipments due for a look. Nothing else happens in the request."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial

from service.flows.intake_results import result_of
from service.flows.kit import Kit
from service.flows.reading import Prepared, prepare
from service.flows.replaying import replay
from service.records.intake import CallToKeep, Kept
from service.records.results import IntakeResult
from service.store import journal
from service.store.engine import Connection
from service.store.errors import StoreUnavailable

__all__ = ["Journal", "Prepared", "prepare", "replay"]

MOST_TOGETHER = 200
"""How many calls are committed together at most."""


Waiting = tuple[Prepared, Future[IntakeResult]]


class Journal:
    """Gathers what requests hand in and commits it together; each is answered after the commit that holds its facts.

    While one commit is under way the next batch collects, so no timer is needed; and the end of one commit begins the
    next, so no thread is needed either.
    """

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._under_way = False
        self._waiting: list[Waiting] = []
        self._apart: deque[Waiting] = deque()
        self._idle = threading.Condition()
        self._closed = False

    def submit(self, prepared: Prepared) -> Future[IntakeResult]:
        """Hand in a call; the future resolves once it is durable, or raises what the store raised.

        Raises StoreUnavailable once the journal is closed.
        """
        future: Future[IntakeResult] = Future()
        with self._idle:
            if self._closed:
                raise StoreUnavailable("The service is stopping. Send the call again.", 5)
            self._waiting.append((prepared, future))
            free = not self._under_way
            self._under_way = True
        if free:
            self._keep_next()
        return future

    def busy(self) -> bool:
        """Whether calls wait for their commit at this moment."""
        return self._under_way

    def close(self) -> None:
        """Keep what was handed in, then take no more."""
        with self._idle:
            self._closed = True
            self._idle.wait_for(lambda: not self._under_way)

    def _keep_next(self) -> None:
        """Begin to keep what waits; the end of it leads here again."""
        while batch := self._take():
            try:
                kept = self._submit([prepared.call for prepared, _ in batch])
            except Exception as error:
                self._failed(batch, error)
            else:
                kept.add_done_callback(partial(self._settle, batch))
                return

    def _submit(self, calls: Sequence[CallToKeep]) -> Future[list[list[Kept]]]:
        now = self._kit.clock()

        def unit(conn: Connection) -> list[list[Kept]]:
            self._kit.reach("i2")
            kept = journal.keep(conn, calls, now)
            self._kit.reach("i3")
            return kept

        self._kit.reach("i1")
        return self._kit.database.submit(unit)

    def _take(self) -> list[Waiting]:
        """The next batch; where there is none, nothing is under way any more."""
        with self._idle:
            if self._apart:
                return [self._apart.popleft()]
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
                # From here on nobody can give up: a future that is cancelled now would refuse its answer.
                wanted = [one for one in batch if one[1].set_running_or_notify_cancel()]
                if wanted:
                    return wanted
            self._under_way = False
            self._idle.notify_all()
            return []

    def _settle(self, batch: list[Waiting], done: Future[list[list[Kept]]]) -> None:
        error = done.exception()
        if error is not None:
            self._failed(batch, error)
        else:
            self._kit.reach("i4")
            self._kit.database.wake("shipments")
            for (prepared, future), answers in zip(batch, done.result(), strict=True):
                future.set_result(result_of(prepared, answers))
        self._keep_next()

    def _failed(self, batch: list[Waiting], error: BaseException) -> None:
        """One bad call must not fail its neighbours: each is tried by itself, and only the bad one hears of it."""
        if len(batch) == 1:
            batch[0][1].set_exception(error)
            return
        with self._idle:
            self._apart.extend(batch)
