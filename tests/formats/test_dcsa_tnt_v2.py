"""DCSA Track & Trace 2.2: every row of the tables, the references, and precise refusals."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.formats.base import Unreadable
from service.formats.dcsa import codes, documents
from service.formats.dcsa.smdg import DELAYS, SMDG
from service.formats.dcsa.tnt_v2 import DcsaTrackAndTrace2
from service.formats.refs import MAX_REFS
from service.records.enums import Classifier, Milestone, Reason, Transport
from service.records.inbound import FactDraft, Ignored, Item, Problem, Reading

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
FIXTURE = (Path(__file__).parent / "fixtures" / "dcsa_arrival.json").read_bytes()
ARRIVAL, DRAFT, DISCHARGE = json.loads(FIXTURE)


def read(payload: object, **options: object) -> Reading:
    return DcsaTrackAndTrace2().read(json.dumps(payload).encode(), {}, now=NOW, options=options)


def item(event: dict[str, Any]) -> Item:
    reading = read([event])
    assert (reading.problems, reading.ignored) == ((), ())
    return reading.items[0][1]


def fact(event: dict[str, Any]) -> FactDraft:
    (found,) = item(event).facts
    return found


def changed(event: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A copy of *event*; `a__b` is a field of an inner object, ... takes a field away."""
    made = copy.deepcopy(event)
    for path, value in changes.items():
        *outer, name = path.split("__")
        target = made
        for step in outer:
            target = target[step]
        if value is ...:
            target.pop(name, None)
        else:
            target[name] = value
    return made


def test_the_fixture() -> None:
    reading = DcsaTrackAndTrace2().read(FIXTURE, {}, now=NOW, options={})
    assert [index for index, _ in reading.items] == [0, 2]
    assert [(one.index, one.reason) for one in reading.ignored] == [(1, "A draft of a document. (DRFT SHI)")]
    assert (reading.problems, reading.batch, reading.notes) == ((), True, {})
    arrival = reading.items[0][1]
    assert arrival.event_key == ARRIVAL["eventID"]
    assert arrival.key == f"{ARRIVAL['eventID']}@2026-09-17T10:20:00+00:00"
    assert arrival.stated_at == datetime(2026, 9, 17, 10, 20, tzinfo=UTC)
    assert [(ref.type.value, ref.shown) for ref in arrival.refs] == [
        ("booking", "BKG7700900"),
        ("master_bill", "TRD7700900"),
        ("container", "MSKU1234565"),
        ("po", "order 12"),
    ]
    (arrived,) = arrival.facts
    assert (arrived.milestone, arrived.classifier) == (Milestone.ARRIVED_DESTINATION, Classifier.ACTUAL)
    assert (arrived.place, arrived.place_name, arrived.place_role) == ("GBFXT", "Felixstowe", None)
    assert (arrived.when.at, arrived.when.zone) == (datetime(2026, 9, 17, 10, 5, tzinfo=UTC), "Europe/London")
    assert (arrived.transport, arrived.vessel, arrived.imo, arrived.voyage) == (
        Transport.OCEAN,
        "Drama of the Seas",
        "9321483",
        "634E",
    )
    assert (arrived.reason, arrived.remark, arrived.unit) == (Reason.PORT_CONGESTION, "Waited for a berth", None)
    (discharged,) = reading.items[1][1].facts
    assert (discharged.milestone, discharged.classifier, discharged.unit) == (
        Milestone.DISCHARGED,
        Classifier.ESTIMATED,
        "MSKU1234565",
    )


def of_row(base: dict[str, Any], field: str, row: codes.Row) -> dict[str, Any]:
    event = changed(base, **{field: row.code})
    event.setdefault("transportCall", {"transportCallID": "1"})
    if row.empty is not None:
        event["emptyIndicatorCode"] = "EMPTY" if row.empty else "LADEN"
    if row.modes:
        event["transportCall"]["modeOfTransport"] = min(row.modes)
    if row.facilities:
        event["transportCall"]["facilityTypeCode"] = max(row.facilities)
    elif row.code in {"GTIN", "GTOT"} and row.empty is False:
        event["transportCall"]["facilityTypeCode"] = "INTE"
    if row.transshipment:
        event["isTransshipmentMove"] = True
    if row.movement:
        event["movementType"] = row.movement
    return event


