"""GS1 EPCIS 2.0: every business step and disposition has a case, and an error declaration takes an event back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from service.formats.base import Unreadable
from service.formats.epcis import ids as epcis_ids
from service.formats.epcis.codes import AT_DESTINATION, BIZSTEP, DISPOSITION, ELSEWHERE, TRANSACTIONS
from service.formats.epcis.document import Epcis
from service.records.enums import Milestone, Reason, ReferenceType
from service.records.inbound import FactDraft, Item, Reading
from service.wording import dates

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
DOCUMENT = json.loads((Path(__file__).parent / "fixtures" / "epcis" / "document.json").read_text())
HOME, SHOP = "urn:epc:id:sgln:9521321.00001.0", "urn:epc:id:sgln:9521322.00002.0"
EVENT: dict[str, Any] = {
    "type": "ObjectEvent",
    "eventID": "urn:uuid:6a0b2cf2-4c0f-4b8f-9c67-0d1f6b0f0a02",
    "eventTime": "2026-09-12T20:30:00.000Z",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "bizStep": "shipping",
    "epcList": ["urn:epc:id:gsin:9521321.123456789"],
    "readPoint": {"id": HOME},
}
SENT = {"sourceList": [{"type": "location", "source": HOME}]}
BOUND = {"destinationList": [{"type": "location", "destination": SHOP}]}
LABELS = [f"urn:epc:id:sscc:9521321.000000000{n}" for n in (1, 2)]


def read(payload: object, **options: object) -> Reading:
    return Epcis().read(json.dumps(payload).encode(), {}, now=NOW, options=options)


def item(payload: object, **options: object) -> Item:
    ((_, found),) = read(payload, **options).items
    return found


def fact(payload: object, **options: object) -> FactDraft:
    (found,) = item(payload, **options).facts
    return found


def test_a_document() -> None:
    reading = read(DOCUMENT)
    assert not reading.problems
    assert [one.index for one in reading.ignored] == [0]
    shipped, received, wrong = (one for _, one in reading.items)
    assert [(f.milestone, f.unit, f.place_role) for f in shipped.facts] == [
        (Milestone.DEPARTED, "095213210000000018", "origin"),
        (Milestone.DEPARTED, "095213210000000025", "origin"),
    ]
    assert (shipped.facts[0].when.on, shipped.facts[0].when.at) == (
        date(2026, 9, 13),
        datetime(2026, 9, 12, 20, 30, tzinfo=UTC),
    )
    assert {(ref.type, ref.shown) for ref in shipped.refs} == {
        (ReferenceType.PO, "4711"),
        (ReferenceType.HOUSE_BILL, "BL-90"),
    }
    assert [(f.milestone, f.flags) for f in received.facts] == [
        (Milestone.DELIVERED, ()),
        (Milestone.EXCEPTION, ("damaged",)),
    ]
    assert (wrong.facts, wrong.retracts) == ((), "urn:uuid:6a0b2cf2-4c0f-4b8f-9c67-0d1f6b0f0a04")
    assert wrong.stated_at is None, "it takes back all that was said until it came"


@pytest.mark.parametrize("row", BIZSTEP.rows, ids=lambda row: f"{row.code} {row.when}")
@pytest.mark.parametrize(
    "form", ["{}", "cbv:BizStep-{}", "https://ref.gs1.org/cbv/BizStep-{}", "urn:epcglobal:cbv:bizstep:{}"]
)
def test_every_business_step(row: Any, form: str) -> None:
    at: dict[str, dict[str, Any]] = {"": {}, AT_DESTINATION: BOUND | {"readPoint": {"id": SHOP}}, ELSEWHERE: BOUND}
    reading = read(EVENT | {"bizStep": form.format(row.code)} | at[row.when])
    if isinstance(row.becomes, Milestone):
        assert [one.facts[0].milestone for _, one in reading.items] == [row.becomes]
    else:
        assert reading.ignored[0].reason == f"{row.becomes} ({row.code}: {row.says})"


@pytest.mark.parametrize("row", DISPOSITION.rows, ids=lambda row: row.code)
def test_every_disposition(row: Any) -> None:
    alone = {key: value for key, value in EVENT.items() if key != "bizStep"}
    reading = read(alone | {"disposition": row.code})
    if isinstance(row.becomes, Milestone):
        assert [one.facts[0].milestone for _, one in reading.items] == [row.becomes]
    else:
        assert reading.ignored[0].reason.startswith(row.becomes)
    beside = item(EVENT | {"disposition": row.code})
    told = row.becomes in {Milestone.EXCEPTION, Milestone.RETURNED_SHIPPER}
    assert [one.milestone for one in beside.facts] == [Milestone.DEPARTED, row.becomes][: 1 + told]


@pytest.mark.parametrize(
    ("change", "role"),
    [
        (SENT | {"bizStep": "departing"}, "origin"),
        (SENT | {"bizStep": "loading", "readPoint": {"id": SHOP}}, None),
        (BOUND | {"bizStep": "arriving", "bizLocation": {"id": SHOP}}, "destination"),
        (BOUND | {"bizStep": "unloading", "readPoint": {"id": SHOP.replace(".0", ".7")}}, None),
        (BOUND | {"bizStep": "unloading", "readPoint": {"id": SHOP[:-1] + "dock7"}}, "destination"),
        ({"bizStep": "arriving"}, None),
    ],
)
def test_the_role_of_a_location(change: dict[str, object], role: str | None) -> None:
    assert fact(EVENT | change).place_role == role


def test_a_place_that_is_named_by_its_locode() -> None:
    found = fact(EVENT | {"readPoint": {"id": "https://vocabulary.uncefact.org/unlocode#DEHAM"}})
    assert (found.place, found.place_name, found.when.zone) == ("DEHAM", "Hamburg", "Europe/Berlin")


@pytest.mark.parametrize(
    ("change", "refs"),
    [
        ({}, [(ReferenceType.REF, "95213211234567896")]),
        ({"epcList": ["https://id.gs1.org/402/95213211234567896"]}, [(ReferenceType.REF, "95213211234567896")]),
        ({"epcList": ["urn:epc:id:ginc:9521321.xyz3311cba"]}, [(ReferenceType.REF, "9521321xyz3311cba")]),
        ({"epcList": LABELS[:1]}, [(ReferenceType.REF, "095213210000000018")]),
        ({"epcList": ["urn:epc:id:bic:MSKU1234565"]}, [(ReferenceType.CONTAINER, "MSKU1234565")]),
        (
            {
                "epcList": LABELS,
                "bizTransactionList": [{"type": "cbv:BTT-po", "bizTransaction": "http://x.example/po/47"}],
            },
            [(ReferenceType.PO, "47")],
        ),
        (
            {
                "epcList": [],
                "bizTransactionList": [
                    {"type": "desadv", "bizTransaction": "urn:epc:id:gdti:9521321.00001.1618034"},
                    {"type": "inv", "bizTransaction": "1"},
                    {"bizTransaction": "urn:epc:id:gsin:9521321.123456789"},
                ],
            },
            [(ReferenceType.PO, "1618034"), (ReferenceType.REF, "95213211234567896")],
        ),
    ],
)
def test_which_shipment(change: dict[str, object], refs: list[tuple[ReferenceType, str]]) -> None:
    assert [(ref.type, ref.shown) for ref in item(EVENT | change).refs] == refs


@pytest.mark.parametrize("kind", TRANSACTIONS)
def test_every_transaction(kind: str) -> None:
    for form in ("{}", "https://ref.gs1.org/cbv/BTT-{}", "urn:epcglobal:cbv:btt:{}"):
        listed = [{"type": form.format(kind), "bizTransaction": "A 1"}]
        found = item(EVENT | {"epcList": [], "bizTransactionList": listed})
        assert [(ref.type, ref.shown) for ref in found.refs] == [(TRANSACTIONS[kind], "A 1")]


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("urn:epc:id:sscc:9521321.0000000001", ("sscc", "095213210000000018")),
        ("https://example.com/shop/00/095213210000000018?x=1", ("sscc", "095213210000000018")),
        ("urn:epc:id:sscc:0614141.1234567890", ("sscc", "106141412345678908")),
        ("urn:epc:id:gsin:0614141.123456789", ("gsin", "06141411234567890")),
        ("urn:epc:id:gdti:9521321.00001.16%2F18", ("gdti", "16/18")),
        ("https://id.gs1.org/253/4012345000054987ABC", ("gdti", "987ABC")),
        ("https://id.gs1.org/253/4012345000054", None),
        ("urn:epcglobal:cbv:bt:0614141073467:1152", ("bt", "1152")),
        ("urn:epc:id:imovn:9321483", ("imovn", "9321483")),
        ("urn:epc:id:sgtin:9521321.012345.1", None),
        ("urn:epc:id:sscc:95213210000000001", None),
        ("urn:epc:id:gsin:9521321.1", None),
        ("", None),
    ],
)
def test_identifiers(said: str, number: tuple[str, str] | None) -> None:
    assert epcis_ids.number(said) == number


def test_units_beyond_what_anybody_reads_one_by_one() -> None:
    labels = [f"urn:epc:id:sscc:9521321.{n:010d}" for n in range(60)]
    listed = [{"type": "po", "bizTransaction": "1"}]
    found = item(EVENT | {"epcList": labels, "bizTransactionList": listed})
    assert [one.unit for one in found.facts] == [None]
    assert len({one.part for one in item(EVENT | {"epcList": labels[:9], "bizTransactionList": listed}).facts}) == 9


def test_codes_that_are_not_in_the_vocabulary_wait_for_their_meaning() -> None:
    own = EVENT | {"bizStep": "https://acme.example/steps/steaming"}
    assert [one.code for one in read(own).unmapped] == ["epcis-bizstep:https://acme.example/steps/steaming"]
    assert (
        fact(own, mapping={"epcis-bizstep:https://acme.example/steps/steaming": "loaded"}).milestone is Milestone.LOADED
    )
    assert fact(EVENT, mapping={"epcis-bizstep:shipping": "weather"}).reason is Reason.WEATHER
    assert "mapping" in read(EVENT, mapping={"epcis-bizstep:shipping": "ignore"}).ignored[0].reason
    reading = read(EVENT | {"disposition": "melted"})
    assert len(reading.items) == 1
    assert "only the business step" in reading.notes["/disposition"]
    alone = {key: value for key, value in EVENT.items() if key != "bizStep"}
    assert [one.code for one in read(alone | {"disposition": "melted"}).unmapped] == ["epcis-disposition:melted"]


def test_an_error_declaration_finds_its_event_without_an_id() -> None:
    bare = {key: value for key, value in EVENT.items() if key != "eventID"}
    wrong = bare | {
        "recordTime": "2026-09-13T00:00:00Z",
        "errorDeclaration": {"declarationTime": "2026-09-14T00:00:00Z"},
    }
    assert item(wrong).retracts == item(bare).event_key
    assert item(wrong).key != item(bare).key
    assert len(read([bare, wrong]).items) == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"epcList": ["urn:epc:id:sgtin:9521321.012345.1"]}, "no_shipment"),
        ({"epcList": LABELS}, "no_shipment"),
        ({"eventTime": None}, "eventTime_missing"),
        ({"eventTime": "2026-09-12"}, "no_time"),
        ({"eventTime": "2026-09-12T20:30:00"}, "no_zone"),
        ({"eventTimeZoneOffset": "CET"}, "bad_offset"),
        ({"errorDeclaration": "yes"}, "not_an_object"),
        ({"bizStep": 4, "disposition": None}, None),
    ],
)
def test_an_event_that_cannot_be_read(change: dict[str, object], code: str | None) -> None:
    reading = read(EVENT | change)
    assert [one.code for one in reading.problems] == ([code] if code else [])
    assert not reading.items


@pytest.mark.parametrize(
    ("time", "offset", "on"),
    [
        ("2026-09-12T20:30:00Z", "+08:00", date(2026, 9, 13)),
        ("2026-09-12T22:30:00+01:00", "+01:00", date(2026, 9, 12)),
        ("2026-09-12T22:30:00Z", "+00:00", date(2026, 9, 12)),
        ("2026-09-12T22:30:00+01:00", None, date(2026, 9, 12)),
    ],
)
def test_the_day_is_that_of_the_place_for_every_reader(time: str, offset: str | None, on: date) -> None:
    when = fact(EVENT | {"eventTime": time, "eventTimeZoneOffset": offset}).when
    assert [dates.on(when, reader) for reader in ("Asia/Tokyo", "America/Los_Angeles")] == [on, on]


def test_of_a_time_in_utc_without_an_offset_the_day_is_not_known() -> None:
    when = fact(EVENT | {"eventTime": "2026-09-12T22:30:00Z", "eventTimeZoneOffset": None}).when
    assert dates.on(when, "Asia/Tokyo") == date(2026, 9, 13)


def test_without_its_offset_an_event_keeps_that_of_its_time() -> None:
    reading = read({key: value for key, value in EVENT.items() if key != "eventTimeZoneOffset"})
    assert reading.items[0][1].facts[0].when.on == date(2026, 9, 12)
    assert "/eventTimeZoneOffset" in reading.notes


@pytest.mark.parametrize(
    "payload",
    [
        EVENT,
        [EVENT],
        {"epcisBody": {"event": EVENT}},
        {"type": "EPCISQueryDocument", "epcisBody": {"queryResults": {"resultsBody": {"eventList": [EVENT]}}}},
    ],
)
def test_the_ways_to_wrap_events(payload: object) -> None:
    assert fact(payload).milestone is Milestone.DEPARTED


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<epcis:EPCISDocument/>", "epcis_xml"),
        (b"3", "not_an_event"),
        (b'{"epcisBody": {}}', "no_events"),
        (b"{}", "no_events"),
        (b'{"type": "EPCISDocument"}', "no_events"),
        (b'{"@type": "EPCISQueryDocument", "schemaVersion": "2.0"}', "no_events"),
        (b'{"epcisBody": 3}', "no_events"),
    ],
)
def test_bodies_without_events(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        Epcis().read(body, {}, now=NOW, options={})
    assert refused.value.problem.code == code


def test_goods_that_are_made_into_others_are_ignored() -> None:
    assert "made into others" in read({"type": "TransformationEvent"}).ignored[0].reason
    assert read(["x"]).problems[0].code == "not_an_event"
