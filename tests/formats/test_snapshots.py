"""Vizion, ShipsGo and project44: histories that are sent whole, again and again; every row of their tables."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from service.formats.base import Unreadable
from service.formats.platforms.project44 import Project44
from service.formats.platforms.project44_codes import EVENTS
from service.formats.platforms.shipsgo import MOVEMENTS
from service.formats.platforms.vizion import Vizion
from service.formats.platforms.vizion_codes import MILESTONES
from service.formats.registry import get
from service.formats.vocabulary import Code
from service.records.enums import Classifier, Milestone, Reason, Transport
from service.records.inbound import FREE_TIME, FactDraft, Reading
from tests.formats.bodies import BODIES

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
VIZION: dict[str, Any] = json.loads(BODIES["vizion/update.json"][1])
OCEAN: dict[str, Any] = json.loads(BODIES["shipsgo/ocean.json"][1])
AIR: dict[str, Any] = json.loads(BODIES["shipsgo/air.json"][1])
P44: dict[str, Any] = json.loads(BODIES["project44/ocean.json"][1])


def read(fmt: str, payload: object, **options: object) -> Reading:
    return get(fmt).read(json.dumps(payload).encode(), {}, now=NOW, options=options)


def facts(reading: Reading) -> list[FactDraft]:
    return [fact for _, item in reading.items for fact in item.facts]


def said(reading: Reading) -> list[tuple[str, str, str | None, str | None]]:
    return [(one.milestone.value, one.classifier.value, one.place, one.place_role) for one in facts(reading)]


def vizion(**entry: Any) -> dict[str, Any]:
    """An update of one milestone."""
    payload = copy.deepcopy(VIZION)
    payload["payload"]["milestones"] = [{**payload["payload"]["milestones"][1], **entry}]
    return payload


def shipsgo(**movement: Any) -> dict[str, Any]:
    payload = copy.deepcopy(OCEAN)
    (container,) = payload["shipment"]["containers"]
    container["movements"] = [{**container["movements"][1], **movement}]
    return payload


def p44(**event: Any) -> dict[str, Any]:
    payload = copy.deepcopy(P44)
    payload["events"] = [{**payload["events"][1], **event}]
    return payload


ONE: dict[str, tuple[Callable[..., dict[str, Any]], str, str]] = {
    "vizion": (vizion, "description", "timestamp"),
    "shipsgo": (shipsgo, "event", "timestamp"),
    "project44": (p44, "type", "dateTime"),
}
"""How to make one entry, and the fields that hold its code and its time."""

each = pytest.mark.parametrize("fmt", sorted(ONE))


def test_vizion() -> None:
    reading = read("vizion", VIZION)
    assert said(reading) == [
        ("empty_released", "actual", "CNNGB", None),
        ("loaded", "actual", "CNNGB", "origin"),
        ("arrived_destination", "estimated", "GBFXT", "destination"),
        ("gated_out_destination", "planned", "GBFXT", "destination"),
        ("discharged", "planned", "GBFXT", "destination"),
    ]
    loaded, arrival, free = facts(reading)[1:4]
    assert (loaded.vessel, loaded.imo, loaded.voyage, loaded.transport) == (
        "Drama of the Seas",
        "9321483",
        "634E",
        Transport.OCEAN,
    )
    assert (arrival.unit, arrival.imo, arrival.remark) == ("MSKU1234565", "9321483", "Vessel Arrival")
    assert (free.flags, free.part, free.when.on, free.when.at) == ((FREE_TIME,), "free", date(2026, 9, 26), None)
    assert [(one.code, one.says) for one in reading.unmapped] == [("vizion:seal affixed", "Seal affixed")]
    bare = read("vizion", VIZION["payload"])
    assert said(bare) == said(reading), "the payload alone is an update too"


def test_shipsgo() -> None:
    reading = read("shipsgo", OCEAN)
    assert said(reading) == [
        ("empty_released", "actual", "CNNGB", "origin"),
        ("loaded", "actual", "CNNGB", "origin"),
        ("transshipment_unloaded", "actual", "SGSIN", "transshipment"),
        ("arrived_destination", "estimated", "GBFXT", "destination"),
    ]
    assert [(ref.type.value, ref.shown) for ref in reading.items[0][1].refs] == [
        ("po", "ORDER 12"),
        ("container", "MSKU1234565"),
    ]
    assert [one.code for one in reading.unmapped] == ["shipsgo:ZZZZ"]
    mine = read("shipsgo", OCEAN, own_refs=True).items[0][1]
    assert [ref.type.value for ref in mine.refs] == ["ref", "container"]


def test_shipsgo_by_air() -> None:
    reading = read("shipsgo", AIR)
    assert said(reading) == [
        ("received_origin", "actual", "PVG", "origin"),
        ("arrived_destination", "estimated", "LHR", "destination"),
    ]
    assert facts(reading)[0].when.at == datetime(2026, 9, 15, 1, 0, tzinfo=UTC), "a local time is read at its airport"
    assert facts(reading)[1].transport is Transport.AIR


def test_shipsgo_without_movements() -> None:
    payload = copy.deepcopy(OCEAN)
    del payload["shipment"]["containers"]
    assert [one.reason for one in read("shipsgo", payload).ignored] == [
        "It holds no movements: it says that something changed, and not what."
    ]
    payload = shipsgo()
    payload["shipment"]["container_number"] = payload["shipment"]["containers"][0]["number"] = "NOT_ASSIGNED"
    assert [ref.type.value for ref in read("shipsgo", payload).items[0][1].refs] == ["po"]


def test_project44() -> None:
    reading = read("project44", P44)
    assert said(reading) == [
        ("empty_released", "actual", "CNNGB", "origin"),
        ("departed", "actual", "CNNGB", "origin"),
        ("transshipment_arrived", "actual", "SGSIN", "transshipment"),
        ("arrived_destination", "estimated", "GBFXT", "destination"),
    ]
    departed = facts(reading)[1]
    assert (departed.vessel, departed.imo, departed.transport) == ("Drama of the Seas", "9321483", Transport.OCEAN)
    assert [one.index for one in reading.ignored] == [4, 5]
    assert [one.code for one in reading.unmapped] == ["project44:HOLD_AT_STOP"]


@pytest.mark.parametrize(
    ("fmt", "row"),
    [
        *(("vizion", row) for row in MILESTONES.rows),
        *(("shipsgo", row) for row in MOVEMENTS.rows),
        *(("project44", row) for row in EVENTS.rows),
    ],
    ids=lambda value: value.code if isinstance(value, Code) else value,
)
def test_every_row(fmt: str, row: Code) -> None:
    make, field, _ = ONE[fmt]
    nowhere = {"stopId": None, "routeSegmentId": None} if fmt == "project44" else {"location": None}
    reading = read(fmt, make(**{field: row.code, **nowhere}))
    if isinstance(row.becomes, Milestone):
        assert [(one.milestone, one.reason) for one in facts(reading)] == [(row.becomes, row.reason)]
    else:
        assert [one.reason for one in reading.ignored] == [row.becomes]


@each
def test_a_code_that_no_table_has_waits_for_its_meaning(fmt: str) -> None:
    make, field, _ = ONE[fmt]
    payload = make(**{field: "QQQQ"})
    (unmapped,) = read(fmt, payload).unmapped
    assert unmapped.code.upper() == f"{fmt}:QQQQ".upper()
    assert unmapped.pointer.endswith(f"/{field}")
    assert facts(read(fmt, payload, mapping={unmapped.code: "in_transit"}))[0].milestone is Milestone.IN_TRANSIT
    delayed = facts(read(fmt, payload, mapping={unmapped.code: "strike"}))[0]
    assert (delayed.milestone, delayed.reason) == (Milestone.DELAYED, Reason.STRIKE)
    assert len(read(fmt, payload, mapping={unmapped.code: "ignore"}).ignored) == 1


@each
def test_what_has_happened_is_known_when_it_is_sent_again(fmt: str) -> None:
    make, _, time = ONE[fmt]
    first, again = (read(fmt, make()).items[0][1] for _ in range(2))
    later = read(fmt, make(**{time: "2026-08-16T20:00:00+08:00"})).items[0][1]
    assert (first.key, first.digest) == (again.key, again.digest)
    assert first.event_key != later.event_key


@pytest.mark.parametrize(
    ("fmt", "stamp", "estimate"),
    [
        ("vizion", ("created_at",), {"planned": True}),
        ("shipsgo", ("shipment", "updated_at"), {"status": "EST"}),
        ("project44", ("events", 0, "receivedDateTime"), {"dateTime": None}),
    ],
)
def test_an_estimate_is_stated_anew_by_each_snapshot(
    fmt: str, stamp: tuple[str | int, ...], estimate: dict[str, Any]
) -> None:
    make, _, time = ONE[fmt]
    time = "estimateDateTime" if fmt == "project44" else time

    def stated(when: str, day: int) -> Any:
        payload: Any = make(**{**estimate, time: f"2026-09-{day}T06:00:00+01:00"})
        target = payload
        for step in stamp[:-1]:
            target = target[step]
        target[stamp[-1]] = when
        return read(fmt, payload).items[0][1]

    first, moved, back = (
        stated("2026-09-15T10:00:00Z", 19),
        stated("2026-09-16T10:00:00Z", 21),
        stated("2026-09-17T10:00:00Z", 19),
    )
    assert first.event_key == moved.event_key == back.event_key
    assert len({first.key, moved.key, back.key}) == 3, "a date that returns is news too"
    assert first.facts[0].classifier is Classifier.ESTIMATED


@each
def test_the_same_line_twice_in_one_snapshot(fmt: str) -> None:
    payload = ONE[fmt][0]()
    held = {
        "vizion": lambda: payload["payload"]["milestones"],
        "shipsgo": lambda: payload["shipment"]["containers"][0]["movements"],
        "project44": lambda: payload["events"],
    }[fmt]()
    held.append(held[0])
    assert [one.reason for one in read(fmt, payload).ignored] == ["It repeats item 0 of the same call."]


@pytest.mark.parametrize(
    ("fmt", "entry", "classifier"),
    [
        ("shipsgo", {"status": "ACT"}, "actual"),
        ("shipsgo", {"status": " est "}, "estimated"),
        ("shipsgo", {"status": "PLN"}, None),
        ("shipsgo", {"status": "ACTU"}, None),
        ("shipsgo", {"status": ""}, None),
        ("shipsgo", {"status": None}, None),
        ("shipsgo", {"status": True}, None),
        ("vizion", {"planned": False}, "actual"),
        ("vizion", {"planned": True}, "estimated"),
        ("vizion", {"planned": "true"}, None),
        ("vizion", {"planned": None}, None),
        ("vizion", {"planned": 0}, None),
        ("vizion", {"planned": None, "journey_event": {"event_classifier": "ACT"}}, "actual"),
        ("vizion", {"planned": None, "journey_event": {"event_classifier": "?"}}, None),
    ],
)
def test_whether_it_has_happened_is_never_guessed(fmt: str, entry: dict[str, Any], classifier: str | None) -> None:
    reading = read(fmt, ONE[fmt][0](**entry))
    if classifier is not None:
        assert [one.classifier.value for one in facts(reading)] == [classifier]
        return
    (problem,) = reading.problems
    assert reading.items == ()
    assert problem.pointer.endswith("/status" if fmt == "shipsgo" else "/planned")
    assert ("EST" if fmt == "shipsgo" else "true") in problem.fix


def test_a_vizion_milestone_without_words_is_refused() -> None:
    for nothing in (None, "  "):
        (problem,) = read("vizion", vizion(description=nothing)).problems
        assert (problem.code, problem.message, problem.pointer) == (
            "description_missing",
            "`description` is missing.",
            "/payload/milestones/0/description",
        )


@pytest.mark.parametrize("written", ["2026-09-17T10:00:00", "2026-09-17 10:00:00"])
def test_when_shipsgo_wrote_without_an_offset_is_utc(written: str) -> None:
    payload = shipsgo()
    payload["shipment"]["updated_at"] = written
    reading = read("shipsgo", payload)
    assert reading.items[0][1].stated_at == datetime(2026, 9, 17, 10, 0, tzinfo=UTC)
    assert list(reading.notes.values()) == ["`updated_at` has no offset: it was read as UTC."]


@pytest.mark.parametrize("written", ["now", "2026-09-17", 7, "2026-13-01T00:00:00Z", "2099-01-01T00:00:00Z"])
def test_when_shipsgo_wrote_is_left_out_where_it_is_no_time(written: object) -> None:
    payload = shipsgo()
    payload["shipment"]["updated_at"] = written
    reading = read("shipsgo", payload)
    assert reading.items[0][1].stated_at is None
    assert list(reading.notes.values()) == ["`updated_at` cannot be read: the time of the call stands in for it."]


@each
@pytest.mark.parametrize(
    ("value", "code"), [("soon", "bad_time"), (5, "bad_time"), ("1999-01-01", "year_out_of_range")]
)
def test_refused_times(fmt: str, value: object, code: str) -> None:
    make, _, time = ONE[fmt]
    (problem,) = read(fmt, make(**{time: value})).problems
    assert (problem.code, problem.pointer.endswith(f"/{time}")) == (code, True)


@each
def test_what_says_no_time_is_ignored(fmt: str) -> None:
    make, _, time = ONE[fmt]
    none = {time: None, "plannedDateTime": None}
    assert [one.reason.startswith("It says n") for one in read(fmt, make(**none)).ignored] == [True]


@each
def test_a_local_time_of_an_unknown_place_is_a_date(fmt: str) -> None:
    make, _, time = ONE[fmt]
    nowhere = {"stopId": None} if fmt == "project44" else {"location": {"name": "Somewhere"}}
    (one,) = facts(read(fmt, make(**{time: "2026-09-16T23:30:00", **nowhere})))
    assert (one.when.on, one.when.at, one.flags) == (date(2026, 9, 16), None, ("zone_unknown",))


@each
def test_an_entry_that_is_none(fmt: str) -> None:
    payload = ONE[fmt][0]()
    if fmt == "vizion":
        payload["payload"]["milestones"] = [7]
    elif fmt == "shipsgo":
        payload["shipment"]["containers"][0]["movements"] = [7]
    else:
        payload["events"] = [7]
    (problem,) = read(fmt, payload).problems
    assert problem.code.startswith("not_a")


@each
@pytest.mark.parametrize("payload", [[], {}, 1, {"shipment": []}, {"payload": {}}])
def test_what_is_no_snapshot(fmt: str, payload: object) -> None:
    with pytest.raises(Unreadable) as caught:
        read(fmt, payload)
    assert caught.value.problem.fix


@pytest.mark.parametrize(
    ("fmt", "payload"),
    [
        (Vizion(), {"milestones": []}),
        (Vizion(), {"container_id": "MSKU1234565", "created_at": "now", "milestones": []}),
    ],
)
def test_a_snapshot_that_cannot_be_placed_in_time_or_named(fmt: Any, payload: object) -> None:
    with pytest.raises(Unreadable):
        fmt.read(json.dumps(payload).encode(), {}, now=NOW, options={})


@pytest.mark.parametrize(
    ("fmt", "entry"),
    [
        ("vizion", {"description": "Vessel arrived"}),
        ("vizion", {"description": "Vessel departed", "location": {"unlocode": "GBFXT"}}),
        ("shipsgo", {"event": "ARRV"}),
        ("shipsgo", {"event": "DEPA", "location": {"code": "GBFXT"}}),
        ("project44", {"type": "ARRIVAL_AT_STOP"}),
        ("project44", {"stopId": "s3", "routeSegmentId": "g2"}),
    ],
)
def test_a_ship_without_the_goods_says_nothing_of_them(fmt: str, entry: dict[str, Any]) -> None:
    reading = read(fmt, ONE[fmt][0](**entry))
    assert [one.reason.split(":")[0] for one in reading.ignored] in (
        ["The ship came to fetch the goods"],
        ["The ship left the port of discharge"],
    )


def test_vizion_by_its_legs_and_codes() -> None:
    at = {"location": None, "shipment_location": {"type_code": "RTP"}}
    assert said(read("vizion", vizion(**at))) == [("transshipment_loaded", "actual", None, "transshipment")]
    at = {"location": None, "shipment_location": {"type_code": "POL"}}
    assert said(read("vizion", vizion(**at))) == [("loaded", "actual", None, "origin")]
    event = {"journey_type": "EQUIPMENT", "event_type": "GTIN", "empty_indicator": "EMPTY", "event_classifier": "ACT"}
    assert said(read("vizion", vizion(description="x", journey_event=event)))[0][0] == "empty_returned"
    event = {"journey_type": "TRANSPORT", "event_type": "ARRI", "transport_mode": "TRUCK"}
    assert len(read("vizion", vizion(description="x", journey_event=event)).ignored) == 1
    assert len(read("vizion", vizion(description="x", journey_event={"event_type": "ARRI"})).unmapped) == 1


def test_project44_by_rail_and_without_a_name() -> None:
    payload = p44()
    payload["shipment"]["routeInfo"]["routeSegments"][0]["transportationMode"] = "RAIL"
    assert said(read("project44", payload))[0][0] == "rail_departed"
    payload["shipment"]["identifiers"] = []
    assert len(read("project44", payload).ignored) == 1
    assert len(read("project44", p44(dateTime=None, plannedDateTime=None)).ignored) == 1
    assert isinstance(get("project44"), Project44)
