"""Which text a moved date is, and whose numbers judge it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from service.policy.rules import DEFAULTS, known, lane_rules, layered
from service.records.enums import Reason, Transport
from service.records.situation import FactView
from tests.policy.ledger import DAY, HOUR, START, Ledger, M, eta, fact

DEPARTED = fact(M.DEPARTED, "2026-09-17T11:00", place="CNNGB", place_name="Ningbo")
A, B, C = "2026-10-09", "2026-10-13", "2026-10-17"


def heard(*etas: FactView, **of_shipment: Any) -> list[str]:
    """What somebody hears who was told at START that the ship left and is due on A."""
    ledger = Ledger()
    ledger.shipment = replace(ledger.shipment, **of_shipment)
    ledger.play(START, START + 6 * DAY, DEPARTED, eta(A), *etas)
    return ledger.codes


@pytest.mark.parametrize(
    ("etas", "codes"),
    [
        pytest.param([(B, None), (A, None)], ["D01", "D13"], id="back where it was"),
        pytest.param([(B, None), ("2026-10-08", None)], ["D01", "D13"], id="and better"),
        pytest.param([(C, None), (B, None)], ["D01", "M10"], id="half of it made good"),
        pytest.param([(C, None), (B, None), (A, None)], ["D01", "M10", "D13"], id="in two steps"),
        pytest.param([(B, None), (A, None), (B, None), (A, None)], ["D01", "D13", "D02", "D13"], id="twice"),
        pytest.param([("2026-10-05", None)], ["M10"], id="no delay was told"),
        pytest.param([(B, Reason.OVERBOOKED)], ["D05"], id="left behind"),
        pytest.param([(B, Reason.MISSED_CONNECTION)], ["D08"], id="missed its connection"),
        pytest.param([(B, Reason.OVERBOOKED), (C, Reason.OVERBOOKED)], ["D05", "D02"], id="left behind again"),
        pytest.param([(B, Reason.CANAL), (C, Reason.OVERBOOKED)], ["D01", "D05"], id="late, then left behind"),
    ],
)
def test_news_of_a_date(etas: list[tuple[str, Reason | None]], codes: list[str]) -> None:
    facts = [eta(day, START + (n + 1) * DAY, reason=reason) for n, (day, reason) in enumerate(etas)]
    assert heard(*facts) == ["M07", *codes]


def test_a_first_date_is_news_once_it_has_held() -> None:
    ledger = Ledger()
    ledger.play(START, START + DAY, DEPARTED)
    assert ledger.codes == ["M07"]
    ledger.play(START + DAY, START + DAY + HOUR, eta(A, START + DAY))
    assert ledger.codes == ["M07"], "two hours are not over"
    ledger.play(START + DAY + HOUR, START + 3 * DAY)
    assert ledger.codes == ["M07", "M23"]
    ledger.play(START + 3 * DAY, START + 5 * DAY, eta(B, START + 3 * DAY))
    assert ledger.codes == ["M07", "M23", "D01"]


def test_a_first_date_that_comes_with_other_news_needs_no_text_of_its_own() -> None:
    ledger = Ledger()
    ledger.play(START, START + DAY, fact(M.BOOKING_CONFIRMED, "2026-09-17T10:00"))
    ledger.play(START + DAY, START + 3 * DAY, fact(M.DEPARTED, "2026-09-18T10:00", START + DAY), eta(A, START + DAY))
    assert ledger.codes == ["M02", "M07"]


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({}, True),
        ({"N2.over_14d_hours": 200}, False),
        ({"N2.over_14d_hours.ocean": 200}, True),
        ({"N2.over_14d_hours.air": 200}, True),
    ],
)
@pytest.mark.parametrize("whose", ["rules", "customer_rules"])
def test_a_shipment_and_its_customer_have_their_own_numbers(rules: dict[str, float], told: bool, whose: str) -> None:
    assert heard(eta(B, START + DAY), **{whose: rules}) == (["M07", "D01"] if told else ["M07"])


@pytest.mark.parametrize(
    ("mode", "layers", "hours"),
    [
        (Transport.UNKNOWN, (), DEFAULTS["N2.over_2d_hours"]),
        (Transport.AIR, (), DEFAULTS["N2.over_2d_hours.air"]),
        (Transport.AIR, ({"N2.over_2d_hours": 3},), 3),
        (Transport.AIR, ({"N2.over_2d_hours": 3, "N2.over_2d_hours.air": 2},), 2),
        (Transport.ROAD, ({"N2.over_2d_hours": 3, "N2.over_2d_hours.air": 2},), 3),
        (Transport.AIR, ({"N2.over_2d_hours.air": 2}, {"N2.over_2d_hours": 9}), 9),
        (Transport.AIR, ({"N2.over_2d_hours": 9}, {}, {"N2.over_2d_hours.air": 1}), 1),
    ],
)
def test_the_nearest_number_holds(mode: Transport, layers: tuple[Mapping[str, float], ...], hours: float) -> None:
    assert layered(mode, *layers)["N2.over_2d_hours"] == hours


@pytest.mark.parametrize(
    ("places", "hours"),
    [
        (["CNNGB", "GBFXT"], 2),
        (["CNSHA", "GBFXT"], 1),
        (["CNSHA", "DEHAM"], None),
        (["GBFXT", "CNNGB"], None),
        ([], None),
    ],
)
def test_a_lane_may_be_a_country_or_a_place(places: list[str], hours: float | None) -> None:
    lanes: list[Mapping[str, object]] = [
        {"from": "CNNGB", "to": "GB", "rules": {"N4.early_hours": 2}},
        {"from": "CN", "to": "GB", "rules": {"N4.early_hours": 1}},
        {"from": "CN", "to": "GB", "rules": "not a table"},
    ]
    assert lane_rules(lanes, places).get("N4.early_hours") == hours


@pytest.mark.parametrize(
    ("name", "is_known"),
    [
        ("N4.early_hours", True),
        ("N4.early_hours.air", True),
        ("N4.early_hours.balloon", False),
        ("N4", False),
        ("x.air", False),
    ],
)
def test_names_of_numbers(name: str, is_known: bool) -> None:
    assert known(name) is is_known
