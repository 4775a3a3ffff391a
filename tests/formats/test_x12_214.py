"""X12 214: every row of elements 1650, 1651 and 1652, the loops, times of towns, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from service.formats.x12 import element_1650 as codes
from service.formats.x12 import element_1651 as reasons
from service.records.enums import Classifier, Milestone, Reason, Transport
from tests.formats.x12_sets import fact, item, read

M = Milestone
B10 = "B10*PRO1*LOAD1*SCAC~"

BECOMES: list[tuple[str, Milestone, Reason | None]] = [
    ("XB", M.INFO_RECEIVED, None),
    ("CA", M.BOOKING_CHANGED_CANCELLED, None),
    ("AF CP", M.PICKED_UP, None),
    ("I1", M.GATED_IN_ORIGIN, None),
    ("AM", M.LOADED, None),
    ("X4 P1 X6 R1 J1 BA AN", M.IN_TRANSIT, None),
    ("RL", M.RAIL_DEPARTED, None),
    ("AR", M.RAIL_ARRIVED, None),
    ("K1", M.CUSTOMS_STARTED, None),
    ("PR", M.CUSTOMS_HOLD, None),
    ("AV", M.AVAILABLE_PICKUP, None),
    ("OA", M.GATED_OUT_DESTINATION, None),
    ("X1 X5 S1", M.ARRIVED_DELIVERY_PLACE, None),
    ("AH AP A7", M.DELIVERY_ATTEMPT_FAILED, None),
    ("D1 CB AG X2", M.DELIVERED, None),
    ("A3", M.RETURNED_SHIPPER, None),
    ("SD", M.DELAYED, None),
    ("A9 OO", M.EXCEPTION, None),
    ("PA", M.EXCEPTION, Reason.RECOUNT),
]
CASES = [(code, becomes, reason) for names, becomes, reason in BECOMES for code in names.split()]
NOT_SAID = ["X3", "X8", "L1", "AI", "AJ", "BC", "CL", "CD", "B6", "C1"]
APPOINTMENTS = {"AB": True, "X9": True, "AA": False, "XA": False, "RA": False, "RB": False}

_NO_DELAY = "NS NA AD B5 BJ BK C1 C3 C7 HB BS BT A3 AP AZ B2 BL"
_OTHER = "A1 AA AE AF AG AH AJ AK AL AM AQ AT AU AV AX AY B8 B9 BB BE BF BG BH BI BM BP BQ C6 CB CC D1 F2 P1 T7"
REASONS: list[tuple[str, Reason | None]] = [
    ("AO", Reason.WEATHER),
    ("AI", Reason.TRUCK_BREAKDOWN),
    ("BO BR", Reason.RAIL_LATE),
    ("D2", Reason.NO_DRIVER),
    ("AW", Reason.MISSED_CONNECTION),
    ("AR AS BC BN", Reason.DOCS_MISSING),
    ("BD CA P2 F1", Reason.CUSTOMS_CHECK),
    ("B4 C2 C8 C9", Reason.PAYMENT),
    ("C5", Reason.STRIKE),
    ("AN C4", Reason.HOLIDAY),
    ("B1", Reason.SITE_CLOSED),
    ("A2 A5 A6", Reason.ADDRESS),
    ("S1", Reason.RECOUNT),
    (_OTHER, Reason.OTHER),
    (_NO_DELAY, None),
]
WHY = [(code, reason) for names, reason in REASONS for code in names.split()]


def status(code: str, reason: str = "NS", rest: str = "MS1*CHICAGO*IL*US~") -> str:
    return f"{B10}LX*1~AT7*{code}*{reason}***20260910*1405*LT~{rest}"


@pytest.mark.parametrize(("code", "becomes", "reason"), CASES)
def test_a_code_becomes_its_milestone(code: str, becomes: Milestone, reason: Reason | None) -> None:
    found = fact("214", status(code))
    assert (found.milestone, found.reason) == (becomes, reason)
    assert found.classifier is (Classifier.ESTIMATED if code in codes.ESTIMATES else Classifier.ACTUAL)
    assert found.transport is (Transport.RAIL if code in {"RL", "AR"} else Transport.ROAD)


@pytest.mark.parametrize("code", NOT_SAID)
def test_a_code_that_says_nothing_is_ignored_with_its_reason(code: str) -> None:
    (ignored,) = read("214", status(code)).ignored
    assert ignored.reason.endswith(f"({code})")


@pytest.mark.parametrize("code", APPOINTMENTS)
def test_an_appointment(code: str) -> None:
    reading = read("214", f"{B10}LX*1~AT7***{code}*AO*20260920*0800*CT~")
    assert len(reading.items) == APPOINTMENTS[code]
    for _, found in reading.items:
        (booked,) = found.facts
        assert (booked.milestone, booked.classifier) == (Milestone.DELIVERED, Classifier.PLANNED)
        assert (booked.flags, booked.reason) == (("booked",), Reason.WEATHER)


@pytest.mark.parametrize(("code", "reason"), WHY)
def test_a_reason(code: str, reason: Reason | None) -> None:
    assert fact("214", status("SD", code)).reason is reason


@pytest.mark.parametrize(("code", "reason"), [("P2", Reason.CUSTOMS_CHECK), ("AS", Reason.DOCS_MISSING)])
def test_a_hold_has_the_reason_that_is_given(code: str, reason: Reason) -> None:
    assert fact("214", status("PR", code)).reason is reason


@pytest.mark.parametrize("code", ["BD", "CA", "F1", "NS"])
def test_a_hold_is_no_inspection_because_customs_is_named(code: str) -> None:
    assert fact("214", status("PR", code)).reason is None
    mine = fact("214", status("PR", code), mapping={f"x12-1651:{code}": "customs_check"})
    assert mine.reason is Reason.CUSTOMS_CHECK, "the account's own meaning comes first"


def test_every_row_has_a_case() -> None:
    assert sorted([*(case[0] for case in CASES), *NOT_SAID]) == sorted(row.code for row in codes.LIST.rows)
    assert sorted(APPOINTMENTS) == sorted(row.code for row in codes.APPOINTMENTS.rows)
    assert sorted(code for code, _ in WHY) == sorted(row.code for row in reasons.LIST.rows)


def test_the_same_letters_mean_other_things_than_in_a_315() -> None:
    assert fact("214", status("AP")).milestone is Milestone.DELIVERY_ATTEMPT_FAILED
    assert fact("214", status("A3")).milestone is Milestone.RETURNED_SHIPPER


def test_loops_of_a_load_are_units_and_each_status_has_its_place() -> None:
    head = f"{B10}L11*BOL1*BM~L11*PO0*PO~"
    one = "LX*1~AT7*CP*NS***20260909*0900*LT~MS1*MEMPHIS*TN*US~AT7*D1*NS***20260910*1405*LT~MS1*CHICAGO*IL*US~"
    one += "L11*ORD1*DO~"
    two = "LX*2~AT7*D1*NS***20260911*0700*LT~MS1*RENO*NV*US~MS2*SCAC*T55~L11*ORD2*DO~"
    reading = read("214", head + one + two)
    facts = [found.facts[0] for _, found in reading.items]
    assert [(f.milestone, f.unit, f.place_name, f.when.zone) for f in facts] == [
        (Milestone.PICKED_UP, "ORD1", "MEMPHIS, TN", None),
        (Milestone.DELIVERED, "ORD1", "CHICAGO, IL", "America/Chicago"),
        (Milestone.DELIVERED, "ORD2", "RENO, NV", "America/Los_Angeles"),
    ]
    assert (facts[0].when.on, facts[0].when.at, facts[0].flags) == (date(2026, 9, 9), None, ("zone_unknown",))
    assert facts[1].when.at == datetime(2026, 9, 10, 19, 5, tzinfo=UTC)
    assert [(ref.type.value, ref.shown) for ref in reading.items[2][1].refs] == [
        ("master_bill", "PRO1"),
        ("ref", "LOAD1"),
        ("master_bill", "BOL1"),
        ("po", "PO0"),
        ("po", "ORD2"),
    ]


@pytest.mark.parametrize("carried", ["MS2*MSKU*1234565~", "MS2*SCAC*MSKU1234565~"])
def test_a_container_on_the_truck_is_the_unit(carried: str) -> None:
    assert fact("214", status("X6", rest=carried)).unit == "MSKU1234565"


@pytest.mark.parametrize(
    ("number", "kept"), [("MSKU1234565*EQ", True), ("TRAILER5*EQ", False), ("TRK9*2I", True), ("SHIP8*ZZ", False)]
)
def test_references(number: str, kept: bool) -> None:
    shown = {ref.shown for ref in item("214", status("X6", rest=f"L11*{number}~")).refs}
    assert (number.split("*", maxsplit=1)[0] in shown) is kept


@pytest.mark.parametrize(
    ("date_time", "expected"),
    [
        ("20260910*1405*CT", datetime(2026, 9, 10, 19, 5, tzinfo=UTC)),
        ("20260910*1405*ET", datetime(2026, 9, 10, 18, 5, tzinfo=UTC)),
        ("20260910*1405*CS", datetime(2026, 9, 10, 20, 5, tzinfo=UTC)),
        ("20260910*140530*UT", datetime(2026, 9, 10, 14, 5, tzinfo=UTC)),
        ("20260910*14053099*05", datetime(2026, 9, 10, 9, 5, tzinfo=UTC)),
        ("20260910*1405*20", datetime(2026, 9, 10, 19, 5, tzinfo=UTC)),
        ("20260910*1405*NS", datetime(2026, 9, 10, 17, 35, tzinfo=UTC)),
        ("20260910*1405*", datetime(2026, 9, 10, 19, 5, tzinfo=UTC)),
        ("20260910*1405*QQ", datetime(2026, 9, 10, 19, 5, tzinfo=UTC)),
        ("260910*20*1405*CT", datetime(2026, 9, 10, 19, 5, tzinfo=UTC)),
        ("260910*1405*CT", datetime(2026, 9, 10, 19, 5, tzinfo=UTC)),
        ("20260910**CT", None),
        ("20260910*2460*CT", None),
    ],
)
def test_times(date_time: str, expected: datetime | None) -> None:
    found = fact("214", f"{B10}LX*1~AT7*D1*NS***{date_time}~MS1*CHICAGO*IL*US~")
    assert found.when.at == expected
    assert (found.when.on, found.when.zone) == (date(2026, 9, 10), "America/Chicago")


def test_an_american_zone_elsewhere_contradicts_itself() -> None:
    reading = read("214", f"{B10}LX*1~AT7*D1*NS***20260910*1405*PT~MS1*TOKYO**JP~")
    found = reading.items[0][1].facts[0]
    assert (found.when.at, found.when.on, found.flags) == (None, date(2026, 9, 10), ("zone_unknown",))
    assert "does not fit a place in JP" in reading.notes["/0/AT705"]


@pytest.mark.parametrize(
    ("one", "code", "pointer"),
    [
        (f"{B10}LX*1~AT7*****20260910*1405*LT~", "no_status", "/0/AT701"),
        (f"{B10}LX*1~AT7*D1*NS****1405*LT~", "no_date", "/0/AT705"),
        (f"{B10}LX*1~AT7*D1*NS***20260931*1405*LT~", "impossible_date", "/0/AT705"),
    ],
)
def test_what_is_refused(one: str, code: str, pointer: str) -> None:
    (problem,) = read("214", one).problems
    assert (problem.code, problem.pointer) == (code, pointer)


def test_unknown_codes() -> None:
    reading = read("214", status("ZZ"), f"{B10}LX*1~AT7***ZZ*NA*20260910~", status("SD", "ZZ"))
    assert [one.code for one in reading.unmapped] == ["x12-1650:ZZ", "x12-1652:ZZ"]
    assert [found.facts[0].reason for _, found in reading.items] == [None]
    assert reading.notes["/2/AT702"] == "The reason x12-1651:ZZ is not known: left out."


def test_the_accounts_own_reason() -> None:
    mapping = {"x12-1651:ZZ": "strike", "x12-1651:AO": "ignore"}
    reading = read("214", status("SD", "ZZ"), status("X6", "AO"), mapping=mapping)
    assert [found.facts[0].reason for _, found in reading.items] == [Reason.STRIKE, None]


def test_a_set_without_a_status_and_one_without_loops() -> None:
    reading = read("214", f"{B10}L11*X*BM~", f"{B10}AT7*D1*NS***20260910*1405*UT~")
    assert [one.reason for one in reading.ignored] == ["It holds no status (AT7), set 0001."]
    assert [index for index, _ in reading.items] == [1]