@pytest.mark.parametrize(
    ("base", "field", "row"),
    [(ARRIVAL, "transportEventTypeCode", row) for row in codes.TRANSPORT]
    + [(DISCHARGE, "equipmentEventTypeCode", row) for row in codes.EQUIPMENT],
    ids=lambda value: f"{value.code}-{value.says}"[:40] if isinstance(value, codes.Row) else "",
)
@pytest.mark.parametrize("deprecated", [False, True])
def test_every_row_of_transport_and_equipment(
    base: dict[str, Any], field: str, row: codes.Row, deprecated: bool
) -> None:
    event = of_row(base, field, row)
    if deprecated:
        event["eventTypeCode"] = event.pop(field)
    if isinstance(row.says, Milestone):
        found = fact(event)
        assert found.milestone is row.says
        assert found.reason is (row.reason or found.reason)
    else:
        reading = read([event])
        assert [one.reason for one in reading.ignored] == [row.says]


@pytest.mark.parametrize(
    ("code", "mode", "facility", "moved", "milestone", "role"),
    [
        ("ARRI", "VESSEL", "POTE", False, "arrived_destination", None),
        ("ARRI", "BARGE", "INTE", False, "arrived_destination", None),
        ("ARRI", None, None, False, "arrived_destination", None),
        ("DEPA", "VESSEL", "POTE", False, "departed", None),
        ("ARRI", "VESSEL", "POTE", True, "transshipment_arrived", "transshipment"),
        ("DEPA", "VESSEL", "POTE", True, "transshipment_departed", "transshipment"),
        ("ARRI", "RAIL", "RAMP", False, "rail_arrived", None),
        ("DEPA", "RAIL", "RAMP", True, "rail_departed", None),
        ("ARRI", "TRUCK", "CLOC", False, "arrived_delivery_place", "delivery"),
        ("ARRI", "TRUCK", "DEPO", False, None, None),
        ("DEPA", "TRUCK", "CLOC", False, None, None),
    ],
)
def test_transport(
    code: str, mode: str | None, facility: str | None, moved: bool, milestone: str | None, role: str | None
) -> None:
    event = changed(
        ARRIVAL,
        transportEventTypeCode=code,
        transportCall__modeOfTransport=mode,
        transportCall__facilityTypeCode=facility,
        isTransshipmentMove=moved,
    )
    reading = read([event])
    found = [(one.facts[0].milestone, one.facts[0].place_role) for _, one in reading.items]
    assert found == ([(milestone, role)] if milestone else [])
    assert len(reading.ignored) == (milestone is None)


@pytest.mark.parametrize("document", sorted(documents.DOCUMENTS))
@pytest.mark.parametrize("code", sorted(documents.DOCUMENT_CODES))
def test_every_document_and_code(document: str, code: str) -> None:
    event = changed(DRAFT, shipmentEventTypeCode=code, documentTypeCode=document)
    row = documents.SHIPMENT.get((code, document))
    reading = read([event])
    if row is None:
        assert len(reading.ignored) == 1
        assert reading.ignored[0].reason.endswith(f"({code} {document})")
    else:
        found = reading.items[0][1].facts[0]
        assert (found.milestone, found.reason) == row


@pytest.mark.parametrize(
    ("code", "document", "milestone"),
    [
        ("RECE", "BKG", "info_received"),
        ("CONF", "BKG", "booking_confirmed"),
        ("CANC", "BKG", "booking_changed_cancelled"),
        ("ISSU", "ARN", "consignee_notified"),
        ("RELS", "SRM", "freight_released"),
        ("HOLD", "CUS", "customs_hold"),
        ("RELS", "CUS", "customs_cleared"),
        ("HOLD", "SRM", "exception"),
        ("REJE", "VGM", "exception"),
    ],
)
def test_what_documents_say(code: str, document: str, milestone: str) -> None:
    assert fact(changed(DRAFT, shipmentEventTypeCode=code, documentTypeCode=document)).milestone == milestone


