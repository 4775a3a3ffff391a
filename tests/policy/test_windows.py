"""Windows: as values, and how far one leaves another."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.policy.delays import slip
from service.records.when import on_day, when_from_json, when_to_json, window
from tests.policy.ledger import HOUR, LONDON, START, at

INSTANTS = st.integers(0, 525_600).map(lambda minutes: START + timedelta(minutes=minutes))
LENGTHS = st.integers(1, 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@given(INSTANTS, LENGTHS, st.sampled_from([None, LONDON, "Asia/Shanghai", "America/New_York"]))
def test_a_window_survives_its_json_and_has_no_clock_as_a_day(
    begin: datetime, length: timedelta, zone: str | None
) -> None:
    one = window(begin, begin + length, zone)
    assert when_from_json(when_to_json(one)) == one
    assert (one.start, one.end) == (begin, begin + length)
    assert one.as_day.until is one.as_day.at is None


def test_what_has_no_window_is_written_as_before() -> None:
    kept = when_to_json(at("2026-10-09T18:00"))
    assert kept is not None
    assert "until" not in kept
    assert "until" not in (when_to_json(on_day(START.date())) or {})


@pytest.mark.parametrize("end", [START, START - HOUR, START.replace(tzinfo=None)])
def test_a_window_ends_after_it_begins(end: datetime) -> None:
    with pytest.raises(ValueError, match=r"zone|ends after"):
        window(START, end)


@given(INSTANTS, LENGTHS, LENGTHS, st.integers(-3000, 3000))
def test_a_window_that_stays_inside_the_told_one_has_not_moved(
    begin: datetime, length: timedelta, other: timedelta, minutes: int
) -> None:
    told = window(begin, begin + length, LONDON)
    later = begin + timedelta(minutes=minutes)
    new = window(later, later + other, LONDON)
    by = slip(told, new)
    inside = told.start <= new.start and new.end <= told.end
    assert (by == timedelta()) is inside
    assert by <= timedelta() or new.end - told.end == by
    assert slip(told, told) == timedelta()
