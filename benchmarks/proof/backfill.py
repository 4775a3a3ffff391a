"""R8: a past that is loaded, loaded again and read again says nothing; nor does a database that was put back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from benchmarks.proof.card import Line, digest
from benchmarks.proof.house import AT_ONCE, NOON, Listed, Witness, drained, house, opened, phone, quiet
from benchmarks.proof.setting import Setting
from notifiers.base import Channel
from service.clock import ManualClock
from service.clockwork import audit
from service.flows import golive, imports, intake, recovery
from service.records.enums import Mode
from service.records.tables import InboundCall
from service.store.migrations import upgrade
from tests.kits import DAY, HOUR, MINUTE, Works, arrives, departed

HISTORY = (("picked_up", 44, None), ("departed", 40, "CNNGB"), ("arrived_destination", 12, "GBFXT"))
"""What happened so many days ago, and where; of every second order also that it was delivered."""

CALL = 500
"""Events in one call."""

STAGES = (Mode.SHADOW, Mode.LIVE)
TOLD = 40
"""People who were told something before the backup, and something else after it."""


def prove(setting: Setting) -> Iterator[Line]:
    """A past on each store, and a backup that is put back on each."""
    for kind in setting.kinds:
        yield _history(setting, kind)
    for kind in setting.kinds:
        yield _restored(setting, kind)


def _history(setting: Setting, kind: str) -> Line:
    """A third of it before going live, a third after; then all bodies once more, and calls read again by hand."""
    clock = ManualClock(NOON)
    provider = Witness(clock)
    orders = setting.choose(500, 25_000)
    with house(setting, kind, clock, {Channel.SMS: provider}) as works:
        works.go(Mode.SHADOW, rules=AT_ONCE)
        _customers(works, orders)
        kept = _load(works, 0, orders // 2)
        _pass(works, HOUR)
        plan = golive.plan(works.kit, works.account_id)
        golive.apply(works.kit, works.account_id, plan.id, by="proof")
        kept += _load(works, orders // 2, orders)
        _pass(works, HOUR)
        again = _load(works, 0, orders) + _replay(works, setting.choose(5, 50))
        kept += _shipments(works, orders)
        _pass(works, 3 * DAY, DAY / 2)
        sent = len(provider.taken)
        works.call([arrives("2026-11-20", ref="PO 1"), departed(ref="NEW", at=clock().isoformat())])
        _pass(works, DAY)
    news = len(provider.taken) - sent
    counted = {"facts": kept, "orders": orders, "again": again, "sent": sent, "news_sent": news}
    passed = sent == 0 and again == 0 and news > 0 and kept >= orders * len(HISTORY)
    texts = sorted(message.text.partition(" https://")[0] for _, message in provider.taken)
    return Line("R8", "history", kind, passed, counted, setting.seed, digest([counted, texts]), setting.name)


def _customers(works: Works, orders: int) -> None:
    rows = [f"C{number},Customer {number},{phone(number)},,en" for number in range(orders // 10)]
    text = "\n".join(["code,name,phone,email,language", *rows]) + "\n"
    imports.import_customers(works.kit, works.account_id, text, consent="contract of carriage")


def _shipments(works: Works, orders: int) -> int:
    """Those that are still under way by a file as well, with the date that was promised; returns how many facts."""
    rows = [f"PO {n},C{n % (orders // 10)},,,,2026-10-09,2026-10-09," for n in range(1, orders, 2)]
    text = "\n".join(["ref,customer,po,container,bl,due,told_date,need_by", *rows]) + "\n"
    return imports.import_shipments(works.kit, works.account_id, text).rows


def _load(works: Works, first: int, last: int) -> int:
    """Post the history of these orders in large calls; returns how many facts were new."""
    new, events = 0, [event for number in range(first, last) for event in _past(number, last)]
    for begin in range(0, len(events), CALL):
        new += works.call(events[begin : begin + CALL]).count("accepted")
    return new


def _past(number: int, orders: int) -> list[dict[str, Any]]:
    told = {"tell": [phone(number)]} if number % 3 == 0 else {"customer": f"C{number % max(orders // 10, 1)}"}
    story = [*HISTORY, ("delivered", 10, "GBFXT")] if number % 2 == 0 else HISTORY
    return [
        {"ref": f"PO {number}", "id": f"{number} {word}", "milestone": word, "at": (NOON - days * DAY).isoformat()}
        | told
        | ({"place": place} if place else {})
        for word, days, place in story
    ]


def _replay(works: Works, count: int) -> int:
    """Read calls again that were kept, as after a fix."""
    calls = works.rows(InboundCall)[:count]
    return sum(intake.replay(works.kit, works.account_id, call.id, works.source).count("accepted") for call in calls)


def _pass(works: Works, span: timedelta, step: timedelta = HOUR) -> None:
    drained(works)
    end = works.clock() + span
    while works.clock() < end:
        works.clock.advance(step)
        drained(works)


def _restored(setting: Setting, kind: str) -> Line:
    """Told, backed up, told more; then yesterday's database is put back, and its sources post again what is missing."""
    listed, unlisted = (_put_back(setting, kind, provider) for provider in (Listed, Witness))
    counted = {
        "told_before": TOLD,
        "told_since": listed["before"] - TOLD,
        "repeats": listed["repeats"],
        "held": listed["held"],
        "mutant_repeats": unlisted["repeats"],
    }
    passed = counted["told_since"] == TOLD and counted["repeats"] == 0 and counted["mutant_repeats"] > 0
    return Line("R8", "restored backup", kind, passed, counted, setting.seed, digest([listed]), setting.name)


def _put_back(setting: Setting, kind: str, shape: type[Witness]) -> dict[str, int]:
    clock = ManualClock(NOON)
    provider = shape(clock)
    sms = {Channel.SMS: provider}
    day_two = [arrives("2026-10-16", ref=f"PO {number}", id=f"e {number}") for number in range(TOLD)]
    with quiet(), setting.stores.fresh(kind) as url:
        upgrade(url)
        with opened(setting, url, clock, sms) as works:
            recovery.start(works.kit)
            works.go(rules=AT_ONCE)
            works.call([departed(ref=f"PO {n}", tell=[phone(n)]) for n in range(TOLD)])
            _live(works, HOUR)
        with setting.stores.copy(kind, url) as yesterday:
            with opened(setting, url, clock, sms) as works:
                works.call(day_two)
                _live(works, 12 * HOUR)
            before = len(provider.taken)
            with opened(setting, yesterday, clock, sms) as works:
                recovery.start(works.kit)
                works.call(day_two)
                _live(works, 12 * HOUR)
                held = len(works.messages(state="waiting"))
    said = Counter(_words(message.to, message.text) for _, message in provider.taken)
    return {"before": before, "repeats": sum(count - 1 for count in said.values()), "held": held}


def _words(to: str, text: str) -> str:
    """What was said to whom; the link in it is another one each time."""
    return json.dumps([to, text.partition(" https://")[0]])


def _live(works: Works, span: timedelta) -> None:
    """Let time pass in a service that is there: its pulse beats, and what its provider lists is read when it is due."""
    end = works.clock() + span
    while works.clock() < end:
        recovery.beat(works.kit)
        audit(works.kit)
        drained(works)
        works.clock.advance(10 * MINUTE)
