"""M16 says until when it is free; D10 that this ends, at most twice, and when it ends at another time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from service.policy.journey import fold
from service.records.enums import Level, Line, Outcome
from service.records.situation import FactView
from tests.policy.ledger import DAY, HOUR, START, Ledger, M, at, fact, said_dates
from tests.policy.terms import free, news

OFF = fact(M.DISCHARGED, "2026-09-17T11:00", place="GBFXT", place_name="Felixstowe")
READY = fact(M.AVAILABLE_PICKUP, "2026-09-17T11:00", place="GBFXT", place_name="Felixstowe")
OUT = fact(M.GATED_OUT_DESTINATION, "2026-09-18T09:00", START + 22 * HOUR, place="GBFXT")


def test_ready_says_until_when_it_is_free() -> None:
    ledger = Ledger()
    ledger.look(START, READY, free("2026-09-24"))
    ledger.send(START)
    assert [(notice.code.value, said_dates(notice)) for _, notice in ledger.said] == [("M16", [("2026-09-24", None)])]
    assert [word.line for word in ledger.words] == [Line.FREE_TIME]


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ([OFF, free("2026-09-24")], ["D10", "D10"]),
        ([READY, free("2026-09-24")], ["M16", "D10", "D10"]),
        ([free("2026-09-24")], []),
        ([OFF, free("2026-09-24"), OUT], []),
        ([OFF, free("2026-09-24"), fact(M.DELIVERED, "2026-09-18T12:00", START + DAY)], ["M20"]),
        ([OFF, free("2026-09-10")], []),
        ([OFF, free("2026-09-17")], ["D10"]),
    ],
    ids=["off the ship", "ready", "at sea", "collected", "delivered", "over before we knew", "known on the last day"],
)
def test_free_time_that_ends_is_said_at_most_twice(facts: list[FactView], codes: list[str]) -> None:
    ledger = Ledger()
    ledger.play(START, START + 20 * DAY, *facts)
    assert ledger.codes == codes


@pytest.mark.parametrize(
    ("known", "charge"),
    [
        ([free("2026-09-16")], "GBP 95"),
        ([free("2026-09-17T11:00")], "GBP 95"),
        ([free("2026-09-24")], None),
        ([free("2026-09-16", charge=None)], None),
        ([], None),
    ],
    ids=["yesterday", "an hour ago", "not yet over", "nobody says what it costs", "not known"],
)
def test_ready_says_what_a_day_costs_once_free_time_is_over(known: list[FactView], charge: str | None) -> None:
    ledger = Ledger()
    ledger.look(START, READY, *known)
    ledger.send(START)
    ((code, said),) = news(ledger)
    assert (code, said.charge) == ("M16", charge)
    if charge:
        assert said.dates == (), "what is over is no promise"


def test_it_is_said_two_days_and_one_day_before_the_end_on_waking() -> None:
    ledger = Ledger()
    ledger.play(START, START + 20 * DAY, OFF, free("2026-09-24T17:00"))
    end = at("2026-09-24T17:00").end
    assert [end - when for when, _ in ledger.said] == [48 * HOUR, 24 * HOUR]
    (_, first), (_, last) = news(ledger)
    assert (first.charge, first.dates[0].unchanged, last.dates[0].unchanged) == ("GBP 95", False, True)
    assert ledger.said[0][1].level is Level.CRITICAL
    assert [word.outcome for word in ledger.words] == [Outcome.KEPT]


def test_the_clock_alone_notices_it() -> None:
    ledger = Ledger()
    decision = ledger.look(START, OFF, free("2026-09-24T17:00"))
    assert (decision.held, decision.notices) == ((), ())
    assert decision.look_at == at("2026-09-24T17:00").end - 48 * HOUR


@pytest.mark.parametrize(
    ("moved", "codes", "level"),
    [
        ("2026-09-27", ["M16", "D10", "D10", "D10"], Level.NOTICE),
        ("2026-09-22", ["M16", "D10", "D10", "D10"], Level.ACTION),
        ("2026-09-24", ["M16", "D10", "D10"], None),
    ],
)
def test_free_time_that_moves_is_news(moved: str, codes: list[str], level: Level | None) -> None:
    ledger = Ledger()
    ledger.play(START, START + 20 * DAY, READY, free("2026-09-24"), free(moved, START + HOUR))
    assert ledger.codes == codes
    if level is not None:
        assert ledger.said[1][1].level is level
        assert said_dates(ledger.said[1][1]) == [(moved, "2026-09-24")]


def test_of_several_units_the_first_that_still_stands_there_counts() -> None:
    first, second = free("2026-09-22", unit="A"), free("2026-09-25", unit="B")
    truth = fold([first, second], START).lines[Line.FREE_TIME]
    assert truth.when == first.when
    gone, also_gone = replace(OUT, unit="A", event_key="a"), replace(OUT, unit="B", event_key="b")
    truth = fold([first, second, gone], START + 2 * DAY).lines[Line.FREE_TIME]
    assert (truth.when, truth.fulfilled) == (second.when, False)
    assert fold([first, second, gone, also_gone], START + 2 * DAY).lines[Line.FREE_TIME].fulfilled


def test_free_time_is_no_date_of_the_journey() -> None:
    journey = fold([OFF, free("2026-09-24")], START)
    assert (journey.headline, set(journey.lines), journey.overdue_days) == (None, {Line.FREE_TIME}, 0)
    assert [stop.milestone for stop in journey.stops] == [M.DISCHARGED]


def test_going_live_takes_free_time_as_known() -> None:
    ledger = Ledger(close_as="went live")
    ledger.look(START, OFF, free("2026-09-18"))
    ledger.play(START, START + 10 * DAY)
    assert ledger.codes == []


@pytest.mark.parametrize(
    ("ends", "said_at"),
    [("2026-09-18T07:30", START + 10 * HOUR), ("2026-09-18T09:30", START + 19 * HOUR)],
    ids=["it ends before the reader is long awake", "it can wait for the morning"],
)
def test_the_night_is_broken_only_by_what_ends_with_it(ends: str, said_at: datetime) -> None:
    ledger = Ledger()
    late = START + 10 * HOUR
    off = replace(OFF, received_at=late, stated_at=late)
    ledger.play(START, START + 2 * DAY, off, replace(free(ends), received_at=late, stated_at=late))
    assert (ledger.codes[0], ledger.said[0][0]) == ("D10", said_at)
