"""Flexport: every milestone, the places of legs, estimates and free time."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from service.formats.base import Unreadable
from service.formats.platforms.flexport import Flexport
from service.formats.platforms.flexport_codes import FREE_TIME_ENDS, MILESTONES, OTHER_BOOKS
from service.formats.vocabulary import Code
from service.records.enums import Classifier, Milestone, Transport
from service.records.inbound import FREE_TIME, FactDraft, Reading
from tests.formats.bodies import BODIES

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
DEPARTED: dict[str, Any] = json.loads(BODIES["flexport/departed.json"][1])
ETA: dict[str, Any] = json.loads(BODIES["flexport/eta.json"][1])
DATES = dict.fromkeys(("estimated_departure_date", "estimated_arrival_date", "estimated_pickup_date"), "2026-09-20")


def read(event: object, **options: object) -> Reading:
    return Flexport().read(json.dumps(event).encode(), {}, now=NOW, options=options)


def fact(event: object, **options: object) -> FactDraft:
    reading = read(event, **options)
    assert (reading.problems, reading.ignored, reading.unmapped) == ((), (), ())
    ((_, item),) = reading.items
    return item.facts[0]


def event(of: str, **resource: Any) -> dict[str, Any]:
    made = copy.deepcopy(DEPARTED)
    made["type"] = of
    made["data"]["resource"] |= resource
    return made


def test_a_departure() -> None:
    one = fact(DEPARTED)
    assert (one.milestone, one.classifier, one.place, one.place_role, one.transport, one.unit) == (
        Milestone.DEPARTED,
        Classifier.ACTUAL,
        "CNNGB",
        "origin",
        Transport.OCEAN,
        "MSKU1234565",
    )
    ((_, item),) = read(DEPARTED).items
    assert [(ref.type.value, ref.shown) for ref in item.refs] == [
        ("container", "MSKU1234565"),
        ("po", "order 12"),
        ("system_id", "flexport:2983"),
    ]
    assert (item.event_key, item.key) == ("event:354987", "event:354987")


def test_an_estimate_has_its_date_in_the_leg() -> None:
    one = fact(ETA)
    assert (one.milestone, one.classifier, one.place_role) == (
        Milestone.ARRIVED_DESTINATION,
        Classifier.ESTIMATED,
        "destination",
    )
    assert one.when.at == datetime(2026, 9, 19, 5, 0, tzinfo=UTC)
    without = copy.deepcopy(ETA)
    del without["data"]["resource"]["estimated_arrival_date"]
    assert [one.reason for one in read(without).ignored] == ["It does not say the new date."]


@pytest.mark.parametrize("row", MILESTONES.rows, ids=lambda row: row.code)
def test_every_milestone(row: Code) -> None:
    made = event(row.code, **DATES)
    if isinstance(row.becomes, Milestone):
        one = fact(made)
        assert (one.milestone, one.reason) == (row.becomes, row.reason)
        estimated = "updated_estimated" in row.code
        assert one.classifier is (Classifier.ESTIMATED if estimated else Classifier.ACTUAL)
    else:
        assert [one.reason for one in read(made).ignored] == [row.becomes]


def test_free_time() -> None:
    one = fact(event(FREE_TIME_ENDS) | {"occurred_at": "2026-09-26T15:00:00Z"})
    assert (one.flags, one.part, one.when.at, one.when.on) == ((FREE_TIME,), "free", None, date(2026, 9, 26))


@pytest.mark.parametrize("prefix", OTHER_BOOKS)
def test_papers_and_bills_are_ignored(prefix: str) -> None:
    assert read(event(f"{prefix}anything")).ignored[0].reason.startswith("It speaks of papers")


@pytest.mark.parametrize(
    ("mode", "milestone"), [("rail", "rail_departed"), ("air", "departed"), ("truck", None), ("balloon", "departed")]
)
def test_modes(mode: str, milestone: str | None) -> None:
    reading = read(event("/shipment_leg#departed", transportation_mode=mode))
    assert [item.facts[0].milestone for _, item in reading.items] == ([milestone] if milestone else [])


@pytest.mark.parametrize(
    ("location", "place", "name", "role"),
    [
        ({"name": "Port of Ningbo"}, None, "Port of Ningbo", None),
        ({"unlocode": "CNNGB", "tags": ["port_of_unloading"]}, "CNNGB", "Ningbo", None),
        ({"place": {"address": {"city": "Leeds"}}, "tags": [5, "port_of_loading"]}, None, "Leeds", "origin"),
        ("Ningbo", None, None, None),
    ],
)
def test_places(location: object, place: str | None, name: str | None, role: str | None) -> None:
    made = copy.deepcopy(DEPARTED)
    made["data"]["location"] = location
    one = fact(made)
    assert (one.place, one.place_name, one.place_role) == (place, name, role)


def test_what_no_table_has_waits_for_its_meaning() -> None:
    made = event("/shipment#abducted")
    assert [(one.code, one.pointer) for one in read(made).unmapped] == [("flexport:/shipment#abducted", "/type")]
    assert fact(made, mapping={"flexport:/shipment#abducted": "exception"}).milestone is Milestone.EXCEPTION
    assert len(read(made, mapping={"flexport:/shipment#abducted": "ignore"}).ignored) == 1


def test_who_is_named() -> None:
    bare = copy.deepcopy(DEPARTED)
    bare["data"] = {"resource": {"_object": "/shipment", "id": 7, "metadata": {"purchase_order": ["p"]}}}
    ((_, item),) = read(bare).items
    assert [ref.shown for ref in item.refs] == ["p", "flexport:7"]
    bare["data"] = {"resource": {"_object": "/shipment_leg", "id": 7}}
    assert read(bare).ignored[0].reason == "It names no shipment, container or order."


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"id": None}, "id_missing", "/id"),
        ({"occurred_at": None}, "bad_time", "/occurred_at"),
        ({"created_at": "now"}, "bad_time", "/created_at"),
        ({"type": 5}, "not_text", "/type"),
    ],
)
def test_refused(changes: dict[str, Any], code: str, pointer: str) -> None:
    (problem,) = read(DEPARTED | changes).problems
    assert (problem.code, problem.pointer) == (code, pointer)


@pytest.mark.parametrize("payload", [[], {}, 1, {"data": {}}])
def test_what_is_no_event(payload: object) -> None:
    with pytest.raises(Unreadable):
        read(payload)
