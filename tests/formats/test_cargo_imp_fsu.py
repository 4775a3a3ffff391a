"""IATA Cargo-IMP status updates: every code has a case, and what airlines really send is read as it is meant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service.formats.air.cargo_imp_fsu import CargoImpFsu
from service.formats.air.fsu_codes import AT_DESTINATION, AT_ORIGIN, BETWEEN, FSU, FSU_DIS
from service.formats.base import Unreadable
from service.records.enums import Classifier, Milestone, Reason, ReferenceType, Transport
from service.records.inbound import FactDraft, Reading

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
JOURNEY = (Path(__file__).parent / "fixtures" / "cargo_imp_fsu" / "journey.txt").read_bytes()
WAYBILL = "999-12345675FRASIN/T10K250"


def read(text: str, now: datetime = NOW, **options: object) -> Reading:
    return CargoImpFsu().read(text.encode(), {}, now=now, options=options)


def statuses(*lines: str, waybill: str = WAYBILL, now: datetime = NOW, **options: Any) -> Reading:
    return read("\n".join(("FSU/14", waybill, *lines)), now, **options)


def facts(*lines: str, waybill: str = WAYBILL, now: datetime = NOW, **options: object) -> tuple[FactDraft, ...]:
    ((_, item),) = statuses(*lines, waybill=waybill, now=now, **options).items
    return item.facts


IGNORED = None
ROWS: list[tuple[str, str, str, Milestone | None, str | None]] = [
    ("BKD", "", "BKD/XX1/20SEP/FRASIN/T10K250", Milestone.BOOKING_CONFIRMED, None),
    ("DPU", "", "DPU/12SEP0900/FRA/T10K250", Milestone.PICKED_UP, "origin"),
    ("FOH", "", "FOH/12SEP1200/FRA/T10K250", IGNORED, None),
    ("RCS", "", "RCS/12SEP1317/FRA/T10K250", Milestone.RECEIVED_ORIGIN, "origin"),
    ("PRE", "", "PRE/XX1/12SEP/FRASIN/T10K250", IGNORED, None),
    ("MAN", "", "MAN/XX1/12SEP/FRASIN/T10K250", Milestone.LOADED, "origin"),
    ("MAN", "", "MAN/XX2/13SEP/DXBSIN/T10K250", Milestone.TRANSSHIPMENT_LOADED, "transshipment"),
    ("DEP", "", "DEP/XX1/12SEP2112/FRADXB/T10K250", Milestone.DEPARTED, "origin"),
    ("DEP", "", "DEP/XX2/13SEP0921/DXBSIN/T10K250", Milestone.TRANSSHIPMENT_DEPARTED, "transshipment"),
    ("ARR", "", "ARR/XX2/13SEP2035/SIN/T10K250", Milestone.ARRIVED_DESTINATION, "destination"),
    ("ARR", "", "ARR/XX1/13SEP0541/FRADXB/T10K250", Milestone.TRANSSHIPMENT_ARRIVED, "transshipment"),
    ("RCF", "", "RCF/XX2/13SEP2210/SIN/T10K250", Milestone.DISCHARGED, "destination"),
    ("RCF", "", "RCF/XX1/13SEP0610/DXB/T10K250", Milestone.TRANSSHIPMENT_UNLOADED, "transshipment"),
    ("RCT", BETWEEN, "RCT/YY/13SEP0610/DXB/T10K250/XX", Milestone.TRANSSHIPMENT_UNLOADED, "transshipment"),
    ("RCT", AT_DESTINATION, "RCT/YY/13SEP0610/SIN/T10K250", Milestone.DISCHARGED, "destination"),
    ("RCT", "", "RCT/YY/13SEP0610/FRA/T10K250", IGNORED, None),
    ("TFD", BETWEEN, "TFD/YY/13SEP0610/DXB/T10K250", Milestone.TRANSSHIPMENT_UNLOADED, "transshipment"),
    ("TFD", "", "TFD/YY/13SEP0610/SIN/T10K250", IGNORED, None),
    ("TRM", "", "TRM/YY/13SEP/DXB/T10K250", IGNORED, None),
    ("AWR", "", "AWR/XX2/13SEP2210/SIN/T10K250", IGNORED, None),
    ("NFD", "", "NFD/14SEP1030/SIN/T10K250/AGENT", Milestone.CONSIGNEE_NOTIFIED, "destination"),
    ("AWD", "", "AWD/14SEP1030/SIN/T10K250/AGENT", IGNORED, None),
    ("CRC", AT_DESTINATION, "CRC/14SEP0900/SIN/T10K250", Milestone.CUSTOMS_STARTED, None),
    ("CRC", "", "CRC/12SEP0900/FRA/T10K250", IGNORED, None),
    ("TGC", AT_DESTINATION, "TGC/14SEP0900/SIN/T10K250", Milestone.CUSTOMS_STARTED, None),
    ("TGC", "", "TGC/12SEP0900/FRA/T10K250", IGNORED, None),
    ("CCD", AT_ORIGIN, "CCD/12SEP0900/FRA/T10K250", Milestone.EXPORT_CUSTOMS_CLEARED, "origin"),
    ("CCD", AT_DESTINATION, "CCD/14SEP1000/SIN/T10K250", Milestone.CUSTOMS_CLEARED, "destination"),
    ("CCD", "", "CCD/13SEP1000/DXB/T10K250", IGNORED, None),
    ("DLV", "", "DLV/14SEP1605/SIN/T10K250/SOMEBODY", Milestone.DELIVERED, None),
    ("DDL", "", "DDL/14SEP1805/SIN/T10K250/SOMEBODY", Milestone.DELIVERED, None),
    ("DIS", "", "DIS/XX1/12SEP2130/FRA", IGNORED, None),
    ("FIW", "", "FIW/XX1/13SEP0630/DXB/T10K250/S0720/A1008", IGNORED, None),
    ("FOW", "", "FOW/13SEP0630/DXB/T10K250", IGNORED, None),
    ("DOC", "", "DOC/XX1", IGNORED, None),
    ("OCI", "", "OCI/DE/ISS/RA/00000", IGNORED, None),
    ("OSI", "", "OSI/WITH CARE", IGNORED, None),
    ("ULD", "", "ULD/PMC00001XX", IGNORED, None),
]


def test_every_row_has_a_case() -> None:
    assert {(code, when) for code, when, *_ in ROWS} == {(row.code, row.when) for row in FSU.rows}
    assert {code for code, *_ in DISCREPANCIES} == {row.code for row in FSU_DIS.rows}


@pytest.mark.parametrize(("code", "when", "line", "milestone", "role"), ROWS, ids=[row[2] for row in ROWS])
def test_every_status(code: str, when: str, line: str, milestone: Milestone | None, role: str | None) -> None:
    assert line.startswith(code)
    reading = statuses(line)
    assert not reading.problems
    if milestone is None:
        assert not reading.items
        (ignored,) = reading.ignored
        assert ignored.reason.endswith(")")
        return
    ((_, item),) = reading.items
    assert item.facts[0].milestone is milestone
    assert item.facts[0].place_role == role
    assert item.facts[0].classifier is Classifier.ACTUAL
    assert {fact.transport for fact in item.facts} == {Transport.AIR}


DISCREPANCIES: list[tuple[str, Milestone | None, Reason | None, tuple[str, ...]]] = [
    ("OFLD", Milestone.DELAYED, None, ()),
    ("SSPD", Milestone.DELAYED, None, ()),
    ("OVCD", Milestone.DELAYED, None, ()),
    ("MSCA", Milestone.EXCEPTION, None, ("lost",)),
    ("MSAW", Milestone.EXCEPTION, Reason.DOCS_MISSING, ()),
    ("FDCA", None, None, ()),
    ("FDAW", None, None, ()),
    ("DFLD", None, None, ()),
    ("MSMB", None, None, ()),
    ("FDMB", None, None, ()),
    ("MSAV", None, None, ()),
    ("FDAV", None, None, ()),
]


@pytest.mark.parametrize(("code", "milestone", "reason", "flags"), DISCREPANCIES)
def test_every_discrepancy(
    code: str, milestone: Milestone | None, reason: Reason | None, flags: tuple[str, ...]
) -> None:
    reading = statuses(f"DIS/XX1/12SEP2130/FRA/{code}/P4K100/ON HAND")
    if milestone is None:
        assert len(reading.ignored) == 1
        assert not reading.items
        return
    ((_, item),) = reading.items
    (fact,) = item.facts
    assert (fact.milestone, fact.reason, fact.flags) == (milestone, reason, (*flags, "part"))
    assert (fact.pieces, fact.pieces_total, fact.voyage) == (4, 10, "XX1")


@pytest.mark.parametrize("code", ["OFLD", "SSPD"])
@pytest.mark.parametrize(("airport", "reason"), [("FRA", None), ("SIN", None), ("DXB", Reason.MISSED_CONNECTION)])
def test_only_between_the_ends_a_flight_that_is_missed_is_the_next_one(
    code: str, airport: str, reason: Reason | None
) -> None:
    ((_, item),) = statuses(f"DIS/XX1/12SEP2130/{airport}/{code}/P4K100").items
    assert (item.facts[0].milestone, item.facts[0].reason) == (Milestone.DELAYED, reason)


def test_a_journey() -> None:
    reading = read(JOURNEY.decode())
    assert not reading.problems
    assert not reading.notes
    told = [(fact.milestone, fact.place, fact.classifier) for _, item in reading.items for fact in item.facts]
    assert told == [
        (Milestone.BOOKING_CONFIRMED, None, Classifier.ACTUAL),
        (Milestone.DEPARTED, "DEFRA", Classifier.PLANNED),
        (Milestone.TRANSSHIPMENT_ARRIVED, "AEDXB", Classifier.PLANNED),
        (Milestone.BOOKING_CONFIRMED, None, Classifier.ACTUAL),
        (Milestone.TRANSSHIPMENT_DEPARTED, "AEDXB", Classifier.PLANNED),
        (Milestone.ARRIVED_DESTINATION, "SGSIN", Classifier.PLANNED),
        (Milestone.RECEIVED_ORIGIN, "DEFRA", Classifier.ACTUAL),
        (Milestone.DEPARTED, "DEFRA", Classifier.ACTUAL),
        (Milestone.TRANSSHIPMENT_ARRIVED, "AEDXB", Classifier.ESTIMATED),
        (Milestone.TRANSSHIPMENT_UNLOADED, "AEDXB", Classifier.ACTUAL),
        (Milestone.DELAYED, "DEFRA", Classifier.ACTUAL),
        (Milestone.TRANSSHIPMENT_LOADED, "AEDXB", Classifier.ACTUAL),
        (Milestone.TRANSSHIPMENT_DEPARTED, "AEDXB", Classifier.ACTUAL),
        (Milestone.ARRIVED_DESTINATION, "SGSIN", Classifier.ACTUAL),
        (Milestone.DISCHARGED, "SGSIN", Classifier.ACTUAL),
        (Milestone.CUSTOMS_CLEARED, "SGSIN", Classifier.ACTUAL),
        (Milestone.CONSIGNEE_NOTIFIED, "SGSIN", Classifier.ACTUAL),
        (Milestone.DELIVERED, "SGSIN", Classifier.ACTUAL),
    ]
    indexes = [index for index, _ in reading.items] + [one.index for one in reading.ignored]
    assert sorted(indexes) == list(range(16))


def test_times_are_those_of_the_airport() -> None:
    _, leaves, lands = facts("BKD/XX1/20SEP/FRASIN/T10K250/S2050/S1530-N")
    assert leaves.when.at == datetime(2026, 9, 20, 18, 50, tzinfo=UTC)
    assert lands.when.at == datetime(2026, 9, 21, 7, 30, tzinfo=UTC)
    assert (lands.when.on, lands.when.zone) == (date(2026, 9, 21), "Asia/Singapore")


def test_a_booking_stands_since_it_was_heard_of() -> None:
    booked, leaves = facts("BKD/XX1/20SEP/FRASIN/T10K250")
    assert booked.when.at == NOW
    assert (leaves.classifier, leaves.when.on, leaves.when.at) == (Classifier.PLANNED, date(2026, 9, 20), None)
    (known,) = facts("BKD/16SEP1317/FRA/ACME")
    assert known.when.at == datetime(2026, 9, 16, 11, 17, tzinfo=UTC)


def test_a_flight_that_would_land_before_it_leaves_has_no_arrival() -> None:
    reading = statuses("BKD/XX1/20SEP/FRASIN/T10K250/S2050/S0530")
    assert len(reading.items[0][1].facts) == 2
    assert "before it leaves" in reading.notes["/0"]
    assert len(facts("BKD/XX1/20SEP/FRASIN/T10K250/S2050/S0530-Z")) == 2


@pytest.mark.parametrize(
    ("now", "said", "year"),
    [
        (datetime(2027, 1, 2, tzinfo=UTC), "31DEC", 2026),
        (datetime(2026, 12, 31, tzinfo=UTC), "01JAN", 2027),
        (datetime(2026, 9, 17, tzinfo=UTC), "18OCT", 2026),
        (datetime(2026, 9, 17, tzinfo=UTC), "20NOV", 2025),
        (datetime(2028, 3, 1, tzinfo=UTC), "29FEB", 2028),
    ],
)
def test_the_year_is_the_nearest_that_is_plausible(now: datetime, said: str, year: int) -> None:
    (fact,) = facts(f"RCS/{said}/FRA/T10", now=now)
    assert fact.when.on.year == year


def test_a_flight_may_be_booked_far_ahead() -> None:
    _, leaves = facts("BKD/XX1/10FEB/FRASIN/T10")
    assert leaves.when.on == date(2027, 2, 10)


def test_what_has_happened_in_the_future_is_expected() -> None:
    (fact,) = facts("DEP/XX1/18SEP2112/FRADXB/T10")
    assert (fact.classifier, fact.flags) == (Classifier.ESTIMATED, ("future_actual",))


def test_an_airport_that_nobody_knows_keeps_the_date() -> None:
    reading = statuses("DEP/XX1/12SEP2112/QQQSIN/T10", waybill="999-12345675QQQSIN/T10")
    ((_, item),) = reading.items
    assert item.facts[0].when.at is None
    assert item.facts[0].when.on == date(2026, 9, 12)
    assert item.facts[0].flags == ("zone_unknown",)
    assert "QQQ is not in the table" in reading.notes["/0"]


@pytest.mark.parametrize(
    ("waybill", "line", "pieces", "total"),
    [
        (WAYBILL, "RCF/XX1/13SEP0610/DXB/P6K150", 6, 10),
        (WAYBILL, "RCF/XX1/13SEP0610/DXB/T10K250", 10, 10),
        ("999-12345675FRASIN/P2K505.0T10", "RCF/XX1/13SEP0610/DXB/P2K50.5", 2, 10),
        ("999-12345675FRASIN/P2K505", "RCF/XX1/13SEP0610/DXB/P2K50.5", 2, None),
        ("999-12345675FRASIN", "RCF/XX1/13SEP0610/DXB/T10K250", 10, 10),
        (WAYBILL, "RCF/XX1/13SEP0610/DXB", None, None),
        (WAYBILL, "RCF/XX1/13SEP0610/DXB/S6K150", 6, 10),
    ],
)
def test_pieces(waybill: str, line: str, pieces: int | None, total: int | None) -> None:
    (fact,) = facts(line, waybill=waybill)
    assert (fact.pieces, fact.pieces_total) == (pieces, total)


def test_an_airport_of_the_waybills_city_is_its_end() -> None:
    (fact,) = facts("DEP/XX1/12SEP2112/LHRSIN/T10", waybill="999-12345675LONSIN/T10")
    assert (fact.milestone, fact.place, fact.place_role) == (Milestone.DEPARTED, "GBLHR", "origin")


def test_without_the_ends_of_the_waybill_the_place_stays_open() -> None:
    reading = statuses(
        "DEP/XX1/12SEP2112/FRADXB/T10",
        "RCF/XX1/13SEP0610/DXB/T10",
        "RCT/YY/13SEP0620/DXB/T10",
        "CCD/13SEP0630/DXB/T10",
        waybill="999-12345675/T10",
    )
    assert [(i.facts[0].milestone, i.facts[0].place_role) for _, i in reading.items] == [
        (Milestone.DEPARTED, None),
        (Milestone.DISCHARGED, None),
    ]
    assert len(reading.ignored) == 2


def test_the_waybill_finds_and_only_a_direct_one_opens() -> None:
    for direct, kind in ((False, ReferenceType.MASTER_BILL), (True, ReferenceType.HOUSE_BILL)):
        for written in ("999-12345675", "99912345675", "999-1234 5675"):
            reading = statuses("RCS/12SEP1317/FRA/T10", waybill=f"{written}FRASIN/T10", direct=direct)
            ((_, item),) = reading.items
            assert [(ref.type, ref.value) for ref in item.refs] == [(kind, "999-12345675")]
            assert not reading.notes


def test_a_check_digit_that_does_not_fit_is_noted() -> None:
    reading = statuses("RCS/12SEP1317/FRA/T10", waybill="999-12345670FRASIN/T10")
    assert len(reading.items) == 1
    assert "check digit" in reading.notes["/0"]


def test_the_same_status_again_is_the_same_event() -> None:
    line = "DEP/XX1/12SEP2112/FRADXB/T10K250/A2112/E0541-N"
    first, same = (statuses(one).items[0][1] for one in (line, line.replace("K250", "K251") + "/REMARK"))
    later = statuses(line.replace("E0541", "E0610")).items[0][1]
    assert (first.key, first.digest) == (same.key, same.digest)
    assert first.key != later.key
    twice = statuses(line, line)
    assert len(twice.items) == 1
    assert twice.ignored[0].reason == "It repeats item 0 of the same call."


def test_an_unknown_code_waits_for_its_meaning() -> None:
    reading = statuses("XYZ/12SEP2112/FRA/T10", "DIS/XX1/12SEP/FRA/QQQQ/P4", "ZZZ/NO DATE")
    assert [(one.code, one.pointer) for one in reading.unmapped] == [
        ("fsu:XYZ", "/lines/3"),
        ("fsu-dis:QQQQ", "/lines/4"),
        ("fsu:ZZZ", "/lines/5"),
    ]
    mapping = {"fsu:XYZ": "departed", "fsu-dis:QQQQ": "weather", "fsu:DLV": "ignore"}
    mapped = statuses("XYZ/12SEP2112/DXB/T10", "DIS/XX1/12SEP/FRA/QQQQ/P4", "DLV/14SEP/SIN/T10", mapping=mapping)
    assert [(i.facts[0].milestone, i.facts[0].reason) for _, i in mapped.items] == [
        (Milestone.TRANSSHIPMENT_DEPARTED, None),
        (Milestone.DELAYED, Reason.WEATHER),
    ]
    assert "mapping" in mapped.ignored[0].reason


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("FSU/14", "HELLO", "RCS/12SEP1317/FRA/T10"), "bad_waybill"),
        (("FSU/14", "RCS/12SEP1317/FRA/T10"), "bad_waybill"),
        (("FSU/14", WAYBILL, "RCS/FRA/T10"), "no_date"),
        (("FSU/14", WAYBILL, "RCS/31FEB1317/FRA/T10"), "impossible_date"),
        (("FSU/14", WAYBILL, "RCS/29FEB1317/FRA/T10"), "impossible_date"),
        (("FSU/14", WAYBILL, "RCS/12SEP2517/FRA/T10"), "impossible_time"),
        (("FSU/14", WAYBILL, "RCS/00SEP1317/FRA/T10"), "impossible_date"),
    ],
)
def test_a_line_that_cannot_be_read_fails_alone(lines: tuple[str, ...], code: str) -> None:
    reading = read("\r\n".join((*lines, "FSU/14", WAYBILL, "DEP/XX1/12SEP2112/FRADXB/T10", "")))
    (problem,) = reading.problems
    assert problem.code == code
    assert problem.pointer == f"/lines/{len(lines)}"
    assert len(reading.items) == 1


def test_what_stands_around_the_statuses_is_tolerated() -> None:
    text = "\x01QD ABCDEFG\r\n.HIJKLMN 200739\r\n\x02FSA/14\r\n" + WAYBILL
    text += "\r\nRCS/12SEP1317/FRA/T10\r\nFREE TEXT\r\n\r\n\x03"
    assert len(read(text).items) == 1
    assert len(read(f"FSU/14 {WAYBILL} RCS/12SEP1317/FRA/T10").items) == 1
    assert len(read(f"{WAYBILL}\nRCS/12SEP1317/FRA/T10").items) == 1
    other = read(f"FWB/17\n{WAYBILL}\nFLT/XX1/12\nFSU/12\n{WAYBILL}\nRCS/12SEP1317/FRA/T10")
    assert [one.reason for one in other.ignored] == ["A FWB message is no status update."]
    assert len(other.items) == 1


@pytest.mark.parametrize(
    "body", [b"", b"\n\n", b"hello\nworld", b'{"a": 1}', b"FSU/14999-12345675FRASIN/T10DLV/12SEP1317/SIN"]
)
def test_a_body_without_a_message_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        CargoImpFsu().read(body, {}, now=NOW, options={})
    assert (refused.value.problem.code, "--data-binary" in refused.value.problem.fix) == ("not_fsu", True)


def test_a_body_of_endless_lines_is_refused() -> None:
    head = f"FSU/14\n{WAYBILL}\n".encode()
    for body, code in (
        (head + b"OCI/X\n" * 800_000, "too_many_lines"),
        (b"FWB/17\n" * 200_000, "too_many_lines"),
        (head + b"".join(b"DEP/%d\n" % n for n in range(20_000)), "too_many_problems"),
    ):
        with pytest.raises(Unreadable) as refused:
            CargoImpFsu().read(body, {}, now=NOW, options={})
        assert refused.value.problem.code == code
    assert len(statuses("RCS/12SEP1317/FRA/T10/" + "/" * 4_000_000).items) == 1


@pytest.mark.parametrize("text", ["FSU/14", f"FSU/14\n{WAYBILL}\n", f"FSA/14\nFSU/14\n{WAYBILL}\nRCS/16SEP/FRA"])
def test_a_message_that_ends_before_its_first_status_is_refused(text: str) -> None:
    (problem,) = read(text).problems
    assert (problem.code, problem.pointer) == ("no_status", "/lines/1")


def test_the_dates_of_a_replay_are_the_same() -> None:
    for later in (0, 30, 150):
        (fact,) = facts("DEP/XX1/12SEP2112/FRADXB/T10", now=NOW + timedelta(days=later))
        assert fact.when.at == datetime(2026, 9, 12, 19, 12, tzinfo=UTC)
