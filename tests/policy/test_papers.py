"""D06 says what customs needs."""

from __future__ import annotations

import pytest

from service.records.enums import Line, Outcome
from service.records.situation import FactView
from tests.policy.ledger import DAY, HOUR, START, Ledger, M, fact
from tests.policy.terms import news, papers

HOLD = fact(M.CUSTOMS_HOLD, "2026-09-17T11:00", place="GBFXT", place_name="Felixstowe")


@pytest.mark.parametrize(
    ("facts", "needs"),
    [
        ([HOLD, papers(("packing_list",), "2026-09-18T16:00")], [("packing_list",)]),
        ([HOLD], [()]),
        ([HOLD, papers(("invoice",), None, START + HOUR)], [(), ("invoice",)]),
        ([HOLD, papers(("invoice",)), papers((), None, START + HOUR)], [("invoice",)]),
        ([HOLD, papers(("invoice",)), papers(("invoice",), "2026-09-18", START + HOUR)], [("invoice",)]),
    ],
    ids=["with papers", "without", "asked for later", "sent since", "the same again"],
)
def test_a_hold_says_what_customs_needs(facts: list[FactView], needs: list[tuple[str, ...]]) -> None:
    ledger = Ledger()
    ledger.play(START, START + DAY, *facts)
    assert [said.needs for code, said in news(ledger) if code == "D06"] == needs


def test_another_day_for_our_question_breaks_no_promise() -> None:
    ledger = Ledger()
    ledger.play(START, START + 2 * HOUR, HOLD, papers(("packing_list",), "2026-09-18T16:00"))
    asked = papers(("packing_list", "invoice"), "2026-09-19T16:00", START + 2 * HOUR)
    ledger.play(START + 2 * HOUR, START + DAY, asked)
    ledger.look(START + 10 * DAY)
    assert ledger.codes == ["D06", "D06"]
    assert {word.outcome for word in ledger.words if word.line is Line.DECISION} == {Outcome.REPLACED_IN_TIME, None}
