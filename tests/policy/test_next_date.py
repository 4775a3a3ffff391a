"""After "we do not know the new date yet" the next date that is known is said once, whatever its distance."""

from __future__ import annotations

import pytest

from service.records.enums import Level
from service.records.said import Said
from service.records.situation import FactView
from tests.policy.ledger import DAY, HOUR, START, Ledger, M, due, eta, fact, follower, retraction, said_dates

DEPARTED = fact(M.DEPARTED, "2026-09-17T11:00", place="CNNGB", place_name="Ningbo")
LATE = fact(M.DELAYED, "2026-09-17T14:00", START + 2 * HOUR, key="strike")
KNOWN = START + 22 * HOUR


def waiting(level: Level = Level.INFO) -> Ledger:
    """Told 9 October, and then that no date is known."""
    ledger = Ledger(followers=[follower(level=level)])
    ledger.play(START, START + 20 * HOUR, DEPARTED, eta("2026-10-09"), LATE)
    return ledger


@pytest.mark.parametrize(
    ("new", "code"),
    [("2026-10-08", "M10"), ("2026-10-09", "D13"), ("2026-10-10", "D01"), ("2026-10-13", "D01")],
)
def test_the_next_date_is_said_once(new: str, code: str) -> None:
    ledger = waiting()
    assert ledger.codes == ["M07", "D17"]
    ledger.play(START + 20 * HOUR, KNOWN + HOUR, eta(new, KNOWN))
    assert ledger.codes == ["M07", "D17"], "not before it has settled"
    ledger.play(KNOWN + HOUR, KNOWN + 6 * DAY, eta(new, KNOWN + 2 * DAY))
    assert ledger.codes == ["M07", "D17", code]
    assert said_dates(ledger.said[-1][1]) == [(new, None if new == "2026-10-09" else "2026-10-09")]


def test_after_it_the_ordinary_rules_hold() -> None:
    ledger = waiting()
    ledger.play(START + 20 * HOUR, KNOWN + 6 * DAY, eta("2026-10-09", KNOWN), eta("2026-10-10", KNOWN + 2 * DAY))
    assert ledger.codes == ["M07", "D17", "D13"]


def test_a_second_delay_without_a_date_asks_for_another() -> None:
    ledger = waiting()
    again = fact(M.DELAYED, "2026-09-20T12:00", START + 3 * DAY, key="engine")
    ledger.play(START + 20 * HOUR, START + 8 * DAY, eta("2026-10-09", KNOWN), again, eta("2026-10-10", START + 4 * DAY))
    assert ledger.codes == ["M07", "D17", "D13", "D17", "D01"]


def test_a_date_later_than_the_first_is_no_plan_to_be_back_on() -> None:
    ledger = waiting()
    again = fact(M.DELAYED, "2026-09-20T12:00", START + 3 * DAY, key="engine")
    ledger.play(START + 20 * HOUR, START + 3 * DAY, eta("2026-10-13", KNOWN))
    ledger.play(START + 3 * DAY, START + 8 * DAY, again, eta("2026-10-13", START + 4 * DAY))
    assert ledger.codes == ["M07", "D17", "D01", "D17", "M23"]
    assert said_dates(ledger.said[-1][1]) == [("2026-10-13", None)]


def test_a_delay_that_is_taken_back_leaves_the_date_as_it_was() -> None:
    ledger = waiting()
    ledger.play(START + 20 * HOUR, START + 3 * DAY, retraction(LATE, KNOWN))
    assert ledger.codes == ["M07", "D17", "D13"]


def test_the_date_may_be_that_at_the_door() -> None:
    ledger = waiting()
    ledger.play(START + 20 * HOUR, START + 3 * DAY, due("2026-10-12", KNOWN))
    assert ledger.codes == ["M07", "D17", "M23"]
    assert said_dates(ledger.said[-1][1]) == [("2026-10-12", None)]


def test_whoever_heard_that_no_date_was_known_hears_it_too() -> None:
    ledger = waiting(Level.ACTION)
    assert ledger.codes == ["D17"]
    ledger.play(START + 20 * HOUR, START + 3 * DAY, eta("2026-10-09", KNOWN))
    assert len(ledger.codes) == 2
    assert said_dates(ledger.said[-1][1])[0][0] == "2026-10-09"


