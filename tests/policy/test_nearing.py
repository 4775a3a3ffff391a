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
    asked = papers(("packing_list",), "2026-09-23T16:00")
    decision = ledger.look(START, *near(), asked)
    begins = at("2026-09-24").start - 3 * DAY
    assert decision.look_at == begins
    ledger.play(START, START + 6 * DAY, eta("2026-10-09", begins + 12 * HOUR, transport=OCEAN, **PORT))
    (told,) = [notice for _, notice in ledger.said if notice.code.value == "M11"]
    said = Said.from_json(told.params)
    assert said.needs == ("packing_list",)
    assert [(one.line, one.when) for one in said.dates][1] == (Line.DECISION, at("2026-09-23T16:00"))
    ledger.play(START + 6 * DAY, at("2026-10-08").start)
    assert ledger.codes.count("M11") == 1
