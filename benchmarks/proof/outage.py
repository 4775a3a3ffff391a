"""R5: after an hour, half a day and three days away nothing stale leaves, and nobody is alarmed by our own silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from benchmarks.proof.card import Line, digest
from benchmarks.proof.house import AT_ONCE, NOON, Witness, decided, drained, opened, phone, quiet
from benchmarks.proof.setting import Setting
from notifiers.base import Channel
from service.clock import ManualClock
from service.flows import recovery
from service.records.tables import Message, Notice, Reference
from service.store.migrations import upgrade
from service.store.statistics import count_grown
from tests.kits import DAY, HOUR, MINUTE, Works, departed

AWAY = (HOUR, 12 * HOUR, 72 * HOUR)
KINDS = ("out_for_delivery", "departed", "customs_hold")
"""Their texts are worth sending for 3, 12 and 24 hours."""

WATCHED = 20
"""Shipments that are due while we are away, and of which we hear when we are back."""

SILENT = 5
"""Shipments that are due as well and of which nobody ever hears again: there the alarm is right."""

ALARMS = {"D03", "D04"}
FASTEST, SECONDS = 100_000, 15
"""How many messages leave in a minute, so that the largest backlog has had its turns within so many seconds."""

STEP, PULSE, AFTER = 30 * MINUTE, 5 * MINUTE, 48 * HOUR


def prove(setting: Setting) -> Iterator[Line]:
    """One backlog for each store, and a copy of it for each length of the outage and for the mutant."""
    for kind in setting.kinds:
        with quiet(), setting.stores.fresh(kind) as url:
            upgrade(url)
            _backlog(setting, url, setting.choose(300, 20_000))
            for away in AWAY:
                blind = _alarms(setting, kind, url, away) if away > DAY else None
                with setting.stores.copy(kind, url) as copy:
                    yield _line(setting, kind, copy, away, blind)


def _backlog(setting: Setting, url: str, count: int) -> None:
    """What waits when the service goes away: everybody was told of the watched ones, nobody of the others."""
    clock = ManualClock(NOON)
    with opened(setting, url, clock, {Channel.SMS: Witness(clock)}) as works:
        recovery.start(works.kit)
        works.go(rules=AT_ONCE)
        works.call([_watched(number) for number in range(WATCHED + SILENT)])
        drained(works)
        now = clock().isoformat()
        for begin in range(0, count, 500):
            works.call([_waiting(number, now) for number in range(begin, min(begin + 500, count))])
        decided(works)
        works.database.write(count_grown)  # as the clockwork does
        recovery.beat(works.kit)
        recovery.stop(works.kit)


def _watched(number: int) -> dict[str, Any]:
    eta = (NOON + 5 * HOUR).date().isoformat()
    return departed(ref=f"DUE {number}", at=NOON.isoformat(), eta=eta, tell=[phone(90_000 + number)])


def _waiting(number: int, now: str) -> dict[str, Any]:
    kind = KINDS[number % len(KINDS)]
    place = {"place": "CNNGB" if kind == "departed" else "GBFXT"}
    return {"ref": f"PO {number}", "milestone": kind, "at": now, "tell": [phone(number)]} | place


@dataclass(slots=True)
class _Back:
    """What is there when two days have passed since we are back."""

    at: datetime
    provider: Witness
    messages: dict[str, Any]
    notices: list[Any]
    refs: dict[str, str]

    def alarms(self, *, true: bool) -> int:
        """How many were told of a silence: of those who never hear again, or of those of whom we hear."""
        silent = {f"DUE {number}" for number in range(WATCHED, WATCHED + SILENT)}
        said = [one for one in self.notices if one.code.value in ALARMS and one.state.value == "said"]
        return sum((self.refs[one.shipment_id] in silent) is true for one in said)


def _line(setting: Setting, kind: str, url: str, away: timedelta, blind: int | None) -> Line:
    back = _return(setting, url, away, noticed=True)
    taken = [(at, back.messages[message.id]) for at, message in back.provider.taken]
    ends = Counter(row.state.value for row in back.messages.values())
    told = Counter((one.shipment_id, one.contact_id, one.code) for one in back.notices if one.state.value == "said")
    before = [row for row in back.messages.values() if row.created_at < back.at]
    waited = [row for row in before if row.handed_at is None or row.handed_at >= back.at]
    late = sum(row.state.value == "waiting" and row.send_before <= back.at + AFTER for row in waited)
    counted = {
        "waiting": len(waited),
        "sent": len(taken),
        "stale": sum(at >= row.send_before for at, row in taken),
        "twice": sum(count - 1 for count in told.values()),
        "expired": ends["expired"],
        "not_marked": late,
        "said_afresh": sum(row.created_at >= back.at for _, row in taken),
        "false_alarms": back.alarms(true=False),
        "true_alarms": back.alarms(true=True),
    } | ({} if blind is None else {"mutant_false_alarms": blind})
    wrong = sum(counted[name] for name in ("stale", "twice", "not_marked", "false_alarms"))
    seen = counted["expired"] > 0 or away <= HOUR
    passed = wrong == 0 and seen and counted["true_alarms"] > 0 and blind != 0 and len(taken) > 0
    hours = int(away / HOUR)
    history = digest([sorted(ends.items()), counted])
    return Line("R5", f"away {hours} h", kind, passed, counted, setting.seed, history, setting.name)


def _alarms(setting: Setting, kind: str, url: str, away: timedelta) -> int:
    """The mutant does not notice that it was away; returns how many it alarms for nothing."""
    with setting.stores.copy(kind, url) as copy:
        return _return(setting, copy, away, noticed=False, backlog=False).alarms(true=False)


def _return(setting: Setting, url: str, away: timedelta, *, noticed: bool, backlog: bool = True) -> _Back:
    """Come back, hear two hours later what was not heard, and go on for two days."""
    clock = ManualClock(NOON + away)
    provider = Witness(clock)
    back = clock()
    heard = False
    senders = setting.choose(32, 200)
    with opened(setting, url, clock, {Channel.SMS: provider}, senders=senders, drain_per_minute=FASTEST) as works:
        if noticed:
            recovery.start(works.kit)
        if backlog:
            _in_turn(works, clock)
        while clock() < back + AFTER:
            if not heard and clock() >= back + 2 * HOUR:
                heard = True
                works.call([_arrived(number) for number in range(WATCHED)])
            if backlog or not heard:
                drained(works)
            for _ in range(int(STEP / PULSE)):
                clock.advance(PULSE)
                if noticed:
                    recovery.beat(works.kit)
        return _Back(back, provider, _by_id(works), works.rows(Notice), _refs(works))


def _in_turn(works: Works, clock: ManualClock) -> None:
    """What has waited leaves in turn: the clock goes on until the last has had its own."""
    drained(works)
    for _ in range(SECONDS):
        clock.advance(timedelta(seconds=1))
        drained(works)


def _arrived(number: int) -> dict[str, Any]:
    at = (NOON + 3 * HOUR).isoformat()
    return {"ref": f"DUE {number}", "milestone": "arrived_destination", "at": at, "place": "GBFXT"}


def _by_id(works: Works) -> dict[str, Any]:
    return {row.id: row for row in works.rows(Message)}


def _refs(works: Works) -> dict[str, str]:
    return {row.shipment_id: row.shown for row in works.rows(Reference)}
