"""R6: every line after the provider's answer breaks, again and again for four hours: nobody gets a text twice."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from benchmarks.proof.card import Line, digest
from benchmarks.proof.house import AT_ONCE, NOON, Listed, Witness, decided, house
from benchmarks.proof.setting import Setting
from notifiers.base import Accepted, Channel, Message
from service.clock import ManualClock
from service.clockwork import settle_doubt
from service.flows import recovery
from service.flows.dispatch import Dispatcher
from service.policy.sending import CALLS
from service.records.ids import new_id
from service.store.locks import prove_life
from tests.kits import MINUTE, Works, departed

POINTS = ("s1", "s3", "s4", "s5")
LAG = timedelta(seconds=150)
"""How long what was taken is missing in the provider's list: shorter than our quarantine and the second look."""

DEADLY = 0.7
"""The share of the minutes in which the process breaks at one of the points."""


class _Careless(Listed):
    """A provider with a list that lags; of three texts one is taken well, one taken and then it breaks, one not taken.

    `calls` counts every call by message.
    """

    def __init__(self, clock: ManualClock, chance: random.Random) -> None:
        super().__init__(clock, LAG)
        self.calls: Counter[str] = Counter()
        self._chance = chance

    def send(self, message: Message) -> Accepted:
        """Take it, or not, and answer, or not. See `Notifier.send`."""
        with self._gate:
            self.calls[message.id] += 1
            fate = self._chance.choice(("taken", "taken and breaks", "breaks"))
        answer = super().send(message) if fate != "breaks" else None
        if answer is None or fate == "taken and breaks":
            raise RuntimeError("the line after the answer")
        return answer


@dataclass(slots=True)
class _Process:
    """A process of one minute: it may break at one point, once or at every turn."""

    point: str
    broke: threading.Event

    def reach(self, point: str) -> None:
        if point == self.point:
            self.broke.set()
            # A seat has nobody above it who could catch anything: it ends without a word, as it does with its process.
            raise SystemExit if point == "s3" else RuntimeError("the process breaks here")


def prove(setting: Setting) -> Iterator[Line]:
    """With the quarantine that is set, and without one, which must be found out."""
    for kind in setting.kinds:
        yield _line(setting, kind)


def _line(setting: Setting, kind: str) -> Line:
    provider, states, broken = _four_hours(setting, kind, quarantine=timedelta(seconds=120))
    hasty, _, _ = _four_hours(setting, kind, quarantine=timedelta(0))
    counted = {
        "minutes": setting.choose(45, 240),
        "messages": sum(states.values()),
        "breaks": broken,
        "texts": len(provider.taken),
        "extra": _extra(provider),
        "most_calls": max(provider.calls.values()),
        "unknown": states["unknown"],
        "mutant_extra": _extra(hasty),
    }
    ended = not {"sending", "uncertain", "waiting"} & states.keys()
    passed = counted["extra"] == 0 and counted["most_calls"] <= CALLS and ended and counted["mutant_extra"] > 0
    history = digest([sorted(states.items())])
    return Line("R6", "breaks after the answer", kind, passed, counted, setting.seed, history, setting.name)


def _extra(provider: Witness) -> int:
    return sum(count - 1 for count in Counter(message.id for _, message in provider.taken).values())


def _four_hours(setting: Setting, kind: str, quarantine: timedelta) -> tuple[_Careless, Counter[str], int]:
    clock, chance = ManualClock(NOON), random.Random(setting.seed)
    provider, broken = _Careless(clock, chance), 0
    with house(setting, kind, clock, {Channel.SMS: provider}, senders=setting.choose(2, 8)) as works:
        works.go(rules=AT_ONCE | {"N12.late_hours": 1000})
        minutes, each = setting.choose(45, 240), setting.choose(2, 4)
        for minute in range(minutes):
            if minute < minutes * 0.4:
                new = range(minute * each, (minute + 1) * each)
                works.call([departed(ref=f"PO {n}", tell=[f"+447700900{n:03d}"]) for n in new])
            breaks = minute < minutes * 0.8 and chance.random() < DEADLY
            broken += _minute(works, quarantine, chance.choice(POINTS) if breaks else "")
            clock.advance(MINUTE)
        clock.advance(timedelta(hours=13))  # what nobody took in three calls is honest about it when its time is over
        _minute(works, quarantine, "")
        states = Counter(works.states())
    return provider, states, broken


def _minute(works: Works, quarantine: timedelta, point: str) -> int:
    """One process, from its start to its end; returns whether it broke."""
    process = _Process(point, threading.Event())
    kit = replace(works.kit, worker_id=new_id("wrk"), reach=process.reach, quarantine=quarantine)
    life = prove_life(kit.database, kit.worker_id)
    dispatcher = Dispatcher(kit)
    try:
        recovery.start(kit)
        settle_doubt(kit)
        decided(works)
        _send(dispatcher, process.broke)
    finally:
        dispatcher.stop(0.0 if process.broke.is_set() else 10.0)
        life.close()
    return int(process.broke.is_set())


def _send(dispatcher: Dispatcher, broke: threading.Event) -> None:
    """Send what is due, until it breaks."""
    try:
        while dispatcher.run_due() and not broke.is_set():
            while not dispatcher.wait_idle(0.002) and not broke.is_set():
                pass
    except RuntimeError:
        assert broke.is_set(), "only what is made to break breaks"
