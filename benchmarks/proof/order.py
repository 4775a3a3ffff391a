"""R4: whatever order facts arrive in, the end is the same, and no text contradicts what was known when it left."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import astuple

from benchmarks.proof.card import Line, digest
from benchmarks.proof.house import NOON, house
from benchmarks.proof.setting import Setting
from service.clock import ManualClock
from service.records.enums import Mode
from service.records.situation import FactView, Spoken
from service.records.tables import Shipment
from tests.flows import every_order as events
from tests.policy.every_order import (
    BASE,
    FIRST,
    LAST,
    SEVEN,
    STEPS,
    arrives,
    assert_true,
    every_order,
    final,
    told_before,
)
from tests.policy.ledger import DAY, HOUR, MINUTE, START

SHORT_FIRST = 1
"""The short setting takes the orders that begin with one of the seven, which are 720."""


def prove(setting: Setting) -> Iterator[Line]:
    """Through policy alone, and then a choice of orders through the whole service on each store."""
    yield _policy(setting)
    for kind in setting.kinds:
        yield _service(setting, kind)


def _policy(setting: Setting) -> Line:
    chance = random.Random(setting.seed)
    first = SEVEN if setting.long else chance.sample(SEVEN, SHORT_FIRST)
    orders, ends, history, contradicted = 0, set(), [], ""
    try:
        for ledger in every_order(first):
            for notice in arrives(ledger, LAST, START + DAY):
                assert_true(notice, ledger.facts)
            ends.add(final(ledger, START + DAY + HOUR))
            history.append([fact.id for fact in ledger.facts])
            orders += 1
    except AssertionError as error:
        contradicted = str(error)
    caught = _event_driven(chance)
    counted = {
        "orders": orders,
        "ends": len(ends),
        "contradicting": int(bool(contradicted)),
        "mutant_contradicting": caught,
    }
    passed = orders == 720 * len(first) and len(ends) == 1 and not contradicted and caught > 0
    digested = digest([*history, *sorted(str(astuple(end)) for end in ends)])
    return Line("R4", "policy", "any", passed, counted, setting.seed, digested, setting.name)


def _event_driven(chance: random.Random, orders: int = 100) -> int:
    """The mutant: say of each event as it arrives what is said of it in the right order; returns how many are false.

    It is what a service does that turns events into texts, and the same check must find it out.
    """
    ledger = told_before()
    for number, new in enumerate(SEVEN):
        arrives(ledger, new, FIRST + number * MINUTE)
    texts = {STEPS[one.code.value]: one for _, one in ledger.said if one.code.value in STEPS}
    return sum(_false(chance.sample(SEVEN, len(SEVEN)), texts) for _ in range(orders))


def _false(order: list[FactView], texts: dict[str, Spoken]) -> int:
    known, found = list(BASE), 0
    for new in order:
        known.append(new)
        try:
            if new.retracts is None and new.event_key in texts:
                assert_true(texts[new.event_key], known)
        except AssertionError:
            found += 1
    return found


def _service(setting: Setting, kind: str) -> Line:
    count = setting.choose(20, 200)
    with house(setting, kind, ManualClock(NOON)) as works:
        works.go(Mode.SHADOW, rules=events.NEVER_LATE)
        events.begin(works, count)
        events.arrive(works, events.orders(count, setting.seed))
        ids = [one.id for one in works.rows(Shipment)]
        ends = {events.end_of(works, one) for one in ids}
        unlike = sum(events.told(works, one) != expected for one, expected in events.as_policy_says(works))
        said = sorted((one, events.told(works, one)) for one in ids)
    counted = {"orders": len(ids), "ends": len(ends), "unlike_policy": unlike}
    passed = len(ids) == count and len(ends) == 1 and unlike == 0
    history = digest([[text for _, text in said], sorted(map(str, ends))])
    return Line("R4", "service", kind, passed, counted, setting.seed, history, setting.name)
