"""IATA ONE Record: events in every wrapping, and what they are about."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.formats.air.fsu_codes import FSU, FSU_DIS
from service.formats.air.one_record import OneRecord
from service.formats.air.one_record_event import TIME_TYPES
from service.formats.base import Unreadable
from service.records.enums import IDENTITY, Classifier, Milestone, Reason, ReferenceType
from service.records.inbound import FactDraft, Item, Problem, Reading, RefValue

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
HERE = Path(__file__).parent / "fixtures" / "one_record"
NOTIFICATION = json.loads((HERE / "notification.json").read_text())
COLLECTION = json.loads((HERE / "collection.json").read_text())
CARGO = "https://onerecord.iata.org/ns/cargo#"
STATUS = "https://onerecord.iata.org/ns/code-lists/StatusCode#"
SHIPMENT = "https://airline.example/logistics-objects/one"
EVENT: dict[str, Any] = {
    "@id": f"{SHIPMENT}/logistics-events/1",
    "@type": "cargo:LogisticsEvent",
    "cargo:eventDate": {"@value": "2026-09-12T21:12:00Z"},
    "cargo:eventCode": {"@id": f"{STATUS}DEP"},
    "cargo:eventFor": {"@type": "cargo:Shipment", "@id": SHIPMENT},
}


def read(payload: object, **options: object) -> Reading:
    return OneRecord().read(json.dumps(payload).encode(), {}, now=NOW, options=options)


def item(payload: object, **options: object) -> Item:
    ((_, found),) = read(payload, **options).items
    return found


def fact(payload: object, **options: object) -> FactDraft:
    (found,) = item(payload, **options).facts
    return found


def problem(payload: object) -> Problem:
    (found,) = read(payload).problems
    return found


def test_a_notification_with_its_event() -> None:
    found = item(NOTIFICATION)
    (said,) = found.facts
    assert (said.milestone, said.place, said.place_role) == (Milestone.TRANSSHIPMENT_UNLOADED, "AEDXB", "transshipment")
    assert (said.when.at, said.when.zone) == (datetime(2026, 9, 13, 6, 10, tzinfo=UTC), "Asia/Dubai")
    assert (said.voyage, said.pieces, said.pieces_total) == ("XX100", 6, None)
    assert [(ref.type, ref.shown) for ref in found.refs][:1] == [(ReferenceType.MASTER_BILL, "999-12345675")]
    assert found.event_key == NOTIFICATION["api:hasLogisticsEvent"]["@id"]
    assert found.stated_at == datetime(2026, 9, 13, 6, 12, tzinfo=UTC)
    assert item(NOTIFICATION, direct=True).refs[0].type is ReferenceType.HOUSE_BILL


def test_a_collection() -> None:
    reading = read(COLLECTION)
    assert [(one.facts[0].milestone, one.facts[0].reason) for _, one in reading.items] == [
        (Milestone.DEPARTED, None),
        (Milestone.DELAYED, None),
    ]
    assert {(ref.type, ref.shown) for _, one in reading.items for ref in one.refs} == {
        (ReferenceType.SYSTEM_ID, SHIPMENT)
    }
    empty = read({"@type": "api:Collection", "api:hasTotalItems": 0})
    assert empty.ignored[0].reason == "The collection holds no events."


@pytest.mark.parametrize(
    "row", [row for row in FSU.rows if not row.when and row.code != "DIS"], ids=lambda row: row.code
)
def test_every_status_code(row: Any) -> None:
    reading = read(EVENT | {"cargo:eventCode": {"@id": STATUS + row.code}})
    if isinstance(row.becomes, Milestone):
        assert [one.facts[0].milestone for _, one in reading.items] == [row.becomes]
    else:
        assert reading.ignored[0].reason.startswith(row.becomes)


@pytest.mark.parametrize("row", [row for row in FSU_DIS.rows if not row.when], ids=lambda row: row.code)
def test_every_discrepancy(row: Any) -> None:
    reading = read(EVENT | {"cargo:eventCode": {"@id": f"{STATUS}DIS_{row.code}"}})
    if isinstance(row.becomes, Milestone):
        ((_, found),) = reading.items
        assert (found.facts[0].milestone, found.facts[0].reason) == (row.becomes, row.reason)
    else:
        assert reading.ignored[0].reason.startswith(row.becomes)


@pytest.mark.parametrize(("said", "classifier"), TIME_TYPES.items())
@pytest.mark.parametrize("form", ["{}", "cargo:{}", CARGO + "{}"])
def test_every_time_type(said: str, classifier: Classifier | None, form: str) -> None:
    for value in (form.format(said), {"@id": form.format(said)}):
        reading = read(EVENT | {"cargo:eventTimeType": value})
        if classifier is None:
            assert "requested" in reading.ignored[0].reason
        else:
            assert reading.items[0][1].facts[0].classifier is classifier


@pytest.mark.parametrize(
    "code",
    [
        "DEP",
        "dep",
        {"@id": f"{STATUS}DEP"},
        [{"@id": f"{STATUS}DEP"}],
        {"@id": "https://onerecord.iata.org/ns/coreCodeLists#StatusCode_DEP"},
        {"@type": "cargo:CodeListElement", "cargo:code": "DEP"},
        {"cargo:code": {"@value": "DEP"}, "cargo:codeListName": "Status Code"},
    ],
)
def test_the_ways_to_write_a_code(code: object) -> None:
    assert fact(EVENT | {"cargo:eventCode": code}).milestone is Milestone.DEPARTED


@pytest.mark.parametrize("wrap", [lambda e: e, lambda e: [e], lambda e: {"@graph": [e]}, lambda e: {"hasItem": e}])
@pytest.mark.parametrize("prefix", ["", "cargo:", CARGO])
def test_the_ways_to_wrap_an_event(wrap: Any, prefix: str) -> None:
    event = {key.replace("cargo:", prefix): value for key, value in EVENT.items()}
    assert fact(wrap(event)).milestone is Milestone.DEPARTED


def test_codes_of_other_lists_wait_for_their_meaning() -> None:
    other = EVENT | {"cargo:eventCode": {"@id": "https://airline.example/codes#HOT"}, "cargo:eventName": "Is hot"}
    named = {key: value for key, value in EVENT.items() if key != "cargo:eventCode"} | {"cargo:eventName": "Swept"}
    unknown = EVENT | {"cargo:eventCode": {"@id": f"{STATUS}QQQ"}}
    assert [(one.code, one.says) for e in (other, named, unknown) for one in read(e).unmapped] == [
        ("one-record:HOT", "Is hot"),
        ("one-record:Swept", "Swept"),
        ("fsu:QQQ", ""),
    ]
    mapping = {"one-record:HOT": "weather", "one-record:Swept": "picked_up", "fsu:QQQ": "ignore"}
    assert fact(other, mapping=mapping).reason is Reason.WEATHER
    assert fact(named, mapping=mapping).milestone is Milestone.PICKED_UP
    assert "mapping" in read(unknown, mapping=mapping).ignored[0].reason
    assert "mapping" in read(other, mapping={"one-record:HOT": "ignore"}).ignored[0].reason


def test_a_notification_with_an_address_only_says_where_the_event_is() -> None:
    link = f"{SHIPMENT}/logistics-events/1"
    for held in ({"@id": link}, link):
        found = problem({"@type": "api:Notification", "api:hasLogisticsEvent": held})
        assert found.code == "event_not_embedded"
        assert link in found.fix


@pytest.mark.parametrize("kind", ["LOGISTICS_OBJECT_CREATED", "LOGISTICS_OBJECT_UPDATED", "CHANGE_REQUEST_ACCEPTED"])
def test_other_notifications_are_ignored(kind: str) -> None:
    reading = read({"@type": "api:Notification", "api:hasEventType": {"@id": f"api:{kind}"}})
    assert kind in reading.ignored[0].reason


def test_the_object_of_the_notification_stands_in() -> None:
    event = {key: value for key, value in EVENT.items() if key != "cargo:eventFor"}
    payload = {
        "@type": "api:Notification",
        "api:hasLogisticsObject": {"@id": SHIPMENT},
        "api:hasLogisticsObjectType": {"@value": f"{CARGO}Shipment"},
        "api:hasLogisticsEvent": [event, event | {"@id": "urn:2", "cargo:eventCode": f"{STATUS}ARR"}],
    }
    assert [one.refs[0].shown for _, one in read(payload).items] == [SHIPMENT, SHIPMENT]
    payload["api:hasLogisticsObjectType"] = {"@value": f"{CARGO}Piece"}
    assert [one.code for one in read(payload).problems] == ["no_shipment", "no_shipment"]


@pytest.mark.parametrize(
    ("about", "refs"),
    [
        ({"@type": "cargo:Piece", "cargo:ofShipment": {"@id": SHIPMENT}}, [(ReferenceType.SYSTEM_ID, SHIPMENT)]),
        (
            {"@type": "cargo:Waybill", "cargo:waybillPrefix": "999", "cargo:waybillNumber": "12345675"},
            [(ReferenceType.MASTER_BILL, "999-12345675")],
        ),
        (
            {"@id": SHIPMENT, "cargo:waybill": {"cargo:waybillPrefix": "999", "cargo:waybillNumber": "12345675"}},
            [(ReferenceType.MASTER_BILL, "999-12345675"), (ReferenceType.SYSTEM_ID, SHIPMENT)],
        ),
        (
            {
                "@id": "https://airline.example/" + "x" * 80,
                "cargo:waybill": {"cargo:waybillPrefix": "999", "cargo:waybillNumber": "12345675"},
            },
            [(ReferenceType.MASTER_BILL, "999-12345675")],
        ),
        (
            {"cargo:waybill": {"cargo:waybillType": {"@id": "cargo:HOUSE"}, "cargo:waybillNumber": "H 1"}},
            [(ReferenceType.HOUSE_BILL, "H 1")],
        ),
        (
            {"@id": "https://airline.example/" + "x" * 60 + "/5a8a4d2e-53ac-4d5f-9d9c-6f9b2f2a8f10"},
            [(ReferenceType.SYSTEM_ID, "5a8a4d2e-53ac-4d5f-9d9c-6f9b2f2a8f10")],
        ),
    ],
)
def test_which_shipment(about: dict[str, Any], refs: list[tuple[ReferenceType, str]]) -> None:
    assert [(ref.type, ref.shown) for ref in item(EVENT | {"cargo:eventFor": about}).refs] == refs


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"cargo:eventFor": {"@type": "cargo:Piece", "@id": "urn:piece"}}, "no_shipment"),
        ({"cargo:eventFor": None}, "no_shipment"),
        ({"cargo:eventFor": {"@id": "https://airline.example/" + "x" * 80}}, "too_long"),
        ({"cargo:eventFor": {"cargo:waybill": {"cargo:waybillNumber": "12"}}}, "bad_waybill"),
        ({"cargo:eventDate": None}, "eventDate_missing"),
        ({"cargo:eventDate": "yesterday"}, "bad_time"),
        ({"cargo:eventDate": "2026-09-12T21:12:00"}, "no_zone"),
        ({"cargo:eventTimeType": "cargo:MAYBE"}, "unknown_eventTimeType"),
        ({"cargo:eventTimeType": 5}, "unknown_eventTimeType"),
        ({"cargo:eventTimeType": " "}, "unknown_eventTimeType"),
        ({"cargo:eventTimeType": {"@type": "cargo:EventTimeType"}}, "unknown_eventTimeType"),
        ({"cargo:eventCode": None}, "eventCode_missing"),
        ({"cargo:eventName": 4}, "not_text"),
    ],
)
def test_an_event_that_cannot_be_read(change: dict[str, object], code: str) -> None:
    assert problem(EVENT | change).code == code


def test_a_local_time_is_that_of_the_place() -> None:
    place = {"cargo:locationCodes": {"@id": "https://vocabulary.uncefact.org/unlocode#DEFRA"}}
    found = fact(EVENT | {"cargo:eventDate": "2026-09-12T21:12:00", "cargo:eventLocation": place})
    assert (found.place, found.when.at) == ("DEFRA", datetime(2026, 9, 12, 19, 12, tzinfo=UTC))


def test_a_part_that_was_delivered_is_not_delivered() -> None:
    part = EVENT | {
        "cargo:eventCode": f"{STATUS}DLV",
        "cargo:partialEventIndicator": True,
        "cargo:recordedPieceCount": 2,
    }
    assert "Only a part" in read(part).ignored[0].reason
    whole = {"@id": SHIPMENT, "cargo:pieces": [{"@id": f"urn:{n}"} for n in range(5)]}
    found = fact(part | {"cargo:eventFor": whole})
    assert (found.milestone, found.pieces, found.pieces_total) == (Milestone.DELIVERED, 2, 5)


def test_an_event_without_an_id_is_named_by_its_content() -> None:
    bare = {key: value for key, value in EVENT.items() if key != "@id"}
    assert item(bare).key == item(bare | {"cargo:recordingActor": {"@id": "urn:x"}}).key
    assert item(bare).key != item(bare | {"cargo:eventDate": "2026-09-12T21:13:00Z"}).key


def test_an_event_twice_in_one_call() -> None:
    assert "repeats item 0" in read([EVENT, EVENT]).ignored[0].reason
    changed = EVENT | {"cargo:eventCode": f"{STATUS}ARR"}
    assert problem([EVENT, changed]).code == "event_id_reused"


@pytest.mark.parametrize("payload", ["x", 3, None])
def test_what_is_no_event(payload: object) -> None:
    with pytest.raises(Unreadable):
        read(payload)
    assert problem([payload]).code == "not_an_event"


def test_other_objects_are_ignored() -> None:
    assert read({"@type": "api:MultiStatusResponse"}).ignored[0].reason == "MultiStatusResponse is no event."
    assert "no type" in read({}).ignored[0].reason


def test_an_address_names_a_shipment_to_nobody() -> None:
    (ref,) = item(EVENT).refs
    assert ref == RefValue(ReferenceType.SYSTEM_ID, SHIPMENT)
    assert ref.type not in IDENTITY, "it opens no shipment, and waits for one that has it"
