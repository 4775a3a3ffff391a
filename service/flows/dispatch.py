"""Dispatch: due messages go out. Claim, hand over with no transaction open, settle the outcome."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifiers.base import Lists
from service.flows import draining
from service.flows.adopting import adopt
from service.flows.asking import Intent, Sent, ask, intend, put_back
from service.flows.checks import Checked, check, context, repeated
from service.flows.holding import Around
from service.flows.kit import Kit
from service.policy.draining import was_away
from service.policy.sending import rest_until
from service.records.enums import AttemptOutcome, MessageState
from service.records.outbox import HELD, Candidate, Postponed
from service.store import channels, outbox, switches, tasks
from service.store.candidates import candidates
from service.store.claiming import claim
from service.store.engine import Connection
from service.store.errors import StoreError
from service.store.settling import settle

log = logging.getLogger(__name__)

STOP_WAIT = 10.0
"""Seconds that calls in flight are given when the process is asked to stop."""

AHEAD = 0.5
"""Seconds for which messages are claimed ahead of the seats: as many as were accepted within the last ones."""

GATHER = 0.05
"""Seconds for which outcomes are gathered while calls end so fast that writing each by itself would slow them down."""

SETTLE_AGAIN = 1.0
"""Seconds after which outcomes that could not be written are written again."""

WORDS_LOOK = timedelta(minutes=15)
"""How long a message that could not be put into words waits: somebody must mend that."""


IN_VAIN = frozenset({AttemptOutcome.TEMPORARY, AttemptOutcome.UNCERTAIN, AttemptOutcome.UNAVAILABLE})
"""Calls that say nothing good of the notifier. A certain no to one recipient says nothing of it."""

Address = tuple[str, str, str]
"""Account, channel and recipient."""


@dataclass(frozen=True, slots=True)
class Done:
    """A call that has ended, and whom it was to reach."""

    address: Address
    sent: Sent


class Dispatcher:
    """Hands messages over through a bounded number of senders, each a seat for one call at a time.

    No more are claimed than there are seats and will soon be: where calls hang or are refused, or outcomes cannot be
    written, nothing is claimed ahead. Outcomes are settled together by one thread. From its claim until its outcome is
    durable a message is under way, and one address has one that is: whoever asked reads "we have your message" before
    the answer to it.
    """

    def __init__(self, kit: Kit, *, ahead: float = AHEAD, elapsed: Callable[[], float] = time.monotonic) -> None:
        """*ahead* as in `AHEAD`; *elapsed* tells seconds since some moment, whatever becomes of the clock."""
        self._kit = kit
        self._ahead = ahead
        self._listing = [ready.name for ready in kit.real if isinstance(ready.notifier, Lists)]
        self._silent = [ready.name for ready in kit.real if not isinstance(ready.notifier, Lists)]
        self._elapsed = elapsed
        self._under_way = 0
        self._settling = 0
        self._accepted: deque[float] = deque()
        self._reaching: set[Address] = set()
        self._gate = threading.Lock()
        self._claiming = threading.Lock()
        self._claimed: queue.SimpleQueue[tuple[Intent, float] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Done | None] = queue.SimpleQueue()
        self._idle = threading.Condition(self._gate)
        self._stopped = False
        self._looked_at: datetime | None = None
        self._giving_up = threading.Event()
        for number in range(kit.senders):
            threading.Thread(target=self._hand_over, name=f"milepost-send-{number}", daemon=True).start()
        self._settler = threading.Thread(target=self._settle_all, name="milepost-settle", daemon=True)
        self._settler.start()

    def run_due(self) -> int:
        """Claim what is due and may leave, and start handing it over; returns how many messages were dealt with."""
        with self._claiming:
            if self._stopped or self._kit.pause_file.exists():
                return 0
            room, read_at = self._room(), self._kit.clock()
            if was_away(self._looked_at, read_at):
                draining.after_away(self._kit.database, read_at, self._kit.drain_per_minute)
            if room == 0:
                self._looked_at = read_at
                return 0
            with self._kit.database.read() as conn:
                found = self._in_turn(candidates(conn, read_at, room))
                around = context(conn, found, read_at, self._listing, self._silent) if found else None
            self._looked_at = read_at
            if around is None:
                return 0
            adopted = adopt(self._kit, found, around, read_at) if around.strays else frozenset()
            found = [one for one in found if one.message_id not in adopted]
            checked = check(self._kit, around, found, read_at)
            intents = self._intents(checked, around, read_at)
            begun = self._elapsed()
            held = self._claim(intents, checked, around, read_at)
            for one in intents:
                if one.claim.attempt_id in held:
                    self._start(one, begun)
            return len(held) + len(checked.postponed) + len(adopted)

    def wait_idle(self, timeout: float) -> bool:
        """Wait until nothing is being handed over; False where that takes longer than *timeout* seconds."""
        with self._idle:
            return self._idle.wait_for(lambda: self._under_way == 0, timeout)

    def stop(self, timeout: float = STOP_WAIT) -> None:
        """Claim no more, give what is under way its time, and settle what has come back."""
        with self._claiming:
            if self._stopped:
                return
            self._stopped = True
        self.wait_idle(timeout)
        self._giving_up.set()
        self._put_back_what_waits()
        for _ in range(self._kit.senders):
            self._claimed.put(None)
        self._done.put(None)
        self._settler.join()

    def _room(self) -> int:
        """How many messages may be claimed now; none where it is so few that claiming them would not be worth it."""
        with self._gate:
            lately = time.monotonic() - self._ahead
            while self._accepted and self._accepted[0] < lately:
                self._accepted.popleft()
            soon = len(self._accepted)
            most = self._kit.senders + soon
            room = most - (self._under_way - self._settling)
            return room if room >= soon // 2 and self._settling < most else 0

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
                intent = intend(self._kit, going, around.accounts[one.account_id])
                again = repeated(self._kit, intent.claim, around, now)
                if again is None:
                    intents.append(intent)
                else:
                    checked.postponed.append(again)
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
            self._under_way += 1
            self._reaching.add(_address(one.claim.candidate))
        self._claimed.put((one, begun))

    def _hand_over(self) -> None:
        """A seat: what was claimed is handed over, one after the other."""
        while (claimed := self._claimed.get()) is not None:
            one, begun = claimed
            sent = ask(self._kit, one, waited=self._elapsed() - begun)
            self._kit.reach("s3")
            self._has_ended(one, sent)

    def _put_back_what_waits(self) -> None:
        """Nobody was asked about what still waits for a seat: it waits in the store again."""
        while (one := self._waiting()) is not None:
            self._has_ended(one, put_back(self._kit, one, "the process ended before its turn came"))

    def _waiting(self) -> Intent | None:
        try:
            claimed = self._claimed.get_nowait()
        except queue.Empty:
            return None
        return claimed[0] if claimed is not None else None

    def _has_ended(self, one: Intent, sent: Sent) -> None:
        with self._gate:
            if sent.verdict.outcome is AttemptOutcome.ACCEPTED:
                self._accepted.append(time.monotonic())
            self._settling += 1
        self._done.put(Done(_address(one.claim.candidate), sent))

    def _settle_all(self) -> None:
        while (first := self._done.get()) is not None:
            if len(self._accepted) > self._kit.senders:
                self._giving_up.wait(GATHER)
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
            self._under_way -= len(batch)
            self._settling -= len(batch)
            self._reaching -= {one.address for one in batch}
            self._idle.notify_all()
        plain = all(one.sent.verdict.state is MessageState.ACCEPTED for one in batch)
        for topic in ("messages", "changes") if plain else ("messages", "shipments", "changes"):
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
    resting = _rest(conn, [one for one in batch if one.verdict.outcome in IN_VAIN and one.settled.code != HELD], now)
    well = {one.ready.name for one in batch if one.verdict.outcome is AttemptOutcome.ACCEPTED}
    for name in sorted(well - resting):
        channels.resume(conn, name, now)


def _rest(conn: Connection, in_vain: Sequence[Sent], now: datetime) -> set[str]:
    """Pause the notifiers that cannot be used, and those whose probe has come back in vain; returns which."""
    known = channels.states(conn) if in_vain else {}
    resting: set[str] = set()
    for one in sorted(in_vain, key=lambda one: one.ready.name):
        state = known.get(one.ready.name)
        if one.verdict.pause_channel or (state is not None and state.probe_of == one.settled.attempt_id):
            before = state.failures - state.paused(now) if state else 0
            until = rest_until(before, now, one.verdict.pause_for)
            channels.pause(conn, one.ready.name, until, one.verdict.detail, now)
            resting.add(one.ready.name)
    return resting


def cancel(kit: Kit, account_id: str, message_id: str, *, by: str, why: str) -> str:
    """Cancel a message that was not handed over yet; returns the state that it is in afterwards.

    Raises LookupError where the account has no such message.
    """
    now = kit.clock()
    state = kit.database.write(lambda conn: outbox.cancel(conn, account_id, message_id, by=by, why=why, now=now))
    if state is None:
        raise LookupError("this account has no message of that id")
    kit.database.wake("shipments")
    return state
