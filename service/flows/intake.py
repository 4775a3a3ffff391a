"""Intake: keep each fact once, durably, and leave its shipments due for a look. Nothing else happens in the request."""

from __future__ import annotations

import threading
from concurrent.futures import Future

from service.flows.intake_results import result_of
from service.flows.kit import Kit
from service.flows.reading import Prepared, prepare
from service.records.results import IntakeResult, SourceView
from service.store import journal
from service.store.errors import StoreUnavailable

__all__ = ["Journal", "Prepared", "prepare", "replay"]

MOST_TOGETHER = 200
"""How many calls are committed together at most."""


class Journal:
    """Gathers what requests hand in and commits it together; each is answered after the commit that holds its facts.

    While one commit is under way the next batch collects, so no timer is needed.
    """

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._waiting: list[tuple[Prepared, Future[IntakeResult]]] = []
        self._more = threading.Condition()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._run, name=f"milepost-journal-{n}", daemon=True)
            for n in range(1 if kit.database.dialect == "sqlite" else 2)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, prepared: Prepared) -> Future[IntakeResult]:
        """Hand in a call; the future resolves once it is durable, or raises what the store raised.

        Raises StoreUnavailable once the journal is closed.
        """
        future: Future[IntakeResult] = Future()
        with self._more:
            if self._closed:
                raise StoreUnavailable("The service is stopping. Send the call again.", 5)
            self._waiting.append((prepared, future))
            self._more.notify()
        return future

    def busy(self) -> bool:
        """Whether calls wait for a commit at this moment."""
        return bool(self._waiting)

    def close(self) -> None:
        """Keep what was handed in, then stop."""
        with self._more:
            self._closed = True
            self._more.notify_all()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while True:
            with self._more:
                while not self._waiting and not self._closed:
                    self._more.wait()
                batch, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            if not batch:
                return
            # From here on nobody can give up: a future that is cancelled now would refuse its answer.
            wanted = [one for one in batch if one[1].set_running_or_notify_cancel()]
            if wanted:
                self._keep(wanted)

    def _keep(self, batch: list[tuple[Prepared, Future[IntakeResult]]]) -> None:
        calls = [prepared.call for prepared, _ in batch]
        now = self._kit.clock()
        try:
            kept = self._kit.database.write(lambda conn: journal.keep(conn, calls, now))
        except Exception as error:
            # One bad call must not fail its neighbours: each is tried by itself, and only the bad one hears of it.
            if len(batch) == 1:
                batch[0][1].set_exception(error)
                return
            for one in batch:
                self._keep([one])
            return
        self._kit.database.wake("shipments")
        for (prepared, future), answers in zip(batch, kept, strict=True):
            future.set_result(result_of(prepared, answers))


def replay(kit: Kit, account_id: str, call_id: str, source: SourceView) -> IntakeResult:
    """Read a kept call again, after a fix; what is already known changes nothing.

    Raises LookupError where the account has no such call.
    """
    with kit.database.read() as conn:
        found = journal.call_body(conn, account_id, call_id)
    if found is None:
        raise LookupError("this account has no call of that id")
    _, content_type, body, headers = found
    prepared = prepare(kit, source, body, headers, content_type, replayed=True)
    now = kit.clock()
    kept = kit.database.write(lambda conn: journal.keep(conn, [prepared.call], now))
    kit.database.wake("shipments")
    return result_of(prepared, kept[0])
