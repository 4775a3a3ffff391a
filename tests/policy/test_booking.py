"""M18: a delivery that is booked is said once, and then moves like any date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from service.records.enums import Level, Line, Outcome, PromiseState
from service.records.said import Said
from service.records.situation import FactView
from service.records.when import When, window
from tests.policy.ledger import DAY, HOUR, LONDON, START, Ledger, M, at, due, fact, follower
from tests.policy.terms import LEFT, booked, hours_of, news

BOOKING = hours_of("2026-09-22", 8, 10)


def waiting_for_a_date() -> Ledger:
    """Somebody who was told that it left and is due at the door on 22 September."""
    ledger = Ledger()
    ledger.look(START, LEFT, due("2026-09-22"))
    ledger.send(START)
    assert ledger.codes == ["M07"]
    return ledger


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ([booked(BOOKING, START + HOUR)], ["M07", "M18"]),
        ([booked(at("2026-09-22T08:00"), START + HOUR)], ["M07", "M18"]),
        ([booked(BOOKING, START + HOUR), booked(BOOKING, START + 2 * HOUR, source_id="src_b")], ["M07", "M18"]),
        ([replace(booked(BOOKING, START + HOUR), flags=())], ["M07"]),
        ([booked(When(date(2026, 9, 22)), START + HOUR)], ["M07"]),
        ([booked(BOOKING, START + HOUR), due("2026-09-22", START + 3 * HOUR)], ["M07", "M18"]),
        ([booked(hours_of("2026-09-24", 8, 10), START + HOUR)], ["M07", "D01"]),
        ([booked(BOOKING, START + HOUR), booked(hours_of("2026-09-22", 9, 10), START + DAY)], ["M07", "M18"]),
        ([booked(BOOKING, START + HOUR), booked(hours_of("2026-09-22", 9, 11), START + DAY)], ["M07", "M18", "M18"]),
        ([booked(BOOKING, START + HOUR), booked(hours_of("2026-09-22", 6, 8), START + DAY)], ["M07", "M18", "M10"]),
        ([booked(BOOKING, START + HOUR), due("2026-09-23", START + DAY)], ["M07", "M18", "D01"]),
        (
            [booked(BOOKING, START + HOUR), fact(M.OUT_FOR_DELIVERY, "2026-09-18T10:00", START + 22 * HOUR)],
            ["M07", "M18", "M19"],
        ),
        ([booked(BOOKING, START + HOUR), fact(M.OUT_FOR_DELIVERY, "2026-09-17T13:00", START + HOUR)], ["M07", "M19"]),
    ],
    ids=[
        "a window",
        "a time",
        "said twice",
        "a plan of the carrier's",
        "a day alone is no booked time",
        "then the same day",
        "it is a delay",
        "it narrows",
        "an hour later",
        "earlier",
        "another day",
        "then the truck",
        "with the truck",
    ],
)
def test_a_booked_delivery_is_said_once_and_then_moves_like_any_date(facts: list[FactView], codes: list[str]) -> None:
    ledger = waiting_for_a_date()
    ledger.play(START, START + 3 * DAY, *facts)
    assert ledger.codes == codes


def test_the_window_is_what_is_promised() -> None:
    ledger = waiting_for_a_date()
    ledger.play(START, START + DAY, booked(BOOKING, START + HOUR))
    (date,) = news(ledger)[1][1].dates
    assert (date.line, date.when, date.was) == (Line.DELIVERY, BOOKING, None)
    (word,) = [word for word in ledger.words if word.when == BOOKING]
    assert word.state is PromiseState.TOLD


def test_a_booking_without_a_zone_is_on_the_readers_clock() -> None:
    ledger = waiting_for_a_date()
    ledger.play(START, START + DAY, booked(replace(BOOKING, zone=None, zone_known=False), START + HOUR))
    (date,) = news(ledger)[1][1].dates
    assert date.when == BOOKING


def test_who_wants_only_to_act_hears_of_no_booking() -> None:
    ledger = Ledger(followers=[follower(level=Level.ACTION)])
    decision = ledger.look(START, LEFT, booked(BOOKING))
    assert [(one.code.value, one.verdicts[-1].rule) for one in decision.held] == [("M18", "level")]


@pytest.mark.parametrize(
    ("happened", "outcome"), [("2026-09-22T10:00", Outcome.KEPT), ("2026-09-22T10:01", Outcome.BROKEN)]
)
def test_a_window_is_kept_until_its_end(happened: str, outcome: Outcome) -> None:
    ledger = waiting_for_a_date()
    ledger.play(START, START + DAY, booked(BOOKING, START + HOUR))
    done = at(happened).start
    ledger.look(done + HOUR, fact(M.DELIVERED, happened, done + HOUR, key="done"))
    assert [word.outcome for word in ledger.words if word.when == BOOKING] == [outcome]


def test_a_booking_waits_for_the_end_of_a_pause() -> None:
    ledger = waiting_for_a_date()
    ledger.followers = [follower(paused_until=START + 2 * DAY)]
    ledger.play(START, START + 3 * DAY, booked(BOOKING, START + HOUR))
    assert [(when >= START + 2 * DAY, notice.code.value) for when, notice in ledger.said[1:]] == [(True, "M18")]


def test_going_live_takes_a_booking_as_known() -> None:
    ledger = Ledger(close_as="went live")
    ledger.look(START, LEFT, booked(BOOKING))
    ledger.play(START, START + DAY)
    assert ledger.codes == []
    ledger.play(START + DAY, START + 2 * DAY, booked(hours_of("2026-09-23", 10, 12), START + DAY))
    assert ledger.codes == ["D01"]


@pytest.mark.parametrize(
    ("hours", "known", "code", "told"),
    [
        ((8, 11), 1, "M18", 3),
        ((9, 11), 1, "M18", 3),
        ((8, 11), 4, "M18", 4),
        ((10, 12), 4, "M18", 4),
        ((12, 14), 4, "D01", 4),
        ((14, 16), 1, "D01", 3),
    ],
    ids=["wider", "later", "wider, near", "next to it, near", "after it, near", "after it"],
)
def test_another_time_of_the_same_day_is_another_booking(
    hours: tuple[int, int], known: int, code: str, told: int
) -> None:
    ledger = waiting_for_a_date()
    new = hours_of("2026-09-22", *hours)
    ledger.play(START, at("2026-09-21T20:00").start, booked(BOOKING, START + HOUR), booked(new, START + known * DAY))
    assert ledger.codes == ["M07", "M18", code]
    when, notice = ledger.said[2]
    (date,) = Said.from_json(notice.params).dates
    assert (date.when, date.was) == (new, BOOKING)
    assert when - START >= told * DAY - 2 * HOUR, "a time of day is settled two days ahead"
    assert when - START < (told + 1) * DAY


@pytest.mark.parametrize(
    ("new", "codes"),
    [
        (hours_of("2026-09-22", 8, 11), ["D01"]),
        (at("2026-09-22T12:30"), ["D01"]),
        (window(at("2026-09-22T08:00").start, at("2026-09-22T10:20").start, LONDON), []),
        (at("2026-09-22T09:30"), []),
    ],
    ids=["ends later", "an estimate after it", "by a little", "an estimate within it"],
)
def test_on_the_day_itself_half_an_hour_is_late(new: When, codes: list[str]) -> None:
    ledger = waiting_for_a_date()
    morning = at("2026-09-22T07:10").start
    moved = replace(due("2026-09-22", morning), when=new) if new.until is None else booked(new, morning)
    ledger.play(START, morning + 2 * HOUR, booked(BOOKING, START + HOUR), moved)
    assert ledger.codes == ["M07", "M18", *codes]
    if codes:
        (date,) = Said.from_json(ledger.said[2][1].params).dates
        assert (date.when, date.was) == (new, BOOKING), "who was told a time hears a time"


def test_the_truck_says_the_told_window_while_the_estimate_lies_within_it() -> None:
    ledger = waiting_for_a_date()
    morning = at("2026-09-22T07:10").start
    truck = fact(M.OUT_FOR_DELIVERY, "2026-09-22T07:00", morning)
    within = replace(due("2026-09-22", morning), when=at("2026-09-22T09:30"))
    ledger.play(START, morning + HOUR, booked(BOOKING, START + HOUR), within, truck)
    assert ledger.codes == ["M07", "M18", "M19"]
    (date,) = Said.from_json(ledger.said[2][1].params).dates
    assert (date.when, date.was, date.unchanged) == (BOOKING, None, True)
