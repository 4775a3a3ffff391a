"""R9: every due check is made once, by whatever number of processes, over clock changes, jumps and deaths."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from benchmarks.proof.card import Line, digest
from benchmarks.proof.house import NOON, house
from benchmarks.proof.setting import Setting
from service.clock import ManualClock
from service.flows import ticking
from service.flows.kit import Kit
from service.policy.digest import AT, next_digest
from service.policy.timing import Reader
from service.store import ticks
from service.store.engine import open_database

TAKERS = 8
RHYTHMS = {
    "doubt": timedelta(seconds=10),
    "pulse": timedelta(seconds=15),
    "audit": timedelta(seconds=30),
    "desk": timedelta(seconds=60),
    "digests": timedelta(minutes=5),
}
"""As the service's own checks, from the fastest to a slow one."""

STEP = timedelta(seconds=60)
DEADLY = ("t1", "t2")
DEATHS = 0.01
"""The share of the checks over which whoever took one dies."""

DAY = timedelta(days=1)
YEAR = datetime(2027, 1, 1, tzinfo=UTC)


class _Dies(BaseException):
    """The end of a process, as far as a thread can have one."""


def prove(setting: Setting) -> Iterator[Line]:
    """Instants taken at once on each store, the shape that is known to be wrong, and every zone of the world."""
    for kind in setting.kinds:
        yield _contested(setting, kind)
    yield _zones(setting)


class _Chart:
    """What was due and what ran, by pass: between two settings of the clock each instant is due once.

    `died` are the checks over which whoever took them died, `seen` those that the store says nobody finished.
    """

    def __init__(self, clock: ManualClock) -> None:
        self.clock, self.begun = clock, 0
        self.due: set[tuple[int, str, datetime]] = set()
        self.ran: Counter[tuple[int, str, datetime]] = Counter()
        self.died: set[tuple[str, datetime]] = set()
        self.seen: set[tuple[str, datetime]] = set()
        self._gate = threading.Lock()

    def at(self, name: str) -> tuple[int, str, datetime]:
        return (self.begun, name, ticking.instant_of(self.clock(), RHYTHMS[name]))

    def note(self, name: str) -> None:
        with self._gate:
            self.ran[self.at(name)] += 1

    def dies(self, name: str) -> None:
        with self._gate:
            self.died.add(self.at(name)[1:])


def _contested(setting: Setting, kind: str) -> Line:
    """Takers with a store of their own (SQLite has one deciding process, so there they share its one)."""
    clock, chance = ManualClock(NOON), random.Random(setting.seed)
    firings = setting.choose(300, 10_000)
    with house(setting, kind, clock) as works, ExitStack() as held:
        kits = [works.kit]
        for _ in range(TAKERS - 1):
            database = works.database
            if kind == "postgresql":
                database = open_database(works.database.address.render_as_string(hide_password=False))
                held.callback(database.close)
            kits.append(replace(works.kit, database=database))
        chart = _play(kits, clock, chance, firings, lambda _taker, name: name)
        each = _play(kits, clock, chance, 40, lambda taker, name: f"{name} {taker}")
    missed, doubled = chart.due - chart.ran.keys(), sum(count - 1 for count in chart.ran.values())
    mutant = sum(count - 1 for count in each.ran.values())
    counted = {
        "takers": TAKERS,
        "due": len(chart.due),
        "missed": len(missed),
        "doubled": doubled,
        "jumps": chart.begun,
        "died": len(chart.died),
        "died_seen": len(chart.died & chart.seen),
        "mutant_doubled": mutant,
    }
    passed = not missed and doubled == 0 and len(chart.due) >= firings and chart.died <= chart.seen and mutant > 0
    history = digest(sorted([str(one) for one in chart.ran]))
    return Line("R9", "contested", kind, passed, counted, setting.seed, history, setting.name)