def test_the_deprecated_names_of_documents() -> None:
    event = changed(
        DRAFT,
        shipmentEventTypeCode=...,
        eventTypeCode="CONF",
        documentTypeCode=...,
        shipmentInformationTypeCode="BOK",
        documentID="BKG7700900",
    )
    found = item(event)
    assert found.facts[0].milestone is Milestone.BOOKING_CONFIRMED
    assert ("booking", "BKG7700900") in [(ref.type.value, ref.shown) for ref in found.refs]


@pytest.mark.parametrize("code", sorted(DELAYS))
def test_every_delay_reason(code: str) -> None:
    assert fact(changed(ARRIVAL, delayReasonCode=code)).reason is DELAYS[code]


def test_there_are_47_delay_reasons_and_others_have_no_words() -> None:
    assert len(DELAYS) == len(SMDG.rows) == 47
    assert fact(changed(ARRIVAL, delayReasonCode="QQQ")).reason is Reason.OTHER
    assert fact(changed(ARRIVAL, delayReasonCode=...)).reason is None


@pytest.mark.parametrize(("code", "classifier"), [("PLN", "planned"), ("EST", "estimated"), ("ACT", "actual")])
def test_classifiers(code: str, classifier: str) -> None:
    assert fact(changed(ARRIVAL, eventClassifierCode=code)).classifier == classifier


def test_an_actual_in_the_future_is_an_estimate() -> None:
    found = fact(changed(ARRIVAL, eventDateTime="2026-09-17T13:16:00+01:00"))
    assert (found.classifier, found.flags) == (Classifier.ESTIMATED, ("future_actual",))


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"eventID": 5}, "not_text", "/0/eventID"),
        ({"eventID": "incorrect"}, "bad_event_id", "/0/eventID"),
        ({"eventType": ...}, "eventType_missing", "/0/eventType"),
        ({"eventType": "TRANSPROT"}, "unknown_eventType", "/0/eventType"),
        ({"eventClassifierCode": ...}, "eventClassifierCode_missing", "/0/eventClassifierCode"),
        ({"eventClassifierCode": "REQ"}, "unknown_eventClassifierCode", "/0/eventClassifierCode"),
        ({"eventCreatedDateTime": ...}, "eventCreatedDateTime_missing", "/0/eventCreatedDateTime"),
        ({"eventCreatedDateTime": "2021 01 01 14:12:56"}, "bad_time", "/0/eventCreatedDateTime"),
        ({"eventCreatedDateTime": "1999-01-01T14:12:56Z"}, "year_out_of_range", "/0/eventCreatedDateTime"),
        ({"eventCreatedDateTime": "2099-01-01T14:12:56Z"}, "year_out_of_range", "/0/eventCreatedDateTime"),
        ({"eventCreatedDateTime": "2026-09-19T14:12:56Z"}, "future_statement", "/0/eventCreatedDateTime"),
        ({"eventUpdatedDateTime": "2026-09-19T14:12:56Z"}, "future_statement", "/0/eventUpdatedDateTime"),
        ({"eventDateTime": ...}, "eventDateTime_missing", "/0/eventDateTime"),
        ({"eventDateTime": "2019/11/12 07:41:00 +08:30"}, "bad_time", "/0/eventDateTime"),
        ({"eventDateTime": "2026-09-17"}, "no_time", "/0/eventDateTime"),
        ({"eventDateTime": "2026-09-17T10:00:00"}, "no_zone", "/0/eventDateTime"),
        ({"eventDateTime": "2026-02-30T10:00:00Z"}, "impossible_date", "/0/eventDateTime"),
        ({"transportEventTypeCode": ...}, "transportEventTypeCode_missing", "/0/transportEventTypeCode"),
        ({"transportCall": ...}, "transportCall_missing", "/0/transportCall"),
        ({"transportCall": "x"}, "not_an_object", "/0/transportCall"),
        ({"transportCall__modeOfTransport": "CAMEL"}, "unknown_modeOfTransport", "/0/transportCall/modeOfTransport"),
        ({"transportCall__UNLocationCode": "XYABC"}, "unknown_place", "/0/transportCall/UNLocationCode"),
        ({"transportCall__UNLocationCode": "GB"}, "unknown_place", "/0/transportCall/UNLocationCode"),
        ({"transportCall__UNLocationCode": 1}, "not_text", "/0/transportCall/UNLocationCode"),
        ({"delayReasonCode": 5}, "not_text", "/0/delayReasonCode"),
    ],
)
def test_refused(changes: dict[str, Any], code: str, pointer: str) -> None:
    found = problem(changed(ARRIVAL, **changes))
    assert (found.code, found.pointer) == (code, pointer)
    assert found.message.endswith(".")
    assert found.fix[-1] in ".?"


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (changed(DISCHARGE, emptyIndicatorCode=...), "emptyIndicatorCode_missing"),
        (changed(DISCHARGE, emptyIndicatorCode="FULL"), "unknown_emptyIndicatorCode"),
        (changed(DRAFT, documentTypeCode=...), "documentTypeCode_missing"),
        ({"someEvents": [ARRIVAL]}, "wrong_structure"),
        ([ARRIVAL], "not_an_event"),
        ("x", "not_an_event"),
    ],
)
def test_refused_items(event: object, code: str) -> None:
    assert problem(event).code == code


