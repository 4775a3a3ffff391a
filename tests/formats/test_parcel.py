"""What holds for every parcel platform: a history is sent whole again and again, and says each thing once."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from service.formats.base import Unreadable
from service.formats.registry import get
from service.records.enums import Classifier, Precision
from service.records.inbound import Reading
from tests.formats.bodies import BODIES
from tests.formats.parcels import (
    NOW,
    aftership,
    checkpoint,
    detail,
    easypost,
    facts,
    karrio,
    only,
    read,
    scan,
    shippo,
    step,
)

EXAMPLES = sorted(name for name, (fmt, _) in BODIES.items() if fmt in {"aftership", "easypost", "shippo", "karrio"})


def of(name: str) -> Reading:
    return get(BODIES[name][0]).read(BODIES[name][1], {}, now=NOW, options={})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "aftership/tracking_update.json",
            ["info_received", "transshipment_arrived", "departed", "out_for_delivery", "delivered"],
        ),
        (
            "easypost/tracker_updated.json",
            ["info_received", "departed", "in_transit", "out_for_delivery", "delivered"],
        ),
        ("easypost/batch_created.json", []),
        (
            "shippo/track_updated.json",
            ["info_received", "transshipment_arrived", "delivery_attempt_failed", "delivered"],
        ),
        ("karrio/tracker_updated.json", ["delivery_attempt_failed", "in_transit", "info_received", "delivered"]),
    ],
)
def test_an_example_says(name: str, said: list[str]) -> None:
    reading = of(name)
    found = facts(reading)
    assert [fact.milestone for fact in found] == said
    assert all((fact.classifier is Classifier.ESTIMATED) == (fact.part == "due") for fact in found)
    assert not reading.batch


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_fact_is_of_the_parcel_that_its_number_names(name: str) -> None:
    for _, item in of(name).items:
        number = item.refs[0].shown
        assert item.refs[0].type == "ref"
        assert {fact.unit for fact in item.facts} <= {number}
        assert item.digest in item.key


HISTORIES: list[tuple[str, Any, list[dict[str, Any]]]] = [
    (
        "aftership",
        aftership,
        [checkpoint("InTransit_00" + n, f"2026-09-16T0{n}:00:00") for n in "123"],
    ),
    ("easypost", easypost, [detail(at=f"2026-09-16T0{n}:00:00Z") for n in "123"]),
    ("shippo", shippo, [step(at=f"2026-09-16T0{n}:00:00Z") for n in "123"]),
    ("karrio", karrio, [scan(time=f"0{n}:00") for n in "123"]),
]


@pytest.mark.parametrize(("name", "made", "history"), HISTORIES, ids=[name for name, _, _ in HISTORIES])
def test_an_entry_keeps_its_key_whatever_stands_around_it(name: str, made: Any, history: list[dict[str, Any]]) -> None:
    early = {item.key: item for _, item in read(name, made(*history[:2])).items}
    late = {item.key: item for _, item in read(name, made(*history)).items}
    back = {item.key: item for _, item in read(name, made(*reversed(history))).items}
    assert early.items() <= late.items()
    assert late.keys() == back.keys()
    assert len(late) == 3


@pytest.mark.parametrize(("name", "made", "history"), HISTORIES, ids=[name for name, _, _ in HISTORIES])
def test_an_entry_that_stands_twice_is_taken_once(name: str, made: Any, history: list[dict[str, Any]]) -> None:
    reading = read(name, made(*history, history[0]))
    assert len(reading.items) == 3
    assert [(one.index, one.reason) for one in reading.ignored] == [(3, "It repeats entry 0 of the same history.")]


def test_one_parcel_is_one_unit_however_its_number_is_spelt() -> None:
    one = only(read("aftership", aftership(checkpoint(), tracking_number="as 00 1")))
    two = only(read("aftership", aftership(checkpoint(), tracking_number="AS001")))
    assert (one.key, one.facts) == (two.key, two.facts)
    assert one.refs[0].shown == "as 00 1"


def paths(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from paths(one, (*path, key))


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("value", [None, True, 7, 1.5, -(2**62), "", "x", "x" * 500, [], [[]], {}, {"a": []}])
def test_a_field_of_any_other_kind_breaks_nothing(name: str, value: object) -> None:
    for *path, last in paths(json.loads(BODIES[name][1])):
        payload = json.loads(BODIES[name][1])
        inner = payload
        for key in path:
            inner = inner[key]
        inner[last] = value
        try:
            reading = read(BODIES[name][0], payload)
        except Unreadable:
            continue
        assert all(problem.fix for problem in reading.problems)
        assert all(len(item.key) <= 200 for _, item in reading.items)


def test_two_parcels_of_one_order_share_it_and_nothing_else() -> None:
    one = only(read("aftership", aftership(checkpoint(), order_number="SO-1", order_id=77)))
    two = only(read("aftership", aftership(checkpoint(), order_number="SO-1", tracking_number="AS2")))
    assert [ref.shown for ref in one.refs] == ["AS1", "SO-1", "77"]
    assert [ref.shown for ref in two.refs] == ["AS2", "SO-1"]
    assert [ref.type.value for ref in (*one.refs, *two.refs)] == ["ref", "ref", "system_id", "ref", "ref"]
    assert (one.facts[0].unit, two.facts[0].unit) == ("AS1", "AS2")
    assert one.key != two.key


@pytest.mark.parametrize(
    ("name", "payload", "options", "expected"),
    [
        ("aftership", aftership(checkpoint(), order_number="7"), {"shared_orders": True}, [("po", "7")]),
        ("aftership", aftership(checkpoint(), order_number="7", order_id=7), {}, [("ref", "7")]),
        ("aftership", aftership(checkpoint(), order_number=" N/A ", order_id="9001"), {}, [("ref", "9001")]),
        ("aftership", aftership(checkpoint(), order_number=" N/A "), {}, []),
        ("aftership", aftership(checkpoint(), order_number="AS1"), {}, []),
        ("easypost", easypost(detail(), shipment_id="shp_1"), {}, []),
        ("shippo", shippo(step(), metadata="SO-2"), {}, []),
        ("shippo", shippo(step(), metadata="SO-2"), {"metadata_is_order": True}, [("ref", "SO-2")]),
        ("karrio", karrio(scan(), info={"order_id": "SO-3"}), {}, [("ref", "SO-3")]),
        ("karrio", karrio(scan(), info={"order_id": "SO-3"}), {"shared_orders": True}, [("po", "SO-3")]),
        ("karrio", karrio(scan(), info=None), {}, []),
    ],
)
def test_what_names_a_parcel(
    name: str, payload: dict[str, Any], options: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    item = only(read(name, payload, **options))
    assert [(ref.type.value, ref.shown) for ref in item.refs[1:]] == expected


@pytest.mark.parametrize(
    ("written", "more", "at", "on", "zone", "flags"),
    [
        ("2026-09-16T08:00:00+02:00", {}, "2026-09-16T06:00:00+00:00", "2026-09-16", None, ()),
        ("2026-09-16T08:00:00", {}, None, "2026-09-16", None, ("zone_unknown",)),
        ("2026-09-16T08:00", {"country_region": "USA"}, None, "2026-09-16", None, ("zone_unknown",)),
        (
            "2026-09-16T08:00:00",
            {"country_iso3": "DEU"},
            "2026-09-16T06:00:00+00:00",
            "2026-09-16",
            "Europe/Berlin",
            (),
        ),
        (
            "2026-09-16T08:00:00",
            {"country_region": "de"},
            "2026-09-16T06:00:00+00:00",
            "2026-09-16",
            "Europe/Berlin",
            (),
        ),
        (
            "2026-09-16T23:30:00Z",
            {"country_region": "DEU"},
            "2026-09-16T23:30:00+00:00",
            "2026-09-17",
            "Europe/Berlin",
            (),
        ),
        ("2026-09-16T00:00:00Z", {}, None, "2026-09-16", None, ()),
        ("2026-09-16T00:00:00", {"country_region": "DEU"}, None, "2026-09-16", "Europe/Berlin", ()),
        ("2026-09-16T00:00:00.000+09:00", {}, None, "2026-09-16", None, ()),
        ("2026-09-16", {}, None, "2026-09-16", None, ()),
    ],
)
def test_times(
    written: str, more: dict[str, Any], at: str | None, on: str, zone: str | None, flags: tuple[str, ...]
) -> None:
    fact = only(read("aftership", aftership(checkpoint(at=written, **more)))).facts[0]
    assert fact.when.at == (datetime.fromisoformat(at) if at else None)
    assert (fact.when.on, fact.when.zone, fact.flags) == (date.fromisoformat(on), zone, flags)
    assert fact.when.precision is (Precision.MINUTE if at else Precision.DAY)


@pytest.mark.parametrize(
    ("city", "state", "country", "zone", "on"),
    [
        ("CHICAGO", "IL", "US", "America/Chicago", "2026-09-16"),
        ("Austin", "tx", "USA", "America/Chicago", "2026-09-16"),
        ("EL PASO", "TX", "US", "America/Denver", "2026-09-16"),
        ("REGINA", "SK", "CA", "America/Regina", "2026-09-16"),
        ("Pensacola", "FL", "US", None, "2026-09-17"),
        ("Chicago", None, "US", None, "2026-09-17"),
        ("Chicago", "IL", None, None, "2026-09-17"),
    ],
)
def test_a_scan_in_utc_is_of_the_day_in_its_state(
    city: str, state: str | None, country: str | None, zone: str | None, on: str
) -> None:
    place = {"city": city, "state": state, "country": country, "zip": None}
    at = "2026-09-17T04:30:00Z"
    for payload in (
        easypost(detail("in_transit", None, at) | {"tracking_location": place}),
        shippo(step("TRANSIT", None, at) | {"location": place}),
        aftership(checkpoint(at=at, city=city, state=state, country_region=country)),
    ):
        name = "easypost" if "result" in payload else "shippo" if "data" in payload else "aftership"
        when = only(read(name, payload)).facts[0].when
        assert (when.zone, str(when.on)) == (zone, on)


def test_what_has_happened_in_the_future_is_an_estimate() -> None:
    fact = only(read("easypost", easypost(detail("delivered", None, "2026-09-17T15:00:00Z")))).facts[0]
    assert (fact.classifier, fact.flags) == (Classifier.ESTIMATED, ("future_actual",))


@pytest.mark.parametrize(
    ("city", "state", "expected"),
    [
        ("SPRINGFIELD", "IL", "Springfield, IL"),
        ("Springfield", "Illinois", "Springfield"),
        ("Long Street 12, BONN", None, "Bonn"),
        ("BONN, DE", None, "Bonn, De"),
        ("12345 Long Street", None, None),
        ("Bonn, DE", "DE", "Bonn, DE"),
        ("  ", None, None),
        (7, None, None),
        ("KÖLN", None, "Köln"),
        ("TX", None, "TX"),
    ],
)
def test_places(city: object, state: object, expected: str | None) -> None:
    assert only(read("aftership", aftership(checkpoint(city=city, state=state)))).facts[0].place_name == expected


LATER = "2026-09-16T18:00:00Z"
STILL_LATER = "2026-09-16T20:00:00Z"
AFTERSHIP_POD = checkpoint("Delivered_001", "2026-09-16T08:00:00Z")
DENIED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "aftership",
        aftership(AFTERSHIP_POD, tag="Delivered"),
        aftership(AFTERSHIP_POD, checkpoint("OutForDelivery_001", LATER)),
    ),
    (
        "easypost",
        easypost(detail("delivered", None), status="delivered"),
        easypost(detail("delivered", None), detail("out_for_delivery", None, LATER)),
    ),
    (
        "shippo",
        shippo(step("DELIVERED", "delivered")),
        shippo(step("DELIVERED", "delivered"), step("TRANSIT", "package_arrived", LATER)),
    ),
    (
        "karrio",
        karrio(scan("delivered"), status="delivered"),
        karrio(scan("in_transit", date="2026-09-17"), scan("delivered")),
    ),
    (
        "karrio",
        karrio(scan("delivered"), status="delivered"),
        karrio(scan("on_hold", "customs_duties_unpaid", date="2026-09-17"), scan("delivered"), status="on_hold"),
    ),
    (
        "karrio",
        karrio(scan("delivered"), status="delivered"),
        karrio(scan("delivery_failed", date="2026-09-17"), scan("delivered"), status="delivery_failed"),
    ),
    (
        "aftership",
        aftership(AFTERSHIP_POD, tag="Delivered"),
        aftership(AFTERSHIP_POD, checkpoint("Exception_004", LATER), tag="Exception", subtag="Exception_004"),
    ),
    (
        "aftership",
        aftership(AFTERSHIP_POD, tag="Delivered"),
        aftership(
            AFTERSHIP_POD,
            checkpoint("AttemptFail_002", LATER),
            checkpoint("Exception_001", STILL_LATER),
            tag="Exception",
            subtag="Exception_001",
        ),
    ),
    (
        "easypost",
        easypost(detail("delivered", None), status="delivered"),
        easypost(detail("delivered", None), detail("failure", None, LATER), status="failure"),
    ),
    (
        "shippo",
        shippo(step("DELIVERED", "delivered")),
        shippo(step("DELIVERED", "delivered"), step("FAILURE", "package_undeliverable", LATER)),
    ),
]


@pytest.mark.parametrize(
    ("name", "delivered", "denied"), DENIED, ids=[f"{name}-{at}" for at, (name, _, _) in enumerate(DENIED)]
)
def test_a_delivery_that_the_history_denies_is_taken_back(
    name: str, delivered: dict[str, Any], denied: dict[str, Any]
) -> None:
    told = only(read(name, delivered))
    assert told.facts[0].milestone == "delivered"
    reading = read(name, denied)
    (back,) = [item for _, item in reading.items if item.retracts]
    assert back.retracts == told.event_key
    assert back.facts == ()
    assert "delivered" not in [fact.milestone for fact in facts(reading)]
    assert len(reading.notes) == 1
    assert reading.items == read(name, denied).items


@pytest.mark.parametrize("subtag", ["Exception_001", "Exception_010", "Exception_012", None])
def test_a_trouble_after_the_delivery_that_does_not_deny_it_takes_nothing_back(subtag: str | None) -> None:
    trouble = checkpoint(subtag or "Exception_001", LATER)
    for tag, latest in (("Exception", subtag), ("Delivered", "Exception_004")):
        reading = read("aftership", aftership(AFTERSHIP_POD, trouble, tag=tag, subtag=latest))
        assert [item for _, item in reading.items if item.retracts] == []


def test_what_was_tried_before_the_last_delivery_does_not_deny_it() -> None:
    tried, again = checkpoint("AttemptFail_002", LATER), checkpoint("Delivered_003", STILL_LATER)
    damaged = checkpoint("Exception_012", "2026-09-17T08:00:00Z")
    reading = read(
        "aftership", aftership(AFTERSHIP_POD, tried, again, damaged, tag="Exception", subtag="Exception_012")
    )
    assert [item for _, item in reading.items if item.retracts] == []


def test_a_late_scan_takes_nothing_back_while_the_platform_says_delivered() -> None:
    history = (detail("delivered", "arrived_at_destination"), detail("in_transit", "departed_facility", LATER))
    reading = read("easypost", easypost(*history, status="delivered"))
    assert [fact.milestone for fact in facts(reading)] == ["delivered", "departed"]


def test_the_second_word_of_one_delivery_is_a_fact_of_its_own() -> None:
    one, two = detail("delivered", None), detail("delivered", None, LATER)
    first = only(read("easypost", easypost(one, status="delivered")))
    both = read("easypost", easypost(one, two, status="delivered"))
    assert both.items[0][1].key == first.key
    assert len({item.event_key for _, item in both.items}) == 2


@pytest.mark.parametrize(
    ("name", "payload", "reason"),
    [
        ("aftership", aftership(event="tracking_pending_time"), "how long no carrier"),
        ("aftership", aftership(event="order_update"), "not about a parcel"),
        ("aftership", aftership(), "no step"),
        ("easypost", {"description": "scan_form.updated", "result": {}}, "scan_form.updated is not about"),
        ("easypost", {"description": "batch.created"}, "batch.created is not about"),
        ("easypost", easypost(), "no step"),
        ("easypost", easypost(detail(), event={"mode": "test"}), "test mode"),
        ("shippo", shippo(step(), event={"event": "transaction_created"}), "not about a parcel"),
        ("shippo", shippo(step(), event={"test": True}), "test mode"),
        ("karrio", karrio(scan(), event={"event": "shipment_purchased"}), "not about a parcel"),
        ("karrio", karrio(scan(), test_mode=True), "test mode"),
        ("karrio", karrio(), "no step"),
        ("karrio", karrio(scan("unknown")), "nothing is known"),
        ("shippo", shippo(tracking_status={"status": "UNKNOWN", "status_date": None}), "nothing is known"),
        ("aftership", aftership(checkpoint("Pending_001", None)), "No carrier has reported"),
    ],
)
def test_ignored(name: str, payload: dict[str, Any], reason: str) -> None:
    reading = read(name, payload)
    assert (reading.items, reading.problems, reading.unmapped) == ((), (), ())
    assert reason in reading.ignored[0].reason


@pytest.mark.parametrize("name", ["easypost", "shippo", "karrio"])
def test_test_events_are_read_where_the_source_says_so(name: str) -> None:
    made = {
        "easypost": easypost(detail(), mode="test"),
        "shippo": shippo(step(), event={"test": True}),
        "karrio": karrio(scan(), test_mode=True),
    }
    assert only(read(name, made[name], test_events=True)).facts


@pytest.mark.parametrize(
    ("name", "payload", "code", "pointer"),
    [
        ("aftership", aftership(checkpoint(), tracking_number=None), "tracking_number_missing", "/msg/tracking_number"),
        ("aftership", aftership(checkpoint(), tracking_number=5), "not_text", "/msg/tracking_number"),
        ("aftership", aftership(checkpoints={}), "not_a_list", "/msg/checkpoints"),
        ("aftership", aftership("x"), "not_a_checkpoint", "/msg/checkpoints/0"),
        ("aftership", aftership(checkpoint(at=None)), "bad_time", "/msg/checkpoints/0/checkpoint_time"),
        ("aftership", aftership(checkpoint(at="soon")), "bad_time", "/msg/checkpoints/0/checkpoint_time"),
        (
            "aftership",
            aftership(checkpoint(at="2026-09-16T25:00:00")),
            "impossible_time",
            "/msg/checkpoints/0/checkpoint_time",
        ),
        (
            "aftership",
            aftership(checkpoint(at="2026-02-30T10:00:00")),
            "impossible_date",
            "/msg/checkpoints/0/checkpoint_time",
        ),
        ("aftership", aftership(checkpoint(None)), "status_missing", "/msg/checkpoints/0"),
        (
            "aftership",
            aftership(checkpoint("Delivered_001", tag="InTransit")),
            "contradiction",
            "/msg/checkpoints/0/subtag",
        ),
        (
            "aftership",
            aftership(checkpoint("InTransit_001", tag="Delivered")),
            "contradiction",
            "/msg/checkpoints/0/subtag",
        ),
        ("aftership", aftership(expected_delivery="soon"), "bad_time", "/msg/expected_delivery"),
        ("easypost", {"description": "tracker.updated"}, "result_missing", "/result"),
        ("easypost", easypost(detail(), tracking_code=""), "tracking_code_missing", "/result/tracking_code"),
        ("easypost", easypost(tracking_details="x"), "not_a_list", "/result/tracking_details"),
        ("easypost", easypost(7), "not_a_detail", "/result/tracking_details/0"),
        (
            "easypost",
            easypost(detail("delivered", "lost")),
            "contradiction",
            "/result/tracking_details/0/status_detail",
        ),
        (
            "easypost",
            easypost(detail(at="1999-01-01T10:00:00Z")),
            "year_out_of_range",
            "/result/tracking_details/0/datetime",
        ),
        ("easypost", easypost(est_delivery_date="soon"), "bad_time", "/result/est_delivery_date"),
        (
            "shippo",
            shippo(step("DELIVERED", "information_received")),
            "contradiction",
            "/data/tracking_history/0/substatus",
        ),
        ("shippo", shippo(step("TRANSIT", "delivered")), "contradiction", "/data/tracking_history/0/substatus"),
        ("shippo", shippo(tracking_history={}), "not_a_list", "/data/tracking_history"),
        ("shippo", shippo(tracking_history=[1]), "not_a_step", "/data/tracking_history/0"),
        ("shippo", shippo(eta="soon"), "bad_time", "/data/eta"),
        ("karrio", karrio(events=7), "not_a_list", "/data/events"),
        ("karrio", karrio(events=[scan()] * 5001), "too_many_entries", "/data/events"),
        ("karrio", karrio(7), "not_an_event", "/data/events/0"),
        ("karrio", karrio(scan(date=None)), "bad_time", "/data/events/0/date"),
        ("karrio", karrio(estimated_delivery="soon"), "bad_time", "/data/estimated_delivery"),
    ],
)
def test_refused(name: str, payload: dict[str, Any], code: str, pointer: str) -> None:
    reading = read(name, payload)
    (found,) = reading.problems
    assert (found.code, found.pointer) == (code, pointer)
    assert reading.items == ()
    assert found.message.endswith(".")
    assert found.fix[-1] in ".?"


@pytest.mark.parametrize("name", ["aftership", "easypost", "shippo", "karrio"])
@pytest.mark.parametrize("payload", [[], "x", None, 7])
def test_unreadable(name: str, payload: object) -> None:
    with pytest.raises(Unreadable) as caught:
        read(name, payload)
    assert caught.value.problem.fix


@pytest.mark.parametrize(
    ("name", "made", "entry"),
    [
        ("aftership", aftership, checkpoint()),
        ("easypost", easypost, detail()),
        ("shippo", shippo, step()),
        ("karrio", karrio, scan()),
    ],
)
def test_a_history_beyond_all_measure_is_refused_within_its_memory(name: str, made: Any, entry: dict[str, Any]) -> None:
    body = json.dumps(made(*[entry] * (5_000_000 // len(json.dumps(entry))))).encode()
    tracemalloc.start()
    try:
        reading = get(name).read(body, {}, now=NOW, options={})
        assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    finally:
        tracemalloc.stop()
    assert [problem.code for problem in reading.problems] == ["too_many_entries"]


def test_a_bad_entry_fails_alone() -> None:
    reading = read("aftership", aftership(checkpoint(), checkpoint(at="soon"), checkpoint("InTransit_005")))
    assert [index for index, _ in reading.items] == [0, 2]
    assert [one.index for one in reading.problems] == [1]


def test_the_contradictory_example_is_refused_and_its_neighbour_is_taken() -> None:
    reading = of("shippo/contradiction.json")
    assert [fact.milestone for _, item in reading.items for fact in item.facts] == ["received_origin"]
    assert [(one.index, one.code, one.pointer) for one in reading.problems] == [
        (1, "contradiction", "/data/tracking_status/substatus")
    ]


def due(reading: Reading) -> Any:
    (found,) = [item for _, item in reading.items if item.facts and item.facts[0].part == "due"]
    return found


@pytest.mark.parametrize(
    ("name", "payload", "on"),
    [
        ("aftership", aftership(expected_delivery="2026-09-19"), "2026-09-19"),
        ("aftership", aftership(expected_delivery="2026-09-19T00:00:00+00:00"), "2026-09-19"),
        (
            "aftership",
            aftership(courier_estimated_delivery_date={"estimated_delivery_date": "2026-09-20"}),
            "2026-09-20",
        ),
        (
            "aftership",
            aftership(
                expected_delivery="2026-09-19",
                latest_estimated_delivery={
                    "datetime": None,
                    "datetime_min": "2026-09-20",
                    "datetime_max": "2026-09-22",
                },
            ),
            "2026-09-22",
        ),
        ("easypost", easypost(est_delivery_date="2026-09-19T00:00:00Z"), "2026-09-19"),
        (
            "easypost",
            easypost(
                est_delivery_date="2026-09-19T00:00:00Z", carrier_detail={"est_delivery_date_local": "2026-09-18"}
            ),
            "2026-09-18",
        ),
        ("shippo", shippo(eta="2026-09-19T00:00:00Z"), "2026-09-19"),
        ("karrio", karrio(estimated_delivery="2026-09-19"), "2026-09-19"),
    ],
)
def test_the_expected_delivery_is_a_date(name: str, payload: dict[str, Any], on: str) -> None:
    fact = due(read(name, payload)).facts[0]
    assert (fact.milestone, fact.classifier, fact.place_role) == ("delivered", Classifier.ESTIMATED, "delivery")
    assert (fact.when.on, fact.when.at) == (date.fromisoformat(on), None)


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("aftership", aftership(expected_delivery="2026-09-19", tag="Delivered")),
        ("easypost", easypost(est_delivery_date="2026-09-19", status="return_to_sender")),
        ("shippo", shippo(step("DELIVERED"), eta="2026-09-19")),
        ("karrio", karrio(estimated_delivery="2026-09-19", status="delivered")),
    ],
)
def test_a_journey_that_has_ended_expects_nothing(name: str, payload: dict[str, Any]) -> None:
    assert all(fact.part == "" for fact in facts(read(name, payload)))


def test_an_expected_date_that_is_sent_again_is_known_and_another_is_news() -> None:
    one = due(read("easypost", easypost(detail(), est_delivery_date="2026-09-19T00:00:00Z")))
    same = due(read("easypost", easypost(detail(), detail(at=LATER), est_delivery_date="2026-09-19T00:00:00Z")))
    other = due(read("easypost", easypost(detail(), est_delivery_date="2026-09-20T00:00:00Z")))
    assert (one.key, one.digest) == (same.key, same.digest)
    assert other.event_key == one.event_key
    assert other.key != one.key


@pytest.mark.parametrize(
    ("name", "plain", "changed"),
    [
        (
            "easypost",
            easypost(est_delivery_date="2026-09-19"),
            easypost(
                est_delivery_date="2026-09-19",
                event={"id": "evt_9", "previous_attributes": {"est_delivery_date": "2026-09-20"}},
            ),
        ),
        (
            "aftership",
            aftership(expected_delivery="2026-09-19"),
            aftership(expected_delivery="2026-09-19", event="edd_revise", ts=1789633000),
        ),
    ],
)
def test_a_date_to_which_the_platform_says_it_came_back_holds_again(
    name: str, plain: dict[str, Any], changed: dict[str, Any]
) -> None:
    assert due(read(name, plain)).key != due(read(name, changed)).key
    assert due(read(name, changed)).key == due(read(name, changed)).key


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (aftership(checkpoint(), ts=1789633000), datetime.fromtimestamp(1789633000, UTC)),
        (aftership(checkpoint(), updated_at="2026-09-17T09:00:00+02:00"), datetime(2026, 9, 17, 7, tzinfo=UTC)),
        (aftership(checkpoint(), ts=1889633000), None),
        (aftership(checkpoint(), ts="soon"), None),
        (aftership(checkpoint()), None),
    ],
)
def test_when_it_was_stated(payload: dict[str, Any], expected: datetime | None) -> None:
    assert only(read("aftership", payload)).stated_at == expected


def test_easypost_says_itself_that_a_parcel_was_not_delivered_after_all() -> None:
    event = {"id": "evt_2", "previous_attributes": {"status": "delivered"}}
    told = only(read("easypost", easypost(detail("delivered", None), status="delivered")))
    back = only(read("easypost", easypost(detail("delivered", None), event=event)))
    assert (back.retracts, back.facts) == (told.event_key, ())
    gone = read("easypost", easypost(detail(at="2026-09-15T08:00:00Z"), event=event))
    assert "by hand" in gone.notes[""]
    assert [fact.milestone for fact in facts(gone)] == ["in_transit"]


def test_a_step_that_is_read_otherwise_by_now_replaces_what_it_was() -> None:
    before = only(read("aftership", aftership(checkpoint("Delivered_001"), tag="Delivered")))
    after = only(read("aftership", aftership(checkpoint("AvailableForPickup_001"), tag="AvailableForPickup")))
    assert before.event_key == after.event_key
    assert before.key != after.key


def test_two_steps_that_only_their_codes_tell_apart_are_two() -> None:
    reading = read("easypost", easypost(detail("in_transit", "held"), detail("in_transit", "delayed")))
    assert len({item.event_key for _, item in reading.items}) == 2


def test_a_delivery_that_was_denied_may_be_said_again() -> None:
    history = (detail("delivered", None), detail("in_transit", None, LATER))
    first = only(read("easypost", easypost(history[0], status="delivered")))
    denied = read("easypost", easypost(*history)).items[0][1]
    again = read("easypost", easypost(*history, status="delivered")).items[0][1]
    assert first.event_key == denied.retracts == again.event_key
    assert len({first.key, denied.key, again.key}) == 3
    denied_anew = read("easypost", easypost(*history, detail("in_transit", None, "2026-09-16T19:00:00Z"))).items[0][1]
    assert denied_anew.retracts == first.event_key
    assert denied_anew.key != denied.key


def test_the_present_status_of_shippo_is_a_step_where_the_history_lacks_it() -> None:
    reading = read("shippo", shippo(step(), tracking_status=step("DELIVERED", None, LATER)))
    assert [fact.milestone for fact in facts(reading)] == ["in_transit", "delivered"]


@pytest.mark.parametrize(
    ("clock", "on", "at"),
    [
        ("08:30", "2026-09-16", None),
        ("08:30 PM", "2026-09-16", None),
        (None, "2026-09-16", None),
        ("late", "2026-09-16", None),
    ],
)
def test_karrio_s_timestamp_is_never_taken_for_utc(clock: str | None, on: str, at: None) -> None:
    event = scan(time=clock, timestamp="2026-09-16T23:59:00.000Z")
    fact = only(read("karrio", karrio(event))).facts[0]
    assert (fact.when.on, fact.when.at) == (date.fromisoformat(on), at)


def test_a_step_of_karrio_without_status_has_the_tracker_s_if_it_is_the_newest() -> None:
    reading = read("karrio", karrio(scan(None, code="AR"), scan(None, code="MP"), status="out_for_delivery"))
    assert [fact.milestone for fact in facts(reading)] == ["out_for_delivery"]
    assert [one.index for one in reading.ignored] == [1]


def test_a_reason_of_karrio_counts_where_something_went_wrong_only() -> None:
    (fact,) = facts(read("karrio", karrio(scan("in_transit", "customs_delay"))))
    assert (fact.milestone, fact.reason) == ("in_transit", None)
