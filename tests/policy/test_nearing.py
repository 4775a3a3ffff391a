"""M11: a ship that nears asks for papers."""

from __future__ import annotations

from typing import Any

import pytest

from service.records.enums import Level, Line, Transport
from service.records.said import Said
from service.records.situation import FactView
from tests.policy.ledger import DAY, HOUR, START, Ledger, at, eta, follower
from tests.policy.terms import LEFT, OCEAN, papers

PORT = {"place": "GBFXT", "place_name": "Felixstowe", "place_role": "destination"}


def near(day: str = "2026-09-24", **more: Any) -> list[FactView]:
    return [LEFT, eta(day, transport=OCEAN, **{**PORT, **more})]


def sailing(*facts: FactView) -> Ledger:
    """Somebody who was told at START that the ship left."""
    ledger = Ledger()
    ledger.look(START, *facts)
    ledger.send(START)
    return ledger


@pytest.mark.parametrize(
    ("facts", "level", "codes"),
    [
        ([*near(), papers(("packing_list",), "2026-09-23T16:00")], Level.INFO, ["M07", "M11"]),
        ([*near(), papers(("packing_list",))], Level.INFO, ["M07", "M11"]),
        (near(), Level.INFO, ["M07"]),
        (near(), Level.DIGEST, ["M07", "M11"]),
        ([*near(), papers(("invoice",)), papers((), None, START + HOUR)], Level.INFO, ["M07"]),
        ([*near(), papers(("invoice",))], Level.ACTION, []),
        ([LEFT, eta("2026-09-24", transport=Transport.AIR), papers(("invoice",))], Level.INFO, ["M07"]),
        ([eta("2026-09-24", transport=OCEAN), papers(("invoice",))], Level.INFO, []),
    ],
    ids=["papers by a day", "papers", "none", "every step", "sent since", "only to act", "by air", "not left"],
)
def test_a_ship_that_nears_asks_for_papers(facts: list[FactView], level: Level, codes: list[str]) -> None:
    ledger = Ledger(followers=[follower(level=level)])
    ledger.play(START, at("2026-09-24T11:00").start, *facts)
    assert [code for code in ledger.codes if code != "D03"] == codes


def test_it_nears_once_and_the_clock_alone_notices_it() -> None:
    ledger = Ledger()
    asked = papers(("packing_list",), "2026-09-24T16:00")
    decision = ledger.look(START, *near(), asked)
    begins = at("2026-09-24").start - 3 * DAY
    assert decision.look_at == begins
    ledger.play(START, START + 6 * DAY, eta("2026-10-09", begins + 12 * HOUR, transport=OCEAN, **PORT))
    (told,) = [notice for _, notice in ledger.said if notice.code.value == "M11"]
    said = Said.from_json(told.params)
    assert said.needs == ("packing_list",)
    assert [(one.line, one.when) for one in said.dates][1] == (Line.DECISION, at("2026-09-24T16:00"))
    ledger.play(START + 6 * DAY, at("2026-10-08").start)
    assert ledger.codes.count("M11") == 1


@pytest.mark.parametrize(
    ("by", "asked_on", "says"),
    [
        ("2026-10-20", "2026-10-17", [Line.DECISION]),
        ("2026-09-18", "2026-09-17", [Line.DECISION]),
        ("2026-09-16", "2026-09-17", []),
        ("2026-10-22", "2026-10-19", [Line.ARRIVAL, Line.DECISION]),
        ("2026-10-30", "2026-10-19", [Line.ARRIVAL, Line.DECISION]),
        (None, "2026-10-19", [Line.ARRIVAL]),
    ],
    ids=["before it arrives", "tomorrow", "the day has passed", "the day itself", "after it arrives", "no day"],
)
def test_papers_are_asked_for_while_there_is_time(by: str | None, asked_on: str, says: list[Line]) -> None:
    ledger = sailing(*near("2026-10-22"))
    ledger.play(START + HOUR, at("2026-10-21").start, papers(("licence",), by, START + HOUR))
    asked = [(when, Said.from_json(one.params)) for when, one in ledger.said if one.code.value == "M11"]
    ((when, said),) = asked
    assert (at(asked_on).start <= when < at(asked_on).end, said.needs) == (True, ("licence",))
    assert [one.line for one in said.dates] == says, "a ship that is far off is not said to be near"


@pytest.mark.parametrize(
    ("then", "needs"),
    [
        (("licence", "packing_list"), [("licence",), ("licence", "packing_list")]),
        (("packing_list",), [("licence",), ("packing_list",)]),
        (("licence",), [("licence",)]),
        ((), [("licence",)]),
    ],
    ids=["one more", "another", "the same", "none"],
)
def test_another_paper_is_asked_for_again(then: tuple[str, ...], needs: list[tuple[str, ...]]) -> None:
    ledger = Ledger()
    later = papers(then, "2026-09-23T16:00" if then else None, START + 5 * DAY)
    ledger.play(START, START + 5 * DAY, *near(), papers(("licence",), "2026-09-23T16:00"))
    ledger.play(START + 5 * DAY, START + 6 * DAY, later)
    said = [Said.from_json(one.params) for _, one in ledger.said if one.code.value == "M11"]
    assert [one.needs for one in said] == needs


def test_papers_are_asked_for_as_often_as_more_of_them_are_missing() -> None:
    ledger = sailing(*near())
    kinds: tuple[str, ...] = ()
    for number, kind in enumerate(("licence", "invoice", "packing_list"), 1):
        kinds, now = (*kinds, kind), START + number * HOUR
        ledger.look(now, papers(kinds, "2026-09-19", now))
        ledger.send(now)
    assert ledger.codes == ["M07", "M11", "M11", "M11"]