def problem(event: object) -> Problem:
    reading = read([event])
    assert reading.items == ()
    assert len(reading.problems) == 1
    return reading.problems[0]


def test_near_codes_are_named() -> None:
    assert "Did you mean EMPTY" in problem(changed(DISCHARGE, emptyIndicatorCode="EMPT")).fix


UNKNOWN = [
    (changed(ARRIVAL, transportEventTypeCode="PASS"), "dcsa-transport:PASS", "/0/transportEventTypeCode"),
    (changed(DISCHARGE, equipmentEventTypeCode="WEIG"), "dcsa-equipment:WEIG", "/0/equipmentEventTypeCode"),
    (changed(DRAFT, documentTypeCode="XXX"), "dcsa-shipment:DRFT XXX", "/0/documentTypeCode"),
    (changed(DRAFT, shipmentEventTypeCode="XXXX"), "dcsa-shipment:XXXX SHI", "/0/shipmentEventTypeCode"),
]


@pytest.mark.parametrize(("event", "code", "pointer"), UNKNOWN)
def test_a_code_that_no_table_has_waits_for_its_meaning(event: dict[str, Any], code: str, pointer: str) -> None:
    reading = read([event])
    assert [(one.code, one.pointer) for one in reading.unmapped] == [(code, pointer)]
    assert (reading.items, reading.problems, reading.ignored) == ((), (), ())
    mapped = read([event], mapping={code: "in_transit"})
    assert [one.facts[0].milestone for _, one in mapped.items] == [Milestone.IN_TRANSIT]
    delayed = read([event], mapping={code: "weather"}).items[0][1].facts[0]
    assert (delayed.milestone, delayed.reason in {Reason.WEATHER, Reason.PORT_CONGESTION}) == (Milestone.DELAYED, True)
    assert read([event], mapping={code: "ignore"}).ignored[0].reason == f"Your own mapping ignores {code}."


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (ARRIVAL, "dcsa-transport:ARRI"),
        (DISCHARGE, "dcsa-equipment:DISC"),
        (changed(DRAFT, documentTypeCode="ARN", shipmentEventTypeCode="ISSU"), "dcsa-shipment:ISSU ARN"),
        (changed(DRAFT, documentTypeCode="ARN", shipmentEventTypeCode="ISSU"), "dcsa-shipment:ISSU"),
    ],
)
def test_the_accounts_own_meaning_comes_first(event: dict[str, Any], code: str) -> None:
    mapped = read([event], mapping={code: "in_transit"})
    assert mapped.items[0][1].facts[0].milestone is Milestone.IN_TRANSIT


def test_the_accounts_own_delay_reasons() -> None:
    strange = changed(ARRIVAL, delayReasonCode="QQQ")
    assert read([strange], mapping={"smdg:QQQ": "strike"}).items[0][1].facts[0].reason is Reason.STRIKE
    assert read([strange], mapping={"smdg:QQQ": "ignore"}).items[0][1].facts[0].reason is None
    assert list(read([strange]).notes) == ["/0/delayReasonCode"]


