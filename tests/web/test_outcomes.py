"""How a told date ended, as the path shows it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from service.flows.tracking import outcome_of
from service.records.decision import Stop
from service.records.enums import Line, Milestone, Origin, Outcome
from service.records.when import on_day
from service.store.views_tracking import ToldWord

EARLY = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def word(ordinal: int, day: int, told: datetime = EARLY, outcome: Outcome | None = None) -> ToldWord:
    when = on_day(date(2026, 10, day))
    return ToldWord(Line.ARRIVAL, when, told, outcome, Origin.MESSAGE, None, "", ordinal)


def stop(milestone: Milestone, day: int, state: str = "done") -> Stop:
    return Stop(milestone, None, None, on_day(date(2026, 10, day)), state)


ARRIVED = Milestone.ARRIVED_DESTINATION


@pytest.mark.parametrize(
    ("words", "stops", "now", "ended"),
    [
        ([word(1, 9)], [], EARLY, None),
        ([word(1, 9)], [stop(ARRIVED, 9, "expected")], EARLY, None),
        ([word(1, 9)], [stop(ARRIVED, 9)], LATER, Outcome.KEPT),
        ([word(1, 9)], [stop(ARRIVED, 8)], LATER, Outcome.KEPT),
        ([word(1, 9)], [stop(ARRIVED, 10)], LATER, Outcome.BROKEN),
        ([word(1, 9)], [], LATER, Outcome.BROKEN),
        ([word(1, 9)], [stop(Milestone.DELIVERED, 12)], LATER, None),
        ([word(1, 9), word(2, 13)], [], EARLY, Outcome.REPLACED_IN_TIME),
        ([word(1, 9), word(2, 13, datetime(2026, 10, 10, tzinfo=UTC))], [], LATER, Outcome.BROKEN),
        ([word(1, 9), word(2, 9)], [stop(ARRIVED, 9)], LATER, Outcome.KEPT),
        ([word(1, 9, outcome=Outcome.WITHDRAWN)], [stop(ARRIVED, 9)], LATER, Outcome.WITHDRAWN),
    ],
)
def test_a_told_date_is_kept_replaced_or_broken(
    words: list[ToldWord], stops: list[Stop], now: datetime, ended: Outcome | None
) -> None:
    assert outcome_of(words[0], words, stops, now) is ended
