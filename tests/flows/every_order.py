"""Seven milestones of a shipment as events, to be posted in any order, and where each shipment stands in the end."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from service.policy.simulate import replay
from service.records.tables import Notice, Occurrence, Promise, Shipment
from service.store import situations
from tests.kits import HOUR, Works

STEP = timedelta(hours=25)
"""Between two arrivals: a text each day is below the caps."""

NEVER_LATE = {"N12.late_hours": 1000, "N12.van_hours": 1000}
"""Rules for an account for which nothing is too late to be told."""

DUE = "2026-09-28"
EARLY, LATER = "2026-09-17T10:00:00Z", "2026-09-17T11:00:00Z"
END = datetime(2026, 9, 28, 12, tzinfo=UTC)
"""After all of them arrived, and after it was delivered."""

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

Told = list[tuple[str, tuple[str, ...]]]
"""What was said, in order, as (code, dates promised)."""


def orders(count: int, seed: int = 5040) -> list[list[dict[str, Any]]]:
    """Some of the 5,040 orders, the same for the same seed."""
    chance = random.Random(seed)
    return [chance.sample(SEVEN, len(SEVEN)) for _ in range(count)]


def of(number: int, event: dict[str, Any]) -> dict[str, Any]:
    """The event as one of the shipment *number*, whose person has a phone of their own."""
    named = {name: f"{event[name]} {number}" for name in ("id", "retracts") if name in event}
    return event | named | {"ref": f"PO {number}"}


def begin(works: Works, count: int) -> None:
    """Every shipment is booked, and its person, who hears of every step, is told when it is due."""
    booked = {"id": "booked", "milestone": "booking_confirmed", "at": "2026-09-15T08:00:00Z", "due": DUE}
    calls = [of(n, booked) | {"tell": [{"phone": f"+447700900{n:03d}"}]} for n in range(count)]
    assert {item.outcome for item in works.call(calls).items} == {"accepted"}
    works.settle()
    assert len(works.messages(code="M02", state="accepted")) == count
    works.forward(STEP)


def arrive(works: Works, arriving: Sequence[Sequence[dict[str, Any]]]) -> None:
    """One event of each shipment a day, each in its own order, and at last that it was delivered."""
    for number in range(len(SEVEN)):
        calls = [of(n, order[number]) for n, order in enumerate(arriving)]
        assert {item.outcome for item in works.call(calls).items} == {"accepted"}
        works.forward(STEP)
    works.until(END)
    works.call([of(n, LAST) for n in range(len(arriving))])
    works.forward(HOUR)


def end_of(works: Works, shipment_id: str) -> tuple[object, ...]:
    """Where a shipment stands: the truth, what happened, and how the last promise ended."""
    row = works.shipment(shipment_id)
    open_ones = sorted(
        (one.milestone.value, one.stop) for one in works.rows(Occurrence, shipment_id=shipment_id, closed_at=None)
    )
    words = [one for one in works.rows(Promise, shipment_id=shipment_id, state="told") if one.at_date]
    last = {one.line.value: (str(one.at_date), one.outcome) for one in sorted(words, key=lambda one: one.ordinal)}
    return row.status, row.due_date, row.late_days, tuple(open_ones), tuple(last.items())


def told(works: Works, shipment_id: str) -> Told:
    """What was handed over about a shipment."""
    words = works.rows(Promise, shipment_id=shipment_id, state="told")
    said = works.rows(Notice, shipment_id=shipment_id, state="said")
    return [
        (one.code.value, tuple(str(word.at_date) for word in words if word.notice_id == one.id))
        for one in sorted(said, key=lambda one: one.created_at)
    ]


def as_policy_says(works: Works) -> Iterator[tuple[str, Told]]:
    """The id of each shipment, and what policy alone would have said of its facts as they arrived."""
    ids = [one.id for one in works.rows(Shipment)]
    with works.database.read() as conn:
        found = situations.situations(conn, [(works.account_id, one) for one in ids])
    for one in found:
        said = [speech.notice for speech in replay(one, works.clock())]
        yield (
            one.shipment.id,
            [(n.code.value, tuple(str(word.when.on) for word in n.promises if word.when)) for n in said],
        )
