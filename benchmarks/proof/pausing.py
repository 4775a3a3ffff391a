"""R7: a pause silences within a second, outlives a restart, needs no database; what it held is looked at again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.proof.card import Counted, Line, digest
from benchmarks.proof.house import AT_ONCE, NOON, Witness, decided, drained, house, opened, phone
from benchmarks.proof.setting import Setting
from notifiers.base import Accepted, Channel, Message
from service.clock import ManualClock
from service.flows import draining
from service.flows.dispatch import Dispatcher
from service.flows.kit import Kit
from service.store import switches
from service.store.engine import Connection, Database
from service.store.errors import StoreError, StoreUnavailable
from tests.kits import MINUTE, Works, departed

SENDERS = 32
RUN, HELD = 0.25, 1.1
"""Seconds for which it sends, and for which it is watched after a pause."""

WITHIN = 1.0

ENOUGH = 4_000
"""More than leave between two pauses: so many wait before each of them in the long setting."""

STILL = 20.0
"""Seconds without any call after which what waits is waiting for ever."""

AT_ONCE_A_MINUTE = 10**6
"""A rate at which what was held leaves at once: where only the silence is measured."""

FASTEST = 100_000
"""The most that the setting takes."""

RATE = 60
"""Texts a minute at which what was held leaves where that is measured."""


class _Timed(Witness):
    """A witness that notes when each call began, by the machine's own clock."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.begun: list[float] = []

    def send(self, message: Message) -> Accepted:
        """Take it at once. See `Notifier.send`."""
        self.begun.append(time.monotonic())
        return super().send(message)

    def after(self, instant: float) -> list[float]:
        """How long after *instant* the calls since then began, in seconds."""
        return [at - instant for at in self.begun if at > instant]


