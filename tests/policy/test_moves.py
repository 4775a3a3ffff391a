"""A date that was told cannot hold once a nearer step lies beyond it: then that step is the news."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.records.enums import MessageState, NoticeState, PromiseState, Reason
from service.records.situation import FactView
from tests.policy.ledger import DAY, HOUR, START, Ledger, M, at, due, eta, fact, said_dates
from tests.policy.terms import LEFT

DOOR, PORT, LATER = "2026-10-14", "2026-10-20", "2026-10-24"
PLACE = {"place": "GBFXT", "place_name": "Felixstowe", "place_role": "destination"}


def heard(*facts: FactView, days: int = 40) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """What somebody hears who was told at START that it left, with the dates and what stood beside them as "was"."""
    ledger = Ledger()
    ledger.look(START, LEFT, *(one for one in facts if one.received_at == START))
    ledger.send(START)
    ledger.play(START, START + days * DAY, *(one for one in facts if one.received_at > START))
    return [(notice.code.value, said_dates(notice)) for _, notice in ledger.said]


@pytest.mark.parametrize(
    ("facts", "news"),
    [
        ([due(DOOR), eta(PORT, START + HOUR)], [("D01", [(PORT, None)])]),
        ([due(DOOR), eta("2026-10-15", START + HOUR)], [("D01", [("2026-10-15", None)])]),
        ([due(DOOR), eta(DOOR, START + HOUR)], []),
        ([due(DOOR), eta("2026-10-12", START + HOUR)], []),
        ([due(DOOR), eta("2026-10-12"), eta(PORT, START + HOUR)], [("D01", [(PORT, None)])]),
        (
            [due(DOOR), eta(PORT, START + HOUR), eta(LATER, START + DAY)],
            [("D01", [(PORT, None)]), ("D02", [(LATER, PORT)])],
        ),
        ([due(DOOR), eta(PORT, START + HOUR), eta("2026-10-10", START + 2 * HOUR)], []),
        (
            [due(DOOR), eta(PORT, START + HOUR), due("2026-10-23", START + DAY)],
            [("D01", [(PORT, None)]), ("D02", [("2026-10-23", DOOR)])],
        ),
        ([due(DOOR), eta(PORT, START + HOUR), due("2026-10-23", START + HOUR)], [("D01", [("2026-10-23", DOOR)])]),
        ([eta(PORT), due(DOOR, START + HOUR)], []),
        ([due(DOOR), eta(PORT, START + HOUR, reason=Reason.OVERBOOKED)], [("D05", [(PORT, None)])]),
    ],
    ids=[
        "beyond the door",
        "by a day",
        "the same day",
        "before",
        "never said before",
        "late again",
        "it flaps",
        "then a new door date",
        "with a new door date",
        "the door was stated last",
        "left behind",
    ],
)
def test_an_arrival_beyond_the_told_door_date_is_news_at_once(
    facts: list[FactView], news: list[tuple[str, list[tuple[str, str | None]]]]
) -> None:
    assert heard(*facts, days=10)[1:] == news


def test_nobody_waits_at_a_door_that_the_ship_has_not_reached() -> None:
    said = heard(due(DOOR), eta(PORT, START + HOUR, **PLACE))
    assert [code for code, _ in said] == ["M07", "D01", "D03", "D03"]
    assert said[2][1][0] == (PORT, None), "what is overdue is the port, not the door"


def test_later_texts_say_the_date_that_can_still_be() -> None:
    hub = fact(M.CUSTOMS_STARTED, "2026-09-20T11:00", START + 3 * DAY, place="GBFXT")
    ledger = Ledger()
    ledger.play(START, START + 4 * DAY, LEFT, due(DOOR), eta(PORT, START + HOUR, **PLACE), hub)
    assert ledger.last is not None
    assert (ledger.last.summary.due_kind, ledger.last.summary.due_date) == ("arrival", at(PORT).on)


@pytest.mark.parametrize(
    ("now_due", "said"),
    [
        ("2026-10-16", None),
        ("2026-10-09", None),
        ("2026-10-13", ("D01", "2026-10-13", "2026-10-09")),
        ("2026-10-23", ("D01", "2026-10-23", "2026-10-09")),
        ("2026-10-05", ("M10", "2026-10-05", "2026-10-09")),
    ],
    ids=["it stays", "back to what was told", "less than what was stopped", "more than it", "early"],
)
def test_after_a_stopped_text_a_move_is_one_from_what_was_told(now_due: str, said: tuple[str, str, str] | None) -> None:
    """The person heard 9 October; a text on the 16th was stopped by hand, and is not said while that date stands."""
    ledger = Ledger()
    ledger.play(START, START + DAY, LEFT, eta("2026-10-09"))
    ledger.look(START + DAY, eta("2026-10-16", START + DAY))
    ledger.look(START + DAY + 3 * HOUR)
    (waits,) = ledger.waiting
    ledger.settle(waits.id, NoticeState.BASELINE, START + DAY + 3 * HOUR, MessageState.CANCELLED)
    ledger.words = [
        replace(one, state=PromiseState.BASELINE) if one.notice_id == waits.id else one for one in ledger.words
    ]
    ledger.play(START + DAY + 4 * HOUR, START + 4 * DAY, eta(now_due, START + 2 * DAY))
    told = [(one.code.value, *said_dates(one)[0]) for _, one in ledger.said[1:]]
    assert told == ([said] if said else [])
