"""Orders of arrival through the whole service, on each store: journal, decide, dispatch to this machine's phone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service.clock import ManualClock
from service.policy.simulate import replay
from service.records.enums import Mode
from service.records.tables import Notice, Occurrence, Promise, Shipment
from service.store import situations
from service.store.engine import Database
from tests.kits import HOUR, Works, running

ORDERS = 50
STEP = timedelta(hours=25)
"""Between two arrivals: a text each day is below the caps."""

DUE = "2026-09-28"
EARLY, LATER = "2026-09-17T10:00:00Z", "2026-09-17T11:00:00Z"

SEVEN: tuple[dict[str, Any], ...] = (
    {"id": "left", "stated_at": EARLY, "milestone": "departed", "at": "2026-09-15T10:00:00Z", "place": "NLRTM"},
    {"id": "left", "stated_at": LATER, "milestone": "departed", "at": "2026-09-15T11:00:00Z", "place": "NLRTM"},
    {"id": "there", "milestone": "arrived_destination", "at": "2026-09-16T09:00:00Z", "place": "GBFXT"},
    {"id": "cleared", "milestone": "customs_cleared", "at": "2026-09-16T15:00:00Z", "place": "GBFXT"},
    {"id": "van", "milestone": "out_for_delivery", "at": "2026-09-17T07:00:00Z"},
    {"id": "wrong", "stated_at": EARLY, "milestone": "delivered", "at": "2026-09-17T09:00:00Z"},
    {"id": "not so", "stated_at": LATER, "retracts": "wrong"},
)
LAST = {"id": "right", "milestone": "delivered", "at": f"{DUE}T10:00:00Z"}


@pytest.fixture
def works(database: Database, clock: ManualClock, tmp_path: Path) -> Iterator[Works]:
    """An account in shadow, for which nothing is too late to be told."""
    with running(database, clock, place=tmp_path) as found:
        found.go(Mode.SHADOW, rules={"N12.late_hours": 1000})
        yield found


def orders() -> list[list[dict[str, Any]]]:
    """Fifty of the 5,040 orders, the same in every run."""
    chance = random.Random(5040)
    return [chance.sample(SEVEN, len(SEVEN)) for _ in range(ORDERS)]


def of(number: int, event: dict[str, Any]) -> dict[str, Any]:
    """The event as one of the shipment *number*, whose person has a phone of their own."""
    named = {name: f"{event[name]} {number}" for name in ("id", "retracts") if name in event}
    return event | named | {"ref": f"PO {number}"}


def begin(works: Works) -> None:
    """Every shipment is booked, and its person, who hears of every step, is told when it is due."""
    booked = {"id": "booked", "milestone": "booking_confirmed", "at": "2026-09-15T08:00:00Z", "due": DUE}
    calls = [of(n, booked) | {"tell": [{"phone": f"+447700900{n:03d}"}]} for n in range(ORDERS)]
    assert {item.outcome for item in works.call(calls).items} == {"accepted"}
    works.settle()
    assert len(works.messages(code="M02", state="accepted")) == ORDERS
    works.forward(STEP)


def end_of(works: Works, shipment_id: str) -> tuple[object, ...]:
    """Where a shipment stands: the truth, what happened, and how the last promise ended."""
    row = works.shipment(shipment_id)
    open_ones = sorted(
        (one.milestone.value, one.stop) for one in works.rows(Occurrence, shipment_id=shipment_id, closed_at=None)
    )
    told = [one for one in works.rows(Promise, shipment_id=shipment_id, state="told") if one.at_date]
    last = {one.line.value: (str(one.at_date), one.outcome) for one in sorted(told, key=lambda one: one.ordinal)}
    return row.status, row.due_date, row.late_days, tuple(open_ones), tuple(last.items())


def told(works: Works, shipment_id: str) -> list[tuple[str, tuple[str, ...]]]:
    """What was handed over about a shipment, in order, as (code, dates promised)."""
    words = works.rows(Promise, shipment_id=shipment_id, state="told")
    said = works.rows(Notice, shipment_id=shipment_id, state="said")
    return [
        (one.code.value, tuple(str(word.at_date) for word in words if word.notice_id == one.id))
        for one in sorted(said, key=lambda one: one.created_at)
    ]


def test_fifty_orders_come_to_one_end_and_say_what_policy_says(works: Works) -> None:
    begin(works)
    arriving = orders()
    for number in range(len(SEVEN)):
        calls = [of(n, order[number]) for n, order in enumerate(arriving)]
        assert {item.outcome for item in works.call(calls).items} == {"accepted"}
        works.forward(STEP)
    works.until(datetime(2026, 9, 28, 12, tzinfo=UTC))
    works.call([of(n, LAST) for n in range(ORDERS)])
    works.forward(HOUR)
    ids = [one.id for one in works.rows(Shipment)]
    assert len(ids) == ORDERS
    assert {end_of(works, one) for one in ids} == {end_of(works, ids[0])}
    with works.database.read() as conn:
        found = situations.situations(conn, [(works.account_id, one) for one in ids])
    for one in found:
        expected = [
            (speech.notice.code.value, tuple(str(word.when.on) for word in speech.notice.promises if word.when))
            for speech in replay(one, works.clock())
        ]
        assert told(works, one.shipment.id) == expected


def test_what_arrives_together_says_one_thing(works: Works) -> None:
    begin(works)
    for n, order in enumerate(orders()):
        works.call([of(n, event) for event in order])
    works.forward(HOUR)
    ids = [one.id for one in works.rows(Shipment)]
    assert {tuple(told(works, one)) for one in ids} == {(("M02", (DUE,)), ("M19", ()))}
    assert {end_of(works, one) for one in ids} == {end_of(works, ids[0])}
