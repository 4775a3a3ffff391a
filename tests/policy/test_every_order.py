"""All 5,040 orders in which seven milestones can arrive come to one end, and no step says what is known to be false."""

from __future__ import annotations

from functools import cache

import pytest

from service.records.situation import FactView
from tests.policy.every_order import (
    FIRST,
    LAST,
    SEVEN,
    STEPS,
    Final,
    arrives,
    assert_true,
    every_order,
    final,
    told_before,
)
from tests.policy.ledger import DAY, HOUR, MINUTE, START

END = START + DAY + HOUR


@cache
def expected() -> Final:
    """Where the shipment stands when everything arrives as it happened."""
    ledger = told_before()
    for number, new in enumerate(SEVEN):
        arrives(ledger, new, FIRST + number * MINUTE)
    arrives(ledger, LAST, START + DAY)
    return final(ledger, END)


@pytest.mark.parametrize("first", SEVEN, ids=lambda one: str(one.id))
def test_every_order_comes_to_one_end(first: FactView) -> None:
    """A seventh of all orders: each decided and sent at every step, each text held against what was known."""
    orders, codes = 0, set()
    for ledger in every_order([first]):
        for notice in arrives(ledger, LAST, START + DAY):
            assert_true(notice, ledger.facts)
        assert final(ledger, END) == expected()
        codes |= set(ledger.codes)
        orders += 1
    assert orders == 720
    assert codes == sayable(first)


def sayable(first: FactView) -> set[str]:
    """The texts that some order says which begins with *first*: no step before it, unless it is taken back itself."""
    if first.retracts is not None:
        return set(STEPS)
    keys = list(STEPS.values())
    begin = 1 if first.event_key == "wrong" else keys.index(first.event_key)
    return {"M02", "D16", *list(STEPS)[begin:]}


def test_the_end_is_the_truth() -> None:
    end = expected()
    assert end.summary.status == "delivered"
    assert end.promises == (("delivery", "2026-09-18", "kept"),)
    assert [milestone for milestone, _, _ in end.open] == sorted(
        ["departed", "arrived_destination", "customs_cleared", "out_for_delivery", "delivered", "booking_confirmed"]
    )
