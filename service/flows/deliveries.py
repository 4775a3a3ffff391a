"""Endpoints are called: due deliveries are claimed, handed over with no transaction open, and settled."""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import structlog

from service.flows.kit import Kit
from service.policy import webhooks as policy
from service.records.webhooks import Called, Ended, secret_name
from service.store import deliveries, pulse
from service.store.errors import StoreError

log = structlog.get_logger(__name__)

SEATS = 16
"""Calls under way at the same time in one process; none of them is a seat of those that send texts."""

PER_ENDPOINT = 4
"""Calls under way at one endpoint, in all processes together."""

SLOW_SEATS = 8
"""Seats that endpoints in trouble share, one each: those whose last call failed or took long. The rest stay free."""

SLOW_MS = 2_000
"""A call that took longer was slow."""

SETTLE_AGAIN = 1.0
"""Seconds after which an outcome that could not be written is written again."""

STOP_WAIT = 5.0
"""Seconds that calls under way are given at the end; one that takes longer is made again, under the same id."""


class Courier:
    """Hands deliveries over through a small pool of its own, so that no slow endpoint holds up others, or texts."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._pool = ThreadPoolExecutor(SEATS, thread_name_prefix="milepost-webhook")
        self._calling: Counter[str] = Counter()
        self._slow: set[str] = set()
        self._under_way: set[str] = set()
        self._doubt = threading.Event()
        self._idle = threading.Condition()
        self._claiming = threading.Lock()
        self._giving_up = threading.Event()
        self._stopped = False

    def run_due(self) -> int:
        """Claim what is due and start calling; returns how many deliveries were taken."""
        with self._claiming:
            if self._stopped or self._kit.pause_file.exists():
                return 0
            now = self._kit.clock()
            if self._doubt.is_set():
                self._let_go()
            with self._kit.database.read() as conn:
                # What left after a backup that was put back is not known: nothing does until a person has looked.
                due = [] if pulse.restored(conn) is not None else deliveries.due(conn, now)
            return sum(self._claim(account_id, webhook_id) for account_id, webhook_id in due)

    def wait_idle(self, timeout: float) -> bool:
        """Wait until no endpoint is being called; False where that takes longer than *timeout* seconds."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._calling, timeout)

    def stop(self, timeout: float = STOP_WAIT) -> None:
        """Claim no more and give calls under way their time; what is not settled is sent again by the next start."""
        with self._claiming:
            self._stopped = True
        self.wait_idle(timeout)
        self._giving_up.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _claim(self, account_id: str, webhook_id: str) -> int:
        seats = self._seats(webhook_id)
        if seats <= 0:
            return 0
        now = self._kit.clock()
        # The store counts what is under way at the endpoint, in other processes too.
        most = seats + self._calling[webhook_id]
        try:
            taken = self._kit.database.write(
                lambda conn: deliveries.claim(conn, account_id, webhook_id, most, self._kit.worker_id, now)
            )
        except StoreError:
            self._doubt.set()  # the commit may have succeeded and its answer been lost
            raise
        for one in taken:
            with self._idle:
                self._calling[webhook_id] += 1
                self._under_way.add(one.delivery_id)
            self._pool.submit(self._hand_over, one)
        return len(taken)

    def _let_go(self) -> None:
        """What was claimed and is not being called, because the answer to the claim was lost, is due again."""
        with self._idle:
            under_way = set(self._under_way)
        now = self._kit.clock()
        self._doubt.clear()
        try:
            self._kit.database.write(lambda conn: deliveries.let_go(conn, self._kit.worker_id, under_way, now))
        except StoreError:
            self._doubt.set()
            raise

    def _seats(self, webhook_id: str) -> int:
        """How many more calls of the endpoint may begin now."""
        with self._idle:
            mine, free = self._calling[webhook_id], SEATS - self._calling.total()
            if webhook_id not in self._slow:
                return min(PER_ENDPOINT - mine, free)
            slow = sum(calls for one, calls in self._calling.items() if one in self._slow)
            return min(1 - mine, SLOW_SEATS - slow, free)

    def _hand_over(self, one: Called) -> None:
        try:
            self._settle(one, self._call(one))
        except Exception:
            log.exception("a webhook delivery could not be dealt with; it is sent again", delivery_id=one.delivery_id)
            self._doubt.set()
        finally:
            with self._idle:
                self._under_way.discard(one.delivery_id)
                self._calling[one.webhook_id] -= 1
                self._calling += Counter()  # forgets endpoints that nothing is under way to
                self._idle.notify_all()
            self._kit.database.wake("webhooks")

    def _call(self, one: Called) -> Ended:
        caller = self._kit.caller
        began = time.monotonic()
        answer = caller.call(one.url, one.delivery_id, one.body, caller.secrets_for(_name(one), one.generation))
        ms = round((time.monotonic() - began) * 1000)
        ended = policy.ended(
            one.event,
            answer.status,
            detail=answer.detail,
            said=answer.said,
            ms=ms,
            retry_after=answer.retry_after,
            tries=one.tries,
            began_at=one.began_at,
            now=self._kit.clock(),
        )
        log.info("webhook called", webhook_id=one.webhook_id, delivery_id=one.delivery_id, status=answer.status, ms=ms)
        with self._idle:
            if ended.taken and ms <= SLOW_MS:
                self._slow.discard(one.webhook_id)
            else:
                self._slow.add(one.webhook_id)
        return ended

    def _settle(self, one: Called, ended: Ended) -> None:
        """Write the outcome until it is durable; when the process must end, the next one sends it again."""
        while not self._giving_up.is_set():
            try:
                off = self._written(one, ended)
            except StoreError as error:
                log.warning(f"{error}; the outcome of a call is written again", delivery_id=one.delivery_id)
                self._giving_up.wait(SETTLE_AGAIN)
                continue
            if off:
                log.warning("webhook switched off", webhook_id=one.webhook_id)
                self._kit.database.wake("changes")
            return

    def _written(self, one: Called, ended: Ended) -> bool:
        """Write the outcome; whether the endpoint was switched off."""
        now = self._kit.clock()
        task = policy.switched_off(one, ended, now)
        return self._kit.database.write(lambda conn: deliveries.settle(conn, one, ended, task, now))


def prune(kit: Kit) -> int:
    """Forget what ended long ago; returns how many deliveries."""
    before = kit.clock() - policy.KEPT
    forgotten = 0
    while some := kit.database.write(lambda conn: deliveries.prune(conn, before)):
        forgotten += some
    return forgotten


def _name(one: Called) -> str:
    """What the secret of an endpoint is derived for."""
    return secret_name(one.account_id, one.webhook_id)
