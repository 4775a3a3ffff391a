"""The clock: which tick calls which flow, and nothing else. What is due stands in rows; a tick only looks."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from service.clock import utc_now
from service.flows import (
    adopting,
    auditing,
    balancing,
    births,
    breaker,
    budget,
    decide,
    deliveries,
    desk,
    digests,
    draining,
    forgetting,
    lags,
    ledger,
    mailing,
    mapping,
    merging,
    polling,
    proving,
    ratings,
    receipts,
    recovery,
    replies,
    simulated,
    ticking,
    trying,
)
from service.flows.believing import believe
from service.flows.births import Shapes
from service.flows.deliveries import Courier
from service.flows.dispatch import Dispatcher
from service.flows.intake import Journal
from service.flows.kit import Kit
from service.store.errors import StoreError
from service.store.locks import Hold
from service.store.statistics import count_grown
from service.store.wakes import Subscription

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How often each loop looks by itself; a wake only makes it sooner."""


LIFE_LOOK = timedelta(seconds=5)
"""How often a process looks whether others can still see that it lives."""

SHORTEST = 0.1
"""Seconds of the machine between two looks of one check, however fast the clock runs."""

MAIL_BATCHES = 50
"""So many batches of e-mails are read at one look; what is left is read at the next."""

PAUSE_SHARE, PAUSE_LEAST, PAUSE_MOST = 4, 0.05, 0.5
"""While something more urgent has work, a loop pauses four times as long as its step took, within these seconds."""


class Loop:
    """Runs a step again and again: at once when woken, by the clock otherwise, until it is stopped.

    A step answers how much it did; as long as it did something it is run again without waiting, unless something
    more urgent has work at that moment (*gives_way*).
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], int],
        *,
        every: float = LOOK_SECONDS,
        gives_way: Callable[[], bool] | None = None,
    ) -> None:
        self._step = step
        self._every = every
        self._gives_way = gives_way or (lambda: False)
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"milepost-{name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There may be something to do."""
        self._wake.set()

    def stop(self, timeout: float) -> None:
        """End after the step that is under way."""
        self._stopped.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._wake.clear()
            began = time.monotonic()
            if not self._once():
                self._wake.wait(self._every)
            elif self._gives_way():
                self._stopped.wait(min(PAUSE_MOST, max(PAUSE_LEAST, PAUSE_SHARE * (time.monotonic() - began))))

    def _once(self) -> int:
        try:
            return self._step()
        except StoreError as error:
            log.warning("%s; looking again", error)
        except Exception:
            log.exception("a step failed; it will be tried again")
        return 0


