"""X12 315: every row of element 157, the legs, places, times, references, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from service.formats.vocabulary import Code
from service.formats.x12 import element_157 as codes
from service.records.enums import Classifier, Milestone, Reason, Transport
from tests.formats.x12_sets import fact, item, read

REFS = "N9*BN*BKG1~N9*BM*BILL1~N9*EQ*MSKU1234565~"
PORTS = "R4*R*UN*CNSHA*SHANGHAI*CN~R4*L*UN*CNNGB*NINGBO*CN~R4*D*UN*GBFXT*FELIXSTOWE*GB~R4*E*UN*GBLEE*LEEDS*GB~"


def status(code: str, place: str = "GBFXT", *, empty: bool = False, day: str = "20260910", rest: str = PORTS) -> str:
    load = "E" if empty else "L"
    return f"B4***{code}*{day}*1405**MSKU*123456*{load}*45G1*{place}*{'UN' if place else ''}*5~{REFS}{rest}"


M = Milestone
BECOMES: list[tuple[str, str, Milestone, Reason | None]] = [
    ("EE RD I OA", "empty", M.EMPTY_RELEASED, None),
    ("SI XB", "", M.INFO_RECEIVED, None),
    ("BF", "", M.BOOKING_CONFIRMED, None),
    ("CA", "", M.BOOKING_CHANGED_CANCELLED, None),
    ("AF BE", "", M.PICKED_UP, None),
    ("CO", "", M.RECEIVED_ORIGIN, None),
    ("I", "CNNGB", M.GATED_IN_ORIGIN, None),
    ("CT", "CNNGB", M.EXPORT_CUSTOMS_CLEARED, None),
    ("CT", "GBFXT", M.CUSTOMS_CLEARED, None),
    ("AE AO AP", "CNNGB", M.LOADED, None),
    ("VD C", "CNNGB", M.DEPARTED, None),
    ("AE AO AP", "SGSIN", M.TRANSSHIPMENT_LOADED, None),
    ("VD", "SGSIN", M.TRANSSHIPMENT_DEPARTED, None),
    ("VA A", "GBFXT", M.ARRIVED_DESTINATION, None),
    ("A P F R X4 X6", "SGSIN", M.IN_TRANSIT, None),
    ("VA E", "SGSIN", M.TRANSSHIPMENT_ARRIVED, None),
    ("UV", "GBFXT", M.DISCHARGED, None),
    ("UV", "SGSIN", M.TRANSSHIPMENT_UNLOADED, None),
    ("RL", "", M.RAIL_DEPARTED, None),
    ("AR", "", M.RAIL_ARRIVED, None),
    ("K", "", M.CUSTOMS_STARTED, None),
    ("PA PL PX", "", M.CUSTOMS_HOLD, Reason.CUSTOMS_CHECK),
    ("PB", "", M.CUSTOMS_HOLD, Reason.DOCS_MISSING),
    ("PD", "", M.CUSTOMS_HOLD, Reason.RECOUNT),
    ("PC PE PF PG PH PI PJ PK PM PN PO PP PQ PR PS PT PU PV PW A1 C1", "", M.CUSTOMS_HOLD, None),
    ("CR CU", "", M.FREIGHT_RELEASED, None),
    ("AV", "", M.AVAILABLE_PICKUP, None),
    ("OA", "GBFXT", M.GATED_OUT_DESTINATION, None),
    ("X1 X5", "", M.ARRIVED_DELIVERY_PLACE, None),
    ("AH 2", "", M.DELIVERY_ATTEMPT_FAILED, None),
    ("D AG BD X2 AD X9", "", M.DELIVERED, None),
    ("3", "", M.RETURNED_SHIPPER, None),
    ("SD", "", M.DELAYED, None),
    ("HC", "", M.DELAYED, Reason.SITE_CLOSED),
    ("1", "", M.EXCEPTION, Reason.RECOUNT),
    ("B H", "", M.EXCEPTION, Reason.EQUIPMENT),
    ("TC", "", M.EXCEPTION, Reason.PAYMENT),
    ("NH", "", M.EXCEPTION, Reason.DOCS_MISSING),
    ("4 A3 GO HD HG", "", M.EXCEPTION, None),
]
RETURNED = {"RD", "I"}
_NOT_SAID = (
    "AL UR AM CB CC CS SC CV TM RC MT L CL DA DC DP DR DS DT EA ER G BR OB N O NR AC FP ND FT NF IB IR RI AA X3 X8 "
    "AI AJ AN AW BA BC CD HA HB J A2 A4 HR M Q SA SB"
)
NOT_SAID = _NOT_SAID.split()
CASES = [(code, place, becomes, reason) for names, place, becomes, reason in BECOMES for code in names.split()]


def set_of(code: str, place: str) -> str:
    return status(code, "CNNGB", empty=True) if place == "empty" else status(code, place or "GBFXT")


@pytest.mark.parametrize(("code", "place", "becomes", "reason"), CASES)
def test_a_code_becomes_its_milestone(code: str, place: str, becomes: Milestone, reason: Reason | None) -> None:
    if place == "empty" and code in RETURNED:
        becomes = Milestone.EMPTY_RETURNED
    found = fact("315", set_of(code, place))
    assert (found.milestone, found.reason) == (becomes, reason)
    expected = Classifier.ESTIMATED if code in codes.ESTIMATES else Classifier.ACTUAL
    assert found.classifier is (Classifier.PLANNED if code in codes.BOOKINGS else expected)
    assert (found.flags == ("booked",)) is (code in codes.BOOKINGS)


@pytest.mark.parametrize("code", [*NOT_SAID, "I", "OA"])
def test_a_code_that_says_nothing_is_ignored_with_its_reason(code: str) -> None:
    place = {"I": "GBFXT", "OA": "CNNGB"}.get(code, "SGSIN")
    (ignored,) = read("315", status(code, place)).ignored
    assert ignored.reason.endswith(f"({code})")


@pytest.mark.parametrize("code", sorted(codes.MOVES))
def test_the_moves_of_an_empty_container_are_no_news(code: str) -> None:
    (ignored,) = read("315", status(code, "GBFXT", empty=True)).ignored
    assert ignored.reason == f"It moves an empty container. ({code})"


def test_every_row_has_a_case() -> None:
    def met(row: Code) -> bool:
        if row.when == codes.EMPTY:
            return row.code in codes.MOVES or any((row.code, "empty") == case[:2] for case in CASES)
        said = [case for case in CASES if case[0] == row.code]
        if isinstance(row.becomes, Milestone):
            return bool(said)
        return row.code in {*NOT_SAID, "I", "OA"}

    assert [row for row in codes.LIST.rows if not met(row)] == []
    assert {case[0] for case in CASES} | {*NOT_SAID} <= {row.code for row in codes.LIST.rows}


@pytest.mark.parametrize(
    ("code", "place", "becomes"),
    [("VD", "CNSHA", M.DEPARTED), ("AP", "CNSHA", M.LOADED), ("VA", "GBLEE", M.ARRIVED_DESTINATION)],
)
def test_the_places_of_receipt_and_delivery_are_no_transfers(code: str, place: str, becomes: Milestone) -> None:
    found = fact("315", status(code, place))
    assert (found.milestone, found.place_role) == (becomes, None)


@pytest.mark.parametrize(("code", "place"), [("VA", "CNNGB"), ("UV", "CNSHA"), ("VD", "GBFXT"), ("AE", "GBLEE")])
def test_a_ship_that_comes_to_fetch_or_leaves_without_the_goods_says_nothing(code: str, place: str) -> None:
    (ignored,) = read("315", status(code, place)).ignored
    assert ignored.reason.startswith("The ship ")


def test_released_by_carrier_and_customs_is_two_facts() -> None:
    facts = item("315", status("CU")).facts
    assert [(one.milestone, one.part) for one in facts] == [
        (Milestone.FREIGHT_RELEASED, ""),
        (Milestone.CUSTOMS_CLEARED, "customs"),
    ]


def test_a_whole_status() -> None:
    rest = "Q2*9321483********634E***L*DRAMA OF THE SEAS~" + PORTS.replace("R4*E", "DTM*139*20261009*0600*LT~R4*E")
    found = item("315", status("VD", "CNNGB", rest=rest))
    departed, eta = found.facts
    assert (departed.place, departed.place_name, departed.place_role) == ("CNNGB", "Ningbo", "origin")
    assert (departed.when.at, departed.when.zone) == (datetime(2026, 9, 10, 6, 5, tzinfo=UTC), "Asia/Shanghai")
    assert (departed.vessel, departed.imo, departed.voyage) == ("DRAMA OF THE SEAS", "9321483", "634E")
    assert (departed.transport, departed.unit, departed.part) == (Transport.OCEAN, "MSKU1234565", "")
    assert (eta.milestone, eta.classifier, eta.part) == (Milestone.ARRIVED_DESTINATION, Classifier.ESTIMATED, "eta")
    assert (eta.place, eta.place_role, eta.when.at) == ("GBFXT", "destination", datetime(2026, 10, 9, 5, tzinfo=UTC))
    assert [(ref.type.value, ref.shown) for ref in found.refs] == [
        ("booking", "BKG1"),
        ("master_bill", "BILL1"),
        ("container", "MSKU1234565"),
    ]
    assert found.stated_at == datetime(2026, 9, 16, 9, 10, tzinfo=UTC)


def test_an_expected_date_counts_also_where_the_status_says_nothing() -> None:
    rest = "R4*L*UN*CNNGB*NINGBO*CN~DTM*139*20260920*0600*LT~R4*D*UN*GBFXT*FELIXSTOWE*GB~DTM*139*20260248*0600*LT~"
    reading = read("315", status("CS", "CNNGB", rest=rest))
    assert [one.part for one in reading.items[0][1].facts] == ["etd"]
    assert "left out" in reading.notes["/0/DTM02"]


def test_the_same_status_again_is_the_same_event_and_another_is_not() -> None:
    first, again = item("315", status("VD", "CNNGB")), item("315", status("VD", "CNNGB"), stated="20260917*0900")
    assert (first.key, first.digest, first.event_key) == (again.key, again.digest, again.event_key)
    others = [
        status("VA"),
        status("VD", "SGSIN"),
        status("VD", "CNNGB", day="20260911"),
        status("VD", "CNNGB").replace("BKG1", "BKG2"),
    ]
    assert first.key not in {item("315", other).key for other in others}


def test_a_new_estimate_revises_the_one_before() -> None:
    first = item("315", status("E", day="20261010"))
    moved = item("315", status("E", day="20261012"), stated="20260917*0900")
    back = item("315", status("E", day="20261010"), stated="20260917*1000")
    assert first.event_key == moved.event_key == back.event_key
    assert len({first.key, moved.key, back.key}) == 3


def test_a_repeat_in_one_call_is_ignored() -> None:
    reading = read("315", status("VD", "CNNGB"), status("VD", "CNNGB"))
    assert [one.reason for one in reading.ignored] == ["It repeats item 0 of the same call."]


@pytest.mark.parametrize(
    ("segment", "unit", "named"),
    [
        ("MSKU*123456*L*45G1*GBFXT*UN*5", "MSKU1234565", ["MSKU1234565"]),
        ("MSKU*1234565*L*45G1*GBFXT*UN", "MSKU1234565", ["MSKU1234565"]),
        ("MSKU*123456*L*45G1*GBFXT*UN", "MSKU1234565", ["MSKU1234565"]),
        ("MSKU*123456-5*L*45G1*GBFXT*UN", "MSKU1234565", ["MSKU1234565"]),
        ("TCLU*200417*L*45G1*GBFXT*UN", "TCLU2004174", ["TCLU2004174"]),
        ("**L*45G1*GBFXT*UN", "MSKU1234565", ["MSKU1234565"]),
    ],
)
def test_the_container(segment: str, unit: str, named: list[str]) -> None:
    found = item("315", f"B4***VA*20260910*1405**{segment}~{REFS}")
    assert found.facts[0].unit == unit
    assert [ref.shown for ref in found.refs if ref.type.value == "container"] == named


@pytest.mark.parametrize(
    ("b4", "r4", "place", "name", "zone"),
    [
        ("*45G1*GBFXT*UN", "", "GBFXT", "Felixstowe", "Europe/London"),
        ("*45G1*LE HAVRE*CI", "", None, "LE HAVRE", None),
        ("*45G1*5301*K", "", None, None, None),
        ("*45G1*5301*K", "R4*5*UN*USHOU*HOUSTON~", "USHOU", "Houston", "America/Chicago"),
        ("*45G1**", "R4*5*K*5301*HOUSTON*US***TX~", None, "HOUSTON, TX", "America/Chicago"),
        ("*45G1**", "R4*5*K*2402*EL PASO*US***TX~", None, "EL PASO, TX", "America/Denver"),
        ("*45G1**", "R4*5*K*1819*PENSACOLA*US***FL~", None, "PENSACOLA, FL", None),
        ("*45G1**", "R4*5**LGB*LONG BEACH*US***CA~", None, "LONG BEACH, CA", "America/Los_Angeles"),
        ("*45G1*QQQQQ*UN", "", None, "QQQQQ", None),
        ("*45G1*FRQ9Q*UN", "", "FRQ9Q", "France", "Europe/Paris"),
    ],
)
def test_the_place(b4: str, r4: str, place: str | None, name: str | None, zone: str | None) -> None:
    found = fact("315", f"B4***VA*20260910*1405**MSKU*123456*L{b4}~{REFS}{r4}")
    assert (found.place, found.place_name, found.when.zone) == (place, name, zone)
    assert (found.when.at is None) is (zone is None)


def test_the_place_in_the_status_location() -> None:
    assert fact("315", f"B4***VA*20260910*1405*GBFXT*MSKU*123456*L~{REFS}").place == "GBFXT"


def test_the_date_of_the_place_of_activity_stands_in() -> None:
    found = fact("315", f"B4***VA****MSKU*123456*L~{REFS}R4*5*UN*GBFXT*FELIXSTOWE~DTM*140*20260910*1405*UT~")
    assert found.when.at == datetime(2026, 9, 10, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "code", "pointer"),
    [
        (REFS, "no_status", "/0/B403"),
        (f"B4****20260910*1405~{REFS}", "no_status", "/0/B403"),
        (status("VA", day=""), "no_date", "/0/B404"),
        (status("VA", day="20020148"), "impossible_date", "/0/B404"),
        (status("VA", day="2026-9-1"), "bad_date", "/0/B404"),
        (status("VA", day="19970910"), "year_out_of_range", "/0/B404"),
    ],
)
def test_what_is_refused(one: str, code: str, pointer: str) -> None:
    (problem,) = read("315", one, status("VD", "CNNGB")).problems
    assert (problem.index, problem.code, problem.pointer) == (0, code, pointer)
    assert problem.fix


@pytest.mark.parametrize("day", ["", "20020148", "2026-9-1"])
def test_the_fix_of_a_date_says_its_form_and_not_a_value_to_send(day: str) -> None:
    (problem,) = read("315", status("VA", day=day)).problems
    assert problem.fix.startswith("Send the day as CCYYMMDD: ")
    assert " would be 2026" in problem.fix


def test_the_good_neighbours_of_a_bad_set_pass() -> None:
    reading = read("315", status("VA", day="x"), status("VD", "CNNGB"), status("ZZ"))
    assert [index for index, _ in reading.items] == [1]
    assert [(one.index, one.code, one.pointer) for one in reading.unmapped] == [(2, "x12-157:ZZ", "/2/B403")]


def test_a_status_that_names_nothing_is_ignored() -> None:
    (ignored,) = read("315", "B4***VA*20260910*1405******GBFXT*UN~N9*SN*SEAL~N9*BN*N/A~N9*PO*~").ignored
    assert ignored.reason == "It names no booking, bill, container or order."


def test_what_the_account_says_comes_first() -> None:
    mapping = {"x12-157:ZZ": "delivered", "x12-157:VA": "ignore", "x12-157:VD": "weather"}
    reading = read("315", status("ZZ"), status("VA"), status("VD", "CNNGB"), mapping=mapping)
    facts = [(index, found.facts[0].milestone, found.facts[0].reason) for index, found in reading.items]
    assert facts == [(0, Milestone.DELIVERED, None), (2, Milestone.DELAYED, Reason.WEATHER)]
    assert [one.reason for one in reading.ignored] == ["The account ignores VA."]


def test_a_forwarders_bill_is_a_house_bill() -> None:
    kinds = {ref.shown: ref.type.value for ref in item("315", status("VA"), bill_is_house=True).refs}
    assert kinds["BILL1"] == "house_bill"


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        ({"MSKU1234565": "MSKU1234566"}, "B408", "B4 names MSKU1234565, N9 MSKU1234566"),
        ({"N9*BM*BILL1": f"N9*BM*{'x' * 90}"}, "N9", "longer than 80"),
        ({"R4*R": "Q2*9321480****X***L*SHIP~R4*R"}, "Q201", "not an IMO number"),
        ({"*1405*": "*2405*"}, "B404", "is no time"),
    ],
)
def test_what_looks_wrong_is_said(changes: dict[str, str], where: str, words: str) -> None:
    one = status("VA")
    for old, new in changes.items():
        one = one.replace(old, new)
    reading = read("315", one)
    assert words in reading.notes[f"/0/{where}"]
    assert reading.items


def test_what_is_said_to_have_happened_in_the_future_is_an_estimate() -> None:
    found: Any = fact("315", status("VA", day="20260925"))
    assert (found.classifier, found.flags) == (Classifier.ESTIMATED, ("future_actual",))
    assert found.when.on == date(2026, 9, 25)
