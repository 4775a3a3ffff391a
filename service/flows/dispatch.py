"""Dispatch: due messages go out. Claim, hand over with no transaction open, settle the outcome."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifiers.base import Lists
from service.flows.asking import Intent, Sent, ask, intend
from service.flows.checks import Around, Checked, check, context
from service.flows.kit import Kit
from service.records.enums import AttemptOutcome, MessageState
from service.records.outbox import Candidate, Postponed
from service.store import channels, outbox, switches, tasks
from service.store.candidates import candidates
from service.store.claiming import claim
from service.store.engine import Connection
from service.store.errors import StoreError
from service.store.settling import settle

log = logging.getLogger(__name__)

STOP_WAIT = 10.0
"""Seconds that calls in flight are given when the process is asked to stop."""

LATEST = 3.0
"""Seconds of the machine after which an intent is too old to be acted on: a process that stood still longer may have
been held for dead, and its message proven absent and handed over by another. Far below every sane quarantine."""

SETTLE_AGAIN = 1.0
"""Seconds after which outcomes that could not be written are written again."""

WORDS_LOOK = timedelta(minutes=15)
"""How long a message that could not be put into words waits: somebody must mend that."""


Address = tuple[str, str, str]
"""Account, channel and recipient."""


@dataclass(frozen=True, slots=True)
class Done:
    """A call that has ended, and whom it was to reach."""

    address: Address
    sent: Sent


class Dispatcher:
    """Hands messages over through a bounded pool of senders; at most the free seats are claimed.

    Outcomes are settled together by one thread, each seat being free again only when its outcome is durable. One
    address has one seat at most: whoever asked reads "we have your message" before the answer to it.
    """

    def __init__(self, kit: Kit, *, elapsed: Callable[[], float] = time.monotonic) -> None:
        """*elapsed* tells seconds since some moment, whatever becomes of the clock."""
        self._kit = kit
        self._elapsed = elapsed
        self._pool = ThreadPoolExecutor(kit.senders, thread_name_prefix="milepost-send")
        self._listing = [ready.name for ready in kit.live.values() if isinstance(ready.notifier, Lists)]
        self._free = kit.senders
        self._reaching: set[Address] = set()
        self._gate = threading.Lock()
        self._claiming = threading.Lock()
        self._done: queue.SimpleQueue[Done | None] = queue.SimpleQueue()
        self._idle = threading.Condition(self._gate)
        self._stopped = False
        self._giving_up = threading.Event()
        self._settler = threading.Thread(target=self._settle_all, name="milepost-settle", daemon=True)
        self._settler.start()

    def run_due(self) -> int:
        """Claim what is due and may leave, and start handing it over; returns how many messages were dealt with."""
        with self._claiming:
            seats = self._seats()
            if seats == 0 or self._stopped or self._kit.pause_file.exists():
                return 0
            read_at = self._kit.clock()
            with self._kit.database.read() as conn:
                found = self._in_turn(candidates(conn, read_at, seats))
                around = context(conn, found, read_at, self._listing) if found else None
            if around is None:
                return 0
            checked = check(self._kit, around, found, read_at)
            intents = self._intents(checked, around, read_at)
            begun = self._elapsed()
            held = self._claim(intents, checked, around, read_at)
            for one in intents:
                if one.claim.attempt_id in held:
                    self._start(one, begun)
            return len(held) + len(checked.postponed)

    def wait_idle(self, timeout: float) -> bool:
        """Wait until nothing is being handed over; False where that takes longer than *timeout* seconds."""
        with self._idle:
            return self._idle.wait_for(lambda: self._free == self._kit.senders, timeout)

    def stop(self, timeout: float = STOP_WAIT) -> None:
        """Claim no more, give calls in flight their time, and settle what has come back."""
        with self._claiming:
            if self._stopped:
                return
            self._stopped = True
        self.wait_idle(timeout)
        self._giving_up.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._done.put(None)
        self._settler.join()

    def _seats(self) -> int:
        with self._gate:
            return self._free

    def _in_turn(self, found: Sequence[Candidate]) -> list[Candidate]:
        """The first message to each address that nothing is on its way to."""
        with self._gate:
            taken = set(self._reaching)
        first: list[Candidate] = []
        for one in found:
            if _address(one) not in taken:
                taken.add(_address(one))
                first.append(one)
        return first

    def _intents(self, checked: Checked, around: Around, now: datetime) -> list[Intent]:
        """The messages in words. One that cannot be worded waits by itself and stops nobody else's."""
        intents: list[Intent] = []
        for going in checked.going:
            one = going.candidate
            try:
                intents.append(intend(self._kit, going, around.accounts[one.account_id]))
            except Exception:
                log.exception("message %s could not be put into words", one.message_id)
                due_at = min(now + WORDS_LOOK, one.send_before)
                checked.postponed.append(
                    Postponed(one, MessageState.WAITING, "could not be put into words; see the log", due_at=due_at)
                )
        return intents

    def _claim(self, intents: Sequence[Intent], checked: Checked, around: Around, read_at: datetime) -> set[str]:
        postponed = checked.postponed
        if not intents and not postponed:
            return set()
        now = self._kit.clock()
        claims = [one.claim for one in intents]

        def unit(conn: Connection) -> list[str]:
            outbox.postpone(conn, postponed, now)
            for account_id, task in checked.tasks:
                tasks.open_tasks(conn, account_id, [task], now)
            as_read = {a for a, seen in around.switches.items() if switches.active_switches(conn, a, read_at) == seen}
            return claim(conn, [one for one in claims if one.candidate.account_id in as_read], read_at, now)

        held = set(self._kit.database.write(unit))
        self._kit.reach("s1")
        if postponed:
            self._kit.database.wake("shipments")
        return held

    def _start(self, one: Intent, begun: float) -> None:
        with self._gate:
            self._free -= 1
            self._reaching.add(_address(one.claim.candidate))
        self._pool.submit(self._hand_over, one, begun)

    def _hand_over(self, one: Intent, begun: float) -> None:
        sent = ask(self._kit, one, in_time=self._elapsed() - begun < LATEST)
        self._kit.reach("s3")
        self._done.put(Done(_address(one.claim.candidate), sent))

    def _settle_all(self) -> None:
        while (first := self._done.get()) is not None:
            batch = [first]
            while not self._done.empty():
                one = self._done.get()
                if one is None:
                    self._settle(batch)
                    return
                batch.append(one)
            self._settle(batch)

    def _settle(self, batch: Sequence[Done]) -> None:
        """Write outcomes until they are durable, and free the seats; when the process must end, as far as it goes."""
        while not self._written(batch) and not self._giving_up.wait(SETTLE_AGAIN):
            pass
        with self._idle:
            self._free += len(batch)
            self._reaching -= {one.address for one in batch}
            self._idle.notify_all()
        for topic in ("messages", "shipments", "changes"):
            self._kit.database.wake(topic)

    def _written(self, batch: Sequence[Done]) -> bool:
        """Whether these outcomes are durable now, or never will be; False while the store is away."""
        now = self._kit.clock()

        def unit(conn: Connection) -> None:
            _write_outcomes(conn, [one.sent for one in batch], now)
            self._kit.reach("s4")

        try:
            self._kit.database.write(unit)
            self._kit.reach("s5")
        except StoreError as error:
            log.warning("%s; outcomes of %d calls are written again", error, len(batch))
            return False
        except Exception:
            if len(batch) > 1:
                apart = [self._written([one]) for one in batch]
                return all(apart)
            # It stays as being sent, which only a receipt or a proof of death may move: never sent twice.
            log.exception("the outcome of a call could not be written")
        return True


def _address(one: Candidate) -> Address:
    return (one.account_id, one.channel.value, one.to)


def _write_outcomes(conn: Connection, batch: Sequence[Sent], now: datetime) -> None:
    settle(conn, [one.settled for one in batch], now)
    resting = [one for one in batch if one.verdict.pause_channel]
    for one in resting:
        channels.pause(conn, one.ready.name, now + one.verdict.pause_for, one.verdict.detail, now)
    well = {one.ready.name for one in batch if one.verdict.outcome is AttemptOutcome.ACCEPTED}
    for name in sorted(well - {one.ready.name for one in resting}):
        channels.resume(conn, name, now)


def cancel(kit: Kit, account_id: str, message_id: str, *, by: str, why: str) -> str:
    """Cancel a message that was not handed over yet; returns the state that it is in afterwards.

    Raises LookupError where the account has no such message.
    """
    now = kit.clock()
    state = kit.database.write(
        lambda conn: outbox.cancel(conn, account_id, message_id, f"cancelled by {by}: {why}".rstrip(": "), now)
    )
    if state is None:
        raise LookupError("this account has no message of that id")
    kit.database.wake("shipments")
    return state