@pytest.mark.parametrize("kind", sorted(codes.SENSORS))
def test_sensors_are_ignored(kind: str) -> None:
    assert read([changed(ARRIVAL, eventType=kind)]).ignored[0].reason == codes.SENSORS[kind]


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ([{"metadata": {"eventID": "1"}, "payload": {}}], "3.0 Beta"),
        ({"metadata": {"eventID": "1"}}, "3.0 Beta"),
        ({"events": [{"eventClassification": {}}]}, "3.0 (`events`)"),
    ],
)
def test_other_versions_are_recognised(payload: object, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(payload)
    assert caught.value.problem.code == "other_version"
    assert words in caught.value.problem.message
    assert "version 2.2" in caught.value.problem.fix


def test_one_event_needs_no_array_and_an_empty_array_is_ignored() -> None:
    one = read(ARRIVAL)
    assert (len(one.items), one.batch) == (1, False)
    assert read(changed(ARRIVAL, eventType="X")).problems[0].pointer == "/eventType"
    assert read([]) == Reading(ignored=(Ignored(0, "It holds no event."),))


def test_an_id_of_the_carriers_own_is_an_option() -> None:
    event = changed(ARRIVAL, eventID="CARRIER-1")
    reading = read([event], any_event_id=True)
    assert reading.items[0][1].event_key == "CARRIER-1"


def test_an_event_without_id_is_named_by_its_content() -> None:
    first, second = item(changed(ARRIVAL, eventID=...)), item(changed(ARRIVAL, eventID=..., changeRemark="x"))
    assert first.event_key == f"sha256:{first.digest}"
    assert first.event_key != second.event_key


def test_lists_of_references_have_no_order() -> None:
    one, two = ({"referenceType": "FF", "referenceValue": value} for value in ("F-1", "F-2"))
    bills = [{"documentReferenceType": "BKG", "documentReferenceValue": value} for value in ("B-1", "B-2")]
    first = item(changed(ARRIVAL, references=[one, two], documentReferences=bills))
    again = item(changed(ARRIVAL, references=[two, one], documentReferences=bills[::-1]))
    assert (first.key, first.digest) == (again.key, again.digest)
    assert first.digest != item(changed(ARRIVAL, references=[one], documentReferences=bills)).digest


def test_a_correction_is_a_later_statement_of_the_same_event() -> None:
    first = item(ARRIVAL)
    later = item(changed(ARRIVAL, eventCreatedDateTime="2026-09-17T10:30:00Z"))
    updated = item(changed(ARRIVAL, eventUpdatedDateTime="2026-09-17T10:40:00Z"))
    assert first.event_key == later.event_key == updated.event_key
    assert len({first.key, later.key, updated.key}) == 3
    assert updated.stated_at == datetime(2026, 9, 17, 10, 40, tzinfo=UTC)


def test_the_same_id_twice_in_one_call() -> None:
    reading = read([ARRIVAL, ARRIVAL, changed(ARRIVAL, changeRemark="other")])
    assert [index for index, _ in reading.items] == [0]
    assert [(one.index, one.reason) for one in reading.ignored] == [(1, "It repeats item 0 of the same call.")]
    assert [(one.index, one.code, one.pointer) for one in reading.problems] == [(2, "event_id_reused", "/2/eventID")]


@pytest.mark.parametrize(
    ("references", "expected"),
    [
        ([("FF", "F-1"), ("PO", "P-1")], [("ref", "F-1"), ("po", "P-1")]),
        ([("SI", "1"), ("CR", "2"), ("AAO", "3")], [("po", "1"), ("po", "2"), ("po", "3")]),
        ([("FF", "MSKU 1234565")], []),
        ([("FF", "string"), ("FF", "N/A"), ("FF", " "), ("FF", None), ("FF", 5)], []),
        ([("ECR", "1"), ("BID", "2"), ("ZZZ", "3"), (None, "4")], []),
        ([("ff", "F-1"), ("FF", "f-1")], [("ref", "F-1")]),
    ],
)
def test_references(references: list[tuple[str, object]], expected: list[tuple[str, str]]) -> None:
    event = changed(
        DISCHARGE, references=[{"referenceType": kind, "referenceValue": value} for kind, value in references]
    )
    found = [(ref.type.value, ref.shown) for ref in item(event).refs]
    assert found == [("container", "MSKU1234565"), ("booking", "BKG7700900"), *expected]


def test_references_beyond_the_most_are_left_out_with_a_warning() -> None:
    many = [{"referenceType": "PO", "referenceValue": f"P-{number}"} for number in range(2 * MAX_REFS)]
    reading = read([changed(DISCHARGE, references=many)])
    assert len(reading.items[0][1].refs) == MAX_REFS
    ((pointer, note),) = reading.notes.items()
    assert (pointer, "more than 100 references" in note) == (f"/0/references/{MAX_REFS - 2}/referenceValue", True)


def test_an_event_that_names_nothing_is_ignored() -> None:
    reading = read([changed(ARRIVAL, references=..., documentReferences=...)])
    assert reading.ignored[0].reason == "It names no booking, transport document, container or order."


def test_what_looks_wrong_is_noted_and_taken() -> None:
    event = changed(ARRIVAL, transportCall__vessel__vesselIMONumber="9321484")
    event["references"] += [
        {"referenceType": "EQ", "referenceValue": "MSKU1234566"},
        {"referenceType": "PO", "referenceValue": "x" * 81},
    ]
    reading = read([event])
    assert reading.items[0][1].facts[0].imo is None
    assert set(reading.notes) == {
        "/0/transportCall/vessel/vesselIMONumber",
        "/0/references/3/referenceValue",
        "/0/references/4/referenceValue",
    }


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ({"UNLocationCode": "NLRTM"}, ("NLRTM", "Rotterdam", "Europe/Amsterdam")),
        ({"UNLocationCode": "gb fxt"}, ("GBFXT", "Felixstowe", "Europe/London")),
        ({"UNLocationCode": "GBZZ9", "locationName": "The yard"}, ("GBZZ9", "The yard", "Europe/London")),
        ({"UNLocationCode": "USZZ9"}, ("USZZ9", "United States", None)),
        (
            {"locationName": "Trinity Terminal", "address": {"city": "Felixstowe", "name": "Ann"}},
            (None, "Felixstowe", None),
        ),
        ({"locationName": "Trinity\tTerminal"}, (None, "Trinity Terminal", None)),
        ({}, (None, None, None)),
        ("Felixstowe", (None, None, None)),
    ],
)
def test_places(location: object, expected: tuple[str | None, str | None, str | None]) -> None:
    found = fact(changed(DISCHARGE, eventLocation=location))
    assert (found.place, found.place_name, found.when.zone) == expected


