"""DCSA Track & Trace 3.0, Beta and draft: the same tables behind a setting, retractions, and pointers of their own."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from service.formats.base import Format, Unreadable
from service.formats.dcsa import codes, documents
from service.formats.dcsa.feedback import MOST_ELEMENTS, feedback
from service.formats.dcsa.tnt_v2 import DcsaTrackAndTrace2
from service.formats.dcsa.tnt_v3 import DcsaTrackAndTrace3
from service.formats.dcsa.tnt_v3beta import DcsaTrackAndTrace3Beta
from service.formats.gathering import MOST_EVENTS
from service.records.enums import Classifier, Milestone, Reason
from service.records.inbound import FactDraft, Reading
from tests.formats.bodies import BODIES

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
BETA: list[dict[str, Any]] = json.loads(BODIES["dcsa_tnt_v3beta/journey.json"][1])
DRAFT: list[dict[str, Any]] = json.loads(BODIES["dcsa_tnt_v3/journey.json"][1])["events"]


def beta(*events: object, **options: object) -> Reading:
    return DcsaTrackAndTrace3Beta().read(json.dumps(events).encode(), {}, now=NOW, options={"draft": True, **options})


def draft(*events: object, **options: object) -> Reading:
    body = json.dumps({"events": events}).encode()
    return DcsaTrackAndTrace3().read(body, {}, now=NOW, options={"draft": True, **options})


def fact(reading: Reading) -> FactDraft:
    assert (reading.problems, reading.ignored, reading.unmapped) == ((), (), ())
    ((_, item),) = reading.items
    return item.facts[0]


def changed(event: dict[str, Any], **changes: Any) -> dict[str, Any]:
    made = copy.deepcopy(event)
    for path, value in changes.items():
        *outer, name = path.split("__")
        target = made
        for step in outer:
            target = target.setdefault(step, {})
        if value is ...:
            target.pop(name, None)
        else:
            target[name] = value
    return made


def test_the_beta_fixture() -> None:
    reading = beta(*BETA)
    assert (reading.problems, reading.ignored, reading.notes) == ((), (), {})
    loaded, confirmed, retracted = (item for _, item in reading.items)
    (one,) = loaded.facts
    assert (one.milestone, one.place, one.vessel, one.imo, one.voyage, one.unit) == (
        Milestone.LOADED,
        "CNNGB",
        "Drama of the Seas",
        "9321483",
        "634E",
        "MSKU1234565",
    )
    assert [(ref.type.value, ref.shown) for ref in loaded.refs] == [
        ("booking", "BKG7700900"),
        ("master_bill", "TRD7700900"),
        ("container", "MSKU1234565"),
        ("po", "order 12"),
        ("system_id", f"dcsa:{loaded.event_key}"),
    ]
    assert retracted.refs == loaded.refs[-1:], "a retraction names nothing but the event that it takes back"
    assert (confirmed.facts[0].milestone, confirmed.refs[0].shown) == (Milestone.BOOKING_CONFIRMED, "BKG7700900")
    assert (retracted.facts, retracted.retracts) == ((), loaded.event_key)


def test_the_draft_fixture() -> None:
    reading = draft(*DRAFT)
    assert (reading.problems, reading.notes) == ((), {})
    assert [(one.index, one.reason) for one in reading.ignored] == [(2, codes.SENSORS["IOT"])]
    arrived, discharged, retracted = (item for _, item in reading.items)
    (one,) = arrived.facts
    assert (one.milestone, one.place, one.vessel, one.imo, one.voyage) == (
        Milestone.ARRIVED_DESTINATION,
        "GBFXT",
        "Drama of the Seas",
        "9321483",
        "2634W",
    )
    assert (one.reason, one.remark) == (Reason.PORT_CONGESTION, "Waited for a berth")
    assert [(ref.type.value, ref.shown) for ref in arrived.refs] == [
        ("booking", "BKG7700900"),
        ("master_bill", "TRD7700900"),
        ("po", "order 12"),
        ("system_id", "dcsa:arrival-BKG7700900-GBFXT"),
    ]
    assert arrived.key == "arrival-BKG7700900-GBFXT@2026-09-17T10:20:00+00:00"
    (two,) = discharged.facts
    assert (two.milestone, two.classifier, two.place_role) == (
        Milestone.DISCHARGED,
        Classifier.ESTIMATED,
        "destination",
    )
    assert (retracted.facts, retracted.retracts) == ((), "move-MSKU1234565-0")
    assert retracted.key == "retraction:move-MSKU1234565-0@2026-09-17T10:40:00+00:00"


@pytest.mark.parametrize("fmt", [DcsaTrackAndTrace3Beta(), DcsaTrackAndTrace3()])
@pytest.mark.parametrize("options", [{}, {"draft": False}, {"draft": "true"}])
def test_a_draft_is_read_only_where_the_source_says_so(fmt: Format, options: dict[str, object]) -> None:
    with pytest.raises(Unreadable) as caught:
        fmt.read(b"[]", {}, now=NOW, options=options)
    assert caught.value.problem.code == "draft_not_enabled"
    assert '"draft"' in caught.value.problem.fix


@pytest.mark.parametrize(
    ("fmt", "payload", "wanted"),
    [
        (DcsaTrackAndTrace2(), BETA, "dcsa_tnt_v3beta"),
        (DcsaTrackAndTrace2(), {"events": DRAFT}, "dcsa_tnt_v3"),
        (DcsaTrackAndTrace3Beta(), {"events": DRAFT}, "dcsa_tnt_v3"),
        (DcsaTrackAndTrace3Beta(), [{"eventType": "TRANSPORT"}], "dcsa_tnt_v2"),
        (DcsaTrackAndTrace3(), BETA, "dcsa_tnt_v3beta"),
        (DcsaTrackAndTrace3(), [{"eventType": "TRANSPORT"}], "dcsa_tnt_v2"),
    ],
)
def test_each_version_knows_the_others(fmt: Format, payload: object, wanted: str) -> None:
    with pytest.raises(Unreadable) as caught:
        fmt.read(json.dumps(payload).encode(), {}, now=NOW, options={"draft": True})
    assert caught.value.problem.code == "other_version"
    assert f"format of the source to {wanted}," in caught.value.problem.fix


@pytest.mark.parametrize(("fmt", "body"), [(DcsaTrackAndTrace3Beta(), b"1"), (DcsaTrackAndTrace3(), b"1")])
def test_what_is_no_event(fmt: Format, body: bytes) -> None:
    with pytest.raises(Unreadable):
        fmt.read(body, {}, now=NOW, options={"draft": True})


def as_beta(code: str, field: str, kind: str, more: dict[str, Any]) -> Reading:
    payload: dict[str, Any] = {"eventClassifierCode": "ACT", "eventDateTime": "2026-09-16T07:30:00Z", field: code}
    payload |= {"references": [{"type": "EQ", "value": "MSKU1234565"}], "transportCall": {"modeOfTransport": None}}
    event = changed(BETA[0], metadata__eventType=kind, payload=payload | more)
    return beta(event)


def as_draft(code: str, field: str, kind: str, more: dict[str, Any]) -> Reading:
    event = {
        "eventID": "e",
        "eventDateTime": "2026-09-16T07:30:00Z",
        "eventClassification": {"eventTypeCode": kind, "eventClassifierCode": "ACT", field: code},
        "equipmentDetails": {"equipmentReference": "MSKU1234565", **more.get("equipment", {})},
        "transportDetails": {"transportCall": {"modeOfTransport": more.get("mode")}},
        "eventLocation": {"facilityTypeCode": more.get("facility")},
        "shipmentDetails": more.get("shipment"),
    }
    return draft(event)


@pytest.mark.parametrize("row", [*codes.TRANSPORT, *codes.EQUIPMENT], ids=lambda row: f"{row.code}-{row.when}")
def test_every_row_in_the_draft(row: codes.Row) -> None:
    kind = "TRANSPORT" if row.code in codes.TRANSPORT_SAYS else "EQUIPMENT"
    if row.transshipment:
        movement: str | None = "TRANSSHIPMENT"
    else:
        movement = row.movement
    facility = max(row.facilities) if row.facilities else None
    if facility is None and row.code in {"GTIN", "GTOT"} and row.empty is False:
        facility = "INTE"
    more = {
        "equipment": {"emptyIndicatorCode": "EMPTY" if row.empty else "LADEN", "movementType": movement},
        "mode": min(row.modes) if row.modes else None,
        "facility": facility,
    }
    reading = as_draft(row.code, f"{kind.lower()}EventTypeCode", kind, more)
    if isinstance(row.says, Milestone):
        assert fact(reading).milestone is row.says
    else:
        assert [one.reason for one in reading.ignored] == [row.says]


@pytest.mark.parametrize(("code", "document"), sorted(documents.SHIPMENT))
def test_every_document_in_both(code: str, document: str) -> None:
    milestone, reason = documents.SHIPMENT[code, document]
    one = as_beta(code, "shipmentEventTypeCode", "SHIPMENT", {"documentTypeCode": document})
    shipment = {"shipment": {"documentReference": {"typeCode": document, "reference": "D1"}}}
    two = as_draft(code, "shipmentEventTypeCode", "SHIPMENT", shipment)
    assert {(fact(found).milestone, fact(found).reason) for found in (one, two)} == {(milestone, reason)}


@pytest.mark.parametrize(
    ("read", "event", "code", "pointer"),
    [
        (beta, changed(BETA[0], metadata__eventID="x"), "bad_event_id", "/0/metadata/eventID"),
        (beta, changed(BETA[0], metadata__eventType=...), "eventType_missing", "/0/metadata/eventType"),
        (beta, changed(BETA[0], metadata="x"), "not_an_object", "/0/metadata"),
        (beta, changed(BETA[0], payload=...), "payload_missing", "/0/payload"),
        (beta, changed(BETA[0], payload="x"), "not_an_object", "/0/payload"),
        (beta, changed(BETA[0], payload__transportCall="x"), "not_an_object", "/0/payload/transportCall"),
        (beta, changed(BETA[0], payload__eventDateTime="now"), "bad_time", "/0/payload/eventDateTime"),
        (
            beta,
            changed(BETA[0], payload__transportCall__location={"UNLocationCode": "XYABC"}),
            "unknown_place",
            "/0/payload/transportCall/location/UNLocationCode",
        ),
        (beta, changed(BETA[2], metadata__retractedEventID="x"), "bad_event_id", "/0/metadata/retractedEventID"),
        (
            beta,
            changed(BETA[2], metadata__retractedEventID=""),
            "retractedEventID_empty",
            "/0/metadata/retractedEventID",
        ),
        (
            beta,
            changed(BETA[2], metadata__eventCreatedDateTime=...),
            "eventCreatedDateTime_missing",
            "/0/metadata/eventCreatedDateTime",
        ),
        (beta, 7, "not_an_event", "/0"),
        (draft, 7, "not_an_event", "/events/0"),
        (draft, changed(DRAFT[0], eventClassification=7), "not_an_object", "/events/0/eventClassification"),
        (
            draft,
            changed(DRAFT[0], eventClassification__eventClassifierCode="REQ"),
            "unknown_eventClassifierCode",
            "/events/0/eventClassification/eventClassifierCode",
        ),
        (draft, changed(DRAFT[0], eventDateTime=...), "eventDateTime_missing", "/events/0/eventDateTime"),
        (
            draft,
            changed(DRAFT[1], equipmentDetails__emptyIndicatorCode=...),
            "emptyIndicatorCode_missing",
            "/events/0/equipmentDetails/emptyIndicatorCode",
        ),
        (
            draft,
            changed(DRAFT[0], transportDetails__transportCall__modeOfTransport="CAMEL"),
            "unknown_modeOfTransport",
            "/events/0/transportDetails/transportCall/modeOfTransport",
        ),
        (draft, changed(DRAFT[3], eventID=...), "eventID_missing", "/events/0/eventID"),
        (draft, changed(DRAFT[3], eventUpdatedDateTime="2027-01-01T00:00:00Z"), "future_statement", None),
    ],
)
def test_refused(read: Callable[..., Reading], event: object, code: str, pointer: str | None) -> None:
    reading = read(event)
    assert reading.items == ()
    assert [one.code for one in reading.problems] == [code]
    if pointer is not None:
        assert reading.problems[0].pointer == pointer


@pytest.mark.parametrize(
    ("read", "event", "code", "pointer"),
    [
        (
            beta,
            changed(BETA[0], payload__equipmentEventTypeCode="WEIG"),
            "dcsa-equipment:WEIG",
            "/0/payload/equipmentEventTypeCode",
        ),
        (
            draft,
            changed(DRAFT[0], eventClassification__transportEventTypeCode="PASS"),
            "dcsa-transport:PASS",
            "/events/0/eventClassification/transportEventTypeCode",
        ),
    ],
)
def test_unknown_codes_wait_for_their_meaning(
    read: Callable[..., Reading], event: object, code: str, pointer: str
) -> None:
    assert [(one.code, one.pointer) for one in read(event).unmapped] == [(code, pointer)]
    assert fact(read(event, mapping={code: "in_transit"})).milestone is Milestone.IN_TRANSIT


def test_a_later_update_overrides_and_an_event_without_one_is_told_by_its_content() -> None:
    first = draft(DRAFT[0]).items[0][1]
    later = draft(changed(DRAFT[0], eventUpdatedDateTime="2026-09-17T11:00:00Z")).items[0][1]
    assert (first.event_key, first.key != later.key) == (later.event_key, True)
    undated = draft(changed(DRAFT[0], eventUpdatedDateTime=...)).items[0][1]
    assert (undated.stated_at, undated.key.startswith("arrival-BKG7700900-GBFXT#")) == (None, True)


def backwards(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: backwards(one) for name, one in reversed(value.items())}
    return [backwards(one) for one in reversed(value)] if isinstance(value, list) else value


@pytest.mark.parametrize(("read", "events"), [(beta, BETA), (draft, DRAFT)])
def test_lists_of_references_have_no_order(read: Callable[..., Reading], events: list[dict[str, Any]]) -> None:
    more = [{"type": "FF", "value": value} for value in ("F-1", "F-2", "F-3")]
    paths = ("payload__references", "shipmentDetails__shipmentReferences")
    event = changed(events[0], **{paths[events is DRAFT]: more})
    assert backwards(event) != event
    (first, again) = (read(one).items[0][1] for one in (event, backwards(event)))
    assert "F-3" in {ref.shown for ref in first.refs}
    assert (first.key, first.digest) == (again.key, again.digest)


def test_a_long_id_is_kept_as_its_hash() -> None:
    first, second = (draft(changed(DRAFT[0], eventID="x" * length)).items[0][1] for length in (500, 499))
    assert (first.event_key.startswith("sha256:"), first.event_key != second.event_key) == (True, True)
    assert draft(changed(DRAFT[0], eventID="x" * 501)).problems[0].code == "too_long"
    retraction = draft({"eventID": "x" * 500, "isRetracted": True}).items[0][1]
    assert retraction.retracts == first.event_key
    assert retraction.refs == first.refs[-1:]


def test_the_same_id_twice_in_one_call() -> None:
    other = changed(BETA[0], payload__changeRemark="x")
    reading = beta(BETA[0], BETA[0], other)
    assert [(one.index, one.reason) for one in reading.ignored] == [(1, "It repeats item 0 of the same call.")]
    assert [(one.code, one.pointer) for one in reading.problems] == [("event_id_reused", "/2/metadata/eventID")]


def test_a_beta_event_without_a_call() -> None:
    event = changed(
        BETA[0],
        payload__equipmentEventTypeCode="GTOT",
        payload__transportCall=...,
        payload__location={"UNLocationCode": "NLRTM"},
        payload__facilityTypeCode="POTE",
    )
    assert (fact(beta(event)).milestone, fact(beta(event)).place) == (Milestone.GATED_OUT_DESTINATION, "NLRTM")


@pytest.mark.parametrize("fmt", [DcsaTrackAndTrace2(), DcsaTrackAndTrace3Beta(), DcsaTrackAndTrace3()])
def test_a_call_has_at_most_so_many_events(fmt: Format) -> None:
    events = b"[" + b"{}," * MOST_EVENTS + b"{}]"
    body = b'{"events":' + events + b"}" if fmt.name == "dcsa_tnt_v3" else events
    with pytest.raises(Unreadable) as caught:
        fmt.read(body, {}, now=NOW, options={"draft": True})
    assert caught.value.problem.code == "too_many_events"


def test_the_feedback_of_the_draft() -> None:
    reading = draft(
        DRAFT[0],
        changed(DRAFT[1], eventID="m", eventDateTime="now"),
        changed(DRAFT[0], eventID="n", eventClassification__transportEventTypeCode="PASS"),
        changed(DRAFT[0], eventID="o", transportDetails__delayReasonCodes=["QQQ"]),
    )
    error, strange, doubt = feedback(reading)["feedbackElements"]
    assert (error["severity"], error["propertyPath"]) == ("ERROR", "$.events[1].eventDateTime")
    assert strange["severity"] == doubt["severity"] == "WARN"
    assert strange["propertyPath"] == "$.events[2].eventClassification.transportEventTypeCode"
    assert doubt["propertyPath"] == "$.events[3].transportDetails.delayReasonCodes[0]"
    assert feedback(draft(DRAFT[0])) == {"feedbackElements": []}


def test_the_feedback_on_a_call_that_cannot_be_read() -> None:
    with pytest.raises(Unreadable) as caught:
        DcsaTrackAndTrace3().read(b"{", {}, now=NOW, options={"draft": True})
    (element,) = feedback(Reading(), caught.value.problem)["feedbackElements"]
    assert (element["severity"], "propertyPath" in element) == ("ERROR", False)
    many = feedback(draft(*[{}] * (MOST_ELEMENTS + 1)))["feedbackElements"]
    assert len(many) == MOST_ELEMENTS
