"""What the tracking page says of every state of a shipment, read as the person in the warehouse reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.records.enums import Milestone
from service.records.situation import FactView
from tests.policy.ledger import M
from tests.web.page_states import BOOKED, DELAYED, book, delay, due_friday, happens, page, row, told

FRIDAY = (told("2026-10-09"),)
BOOK = Path(__file__).with_name("page_states.txt")
LAST = "No longer holds - Fri 9 Oct"


CANCELLED = ("The booking was cancelled or changed", LAST, "", "")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((due_friday(), happens(M.BOOKING_CHANGED_CANCELLED)), ("The booking was cancelled or changed", LAST, "", "")),
        (
            (due_friday(), delay(), happens(M.BOOKING_CHANGED_CANCELLED)),
            ("The booking was cancelled or changed", LAST, "", ""),
        ),
        ((due_friday(), happens(M.DEPARTED, BOOKED), happens(M.BOOKING_CHANGED_CANCELLED)), CANCELLED),
        (
            (due_friday(), happens(M.BOOKING_CHANGED_CANCELLED, BOOKED), happens(M.LOADED)),
            ("as planned", "At destination - Fri 9 Oct", "", ""),
        ),
        (
            (due_friday(), happens(M.BOOKING_CHANGED_CANCELLED, DELAYED), happens(M.DEPARTED)),
            ("no date yet", LAST, "", ""),
        ),
        ((due_friday(), happens(M.ARRIVED_DESTINATION)), ("arrived", "Arrived at Felixstowe - Wed 7 Oct", "", "")),
        (
            (due_friday(), delay(), happens(M.ARRIVED_DESTINATION)),
            ("arrived", "Arrived at Felixstowe - Wed 7 Oct", "", ""),
        ),
        (
            (due_friday(), delay(), happens(M.DELIVERY_ATTEMPT_FAILED)),
            ("could not be delivered", "Delivery was tried and failed - Wed 7 Oct", "", ""),
        ),
        ((due_friday(), happens(M.EXCEPTION)), ("problem reported", "At destination - Fri 9 Oct", "", "")),
    ],
)
def test_what_has_overtaken_the_told_date_is_said(
    facts: tuple[FactView, ...], expected: tuple[str, str, str, str]
) -> None:
    assert row(page(facts, FRIDAY)) == expected


def test_a_date_that_no_longer_holds_stands_nowhere_on_the_page() -> None:
    for news in (delay(), happens(M.BOOKING_CHANGED_CANCELLED)):
        shown = page([due_friday(), news], FRIDAY)
        assert "Fri 9 Oct" not in shown.next
        assert "Fri 9 Oct" not in [step.date for step in shown.path]
        assert [one.mark for one in shown.history] == ["last told"]


def test_nobody_knows_whether_a_date_stands_while_a_problem_is_the_last_news() -> None:
    shown = page([due_friday(), happens(M.EXCEPTION)], FRIDAY)
    assert [one.mark for one in shown.history] == ["last told"]


def test_an_arrival_alone_talks_of_no_missing_date() -> None:
    assert row(page([happens(M.ARRIVED_DESTINATION)])) == ("arrived", "Arrived at Felixstowe - Wed 7 Oct", "", "")


def test_every_state_says_what_was_read_and_found_true() -> None:
    """The book was read line by line. Where the page is to speak otherwise, read what changed and write it anew."""
    assert book() == BOOK.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("facts", "state", "step"),
    [
        (((M.CUSTOMS_HOLD, "A"), (M.CUSTOMS_CLEARED, "B")), "held by customs (1 of 2)", "holds the shipment (1 of 2)"),
        (((M.CUSTOMS_HOLD, "A"), (M.CUSTOMS_HOLD, "B")), "held by customs", "holds the shipment"),
        (((M.DISCHARGED, "A"), (M.DELIVERED, "B")), "delivered (1 of 2)", "delivered (1 of 2)"),
        (((M.DISCHARGED, "A"), (M.DELIVERED, None)), "delivered", "delivered"),
    ],
)
def test_what_a_part_did_is_said_of_that_part(
    facts: tuple[tuple[Milestone, str | None], ...], state: str, step: str
) -> None:
    shown = page([due_friday(), *(happens(one, unit=unit) for one, unit in facts)], FRIDAY)
    assert (shown.state, next(one.words for one in shown.path if one.current)) == (state, step)
