"""Terminal49: every event, hold and changed field; notices that name nothing but an id; times whose zone is unknown."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from service.formats.base import Unreadable
from service.formats.platforms.terminal49 import Terminal49
from service.formats.platforms.terminal49_codes import CHANGES, EVENTS, HOLDS, HOLDS_FIELD
from service.formats.vocabulary import Code
from service.records.enums import Classifier, Milestone, Reason, Transport
from service.records.inbound import FREE_TIME, FactDraft, Item, Reading
from tests.formats.bodies import BODIES

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
FILES: dict[str, dict[str, Any]] = {
    name.removeprefix("terminal49/").removesuffix(".json"): json.loads(body)
    for name, (fmt, body) in BODIES.items()
    if fmt == "terminal49"
}
BOX = "00000000-0000-4000-8000-000000000002"
SHIPMENT = "00000000-0000-4000-8000-000000000001"


def read(payload: object, **options: object) -> Reading:
    return Terminal49().read(json.dumps(payload).encode(), {}, now=NOW, options=options)


def item(payload: object, **options: object) -> Item:
    reading = read(payload, **options)
    assert (reading.problems, reading.ignored, reading.unmapped) == ((), (), ())
    ((_, found),) = reading.items
    return found


def fact(payload: object, **options: object) -> FactDraft:
    (found,) = item(payload, **options).facts
    return found


def included(payload: dict[str, Any], of: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in payload["included"] if one["type"] == of)
    return found


def notice(event: str, **attributes: Any) -> dict[str, Any]:
    """The notice of *event*; *attributes* are those of its transport event."""
    payload = copy.deepcopy(FILES["arrived"])
    payload["data"]["attributes"]["event"] = event
    included(payload, "transport_event")["attributes"] |= {"event": event, **attributes}
    return payload


def updated(changeset: object, **container: Any) -> dict[str, Any]:
    payload = copy.deepcopy(FILES["updated"])
    included(payload, "container_updated_event")["attributes"]["changeset"] = changeset
    included(payload, "container")["attributes"] |= container
    return payload


def test_an_arrival() -> None:
    found = item(FILES["arrived"])
    (one,) = found.facts
    assert (one.milestone, one.classifier, one.unit) == (
        Milestone.ARRIVED_DESTINATION,
        Classifier.ACTUAL,
        "MSKU1234565",
    )
    assert (one.place, one.place_name, one.place_role) == ("USLAX", "Los Angeles", "destination")
    assert (one.when.at, one.when.zone) == (datetime(2026, 9, 17, 9, 30, tzinfo=UTC), "America/Los_Angeles")
    assert (one.transport, one.vessel, one.imo, one.voyage) == (Transport.OCEAN, "Drama of the Seas", "9321483", "634E")
    assert [(ref.type.value, ref.shown) for ref in found.refs] == [
        ("container", "MSKU1234565"),
        ("master_bill", "MRDN7700900"),
        ("po", "ORDER 12"),
        ("system_id", "t49:00000000-0000-4000-8000-000000000011"),
        ("system_id", f"t49:{BOX}"),
        ("system_id", "t49:00000000-0000-4000-8000-000000000012"),
    ]
    assert found.stated_at == datetime(2026, 9, 17, 10, 5, tzinfo=UTC)


def test_a_notice_sent_again_is_known_and_an_event_told_anew_corrects() -> None:
    first, again, later = (copy.deepcopy(FILES["arrived"]) for _ in range(3))
    again["data"]["attributes"]["delivery_status"] = "failed"
    included(again, "container")["attributes"]["location_at_pod_terminal"] = "In Yard"
    later["data"]["id"] = "another"
    included(later, "transport_event")["attributes"]["timestamp"] = "2026-09-17T09:45:00Z"
    one, two, three = (item(payload) for payload in (first, again, later))
    assert (one.key, one.digest) == (two.key, two.digest)
    assert (one.event_key == three.event_key, one.key == three.key) == (True, False)


PORTS = {"LOADED": "CNNGB", "DEPARTED": "CNNGB", "GATED_IN_ORIGIN": "CNNGB", "EMPTY_RELEASED": "CNNGB"}


@pytest.mark.parametrize("row", EVENTS.rows, ids=lambda row: f"{row.code}-{row.when}")
def test_every_event(row: Code) -> None:
    milestone = row.becomes
    place = PORTS.get(milestone.name, "USLAX") if isinstance(milestone, Milestone) else "USLAX"
    if isinstance(milestone, Milestone) and "transshipment" in row.code:
        place = "SGSIN"
    payload = notice(row.code, location_locode=place)
    if not isinstance(milestone, Milestone):
        included(payload, "container")["attributes"]["pod_full_out_at"] = "2026-09-17T08:00:00Z"
        assert [one.reason for one in read(payload).ignored] == [milestone]
        return
    one = fact(payload)
    assert (one.milestone, one.reason) == (milestone, row.reason)
    assert one.classifier is (Classifier.ESTIMATED if ".estimated." in row.code else Classifier.ACTUAL)


@pytest.mark.parametrize(
    ("event", "place", "milestone", "role"),
    [
        ("vessel_loaded", "CNNGB", "loaded", "origin"),
        ("vessel_loaded", "SGSIN", "transshipment_loaded", "transshipment"),
        ("vessel_departed", "SGSIN", "transshipment_departed", "transshipment"),
        ("vessel_arrived", "SGSIN", "transshipment_arrived", "transshipment"),
        ("vessel_discharged", "USLAX", "discharged", "destination"),
        ("vessel_discharged", None, "discharged", "destination"),
        ("feeder_arrived", "SGSIN", "transshipment_arrived", "transshipment"),
        ("feeder_arrived", "USLAX", "arrived_destination", "destination"),
        ("full_out", "USLAX", "gated_out_destination", "destination"),
        ("full_out", "USEWI", "gated_out_destination", "destination"),
        ("full_out", "SGSIN", "gated_out_destination", None),
        ("rail_arrived", "USEWI", "rail_arrived", "destination"),
        ("rail_arrived", "USLAX", "rail_arrived", None),
        ("empty_in", "USLAX", "empty_returned", None),
    ],
)
def test_the_leg(event: str, place: str | None, milestone: str, role: str | None) -> None:
    one = fact(notice(f"container.transport.{event}", location_locode=place))
    assert (one.milestone, one.place_role) == (milestone, role)


def test_a_ship_that_leaves_the_port_of_discharge_is_no_departure_of_the_goods() -> None:
    (ignored,) = read(notice("container.transport.vessel_departed", location_locode="USLAX")).ignored
    assert ignored.reason.startswith("The ship left the port of discharge")


@pytest.mark.parametrize(
    ("attributes", "at", "on", "flags"),
    [
        ({}, datetime(2026, 9, 17, 9, 30, tzinfo=UTC), date(2026, 9, 17), ()),
        (
            {"timezone": None, "timestamp": "2026-09-17T02:30:00Z"},
            datetime(2026, 9, 17, 9, 30, tzinfo=UTC),
            date(2026, 9, 17),
            (),
        ),
        ({"timezone": None, "location_locode": None}, None, date(2026, 9, 17), ("zone_unknown",)),
        ({"timezone": None, "location_locode": "XX"}, None, date(2026, 9, 17), ("zone_unknown",)),
        ({"timezone": "Mars/Olympus"}, datetime(2026, 9, 17, 9, 30, tzinfo=UTC), date(2026, 9, 17), ()),
        (
            {"timestamp": "2026-09-18T09:30:00Z"},
            datetime(2026, 9, 18, 9, 30, tzinfo=UTC),
            date(2026, 9, 18),
            ("future_actual",),
        ),
    ],
)
def test_times(attributes: dict[str, Any], at: datetime | None, on: date, flags: tuple[str, ...]) -> None:
    """Without `timezone` the time is local, dressed as UTC."""
    one = fact(notice("container.transport.vessel_arrived", **attributes))
    assert (one.when.at, one.when.on, one.flags) == (at, on, flags)


def test_notices_that_name_nothing_but_an_id() -> None:
    estimate, available = item(FILES["estimate_alone"]), item(FILES["available_alone"])
    assert [ref.shown for ref in estimate.refs] == ["t49:00000000-0000-4000-8000-000000000013"]
    assert (estimate.facts[0].classifier, estimate.facts[0].place_role) == (Classifier.ESTIMATED, "destination")
    assert [ref.shown for ref in available.refs] == ["t49:00000000-0000-4000-8000-000000000012"]
    assert available.facts[0].when.at == datetime(2026, 9, 17, 10, 5, tzinfo=UTC)
    tied = {ref.shown for ref in item(FILES["arrived"]).refs}
    assert available.refs[0].shown in tied, "the container's own list of events ties it"


def test_what_is_said_of_all_containers_names_each_and_of_one_not_the_others() -> None:
    assert [ref.shown for ref in item(FILES["eta_of_all"]).refs] == [
        "MRDN7700900",
        "ORDER 12",
        "t49:00000000-0000-4000-8000-000000000021",
        f"t49:{SHIPMENT}",
        f"t49:{BOX}",
        "t49:00000000-0000-4000-8000-000000000003",
    ]
    assert f"t49:{SHIPMENT}" not in [ref.shown for ref in item(FILES["arrived"]).refs]


def test_your_own_order_numbers_are_an_option() -> None:
    assert ("ref", "ORDER 12") in [(ref.type.value, ref.shown) for ref in item(FILES["arrived"], own_refs=True).refs]


def test_what_was_updated() -> None:
    available, free, cleared = item(FILES["updated"]).facts
    assert (available.milestone, available.part) == (Milestone.AVAILABLE_PICKUP, "available")
    assert (free.flags, free.classifier, free.when.on, free.when.at) == (
        (FREE_TIME,),
        Classifier.PLANNED,
        date(2026, 9, 22),
        None,
    )
    assert (cleared.milestone, cleared.place, cleared.unit) == (Milestone.CUSTOMS_CLEARED, "USLAX", "MSKU1234565")
    assert len({one.part for one in (available, free, cleared)}) == 3


def hold(*names: str, status: str = "hold") -> list[dict[str, Any]]:
    return [{"name": name, "status": status, "description": f"{name} says"} for name in names]


@pytest.mark.parametrize("row", HOLDS.rows, ids=lambda row: f"{row.code}-{row.when}")
def test_every_hold(row: Code) -> None:
    come = row.when == "a hold"
    pair = [[], hold(row.code)] if come else [hold(row.code), []]
    payload = updated({HOLDS_FIELD: pair})
    if isinstance(row.becomes, Milestone):
        one = fact(payload)
        assert (one.milestone, one.reason, one.remark) == (
            row.becomes,
            row.reason,
            f"{row.code} says" if come else None,
        )
    else:
        assert [one.reason for one in read(payload).ignored] == [row.becomes]


@pytest.mark.parametrize(
    ("before", "after", "milestones"),
    [
        (hold("customs"), hold("customs"), []),
        (hold("customs"), hold("USDA"), ["customs_hold"]),
        (hold("customs", "VACIS"), hold("VACIS"), []),
        (hold("customs"), hold("freight"), ["exception", "customs_cleared"]),
        ([], hold("customs", "USDA"), ["customs_hold"]),
        ([], hold("customs", status="pending"), []),
        (hold("customs", status="pending"), hold("customs"), ["customs_hold"]),
        (None, hold("TMF"), ["exception"]),
        ("x", [1, {"status": "hold"}], []),
    ],
)
def test_holds_together(before: object, after: object, milestones: list[str]) -> None:
    reading = read(updated({HOLDS_FIELD: [before, after]}))
    assert [one.milestone for _, found in reading.items for one in found.facts] == milestones
    assert (len(reading.ignored), reading.problems) == (not milestones, ())


AFTER: dict[str, object] = {"available_for_pickup": True, "pickup_lfd": "2026-09-22T07:00:00Z"}


@pytest.mark.parametrize("row", CHANGES.rows, ids=lambda row: f"{row.code}-{row.when}")
def test_every_changed_field(row: Code) -> None:
    if isinstance(row.becomes, Milestone):
        assert fact(updated({row.code: [None, AFTER[row.code]]})).milestone is row.becomes
    else:
        assert [one.reason for one in read(updated({row.code: ["x", None]})).ignored] == [row.becomes]


@pytest.mark.parametrize("container", [{HOLDS_FIELD: hold("customs")}, {"pod_full_out_at": "2026-09-17T09:00:00Z"}])
def test_held_or_collected_goods_are_not_available(container: dict[str, Any]) -> None:
    assert read(updated({"available_for_pickup": [False, True]}, **container)).items == ()


@pytest.mark.parametrize(
    ("payload", "code", "says"),
    [
        (notice("container.transport.weighed"), "t49:container.transport.weighed", ""),
        (updated({HOLDS_FIELD: [[], hold("FDA")]}), "t49-holds:FDA", "FDA says"),
        (updated({"chassis": [None, "1"]}), "t49-changes:chassis", ""),
    ],
)
def test_what_no_table_has_waits_for_its_meaning(payload: dict[str, Any], code: str, says: str) -> None:
    reading = read(payload)
    assert [(one.code, one.says) for one in reading.unmapped] == [(code, says)]
    assert fact(payload, mapping={code: "customs_hold"}).milestone is Milestone.CUSTOMS_HOLD
    delayed = fact(payload, mapping={code: "strike"})
    assert (delayed.milestone, delayed.reason) == (Milestone.DELAYED, Reason.STRIKE)
    assert read(payload, mapping={code: "ignore"}).ignored[0].reason == f"Your own mapping ignores {code}."


def test_what_no_table_has_beside_what_is_known_is_noted() -> None:
    reading = read(updated({"chassis": [None, "1"], "available_for_pickup": [False, True]}))
    assert list(reading.notes.values()) == ["t49-changes:chassis is in no table."]


def test_the_last_free_day() -> None:
    one = fact(FILES["last_free_day"])
    assert (one.when.on, one.flags, one.part, one.place) == (date(2026, 9, 22), (FREE_TIME,), "free", "USLAX")
    without = copy.deepcopy(FILES["last_free_day"])
    included(without, "transport_event")["attributes"]["value"] = None
    assert fact(without).when.on == date(2026, 9, 22), "the container's own field stands in"
    included(without, "container")["attributes"]["pickup_lfd"] = None
    assert [one.reason for one in read(without).ignored] == ["It names no day."]


@pytest.mark.parametrize("payload", [[], {}, {"data": {"type": "x"}}, {"data": []}, 1])
def test_what_is_no_notice(payload: object) -> None:
    with pytest.raises(Unreadable) as caught:
        read(payload)
    assert caught.value.problem.code == "not_a_notification"


def broken(*path: str, value: Any) -> dict[str, Any]:
    payload = copy.deepcopy(FILES["arrived"])
    target = payload
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return payload


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (broken("data", "id", value=None), "incomplete"),
        (broken("data", "id", value=5), "not_text"),
        (broken("data", "attributes", value=None), "incomplete"),
        (broken("included", value={}), "not_a_list"),
        (notice("container.transport.vessel_arrived", timestamp="yesterday"), "bad_time"),
        (notice("container.transport.vessel_arrived", timestamp="2026-09-17"), "no_time"),
        (notice("container.transport.vessel_arrived", timestamp=5), "bad_time"),
        (updated("x"), "not_an_object"),
        (updated({"pickup_lfd": [None, "soon"]}), "bad_time"),
    ],
)
def test_refused(payload: dict[str, Any], code: str) -> None:
    (problem,) = read(payload).problems
    assert problem.code == code
    assert problem.fix


def test_a_notice_without_any_time_is_refused() -> None:
    payload = copy.deepcopy(FILES["available_alone"])
    payload["data"]["attributes"]["created_at"] = None
    assert [one.code for one in read(payload).problems] == ["timestamp_missing"]


ESTIMATE = "container.transport.estimated.vessel_arrived"


@pytest.mark.parametrize(
    ("event", "attributes"),
    [
        ("container.transport.vessel_arrived", {"timestamp": None}),
        ("container.transport.vessel_arrived", {"timestamp": ""}),
        ("container.transport.vessel_arrived", {"timestamp": None, "estimated_timestamp": "2026-09-17T09:30:00Z"}),
        (ESTIMATE, {"timestamp": None}),
        (ESTIMATE, {"timestamp": None, "estimated_timestamp": None}),
    ],
)
def test_an_included_event_without_its_time_is_not_dated_by_the_notice(event: str, attributes: dict[str, Any]) -> None:
    (problem,) = read(notice(event, **attributes)).problems
    assert (problem.code, problem.message) == ("timestamp_missing", "`timestamp` is missing.")
    assert problem.pointer.startswith("/included/")


@pytest.mark.parametrize("timestamp", [None, ""])
def test_a_change_without_its_time_is_not_dated_by_the_notice(timestamp: str | None) -> None:
    payload = updated({"available_for_pickup": [False, True]})
    included(payload, "container_updated_event")["attributes"]["timestamp"] = timestamp
    (problem,) = read(payload).problems
    assert (problem.code, problem.pointer.split("/")[-1]) == ("timestamp_missing", "timestamp")


def test_an_estimate_that_is_not_included_has_no_date() -> None:
    payload = copy.deepcopy(FILES["available_alone"])
    payload["data"]["attributes"]["event"] = ESTIMATE
    (problem,) = read(payload).problems
    assert (problem.code, problem.pointer) == ("timestamp_missing", "/included")
    assert "not included" in problem.message


def test_what_has_no_time_of_its_own_is_dated_by_the_notice_and_says_so() -> None:
    alone = read(FILES["available_alone"])
    assert list(alone.notes.values()) == ["The event is not included: its time is that of the notice."]
    payload = copy.deepcopy(FILES["arrived"])
    payload["data"]["attributes"]["event"] = "tracking_request.failed"
    payload["data"]["relationships"]["reference_object"]["data"] = {"id": "r1", "type": "tracking_request"}
    payload["included"].append({"id": "r1", "type": "tracking_request", "attributes": {"status": "failed"}})
    mapped = read(payload, mapping={"t49:tracking_request.failed": "exception"})
    assert mapped.items[0][1].facts[0].when.at == datetime(2026, 9, 17, 10, 5, tzinfo=UTC)
    assert list(mapped.notes.values()) == ["A tracking_request has no time of its own: it is that of the notice."]


@pytest.mark.parametrize(("said", "classifier"), [(True, "estimated"), (False, "actual"), (None, "actual")])
def test_whether_it_is_an_estimate(said: object, classifier: str) -> None:
    assert fact(notice("container.transport.vessel_arrived", estimated=said)).classifier.value == classifier


@pytest.mark.parametrize("said", ["true", "false", 1])
def test_whether_it_is_an_estimate_is_never_guessed(said: object) -> None:
    (problem,) = read(notice("container.transport.vessel_arrived", estimated=said)).problems
    assert (problem.code, problem.pointer.split("/")[-1]) == ("not_true_or_false", "estimated")


@pytest.mark.parametrize("names", [("customs", "USDA"), ("USDA", "customs"), ("VACIS", "USDA", "customs")])
def test_of_several_holds_of_customs_the_inspection_is_told(names: tuple[str, ...]) -> None:
    one = fact(updated({HOLDS_FIELD: [[], hold(*names)]}))
    assert (one.milestone, one.reason) == (Milestone.CUSTOMS_HOLD, Reason.CUSTOMS_CHECK)


@pytest.mark.parametrize("held", [[], None])
@pytest.mark.parametrize("of", ["customs", "freight", "FDA"])
@pytest.mark.parametrize("holds_first", [True, False])
def test_goods_on_which_a_hold_comes_are_not_available(held: object, of: str, holds_first: bool) -> None:
    changes = [(HOLDS_FIELD, [None, hold(of)]), ("available_for_pickup", [False, True])]
    reading = read(updated(dict(changes if holds_first else changes[::-1]), **{HOLDS_FIELD: held}))
    found = [one.milestone for _, one_item in reading.items for one in one_item.facts]
    assert found == {"customs": [Milestone.CUSTOMS_HOLD], "freight": [Milestone.EXCEPTION], "FDA": []}[of]


def test_all_that_no_table_has_waits_for_its_meaning() -> None:
    reading = read(updated({HOLDS_FIELD: [[], hold("FDA")], "chassis": [None, "1"]}))
    assert [(one.index, one.code, one.says) for one in reading.unmapped] == [
        (0, "t49-holds:FDA", "FDA says"),
        (0, "t49-changes:chassis", ""),
    ]


def test_a_port_without_a_name_has_that_of_the_table() -> None:
    payload = updated({"available_for_pickup": [False, True]})
    included(payload, "shipment")["attributes"] |= {"port_of_discharge_locode": "gbfxt", "port_of_discharge_name": None}
    assert (fact(payload).place, fact(payload).place_name) == ("GBFXT", "Felixstowe")


def test_a_notice_that_names_nothing_is_ignored() -> None:
    payload = copy.deepcopy(FILES["available_alone"])
    payload["data"]["relationships"] = {}
    assert len(read(payload).ignored) == 1
