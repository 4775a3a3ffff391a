"""A booking that was changed or cancelled: what was planned before it no longer stands, what is stated since does."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from service.policy.journey import fold
from service.policy.summary import summarise
from service.records.situation import FactView
from tests.policy.ledger import DAY, START, M, due, eta, fact

LATER = START + 5 * DAY
CHANGED = fact(M.BOOKING_CHANGED_CANCELLED, "2026-09-18T12:00", START + DAY)
NINTH = date(2026, 10, 9)


@pytest.mark.parametrize(
    ("facts", "day"),
    [
        ((eta("2026-10-09"), CHANGED), None),
        ((eta("2026-10-09"), due("2026-10-12"), CHANGED), None),
        ((CHANGED, eta("2026-10-09", START + DAY)), NINTH),
        ((CHANGED, eta("2026-10-05"), eta("2026-10-09", START + 2 * DAY)), NINTH),
        ((due("2026-10-12"), CHANGED, eta("2026-10-09", START + 2 * DAY)), NINTH),
    ],
)
def test_a_date_from_before_its_booking_was_changed_no_longer_stands(
    facts: tuple[FactView, ...], day: date | None
) -> None:
    for order in permutations(facts):
        found = summarise(fold(order, LATER))
        assert (found.due.on if found.due else None) == day
        assert ("booking_open" in found.flags) is (day is None)
        assert [stop.when.on for stop in found.stops if stop.when and stop.state == "expected"] == (
            [day] if day else []
        )


def test_how_a_date_came_to_hold_ends_with_the_change() -> None:
    truth = next(iter(fold([eta("2026-10-09"), CHANGED], LATER).lines.values()))
    assert (truth.current, truth.when) == (None, None)
    assert truth.history[-1] == (START + DAY, None)


BOOKED = fact(M.BOOKING_CONFIRMED, "2026-09-16T12:00", START)
AGAIN = fact(M.BOOKING_CONFIRMED, "2026-09-18T15:00", START + 2 * DAY, key="again")
AWAY = fact(M.DEPARTED, "2026-09-17T10:00", START, place="CNNGB", place_name="Ningbo")
LEFT = fact(M.DEPARTED, "2026-09-19T10:00", START + 2 * DAY, place="CNNGB", place_name="Ningbo")
HELD = fact(M.CUSTOMS_HOLD, "2026-09-17T11:00", START)
THERE = fact(M.ARRIVED_DESTINATION, "2026-09-20T10:00", START + 3 * DAY, place="GBFXT", place_name="Felixstowe")
OPEN = ("exception", "Booking changed or cancelled")
ON_THE_WAY = ("in_transit", "On the way, left Ningbo")


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ((BOOKED, CHANGED), OPEN),
        ((BOOKED, eta("2026-10-09"), AWAY, CHANGED), OPEN),
        ((BOOKED, CHANGED, eta("2026-10-09", START + 2 * DAY)), ("booked", "Booked")),
        ((CHANGED, eta("2026-10-09", START + 2 * DAY)), ("booked", "Booked")),
        ((CHANGED, AGAIN), ("booked", "Booked")),
        ((BOOKED, AWAY, CHANGED, eta("2026-10-09", START + 2 * DAY)), ON_THE_WAY),
        ((BOOKED, CHANGED, LEFT), ON_THE_WAY),
        ((AWAY, CHANGED, THERE), ("arrived", "Arrived at Felixstowe")),
        ((AWAY, HELD, CHANGED), ("customs_hold", "Held by customs")),
    ],
    ids=[
        "nothing stated since",
        "not even that the goods are on the way outweighs it",
        "a date since",
        "a date since, and nothing else ever",
        "booked again",
        "a date since, on the way",
        "left since",
        "there since",
        "what customs hold goes first",
    ],
)
def test_a_change_is_the_status_until_something_is_stated_since(
    facts: tuple[FactView, ...], status: tuple[str, str]
) -> None:
    for order in permutations(facts):
        found = summarise(fold(order, LATER))
        assert (found.status, found.status_text) == status