LATE_AT_ONCE = fact(M.DELAYED, "2026-09-17T12:00", key="strike")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ((DEPARTED, eta("2026-10-09"), LATE_AT_ONCE), [("M07", []), ("D17", [("2026-10-09", None)])]),
        ((DEPARTED, eta("2026-10-09", key="strike"), LATE_AT_ONCE), [("M07", []), ("D17", [("2026-10-09", None)])]),
        ((LATE_AT_ONCE, eta("2026-10-09", key="strike")), [("D17", [("2026-10-09", None)])]),
        ((DEPARTED, LATE_AT_ONCE), [("M07", []), ("D17", [])]),
    ],
    ids=["beside another step", "with the delay", "alone", "no date"],
)
def test_a_first_date_that_comes_with_a_delay_is_said_once(facts: tuple[FactView, ...], said: object) -> None:
    ledger = Ledger()
    ledger.play(START, START + 2 * DAY, *facts)
    assert [(notice.code.value, said_dates(notice)) for _, notice in ledger.said] == said


@pytest.mark.parametrize(
    ("new", "said"),
    [("2026-10-13", [("D01", [("2026-10-13", "2026-10-09")])]), ("2026-10-09", []), ("2026-10-10", [])],
)
def test_a_delay_that_comes_with_its_date_says_the_move_alone(new: str, said: object) -> None:
    """Never "late" with the date that was told before; how far it must move is N2's."""
    ledger = Ledger()
    ledger.play(START, START + HOUR, DEPARTED, eta("2026-10-09"))
    ledger.said.clear()
    ledger.play(START + 2 * HOUR, START + 2 * DAY, LATE, eta(new, START + 2 * HOUR, key="strike"))
    assert [(notice.code.value, said_dates(notice)) for _, notice in ledger.said] == said


def test_whoever_hears_only_of_delays_is_told_the_date_with_one() -> None:
    ledger = Ledger(followers=[follower(level=Level.ACTION)])
    ledger.play(START, START + 2 * DAY, DEPARTED, eta("2026-10-09"), LATE_AT_ONCE)
    assert [(notice.code.value, said_dates(notice)) for _, notice in ledger.said] == [("D17", [("2026-10-09", None)])]


CHANGED = fact(M.BOOKING_CHANGED_CANCELLED, "2026-09-17T14:00", START + 2 * HOUR)


@pytest.mark.parametrize(
    ("new", "code"),
    [("2026-10-08", "M10"), ("2026-10-09", "M23"), ("2026-10-10", "D01"), ("2026-10-13", "D01")],
)
def test_so_is_the_date_after_a_changed_booking(new: str, code: str) -> None:
    """ "Earlier dates may no longer hold" was said: that the same one does is news, and no end of a delay."""
    ledger = Ledger()
    ledger.play(START, KNOWN + 6 * DAY, DEPARTED, eta("2026-10-09"), CHANGED, eta(new, KNOWN))
    assert ledger.codes == ["M07", "D18", code]
    assert said_dates(ledger.said[-1][1]) == [(new, None if new == "2026-10-09" else "2026-10-09")]


@pytest.mark.parametrize("over", [M.ARRIVED_DESTINATION, M.OUT_FOR_DELIVERY])
def test_no_date_is_as_before_once_none_was_known(over: M) -> None:
    step = fact(over, "2026-09-18T10:00", KNOWN, place="GBFXT", place_name="Felixstowe")
    ledger = Ledger()
    ledger.play(START, KNOWN + HOUR, DEPARTED, due("2026-10-12"), LATE, step)
    assert ledger.codes[:2] == ["M07", "D17"]
    (date,) = Said.from_json(ledger.said[2][1].params).dates
    assert (str(date.when.on), date.unchanged) == ("2026-10-12", False)


def test_the_correction_of_a_change_says_that_the_date_still_holds() -> None:
    ledger = Ledger()
    ledger.play(START, KNOWN + 3 * DAY, DEPARTED, eta("2026-10-09"), CHANGED, retraction(CHANGED, KNOWN))
    assert ledger.codes == ["M07", "D18", "D16"]
    (date,) = Said.from_json(ledger.said[2][1].params).dates
    assert (str(date.when.on), date.unchanged) == ("2026-10-09", True)