def test_the_place_of_the_call_stands_in() -> None:
    inner = changed(ARRIVAL, transportCall__UNLocationCode=..., transportCall__location={"UNLocationCode": "NLRTM"})
    assert fact(inner).place == "NLRTM"
    own = changed(ARRIVAL, eventLocation={"UNLocationCode": "NLRTM"})
    assert fact(own).place == "NLRTM"


@pytest.mark.parametrize("boxes", [("MSKU1234565",), ("MSKU1234565", "TCNU1234561"), ()])
@pytest.mark.parametrize(("code", "of_each"), [("HOLD", True), ("RELS", True), ("RECE", False)])
def test_customs_of_the_containers_that_a_document_names(boxes: tuple[str, ...], code: str, of_each: bool) -> None:
    """A release of one container is none of the others; that customs have begun is of the whole."""
    named = [{"referenceType": "EQ", "referenceValue": box} for box in boxes]
    event = changed(
        DRAFT, shipmentEventTypeCode=code, documentTypeCode="CUC", references=named, documentReferences=BOOKED
    )
    facts = item(event).facts
    assert tuple(one.unit for one in facts) == (boxes if of_each and boxes else (None,))
    assert len({one.part for one in facts}) == len(facts)
    assert len({(one.milestone, one.when) for one in facts}) == 1


BOOKED = [{"documentReferenceType": "BKG", "documentReferenceValue": "BKG7700900"}]
