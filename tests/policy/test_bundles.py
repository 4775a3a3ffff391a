"""N6: several containers, few texts."""

from __future__ import annotations

import pytest

from service.records.situation import FactView
from tests.policy.ledger import DAY, HOUR, MINUTE, START, Ledger, M, fact

UNITS = ("MSCU1234566", "MSCU1234571", "MSCU1234587")


def arrivals(*after: int) -> list[FactView]:
    """Each container arrives so many minutes after START + 1 h; three are booked."""
    booked = [fact(M.BOOKING_CONFIRMED, "2026-09-17T10:00", unit=unit, key=f"b{unit}") for unit in UNITS]
    came = [
        fact(M.ARRIVED_DESTINATION, "2026-09-17T13:00", START + HOUR + n * MINUTE, unit=unit, place="GBFXT", key=unit)
        for unit, n in zip(UNITS, after, strict=False)
    ]
    return [*booked, *came]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        pytest.param((0, 0, 0), [(1, 3, 3)], id="together"),
        pytest.param((0, 20, 40), [(41, 3, 3)], id="within 45 minutes: one text, once they are complete"),
        pytest.param((0, 20), [(46, 2, 3)], id="the third never comes"),
        pytest.param((0, 20, 180), [(46, 2, 3), (181, 3, 3)], id="the third comes late"),
        pytest.param((0, 90), [(46, 1, 3), (46 + 1440, 2, 3)], id="what is left is summed up after a day"),
    ],
)
def test_units_are_counted_in_few_texts(after: tuple[int, ...], said: list[tuple[int, int, int]]) -> None:
    ledger = Ledger()
    ledger.play(START, START + 3 * DAY, *arrivals(*after))
    heard = [
        ((at - START - HOUR) // MINUTE, one.params["units_done"], one.params["units"])
        for at, one in ledger.said
        if one.code.value == "M12"
    ]
    assert [(done, units) for _, done, units in heard] == [(done, units) for _, done, units in said]
    for (at, _, _), (expected, _, _) in zip(heard, said, strict=True):
        assert 0 <= at - expected + 1 <= 10
