"""IFTSTA: every row of its lists, which list counts, dates, legs, references, corrections, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from service.formats.edifact import element_9011 as codes
from service.formats.edifact import element_9013 as reasons
from service.formats.edifact.iftsta import Iftsta
from service.formats.edifact.iftsta_times import CLASSIFIERS
from service.records.enums import Classifier, Milestone, Reason, Transport
from service.records.inbound import FactDraft, Item, Reading

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
M = Milestone
WHEN = "DTM+78:202609101405:203'"
FELIXSTOWE = "LOC+11+GBFXT:139:6:FELIXSTOWE'"
SEA = "TDT+20+634E+1++CARR:172+++9321483:146::DRAMA OF THE SEAS'LOC+9+CNNGB:139'" + FELIXSTOWE
TRAIN = "TDT+30++2'"
EMPTY, FULL = "EQD+CN+MSKU1234565+45G1+++4'", "EQD+CN+MSKU1234565+45G1+++5'"


def body(
    *statuses: str, directory: str = "D:96A", head: str = "BGM+23+DOC1+9'RFF+BN:BKG1'", unb: str = "REF1"
) -> bytes:
    """One interchange with one message, each status below a CNI of its own."""
    inside = head + "".join(f"CNI+{n}'{status}" for n, status in enumerate(statuses, 1))
    message = f"UNH+1+IFTSTA:{directory}:UN'{inside}UNT+{inside.count(chr(39)) + 2}+1'"
    return f"UNB+UNOC:3+CARR+MILEPOST+260916:0910+{unb}'{message}UNZ+1+{unb}'".encode()


def read(*statuses: str, directory: str = "D:96A", options: dict[str, Any] | None = None, **more: str) -> Reading:
    return Iftsta().read(body(*statuses, directory=directory, **more), {}, now=NOW, options=options or {})


def item(status: str, **more: Any) -> Item:
    reading = read(status, **more)
    assert (reading.problems, reading.unmapped, reading.ignored) == ((), (), ())
    ((_, found),) = reading.items
    return found


def fact(status: str, **more: Any) -> FactDraft:
    return item(status, **more).facts[0]


BECOMES: list[tuple[str, str, Milestone, Reason | None]] = [
    ("13", EMPTY, M.EMPTY_RELEASED, None),
    ("82", EMPTY, M.EMPTY_RETURNED, None),
    ("1", TRAIN, M.RAIL_ARRIVED, None),
    ("1", "NAD+DP+++SOMEBODY'", M.ARRIVED_DELIVERY_PLACE, None),
    ("1", SEA, M.ARRIVED_DESTINATION, None),
    ("6", "", M.BOOKING_CONFIRMED, None),
    ("7", "", M.BOOKING_CHANGED_CANCELLED, None),
    ("8 12", "", M.CUSTOMS_CLEARED, None),
    ("9", "", M.EXPORT_CUSTOMS_CLEARED, None),
    ("13", FULL, M.PICKED_UP, None),
    ("16 31 27 35 100", "", M.IN_TRANSIT, None),
    ("17", "", M.CUSTOMS_HOLD, None),
    ("3 18 36 49 54 66 69 81 102", "", M.EXCEPTION, None),
    ("62 85 86", "", M.EXCEPTION, Reason.RECOUNT),
    ("20 25 101 57 90 87", "", M.DELAYED, None),
    ("51 52", "", M.DELAYED, Reason.EQUIPMENT),
    ("21 22", "", M.DELIVERED, None),
    ("23 56 77", "", M.DELIVERY_ATTEMPT_FAILED, None),
    ("24", TRAIN, M.RAIL_DEPARTED, None),
    ("24", "", M.DEPARTED, None),
    ("29", "", M.DISCHARGED, None),
    ("48", "", M.LOADED, None),
    ("45", "", M.CONSIGNEE_NOTIFIED, None),
    ("68", "", M.INFO_RECEIVED, None),
    ("64", "", M.AVAILABLE_PICKUP, None),
    ("74", "", M.RECEIVED_ORIGIN, None),
    ("78", "", M.FREIGHT_RELEASED, None),
    ("79", "", M.TRANSSHIPMENT_LOADED, None),
    ("80 82", "", M.RETURNED_SHIPPER, None),
    ("93 94", "", M.STUFFED, None),
]
CASES = [(code, rest, becomes, reason) for names, rest, becomes, reason in BECOMES for code in names.split()]
_NOT_SAID = (
    "2 71 84 5 14 10 11 15 88 50 38 61 26 37 40 41 42 43 44 47 59 67 70 75 76 91 92 98 99 53 55 63 72 73 39 46 4 19 30 "
    "28 32 33 34 65 83 89 97 103 58 60 95 96"
)
SILENT = [*((code, "") for code in _NOT_SAID.split()), ("29", TRAIN), ("48", TRAIN)]
MOVED_EMPTY = [row.code for row in codes.LIST.rows if row.when == codes.EMPTY and row.code not in {"13", "82"}]


@pytest.mark.parametrize(("code", "rest", "becomes", "reason"), CASES)
def test_a_code_of_9011_becomes_its_milestone(code: str, rest: str, becomes: Milestone, reason: Reason | None) -> None:
    found = fact(f"STS+1+{code}'{WHEN}{rest}")
    assert (found.milestone, found.reason, found.classifier) == (becomes, reason, Classifier.ACTUAL)
    assert fact(f"STS+1+0{code}'{WHEN}{rest}").milestone is becomes


@pytest.mark.parametrize(("code", "rest"), [*SILENT, *((code, EMPTY) for code in MOVED_EMPTY)])
def test_a_code_that_says_nothing_is_ignored_with_its_reason(code: str, rest: str) -> None:
    (ignored,) = read(f"STS+1+{code}'{WHEN}{rest}").ignored
    assert ignored.reason.endswith(f"({code})")


def test_every_row_of_9011_has_a_case() -> None:
    said = {(code, EMPTY in rest) for code, rest, *_ in CASES} | {(code, False) for code, _ in SILENT}
    said |= {(code, True) for code in MOVED_EMPTY}
    assert {(row.code, row.when == codes.EMPTY) for row in codes.LIST.rows} == said
    assert {row.code for row in codes.LIST.rows} == {str(n) for n in range(1, 104)}


_OTHER = (
    "1 3 4 6 8 10 14 17 21 26 29 32 33 34 35 36 40 41 48 49 53 54 58 60 66 67 69 70 74 75 76 88 90 91 94 100 109 "
    "111 113 114 115 116 121 124 131 135"
)
WHY: list[tuple[str, Reason]] = [
    ("63", Reason.WEATHER),
    ("20 31", Reason.STRIKE),
    ("23", Reason.EQUIPMENT),
    ("2 50", Reason.MISSED_CONNECTION),
    ("18", Reason.RAIL_LATE),
    ("37 105", Reason.DOCS_MISSING),
    ("13 24 25 28 93", Reason.CUSTOMS_CHECK),
    ("46 47 11", Reason.PAYMENT),
    ("7 130 132 133", Reason.SITE_CLOSED),
    ("134", Reason.HOLIDAY),
    ("9 16 30 39 59", Reason.ADDRESS),
    ("19 27 45 56 92 95 96", Reason.RECOUNT),
    ("43", Reason.ORIGIN_NOT_READY),
    ("62", Reason.UNKNOWN),
    (_OTHER, Reason.OTHER),
]
REASONS = {code: reason for names, reason in WHY for code in names.split()}


@pytest.mark.parametrize("code", [row.code for row in reasons.LIST.rows])
def test_a_reason_of_9013(code: str) -> None:
    assert fact(f"STS+1+20+{code}'{WHEN}").reason is REASONS.get(code)


@pytest.mark.parametrize(("code", "reason"), [("13", None), ("93", None), ("24", Reason.CUSTOMS_CHECK)])
def test_a_hold_is_an_inspection_only_where_the_reason_says_so(code: str, reason: Reason | None) -> None:
    assert fact(f"STS+1+17+{code}'{WHEN}").reason is reason


def test_every_reason_has_a_case() -> None:
    assert {row.code for row in reasons.LIST.rows if isinstance(row.becomes, Reason)} == REASONS.keys()


def test_the_first_reason_that_names_a_delay() -> None:
    reading = read(f"STS+1+20+5+ZZ+63+20'{WHEN}")
    assert reading.items[0][1].facts[0].reason is Reason.WEATHER
    assert "iftsta-9013:ZZ" in reading.notes["/0/STS"]


@pytest.mark.parametrize("directory", ["D:96A", "D:93A", "D:98A", "1:911", "2:912", "S:93A"])
def test_an_old_directory_has_9011(directory: str) -> None:
    assert fact(f"STS+1+21'{WHEN}", directory=directory).milestone is Milestone.DELIVERED


@pytest.mark.parametrize("directory", ["D:98B", "D:99A", "D:99B", "D:00B", "D:16A", "D:24A", "D:"])
def test_a_new_directory_does_not(directory: str) -> None:
    reading = read(f"STS+1+21'{WHEN}", directory=directory)
    assert [(one.code, one.pointer) for one in reading.unmapped] == [("iftsta-4405:21", "/0/STS")]


@pytest.mark.parametrize("named", ["21:REC24", "21:9011", "21:24:6"])
def test_the_status_itself_may_name_the_old_list(named: str) -> None:
    assert fact(f"STS+1+{named}'{WHEN}", directory="D:00B").milestone is Milestone.DELIVERED


@pytest.mark.parametrize(
    ("chosen", "code", "becomes"),
    [("9011", "21", M.DELIVERED), ("157", "VD::XY:Left", M.DEPARTED), ("157", "OA", M.GATED_OUT_DESTINATION)],
)
def test_the_account_may_say_which_list(chosen: str, code: str, becomes: Milestone) -> None:
    assert fact(f"STS+1+{code}'{WHEN}", directory="D:00B", options={"status_list": chosen}).milestone is becomes


def test_the_letters_of_the_315_keep_their_conditions_and_estimates() -> None:
    options = {"status_list": "157"}
    assert fact(f"STS+1+E'{WHEN}{SEA}", options=options).classifier is Classifier.ESTIMATED
    assert read(f"STS+1+VD'{WHEN}{EMPTY}", options=options).ignored
    home = f"STS+1+CT'{WHEN}LOC+175+CNNGB:139'{SEA}"
    assert fact(home, options=options).milestone is Milestone.EXPORT_CUSTOMS_CLEARED


@pytest.mark.parametrize("row", codes.NEW_LIST.rows, ids=lambda row: row.code)
def test_a_code_of_4405(row: Any) -> None:
    reading = read(f"STS+1+{row.code}'{WHEN}", directory="D:16A")
    if isinstance(row.becomes, Milestone):
        assert [found.facts[0].milestone for _, found in reading.items] == [Milestone.TRANSSHIPMENT_LOADED]
    else:
        assert [one.reason for one in reading.ignored] == [f"{row.becomes} ({row.code})"]


@pytest.mark.parametrize(
    ("sts", "code", "says"),
    [
        ("STS+1+P::XY:Rail departed", "iftsta-4405:P", "Rail departed"),
        ("STS+1+:::Rail departed", "iftsta-4405:RAIL DEPARTED", "Rail departed"),
        ("STS+1:D2:21", "iftsta-4405:D2-21", ""),
        ("STS+1+146::XY", "iftsta-4405:146", ""),
    ],
)
def test_a_senders_own_code_is_kept_with_its_text(sts: str, code: str, says: str) -> None:
    reading = read(f"{sts}'{WHEN}", directory="D:00B")
    assert [(one.code, one.says) for one in reading.unmapped] == [(code, says)]
    mapped = read(f"{sts}'{WHEN}", directory="D:00B", options={"mapping": {code: "rail_departed"}})
    assert [found.facts[0].milestone for _, found in mapped.items] == [Milestone.RAIL_DEPARTED]


def test_what_the_account_says_comes_first() -> None:
    options = {"mapping": {"iftsta-9011:21": "out_for_delivery", "iftsta-9011:24": "ignore"}}
    reading = read(f"STS+1+21'{WHEN}", f"STS+1+24'{WHEN}", options=options)
    assert [found.facts[0].milestone for _, found in reading.items] == [Milestone.OUT_FOR_DELIVERY]
    assert [one.reason for one in reading.ignored] == ["The account ignores 24."]


@pytest.mark.parametrize("qualifier", CLASSIFIERS)
def test_the_qualifier_of_the_date_says_how_sure_it_is(qualifier: str) -> None:
    found = fact(f"STS+1+78'DTM+{qualifier}:202609101405:203'")
    assert found.classifier is CLASSIFIERS[qualifier]


def test_what_happened_comes_before_what_is_expected() -> None:
    found = fact("STS+1+24'DTM+133:202609200000:203'DTM+334:202609101405:203'")
    assert (found.classifier, found.when.on) == (Classifier.ACTUAL, date(2026, 9, 10))


def test_the_leg_has_the_date_where_the_status_has_none() -> None:
    leg = SEA + "DTM+186:202608281830:203'DTM+132:202610090600:203'"
    assert fact(f"STS+1+24'LOC+5+CNNGB:139'{leg}").when.at == datetime(2026, 8, 28, 10, 30, tzinfo=UTC)
    came = fact(f"STS+1+1'LOC+11+GBFXT:139'{leg}")
    assert (came.classifier, came.when.on) == (Classifier.ESTIMATED, date(2026, 10, 9))
    assert [one.code for one in read(f"STS+1+21'{leg}").problems] == ["no_date"]


FIVE_PAST_TWO = datetime(2026, 9, 10, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("202609101405:203", FIVE_PAST_TWO),
        ("20260910140559:204", FIVE_PAST_TWO),
        ("202609101405:", FIVE_PAST_TWO),
        ("2609101405:201", FIVE_PAST_TWO),
        ("260910140501:202", FIVE_PAST_TWO),
        ("202609101505?+0200:205", FIVE_PAST_TWO),
        ("202609101305UTC:303", FIVE_PAST_TWO),
        ("202609101505CEST:303", FIVE_PAST_TWO),
        ("202609101305GMT?+00:303", FIVE_PAST_TWO),
        ("20260910080500-0500:304", FIVE_PAST_TWO),
        ("202609101405IST:303", FIVE_PAST_TWO),
        ("202609101405?+99:303", FIVE_PAST_TWO),
        ("20260910:102", None),
        ("260910:101", None),
    ],
)
def test_formats_of_dates(said: str, expected: datetime | None) -> None:
    found = fact(f"STS+1+21'DTM+78:{said}'LOC+7+GBLEE:139'")
    assert (found.when.at, found.when.on, found.when.zone) == (expected, date(2026, 9, 10), "Europe/London")


def test_a_name_of_a_zone_with_several_meanings_is_a_warning() -> None:
    assert "IST" in read("STS+1+21'DTM+78:202609101405IST:303'LOC+7+GBLEE:139'").notes["/0/DTM"]


def test_a_time_without_a_zone_or_a_place_stays_a_date() -> None:
    found = fact(f"STS+1+21'{WHEN}")
    assert (found.when.at, found.when.on, found.flags) == (None, date(2026, 9, 10), ("zone_unknown",))


@pytest.mark.parametrize(
    ("status", "code", "pointer"),
    [
        ("STS+1+21'", "no_date", "/0/DTM"),
        ("STS+1+21'DTM+137:202609101405:203'", "no_date", "/0/DTM"),
        ("STS+1+21'DTM+78:20020148:102'", "impossible_date", "/0/DTM"),
        ("STS+1+21'DTM+78:2026-09-10:102'", "bad_date", "/0/DTM"),
        ("STS+1+21'DTM+78:20260910:718'", "bad_date", "/0/DTM"),
        ("STS+1+21'DTM+78:19970910:102'", "year_out_of_range", "/0/DTM"),
        ("STS+1'DTM+78:20260910:102'", "no_status", "/0/STS"),
    ],
)
def test_what_is_refused(status: str, code: str, pointer: str) -> None:
    reading = read(status, f"STS+1+21'{WHEN}")
    assert [(one.index, one.code, one.pointer) for one in reading.problems] == [(0, code, pointer)]
    assert [index for index, _ in reading.items] == [1]


@pytest.mark.parametrize(
    ("code", "place", "becomes"),
    [
        ("24", "CNNGB", M.DEPARTED),
        ("24", "SGSIN", M.TRANSSHIPMENT_DEPARTED),
        ("48", "SGSIN", M.TRANSSHIPMENT_LOADED),
        ("1", "SGSIN", M.TRANSSHIPMENT_ARRIVED),
        ("29", "SGSIN", M.TRANSSHIPMENT_UNLOADED),
        ("29", "GBFXT", M.DISCHARGED),
    ],
)
def test_a_port_that_is_neither_end_is_a_transfer(code: str, place: str, becomes: Milestone) -> None:
    found = fact(f"STS+1+{code}'{WHEN}LOC+175+{place}:139'{SEA}")
    hub = place == "SGSIN"
    assert (found.milestone, found.place_role, found.place) == (becomes, "transshipment" if hub else None, place)


def test_a_place_in_the_head_is_not_where_it_happened() -> None:
    head = "BGM+23+DOC1+9'RFF+BN:BKG1'LOC+7+GBLEE:139'"
    assert fact(f"STS+1+31'{WHEN}", head=head).place is None
    found = fact(f"STS+1+1'{WHEN}LOC+13+SGSIN:139'NAD+DP+++SOMEBODY'{SEA}", head=head)
    assert (found.milestone, found.place) == (Milestone.TRANSSHIPMENT_ARRIVED, "SGSIN")
    door = fact(f"STS+1+1'{WHEN}LOC+7+GBLEE:139'", head=head)
    assert (door.milestone, door.place) == (Milestone.ARRIVED_DELIVERY_PLACE, "GBLEE")


@pytest.mark.parametrize(("code", "place"), [("1", "CNNGB"), ("24", "GBFXT")])
def test_a_ship_that_comes_to_fetch_or_leaves_without_the_goods_says_nothing(code: str, place: str) -> None:
    (ignored,) = read(f"STS+1+{code}'{WHEN}LOC+175+{place}:139'{SEA}").ignored
    assert ignored.reason.startswith("The ship ")


def test_the_ship_and_its_expected_arrival() -> None:
    for directory in ("D:96A", "D:00B"):
        rest = f"LOC+5+CNNGB:139'{SEA}DTM+132:202610090600:203'{FULL}"
        options = {"status_list": "9011"}
        left, eta = item(f"STS+1+24'{WHEN}{rest}", directory=directory, options=options).facts
        assert (left.vessel, left.imo, left.voyage) == ("DRAMA OF THE SEAS", "9321483", "634E")
        assert (left.transport, left.unit, left.place) == (Transport.OCEAN, "MSKU1234565", "CNNGB")
        assert (eta.milestone, eta.classifier, eta.part) == (M.ARRIVED_DESTINATION, Classifier.ESTIMATED, "eta")
        assert (eta.place, eta.when.at, eta.unit) == ("GBFXT", datetime(2026, 10, 9, 5, tzinfo=UTC), "MSKU1234565")


def test_an_expected_delivery_counts_also_where_the_status_says_nothing() -> None:
    found = item("STS+1+92'DTM+78:20260910:102'DTM+17:20260925:102'")
    assert [(one.milestone, one.part, one.classifier) for one in found.facts] == [
        (Milestone.DELIVERED, "delivery", Classifier.ESTIMATED)
    ]
    reading = read("STS+1+21'DTM+78:20260910:102'DTM+17:20260932:102'")
    assert "left out" in reading.notes["/0/DTM"]


def test_several_containers_are_facts_of_their_own() -> None:
    found = item(f"STS+1+48'{WHEN}EQD+CN+MSKU1234565'EQD+CN+MSKU 765432-8'")
    assert [(one.unit, one.part) for one in found.facts] == [("MSKU1234565", ""), ("MSKU7654328", "MSKU7654328")]
    assert [ref.shown for ref in found.refs] == ["MSKU1234565", "MSKU7654328", "BKG1"]


def test_references() -> None:
    head = "BGM+23+DOC1+9'RFF+BN:BKG1'RFF+EQ:TCLU2004174'RFF+FF:FF1'RFF+BM:BILL1'RFF+ZZZ:NO'RFF+ON:N/A'"
    found = item(f"STS+1+21'RFF+EQ:MSKU1234565'RFF+BH:HBL1'{WHEN}", head=head)
    assert [(ref.type.value, ref.shown) for ref in found.refs] == [
        ("container", "MSKU1234565"),
        ("house_bill", "HBL1"),
        ("booking", "BKG1"),
        ("ref", "FF1"),
        ("master_bill", "BILL1"),
    ]
    assert found.facts[0].unit == "MSKU1234565"
    own = item(f"STS+1+21'{WHEN}", head=head, options={"bill_is_house": True})
    assert ("house_bill", "BILL1") in [(ref.type.value, ref.shown) for ref in own.refs]


def test_the_number_of_the_consignment_finds_a_shipment() -> None:
    message = body("", head="BGM+23+DOC1+9'").replace(b"CNI+1'", f"CNI+1+CONS9'STS+1+21'{WHEN}".encode())
    ((_, found),) = Iftsta().read(message, {}, now=NOW, options={}).items
    assert [(ref.type.value, ref.shown) for ref in found.refs] == [("master_bill", "CONS9")]


def test_a_status_that_names_nothing_is_ignored() -> None:
    (ignored,) = read(f"STS+1+21'{WHEN}", head="BGM+23+DOC1+9'").ignored
    assert ignored.reason == "It names no booking, bill, container or order."


def test_the_senders_words_are_kept_for_the_operator() -> None:
    found = fact(f"STS+1+20:::Late+63:::Gale'{WHEN}FTX+AAI+++Berth closed:again'")
    assert found.remark == "Late / Gale / Berth closed again"


HEAD = "BGM+23+DOC1+{}'DTM+137:{}:203'RFF+BN:BKG1'"


def said(function: str, at: str, day: str = "20260910", document: str = "DOC1") -> Item:
    status = f"STS+1+21'DTM+78:{day}:102'LOC+7+GBLEE:139'"
    return item(status, head=HEAD.format(function, at).replace("DOC1", document))


def test_the_same_message_again_is_a_duplicate() -> None:
    first, again = said("9", "202609110900"), said("9", "202609110900")
    assert (first.key, first.digest) == (again.key, again.digest)
    assert said("9", "202609110900", document="DOC2").event_key != first.event_key


@pytest.mark.parametrize("function", ["4", "5"])
def test_a_change_revises_the_status_before(function: str) -> None:
    first, changed = said("9", "202609110900"), said(function, "202609120900", day="20260911")
    assert first.event_key == changed.event_key
    assert first.key != changed.key
    assert (changed.retracts, changed.facts[0].when.on) == (None, date(2026, 9, 11))


@pytest.mark.parametrize("function", ["1", "3", "17", "39", "40", "50"])
def test_a_cancellation_takes_the_status_back(function: str) -> None:
    first, gone = said("9", "202609110900"), said(function, "202609120900", day="20260911")
    assert (gone.facts, gone.retracts) == ((), first.event_key)
    assert gone.key != first.key
    assert gone.stated_at == datetime(2026, 9, 12, 9, 0, tzinfo=UTC)


def test_a_cancellation_may_name_the_message_that_is_meant() -> None:
    first = said("9", "202609110900")
    head = HEAD.format("1", "202609120900").replace("DOC1", "DOC7") + "RFF+ACW:DOC1'"
    gone = item("STS+1+21'DTM+78:20260910:102'LOC+7+GBLEE:139'", head=head)
    assert gone.retracts == first.event_key


@pytest.mark.parametrize("function", ["13", "16", "53"])
def test_requests_proposals_and_tests_say_nothing(function: str) -> None:
    (ignored,) = read(f"STS+1+21'{WHEN}", head=f"BGM+23+DOC1+{function}'RFF+BN:BKG1'").ignored
    assert ignored.reason.endswith(f"(BGM {function})")


def test_equal_statuses_of_one_message_are_two_events() -> None:
    message = body(f"STS+1+56'{WHEN}STS+1+56'DTM+78:20260911:102'")
    reading = Iftsta().read(message, {}, now=NOW, options={})
    first, second = (found for _, found in reading.items)
    assert second.event_key == f"{first.event_key}.2"


def test_without_a_document_the_date_is_part_of_the_identity() -> None:
    head = "BGM+23'RFF+BN:BKG1'"
    first, other = item(f"STS+1+56'{WHEN}", head=head), item("STS+1+56'DTM+78:20260911:102'", head=head)
    assert first.event_key != other.event_key


def test_stated_by_the_interchange_where_the_message_has_no_date_and_never_ahead_of_now() -> None:
    assert item(f"STS+1+21'{WHEN}").stated_at == datetime(2026, 9, 16, 9, 10, tzinfo=UTC)
    assert said("9", "202612010900").stated_at == NOW


def test_a_message_without_a_status() -> None:
    (ignored,) = read("").ignored
    assert ignored.reason == "It holds no status (STS)."
