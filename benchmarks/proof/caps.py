"""R6: a number gets exactly its cap, however many threads write to it; nothing while the counters cannot be read."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from benchmarks.proof.card import Line, digest
from benchmarks.proof.house import AT_ONCE, NOON, Witness, decided, drained, house
from benchmarks.proof.setting import Setting
from notifiers.base import Channel
from service.clock import ManualClock
from service.flows.asking import Intent
from service.flows.checks import Checked
from service.flows.dispatch import Dispatcher
from service.flows.holding import Around
from service.flows.kit import Kit
from service.policy.claims import LIMITS
from service.records.ids import new_id
from service.records.outbox import Candidate, Claim
from service.records.tables import Address, Message
from service.store.claiming import CALLED, claim
from service.store.errors import StoreError
from service.store.sql import lock_rows
from tests.kits import JO, MINUTE, Works, departed

THREADS = 64
LOOKS = 4, 8
"""How often each looks in an hour, in the short and the long setting: of all that look at one moment at least one
claims, and the others look again. The cap is three."""

ORDERS = 32
"""Texts of each of two levels that wait for the one number."""

HOUR_CAP, DAY_CAP = (limit.most for limit in LIMITS if not limit.quiet_only)
QUIET_CAP = LIMITS[0].most


def prove(setting: Setting) -> Iterator[Line]:
    """64 threads at one number, with the mutant that counts without looking again; and counters that are away."""
    for kind in setting.kinds:
        yield _race(setting, kind)
    for kind in setting.kinds:
        yield _unreadable(setting, kind)


class _Eager(Dispatcher):
    """A dispatcher that begins at another of the waiting messages than its neighbours do."""

    def __init__(self, kit: Kit, begins: int) -> None:
        super().__init__(kit)
        self._begins = begins

    def _in_turn(self, found: Sequence[Candidate]) -> list[Candidate]:
        begin = self._begins % max(len(found), 1)
        return super()._in_turn([*found[begin:], *found[:begin]])


class _Careless(_Eager):
    """The mutant: what it counted when it read is good enough for it when it writes."""

    def _claim(self, intents: Sequence[Intent], checked: Checked, around: Around, read_at: datetime) -> set[str]:
        del checked, around
        now = self._kit.clock()

        def unit(conn: Connection) -> list[str]:
            return claim(conn, [_recounted(conn, one, read_at) for one in intents], read_at, now)

        return set(self._kit.database.write(unit))


def _recounted(conn: Connection, intent: Intent, read_at: datetime) -> Claim:
    """The claim as if it had been judged on what is counted now, under the lock; it was not."""
    candidate = intent.claim.candidate
    lock_rows(conn, Address, candidate.account_id, [candidate.address_id or ""])
    asked = {"account": candidate.account_id, "ids": [candidate.address_id], "since": read_at - timedelta(days=7)}
    calls = sum(row.calls for row in conn.execute(CALLED, asked))
    return replace(intent.claim, candidate=replace(candidate, history=((read_at, candidate.level),) * calls))


def _race(setting: Setting, kind: str) -> Line:
    taken = _sent(setting, kind, _Eager, setting.choose(6, 12))
    loose = _sent(setting, kind, _Careless, 1)
    most_hour, most_day = (_most(taken, span) for span in (timedelta(hours=1), timedelta(days=1)))
    quiet = sum("left" in words for _, words in taken)
    first = sum(at == taken[0][0] for at, _ in taken)
    counted = {
        "threads": THREADS,
        "waiting": 2 * ORDERS,
        "in_first_hour": first,
        "most_an_hour": most_hour,
        "most_a_day": most_day,
        "could_wait": quiet,
        "mutant_most_an_hour": _most(loose, timedelta(hours=1)),
    }
    exact = (most_hour, most_day) == (HOUR_CAP, DAY_CAP) and quiet <= QUIET_CAP
    passed = exact and _most(loose, timedelta(hours=1)) > HOUR_CAP
    history = digest([str(at) for at, _ in taken])
    return Line("R6", "one number", kind, passed, counted, setting.seed, history, setting.name)


def _sent(setting: Setting, kind: str, shape: type[_Eager], hours: int) -> list[tuple[datetime, str]]:
    """What reaches one number in so many hours, as (when, words): all threads ask at once, again and again."""
    clock = ManualClock(NOON)
    provider = Witness(clock)
    with house(setting, kind, clock, {Channel.SMS: provider}) as works:
        works.go(rules=AT_ONCE)
        _wait_for_one(works, clock)
        begins = random.Random(setting.seed).sample(range(THREADS), THREADS)
        kits = [replace(works.kit, worker_id=new_id("wrk"), senders=2 * ORDERS) for _ in begins]
        dispatchers = [shape(kit, number) for kit, number in zip(kits, begins, strict=True)]
        try:
            with ThreadPoolExecutor(THREADS) as pool:
                for _ in range(hours):
                    decided(works)
                    _all_at_once(pool, dispatchers, setting.choose(*LOOKS))
                    clock.advance(61 * MINUTE)
        finally:
            for one in dispatchers:
                one.stop()
    return [(at, message.text) for at, message in provider.taken]


def _wait_for_one(works: Works, clock: ManualClock) -> None:
    """Orders of one person: half wait for their customs, which that person must know, half have left."""
    now = clock().isoformat()
    for number in range(ORDERS):
        held = {"milestone": "customs_hold", "at": now, "place": "GBFXT", "tell": [JO]}
        works.call([{"ref": f"HOLD {number}"} | held, departed(ref=f"LEFT {number}", at=now)])
    decided(works)


def _all_at_once(pool: ThreadPoolExecutor, dispatchers: Sequence[Dispatcher], times: int) -> None:
    gate = threading.Barrier(len(dispatchers))

    def run(one: Dispatcher) -> None:
        for _ in range(times):
            gate.wait(60)
            with suppress(StoreError):  # every connection may be busy: nothing leaves, and it looks again
                one.run_due()
            assert one.wait_idle(60)

    list(pool.map(run, dispatchers))


def _most(taken: Sequence[tuple[datetime, str]], span: timedelta) -> int:
    """The most that left within any *span*."""
    return max(sum(begin <= at < begin + span for at, _ in taken) for begin, _ in taken)


def _unreadable(setting: Setting, kind: str) -> Line:
    """The table in which calls are counted is gone: nothing leaves, facts are kept, and all goes on once it is back."""
    clock = ManualClock(NOON)
    provider = Witness(clock)
    count = setting.choose(20, 200)
    with house(setting, kind, clock, {Channel.SMS: provider}) as works:
        works.go(rules=AT_ONCE)
        works.call([departed(ref=f"PO {n}", tell=[f"+447700900{n:03d}"]) for n in range(count)])
        decided(works)
        _rename(works, "attempt", "gone")
        try:
            refused = sum(_refuses(works) for _ in range(10))
            kept = works.call([departed(ref=f"NEW {n}") for n in range(count)]).count("accepted")
            while_gone = len(provider.taken)
        finally:
            _rename(works, "gone", "attempt")
        drained(works)
        waiting = len(works.rows(Message, state="waiting"))
    after = len(provider.taken)
    counted = {"looks": 10, "refused": refused, "sent": while_gone, "kept": kept, "sent_after": after}
    passed = (refused, while_gone, kept) == (10, 0, count) and after >= count
    return Line("R6", "counters away", kind, passed, counted, setting.seed, digest([counted, waiting]), setting.name)


def _refuses(works: Works) -> bool:
    try:
        return works.dispatcher.run_due() == 0
    except Exception:
        return True


def _rename(works: Works, old: str, new: str) -> None:
    works.database.write(lambda conn: conn.execute(text(f"ALTER TABLE {old} RENAME TO {new}")).rowcount)
