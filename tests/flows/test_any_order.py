"""Orders of arrival through the whole service, on each store: journal, decide, dispatch to this machine's phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.clock import ManualClock
from service.records.enums import Mode
from service.records.tables import Shipment
from service.store.engine import Database
from tests.flows.every_order import DUE, NEVER_LATE, arrive, as_policy_says, begin, end_of, of, orders, told
from tests.kits import HOUR, Works, running

ORDERS = 50
"""Of the 5,040, the same in every run."""


@pytest.fixture
def works(database: Database, clock: ManualClock, tmp_path: Path) -> Iterator[Works]:
    """An account in shadow, for which nothing is too late to be told."""
    with running(database, clock, place=tmp_path) as found:
        found.go(Mode.SHADOW, rules=NEVER_LATE)
        yield found


def test_fifty_orders_come_to_one_end_and_say_what_policy_says(works: Works) -> None:
    begin(works, ORDERS)
    arrive(works, orders(ORDERS))
    ids = [one.id for one in works.rows(Shipment)]
    assert len(ids) == ORDERS
    assert {end_of(works, one) for one in ids} == {end_of(works, ids[0])}
    for shipment_id, expected in as_policy_says(works):
        assert told(works, shipment_id) == expected


def test_what_arrives_together_says_one_thing(works: Works) -> None:
    begin(works, ORDERS)
    for n, order in enumerate(orders(ORDERS)):
        works.call([of(n, event) for event in order])
    works.forward(HOUR)
    ids = [one.id for one in works.rows(Shipment)]
    assert {tuple(told(works, one)) for one in ids} == {(("M02", (DUE,)), ("M19", ()))}
    assert {end_of(works, one) for one in ids} == {end_of(works, ids[0])}
