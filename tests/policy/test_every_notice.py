"""Every text that a decision can bring is said in one story and not said in another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from service.policy.catalogue import CODES, level_of, send_window
from service.records.enums import Level, NoticeCode, Reason
from service.records.situation import FactView
from tests.policy.ledger import DAY, HOUR, START, Ledger, M, eta, fact, follower, retraction
from tests.policy.rule_cases import LEFT, THERE, A, B, steps

C = NoticeCode

ELSEWHERE = {
    C.NEARING_PORT: "test_nearing.py",
    C.DELIVERY_BOOKED: "test_booking.py",
    C.FREE_TIME_ENDING: "test_free_time.py",
    C.PORT_CHANGED: "test_ports.py",
}
"""Texts whose tables stand in a file of their own."""

NEVER = {C.POD_READY}
"""No fact brings the signed delivery note."""

ANSWERS = frozenset(code for code in C if level_of(code) is Level.SYS)
"""What is said as the answer to something that a person sent is not decided here."""

UNITS = tuple(
    fact(M.BOOKING_CONFIRMED, "2026-09-14T10:00", unit=unit, key=f"b{unit}") for unit in ("MSCU1234566", "MSCU1234571")
)


def happened(milestone: M, day: str = "2026-09-17T11:00", **more: Any) -> FactView:
    """It happened an hour before START, at a place on the way, unless *day* and *more* say otherwise."""
    return fact(milestone, day, **({"place": "GBFXT"} | more))


@dataclass(frozen=True)
class Story:
    """*said* brings the text once; *unsaid* looks like it and brings none, because *why*."""

    code: NoticeCode
    said: Sequence[FactView]
    unsaid: Sequence[FactView]
    why: str
    days: int = 4
    world: dict[str, Any] = field(default_factory=dict)


STORIES = (
    Story(C.ETA_SLIP, steps(A, B), steps(A, "2026-10-10"), "a day is no news three weeks ahead"),
    Story(C.ETA_SLIP_AGAIN, steps(A, B, "2026-10-17"), steps(A, B, "2026-10-14"), "the second step is a day"),
    Story(C.ETA_EARLIER, steps(A, "2026-10-06"), steps(A, "2026-10-08T12:00"), "half a day is not early"),
    Story(C.RECOVERED, steps(A, B, A), steps(A, "2026-10-10", A), "the delay was never told", 6),
    Story(C.NOW_HAS_DATE, [LEFT, eta(A, START + DAY)], [eta(A)], "nothing was heard before"),
    Story(
        C.ROLLED_BOOKING,
        [LEFT, eta(A), eta(B, START + DAY, reason=Reason.OVERBOOKED)],
        steps(A, B),
        "another reason",
    ),
    Story(
        C.MISSED_TRANSSHIP,
        [LEFT, eta(A), eta(B, START + DAY, reason=Reason.MISSED_CONNECTION)],
        steps(A, B),
        "another reason",
    ),
    Story(
        C.OVERDUE_NO_NEWS,
        [LEFT, eta("2026-09-20")],
        [LEFT, eta("2026-09-20"), fact(M.ARRIVED_DESTINATION, "2026-09-20T09:00", START + 3 * DAY, place="GBFXT")],
        "it arrived",
        6,
    ),
    Story(
        C.SILENCE,
        [LEFT],
        [LEFT, eta("2026-10-30", START + 10 * DAY)],
        "it has a date by now",
        20,
    ),
    Story(C.CORRECTION, [THERE, retraction(THERE, START + 4 * HOUR)], [THERE, retraction(THERE, START)], "never told"),
    Story(
        C.CUSTOMS_EXAM,
        [happened(M.CUSTOMS_HOLD, reason=Reason.CUSTOMS_CHECK)],
        [happened(M.CUSTOMS_HOLD, reason=Reason.DOCS_MISSING)],
        "it is a hold, and no check",
    ),
    Story(
        C.DAMAGED, [happened(M.EXCEPTION, flags=("damaged",))], [happened(M.EXCEPTION)], "a problem of no known kind"
    ),
    Story(
        C.LOST_OR_UNLOCATED,
        [happened(M.EXCEPTION, flags=("lost",))],
        [happened(M.EXCEPTION)],
        "a problem of no known kind",
    ),
    Story(
        C.PARTIAL_DELIVERY,
        [*UNITS, happened(M.DELIVERED, unit="MSCU1234566", key="one")],
        [
            *UNITS,
            happened(M.DELIVERED, unit="MSCU1234566", key="one"),
            happened(M.DELIVERED, unit="MSCU1234571", key="two"),
        ],
        "both were delivered",
    ),
    Story(
        C.WATCH_STARTED,
        [LEFT],
        [fact(M.DELIVERED, "2026-09-17T11:00")],
        "there is nothing to watch any more",
        world={"followers": [follower(since=START + HOUR)]},
    ),
)


def said(story: Story, facts: Sequence[FactView]) -> list[NoticeCode]:
    ledger = Ledger(**story.world) if story.world else Ledger()
    ledger.play(START, START + story.days * DAY, *facts)
    return [one.code for _, one in ledger.said]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.code} {story.why}")
def test_the_text_is_said_where_it_is_owed(story: Story) -> None:
    assert story.code in said(story, story.said)
    assert story.code not in said(story, story.unsaid)


@pytest.mark.parametrize(("milestone", "code"), CODES.items(), ids=lambda one: one.value)
def test_a_milestone_is_said_while_it_is_news(milestone: M, code: NoticeCode) -> None:
    """Fresh to somebody who hears every step; not to them four days later, nor ever where only the page shows it."""
    people = [follower(level=Level.DIGEST)]
    fresh, old = Ledger(followers=people), Ledger(followers=people)
    fresh.play(START, START + HOUR, fact(milestone, "2026-09-17T11:00", place="GBFXT"))
    old.play(START, START + HOUR, fact(milestone, "2026-09-13T11:00", place="GBFXT"))
    assert fresh.codes == ([] if level_of(code) is Level.PAGE else [code.value])
    assert old.codes == []


@pytest.mark.parametrize("code", sorted(set(C) - ANSWERS), ids=lambda one: one.value)
def test_what_is_no_longer_of_use_expires(code: NoticeCode) -> None:
    assert HOUR <= send_window(code) <= DAY


def test_every_code_has_its_stories() -> None:
    told = {story.code for story in STORIES} | set(CODES.values())
    assert told | set(ELSEWHERE) | NEVER | ANSWERS == set(C)
    assert not told & (set(ELSEWHERE) | NEVER | ANSWERS)
    for code, name in ELSEWHERE.items():
        assert code.value in (Path(__file__).parent / name).read_text(encoding="utf-8")