class Clockwork:
    """Everything that happens by itself in one process: deciding, sending, and the checks by the clock."""

    def __init__(self, kit: Kit, dispatcher: Dispatcher, journal: Journal, shapes: Shapes) -> None:
        self._kit = kit
        self._dispatcher = dispatcher
        self._courier = courier = Courier(kit)
        # A call waits for its answer, a decision only for its turn; facts that wait together are decided together.
        self._loops = {
            "shipments": Loop("decide", lambda: look_at_due(kit), gives_way=journal.busy),
            "messages": Loop("dispatch", dispatcher.run_due),
            "changes": Loop("births", lambda: births.bear(kit, shapes), gives_way=journal.busy),
            "webhooks": Loop("webhooks", courier.run_due),
        }
        # Nothing wakes it and no tick is kept of it: where there is no test account it reads one row a second.
        self._simulated = Loop("simulated", lambda: report_simulated(kit))
        self._subscriptions: list[Subscription] = []
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 30}
        )

    def start(self, life: Hold | None = None) -> None:
        """Recover what a dead process left behind, then run until `stop`.

        *life* is what shows others that this process lives; it is taken again where it was lost with its connection.
        """
        recovery.start(self._kit)
        if life is not None:
            self._always("life", LIFE_LOOK, life.held)
        for topic, loop in self._loops.items():
            self._subscriptions.append(self._kit.database.on_wake(topic, loop.wake))
            loop.start()
        self._simulated.start()
        self._every("pulse", timedelta(seconds=15), lambda: recovery.beat(self._kit))
        self._every("desk", timedelta(seconds=60), lambda: desk.send_due(self._kit))
        self._every("doubt", timedelta(seconds=10), lambda: settle_doubt(self._kit))
        self._every("alerts", timedelta(seconds=60), lambda: desk.send_alerts(self._kit))
        self._every("tasks", timedelta(seconds=60), lambda: desk.send_tasks(self._kit))
        self._every("ratings", timedelta(minutes=10), lambda: ratings.ask_due(self._kit))
        self._every("mapped", timedelta(seconds=5), lambda: mapping.read_due(self._kit))
        self._every("pauses", timedelta(seconds=5), lambda: release(self._kit))
        self._every("seal", timedelta(seconds=10), lambda: ledger.seal_due(self._kit))
        self._every("balance", timedelta(minutes=1), lambda: balancing.balance_due(self._kit))
        self._every("unproven", timedelta(seconds=30), lambda: receipts.say_elsewhere_too(self._kit))
        self._every("breaker", timedelta(seconds=15), lambda: guard(self._kit))
        self._every("trials", timedelta(seconds=30), lambda: trying.judge_due(self._kit))
        self._every("statistics", timedelta(seconds=5), lambda: self._kit.database.write(count_grown))
        self._every("counters", timedelta(hours=6), lambda: breaker.forget(self._kit))
        self._every("budget", timedelta(minutes=10), lambda: budget.warn_due(self._kit))
        self._every("digests", timedelta(minutes=5), lambda: digests.open_due(self._kit))
        self._every("lags", timedelta(hours=1), lambda: lags.learn_due(self._kit))
        self._every("forget", timedelta(hours=1), lambda: deliveries.prune(self._kit))
        self._every("calls", timedelta(hours=1), lambda: forgetting.forget_calls(self._kit))
        self._every("recover", timedelta(seconds=30), lambda: recovery.recover(self._kit))
        self._every("audit", timedelta(seconds=30), lambda: audit(self._kit))
        if mailing.reading(self._kit):
            self._every("mail", timedelta(seconds=60), lambda: read_mail(self._kit))
        if polling.listing(self._kit):
            self._every("poll", timedelta(seconds=30), lambda: poll(self._kit))
        self._scheduler.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Stop claiming, let calls in flight finish, and say that this worker has ended."""
        self._scheduler.shutdown()
        for subscription in self._subscriptions:
            subscription.close()
        for loop in (self._simulated, *self._loops.values()):
            loop.stop(timeout)
        self._dispatcher.stop(timeout)
        self._courier.stop()
        recovery.stop(self._kit)

    def _every(self, name: str, every: timedelta, check: Callable[[], object]) -> None:
        """A check that one process makes for all."""
        self._always(name, every, lambda: ticking.once(self._kit, name, every, check))

    def _always(self, name: str, every: timedelta, check: Callable[[], object]) -> None:
        """A check that each process makes."""
        self._scheduler.add_job(
            _guarded(name, check),
            "interval",
            seconds=max(every.total_seconds() / self._kit.pace, SHORTEST),
            id=name,
            next_run_time=utc_now(),
        )


def look_at_due(kit: Kit) -> int:
    """Make one of what events take for one shipment, then look at what is due; returns how much there was to do."""
    return merging.run_asked(kit) + decide.run_due(kit)


def release(kit: Kit) -> int:
    """Let what waits behind a pause that has ended leave in turn; returns how many messages that were."""
    return draining.release(kit.database, kit.clock(), kit.drain_per_minute)


def guard(kit: Kit) -> int:
    """Hold everything on a bad sign, and mail a person about it at once; returns how many holds were set."""
    found = breaker.watch(kit)
    if found:
        desk.send_tasks(kit)
    return found


def settle_doubt(kit: Kit) -> int:
    """Prove what became of calls whose end is not known, then end those whose time has passed; returns how many."""
    proofs = proving.prove(kit)
    for one in proofs:
        receipts.keep(kit, one.account_id, one.attempt_id, one.receipt)
    return len(proofs) + recovery.give_up_doubt(kit)


def report_simulated(kit: Kit) -> int:
    """Believe the receipts of test accounts whose moment has come, as a provider's; returns how many came.

    Where two processes say the same it is believed once.
    """
    due = simulated.due(kit)
    for one in due:
        receipts.keep(kit, one.account_id, one.attempt_id, one.receipt)
    return len(due)


def read_mail(kit: Kit) -> int:
    """Read what came to the mailboxes, and believe bounces, complaints and answers; returns how many e-mails spoke."""
    spoke = 0
    for ready in mailing.reading(kit):
        for _ in range(MAIL_BATCHES):
            found = mailing.fetch(kit, ready)
            if found is None:
                break
            for receipt in found.post.receipts:
                receipts.keep_mailed(kit, ready.name, receipt)
            for reply in found.post.replies:
                replies.take(kit, ready, reply)
            mailing.done(kit, ready, found)
            spoke += len(found.read)
            if not found.more:
                break
    return spoke


def audit(kit: Kit) -> int:
    """Read the lists that are due, and believe what they say of our texts and of people's; returns how much was new."""
    adopting.adopt_waiting(kit)
    new = 0
    for ready in auditing.due(kit):
        found = auditing.audit(kit, ready)
        if found is not None:
            new += sum(believe(kit, ready, found))
    return new


def poll(kit: Kit) -> int:
    """Ask every provider that cannot call us what became of texts and what people wrote; returns how much was new."""
    new = 0
    for ready in polling.listing(kit):
        found, written = polling.ask(ready, kit.clock())
        new += sum(receipts.keep_by_provider(kit, ready.name, receipt) for receipt in found)
        new += sum(not result.repeated for reply in written for result in replies.take(kit, ready, reply))
    return new


def _guarded(name: str, check: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        try:
            check()
        except StoreError as error:
            log.warning("%s: %s", name, error)
        except Exception:
            log.exception("the check %s failed; it runs again when it is next due", name)

    return run