class _Away:
    """A database that nobody reaches while `away` is set."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.away = threading.Event()

    def write(self, unit: Callable[[Connection], Any]) -> Any:
        """As `Database.write`."""
        if self.away.is_set():
            raise StoreUnavailable("The database cannot be reached. Try again.")
        return self._database.write(unit)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """As `Database.read`."""
        if self.away.is_set():
            raise StoreUnavailable("The database cannot be reached. Try again.")
        with self._database.read() as conn:
            yield conn

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


def prove(setting: Setting) -> Iterator[Line]:
    """Flips under load, by switch and by file; a restart; a database that is away."""
    for kind in setting.kinds:
        yield _flips(setting, kind)
    for kind in setting.kinds:
        yield _outlives(setting, kind)
    for kind in setting.kinds:
        yield _drains(setting, kind)


def _flips(setting: Setting, kind: str) -> Line:
    clock = ManualClock(NOON)
    provider, flips = _Timed(clock), setting.choose(4, 100)
    stops: list[float] = []
    busy = 0
    with house(setting, kind, clock, {Channel.SMS: provider}, senders=SENDERS, drain_per_minute=FASTEST) as works:
        works.go(rules=AT_ONCE)
        posted = _backlog(works, 0, setting.choose(800, 8_000))
        with _sending(works.kit):
            for number in range(flips):
                calls, until = len(provider.begun), time.monotonic() + 10
                while len(provider.begun) < calls + SENDERS and time.monotonic() < until:
                    clock.advance(MINUTE / 60)
                    time.sleep(RUN / 5)
                pause, resume = (_by_switch, _by_file)[number % 2](works)
                busy += bool(provider.after(time.monotonic() - RUN))
                pause()
                since = time.monotonic()
                time.sleep(HELD)
                stops.append(max(provider.after(since), default=0.0))
                if posted - len(provider.begun) < ENOUGH:  # while nothing leaves, or it would be gone at once
                    posted = _backlog(works, posted, setting.choose(0, ENOUGH))
                resume()
            rate = _rate(provider)
            deaf = _misses(works, provider)
            waiting = _sent_to_the_end(works, provider)
    counted: dict[str, Counted] = {
        "flips": flips,
        "under_load": busy,
        "calls": len(provider.begun),
        "a_second": round(rate),
        "stop_p100_s": round(max(stops), 3),
        "calls_after_1_s": sum(stop > WITHIN for stop in stops),
        "never_looked_at_again": waiting,
        "mutant_calls_after": deaf,
    }
    loaded = busy >= 0.9 * flips
    passed = max(stops) <= WITHIN and loaded and waiting == 0 and deaf > 0 and len(provider.begun) > flips
    history = digest([len(provider.taken)])
    return Line("R7", "flips under load", kind, passed, counted, setting.seed, history, setting.name)


def _backlog(works: Works, first: int, count: int) -> int:
    """Let *count* more messages wait, from number *first* on; returns how many there were in all."""
    now = works.clock().isoformat()
    for begin in range(first, first + count, 500):
        numbers = range(begin, min(begin + 500, first + count))
        works.call([departed(ref=f"PO {n}", at=now, tell=[phone(n)]) for n in numbers])
    decided(works)
    return first + count


def _sent_to_the_end(works: Works, provider: _Timed) -> int:
    """Let all leave that still waits; returns how many do not, although nothing has left for `STILL` seconds."""
    calls, since = len(provider.begun), time.monotonic()
    while (waiting := len(works.messages(state="waiting"))) and time.monotonic() - since < STILL:
        works.clock.advance(MINUTE / 12)  # in steps that nobody takes for an outage, after which turns are given anew
        draining.release(works.database, works.clock(), FASTEST)  # as the clock's tick does
        time.sleep(0.2)
        if len(provider.begun) > calls:
            calls, since = len(provider.begun), time.monotonic()
    return waiting


@contextmanager
def _sending(kit: Kit) -> Iterator[None]:
    """Two processes' shares of sending (one on SQLite, where one process sends), as fast as they can."""
    over = threading.Event()
    dispatchers = [Dispatcher(kit) for _ in range(1 if kit.database.dialect == "sqlite" else 2)]

    def run(one: Dispatcher) -> None:
        while not over.is_set():
            try:
                if not one.run_due():
                    over.wait(0.005)
            except StoreError:
                over.wait(0.05)

    threads = [threading.Thread(target=run, args=(one,)) for one in dispatchers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
        for one in dispatchers:
            one.stop()


Flip = tuple[Callable[[], object], Callable[[], object]]


def _by_switch(works: Works, scope: str = "account", value: str = "") -> Flip:
    write, account_id, clock = works.database.write, works.account_id, works.clock
    return (
        lambda: write(
            lambda conn: switches.set_switch(conn, account_id, scope, value, by="proof", why="a flip", now=clock())
        ),
        lambda: _lifted(works, scope, value),
    )


def _lifted(works: Works, scope: str, value: str, rate: int = AT_ONCE_A_MINUTE) -> None:
    """Lift the pause, and let go of what waits behind it, as the service's own tick does."""
    now = works.clock()
    works.database.write(lambda conn: switches.lift_switches(conn, works.account_id, scope, value, now, rate))
    draining.release(works.database, now, rate)


def _by_file(works: Works) -> Flip:
    path: Path = works.kit.pause_file
    return lambda: path.write_text("paused by the proof\n", encoding="utf-8"), path.unlink


def _misses(works: Works, provider: _Timed) -> int:
    """The mutant: a pause of something else. Returns how many calls it lets begin, which must be seen."""
    pause, resume = _by_switch(works, "channel", "email")
    works.call([departed(ref=f"LATE {n}", at=works.clock().isoformat(), tell=[phone(50_000 + n)]) for n in range(50)])
    pause()
    since = time.monotonic()
    decided(works)
    time.sleep(RUN)
    resume()
    return len(provider.after(since))


def _rate(provider: _Timed) -> float:
    """The most calls that began within any quarter of a second, by the second."""
    begun = sorted(provider.begun)
    most, first = 0, 0
    for last, at in enumerate(begun):
        while at - begun[first] > RUN:
            first += 1
        most = max(most, last - first + 1)
    return most / RUN


def _outlives(setting: Setting, kind: str) -> Line:
    """A pause by switch and one by file, each over a restart; and one by file while no database is there."""
    clock = ManualClock(NOON)
    provider = _Timed(clock)
    counted: dict[str, Counted] = {}
    with house(setting, kind, clock, {Channel.SMS: provider}, drain_per_minute=FASTEST) as works:
        works.go(rules=AT_ONCE)
        for number, way in enumerate((_by_switch, _by_file)):
            name = way.__name__.removeprefix("_by_")
            pause, resume = way(works)
            pause()
            works.call(
                [departed(ref=f"{name} {n}", at=clock().isoformat(), tell=[phone(100 * number + n)]) for n in range(20)]
            )
            before = len(provider.begun)
            with opened(
                setting, works.database.address.render_as_string(hide_password=False), clock, {Channel.SMS: provider}
            ) as restarted:
                drained(restarted)
                clock.advance(2 * MINUTE)
                drained(restarted)
            counted[f"calls_after_restart_{name}"] = len(provider.begun) - before
            resume()
            for _ in range(3):
                clock.advance(MINUTE)
                drained(works)
            counted[f"calls_resumed_{name}"] = len(provider.begun) - before
        counted |= _without_database(works, provider)
    held = sum(int(value) for name, value in counted.items() if "after" in name or "while" in name)
    resumed = all(int(value) == 20 for name, value in counted.items() if "resumed" in name)
    passed = held == 0 and resumed
    return Line("R7", "restart, no database", kind, passed, counted, setting.seed, digest([counted]), setting.name)


def _without_database(works: Works, provider: _Timed) -> dict[str, Counted]:
    """The database goes, the file is made, the database comes back: nothing leaves until the file is gone."""
    away = _Away(works.database)
    works.call([departed(ref=f"AWAY {n}", at=works.clock().isoformat(), tell=[phone(900 + n)]) for n in range(20)])
    decided(works)
    before = len(provider.begun)
    pause, resume = _by_file(works)
    with _sending(replace(works.kit, database=away, senders=1)):  # type: ignore[arg-type]
        away.away.set()
        pause()
        since = time.monotonic()
        time.sleep(RUN)
        away.away.clear()
        time.sleep(WITHIN)
        after = len(provider.after(since))
        resume()
        until = time.monotonic() + 30
        while len(provider.begun) < before + 20 and time.monotonic() < until:
            works.clock.advance(MINUTE)
            time.sleep(0.1)
    return {"calls_while_away": after, "calls_resumed_away": len(provider.begun) - before}


def _drains(setting: Setting, kind: str) -> Line:
    """What a pause held leaves at the rate that was set, minute by minute; with none all at once."""
    clock = ManualClock(NOON)
    provider, count = _Timed(clock), setting.choose(180, 900)
    with house(setting, kind, clock, {Channel.SMS: provider}, senders=SENDERS) as works:
        works.go(rules=AT_ONCE)
        at_rate = _minutes(works, provider, count, 0, RATE)
        at_once = _minutes(works, provider, 2 * RATE, 10_000, AT_ONCE_A_MINUTE)
        waiting = len(works.messages(state="waiting"))
    counted: dict[str, Counted] = {
        "held": count,
        "rate": RATE,
        "most_a_minute": max(at_rate),
        "minutes": sum(found > 0 for found in at_rate),
        "sent": sum(at_rate),
        "waiting": waiting,
        "mutant_most_a_minute": max(at_once),
    }
    passed = max(at_rate) <= RATE and sum(at_rate) == count and waiting == 0 and max(at_once) > RATE
    return Line("R7", "drains", kind, passed, counted, setting.seed, digest([at_rate]), setting.name)


def _minutes(works: Works, provider: _Timed, count: int, first: int, rate: int) -> list[int]:
    """Hold so many, lift the pause at *rate*, and count what leaves in each minute."""
    pause, _ = _by_switch(works)
    pause()
    now = works.clock().isoformat()
    for begin in range(0, count, 500):
        numbers = range(first + begin, first + min(begin + 500, count))
        works.call([departed(ref=f"HELD {n}", at=now, tell=[phone(n)]) for n in numbers])
    drained(works)
    before = len(provider.taken)
    _lifted(works, "account", "", rate)
    end = works.clock() + (count // RATE + 3) * MINUTE
    begun = works.clock()
    while works.clock() < end:
        drained(works)
        works.clock.advance(MINUTE / 12)
    left = [int((at - begun) / MINUTE) for at, _ in provider.taken[before:]]
    return [left.count(minute) for minute in range(max(left, default=0) + 1)]
