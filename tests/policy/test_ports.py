"""D14: another port is said in place of the move."""

from __future__ import annotations

import pytest

from service.policy.journey import fold
from service.records.situation import FactView
from tests.policy.ledger import DAY, HOUR, MINUTE, START, Ledger, M, eta, fact
from tests.policy.terms import LEFT, PLAN, news

OLD = {"place": "GBFXT", "place_name": "Felixstowe", "place_role": "destination"}
NEW = {"place": "GBSOU", "place_name": "Southampton", "place_role": "destination"}


def sailing_to_felixstowe() -> Ledger:
    ledger = Ledger()
    ledger.look(START, LEFT, eta("2026-10-09", START, **OLD))
    ledger.send(START)
    return ledger


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ([eta("2026-10-13", START + HOUR, **NEW)], ["M07", "D14"]),
        ([eta("2026-10-09", START + HOUR, **NEW)], ["M07", "D14"]),
        ([eta("2026-10-06", START + HOUR, **NEW)], ["M07", "D14"]),
        ([eta("2026-10-09", START + HOUR, **{**NEW, "place": None})], ["M07"]),
        ([eta("2026-10-09", START + HOUR, source_id="src_b", **{**NEW, "place": "GBFXP"})], ["M07"]),
        ([eta("2026-10-13", START + HOUR, **NEW), eta("2026-10-09", START + 80 * MINUTE, **OLD)], ["M07"]),
        (
            [
                fact(M.DEPARTED, "2026-10-11", START + HOUR, classifier=PLAN, place="GBFXT"),
                eta("2026-10-13", START + HOUR, **NEW),
            ],
            ["M07", "D01"],
        ),
    ],
    ids=["later", "same day", "earlier", "no code", "another source's code", "and back", "a hub after all"],
)
def test_another_port_is_said_in_place_of_the_move(facts: list[FactView], codes: list[str]) -> None:
    ledger = sailing_to_felixstowe()
    ledger.play(START, START + 4 * DAY, *facts)
    assert ledger.codes == codes


def test_the_text_names_the_port_that_is_skipped_and_promises_the_new_one() -> None:
    ledger = sailing_to_felixstowe()
    ledger.play(START, START + 4 * DAY, eta("2026-10-13", START + HOUR, **NEW))
    said = news(ledger)[1][1]
    assert (said.place, said.place_name) == ("GBFXT", "Felixstowe")
    assert [(one.place, one.was.on.isoformat() if one.was else None) for one in said.dates] == [("GBSOU", "2026-10-09")]
    assert ledger.words[-1].place == "GBSOU"
    assert "GBFXT" not in {stop.place for stop in fold(ledger.facts, START + 4 * DAY).stops}