def _play(
    kits: list[Kit], clock: ManualClock, chance: random.Random, firings: int, job: Callable[[int, str], str]
) -> _Chart:
    """Let all takers ask at each step of the clock until so many checks were due; three times it is set by hand."""
    chart, local = _Chart(clock), threading.local()
    jumps = {int(firings * share): by for share, by in ((0.2, 1), (0.4, -1), (0.6, -72), (0.8, 1))}

    def reach(point: str) -> None:
        if point in DEADLY and local.dies == point:
            raise _Dies

    def take(taker: int, deadly: dict[str, str]) -> None:
        for name, every in RHYTHMS.items():
            local.dies = deadly.get(name)
            try:
                kit = replace(kits[taker], reach=reach)
                ticking.once(kit, job(taker, name), every, lambda name=name: chart.note(name))  # type: ignore[misc]
            except _Dies:
                chart.dies(name)
                if local.dies == "t1":
                    chart.note(name)  # it was taken, and it is not made: see `died`

    with ThreadPoolExecutor(len(kits)) as pool:
        while len(chart.due) < firings:
            clock.advance(STEP)
            for mark in [mark for mark in jumps if mark <= len(chart.due)]:
                clock.advance(timedelta(hours=jumps.pop(mark)))
                chart.begun += 1
                list(pool.map(take, range(len(kits)), [{}] * len(kits)))  # finds out that the clock was set
                chart.ran = Counter({at: n for at, n in chart.ran.items() if at[0] != chart.begun})
                clock.advance(max(RHYTHMS.values()))
            chart.due |= {chart.at(name) for name in RHYTHMS}
            deadly = {name: chance.choice(DEADLY) for name in RHYTHMS if chance.random() < DEATHS}
            list(pool.map(take, range(len(kits)), [deadly] * len(kits)))
            for name in deadly:
                with kits[0].database.read() as conn:
                    chart.seen |= {(name, at) for at in ticks.unfinished_ticks(conn, name)}
    return chart


def _zones(setting: Setting) -> Line:
    """The digest of half past seven over the clock changes of 2027, in every zone: one on each day."""
    missed = doubled = days = changes = 0
    history: list[object] = []
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        begins = [YEAR] if setting.long else [at - 2 * DAY for at in _changes(zone)]
        changes += len(_changes(zone))
        for begin in begins:
            said = _digests(Reader(name, weekends=True), begin, begin + (365 * DAY if setting.long else 4 * DAY))
            on = Counter(at.astimezone(zone).date() for at in said)
            due = _days(zone, said[0], said[-1])
            missed += len(due - on.keys())
            doubled += sum(count - 1 for count in on.values())
            days += len(due)
            history.append([name, *(at.isoformat() for at in said)])
    counted = {
        "zones": len(available_timezones()),
        "changes": changes,
        "days": days,
        "missed": missed,
        "doubled": doubled,
    }
    passed = missed == 0 and doubled == 0 and changes > 0
    return Line("R9", "zones", "any", passed, counted, setting.seed, digest(history), setting.name)


def _changes(zone: ZoneInfo) -> list[datetime]:
    """The days of 2027 on which the zone's clocks change."""
    days = [YEAR + number * DAY for number in range(366)]
    return [
        one for one, after in pairwise(days) if one.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset()
    ]


def _digests(reader: Reader, begin: datetime, end: datetime) -> list[datetime]:
    found = [next_digest(begin, reader)]
    while found[-1] < end:
        found.append(next_digest(found[-1], reader))
    return found


def _days(zone: ZoneInfo, first: datetime, last: datetime) -> set[date]:
    """The days that the zone's calendar has between two instants, and on which there is a half past seven."""
    day, end, found = first.astimezone(zone).date(), last.astimezone(zone).date(), set()
    while day <= end:
        if _there(datetime.combine(day, AT, zone)):
            found.add(day)
        day += DAY
    return found


def _there(local: datetime) -> bool:
    """Whether the clocks of its zone ever show this time."""
    back = local.astimezone(UTC).astimezone(local.tzinfo)
    return (back.date(), back.time()) == (local.date(), time(local.hour, local.minute))
