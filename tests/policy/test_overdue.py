"""A date that passed in silence, one row for each way in which it may have been kept."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from service.policy.overdue import overdue_days
from service.records.enums import Line, Milestone
from service.records.when import on_day

DUE = on_day(date(2026, 11, 3), "Europe/London")


@pytest.mark.parametrize(
    ("line", "reached", "now", "days"),
    [
        (Line.ARRIVAL, {Milestone.DEPARTED}, datetime(2026, 11, 3, 23, 59, tzinfo=UTC), 0),
        (Line.ARRIVAL, {Milestone.DEPARTED}, datetime(2026, 11, 4, 0, 0, tzinfo=UTC), 0),
        (Line.ARRIVAL, {Milestone.DEPARTED}, datetime(2026, 11, 4, 9, 0, tzinfo=UTC), 1),
        (Line.ARRIVAL, {Milestone.DEPARTED}, datetime(2026, 11, 22, 9, 0, tzinfo=UTC), 19),
        (Line.ARRIVAL, {Milestone.ARRIVED_DESTINATION}, datetime(2026, 11, 22, tzinfo=UTC), 0),
        (Line.ARRIVAL, {Milestone.OUT_FOR_DELIVERY}, datetime(2026, 11, 22, tzinfo=UTC), 0),
        (Line.DELIVERY, {Milestone.OUT_FOR_DELIVERY}, datetime(2026, 11, 4, 9, 0, tzinfo=UTC), 1),
        (Line.DELIVERY, {Milestone.DELIVERED}, datetime(2026, 11, 22, tzinfo=UTC), 0),
        (Line.NEXT_WORD, set(), datetime(2026, 11, 4, 9, 0, tzinfo=UTC), 1),
    ],
)
def test_overdue_is_past_and_not_settled(line: Line, reached: set[Milestone], now: datetime, days: int) -> None:
    assert overdue_days(line, DUE, reached, now) == days
