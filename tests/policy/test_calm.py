"""When nothing goes wrong."""

from __future__ import annotations

from dataclasses import replace

from tests.policy.ledger import DAY, HOUR, START, Ledger, M, at, eta, fact
from tests.policy.terms import LEFT, OCEAN, booked, free, hours_of


def test_at_most_six_texts_when_nothing_goes_wrong() -> None:
    ledger = Ledger()
    came = at("2026-09-24T09:00").start
    facts = [
        fact(M.BOOKING_CONFIRMED, "2026-09-17T10:00"),
        replace(LEFT, received_at=START + DAY, stated_at=START + DAY, when=at("2026-09-18T10:00")),
        eta("2026-09-24", transport=OCEAN, place="GBFXT"),
        fact(M.ARRIVED_DESTINATION, "2026-09-24T09:00", came, place="GBFXT", transport=OCEAN),
        fact(M.DISCHARGED, "2026-09-24T15:00", came + 6 * HOUR, place="GBFXT", transport=OCEAN),
        free("2026-09-30", came + 6 * HOUR),
        booked(hours_of("2026-09-28", 8, 10), came + DAY),
        fact(M.GATED_OUT_DESTINATION, "2026-09-28T07:00", came + 4 * DAY, place="GBFXT", key="gone"),
        fact(M.OUT_FOR_DELIVERY, "2026-09-28T07:30", came + 4 * DAY - HOUR),
        fact(M.DELIVERED, "2026-09-28T09:00", came + 4 * DAY, key="done"),
    ]
    ledger.play(START, came + 6 * DAY, *facts)
    assert len(ledger.codes) <= 6, ledger.codes
    assert ledger.codes[-1] == "M20"
