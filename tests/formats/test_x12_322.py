"""X12 322: every row of its codes, ramps, expected trains."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.formats.x12 import set_322_codes as codes
from service.records.enums import Classifier, Milestone, Reason, Transport
from tests.formats.x12_sets import fact, item, read

M = Milestone
ORIGIN, HUB, DESTINATION = "R4*5*UN*USLGB*LONG BEACH~", "R4*5*UN*USSTP*SAINT PAUL~", "R4*5*UN*USCHI*CHICAGO~"
RAMPS = "R4*6*UN*USLGB*LONG BEACH~R4*7*UN*USCHI*CHICAGO RAMP~"


def status(code: str, place: str = HUB, *, load: str = "L", rest: str = "", day: str = "20260910") -> str:
    equipment = f"N7*MSKU*765432~{rest}W2*MSKU*765432**CC*{load}~"
    return f"Q5*{code}*{day}*140500*LT**CHICAGO*IL*US~{equipment}{place}{RAMPS}N9*BN*BKG1~N9*BM*BILL1~"


BECOMES: list[tuple[str, str, str, Milestone, Reason | None]] = [
    ("I RD", HUB, "E", M.EMPTY_RETURNED, None),
    ("OA EE", HUB, "E", M.EMPTY_RELEASED, None),
    ("I", ORIGIN, "L", M.GATED_IN_ORIGIN, None),
    ("OA", DESTINATION, "L", M.GATED_OUT_DESTINATION, None),
    ("A AR", DESTINATION, "L", M.RAIL_ARRIVED, None),
    ("A P R", HUB, "L", M.IN_TRANSIT, None),
    ("RL", ORIGIN, "L", M.RAIL_DEPARTED, None),
    ("NF AV", DESTINATION, "L", M.AVAILABLE_PICKUP, None),
    ("AE", ORIGIN, "L", M.LOADED, None),
    ("UV", ORIGIN, "L", M.DISCHARGED, None),
    ("VA", ORIGIN, "L", M.ARRIVED_DESTINATION, None),
    ("VD", ORIGIN, "L", M.DEPARTED, None),
    ("D", DESTINATION, "L", M.DELIVERED, None),
    ("B H", HUB, "L", M.EXCEPTION, Reason.EQUIPMENT),
    ("HG", HUB, "L", M.EXCEPTION, None),
]
CASES = [(code, *case) for names, *case in BECOMES for code in names.split()]
NOT_SAID = ["AL", "UR", "AM", "AO", "J", "CB", "CC", "CS", "SC", "CV", "TM", "G", "DC", "N", "FT"]
SILENT = [*((code, HUB, "L") for code in NOT_SAID), ("I", DESTINATION, "L"), ("OA", ORIGIN, "L")]
EMPTY = ["A", "AR", "RL", "P", "AE", "UV", "NF", "AV", "D", "VA", "VD"]


@pytest.mark.parametrize(("code", "place", "load", "becomes", "reason"), CASES)
def test_a_code_becomes_its_milestone(
    code: str, place: str, load: str, becomes: Milestone, reason: Reason | None
) -> None:
    found = fact("322", status(code, place, load=load))
    assert (found.milestone, found.reason, found.classifier) == (becomes, reason, Classifier.ACTUAL)


@pytest.mark.parametrize(("code", "place", "load"), [*SILENT, *((code, HUB, "E") for code in EMPTY)])
def test_a_code_that_says_nothing_is_ignored_with_its_reason(code: str, place: str, load: str) -> None:
    (ignored,) = read("322", status(code, place, load=load)).ignored
    assert ignored.reason.endswith(f"({code})")


def test_every_row_has_a_case() -> None:
    tried = {(case[0], case[2] == "E") for case in (*CASES, *SILENT)} | {(code, True) for code in EMPTY}
    lacking = [row for row in codes.LIST.rows if (row.code, row.when == codes.EMPTY) not in tried]
    assert [row for row in lacking if (row.code, True) not in tried] == []
    assert {code for code, _ in tried} == {row.code for row in codes.LIST.rows}


def test_a_whole_status() -> None:
    found = item("322", status("A", rest="DTM*371*20260912*0912*LT~DTM*017*20260913*0800*LT~"))
    arrived, eta = found.facts
    assert (arrived.unit, arrived.place, arrived.transport) == ("MSKU7654328", "USSTP", Transport.RAIL)
    assert arrived.when.at == datetime(2026, 9, 10, 19, 5, tzinfo=UTC)
    assert (eta.milestone, eta.classifier, eta.place) == (Milestone.RAIL_ARRIVED, Classifier.ESTIMATED, "USCHI")
    assert (eta.part, eta.when.at) == ("eta", datetime(2026, 9, 12, 14, 12, tzinfo=UTC))
    assert [ref.shown for ref in found.refs] == ["BKG1", "BILL1", "MSKU7654328"]


def test_an_expected_train_counts_also_where_the_status_says_nothing() -> None:
    found = item("322", status("AL", rest="DTM*371*20260920*0912*LT~"))
    assert [one.part for one in found.facts] == ["eta"]
    reading = read("322", status("AL", rest="DTM*371*20260932*0912*LT~"))
    assert len(reading.ignored) == 1
    assert "left out" in reading.notes["/0/DTM02"]


def test_the_town_of_the_status_where_no_ramp_is_named() -> None:
    found = fact("322", "Q5*RL*20260910*1405*LT**CHICAGO*IL*US~N7**TRAILER7~N9*BN*BKG1~")
    assert (found.place_name, found.when.zone, found.unit) == ("CHICAGO, IL", "America/Chicago", "TRAILER7")


@pytest.mark.parametrize(
    ("one", "code"),
    [("N9*BN*BKG1~", "no_status"), ("Q5**20260910~N9*BN*BKG1~", "no_status"), (status("A", day=""), "no_date")],
)
def test_what_is_refused(one: str, code: str) -> None:
    assert [problem.code for problem in read("322", one).problems] == [code]


def test_an_unknown_code() -> None:
    assert [one.code for one in read("322", status("GI")).unmapped] == ["x12-322:GI"]
