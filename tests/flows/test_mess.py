"""The mess of real feeds through the whole house, on both stores: kept once, told once, and corrected once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from notifiers.testing import Recorder
from service.records.results import SourceView
from service.records.tables import Fact, FactShipment, Notice, Promise, Shipment
from tests.kits import DAY, HOUR, JO, Works

Event = dict[str, Any]

ORDER = {"ref": "PO 4711", "tell": [JO]}
LEFT: Event = {"id": "left", "milestone": "departed", "at": "2026-09-17T10:00:00Z", "place": "CNNGB"}
ETA: Event = {"id": "eta", "milestone": "eta_changed", "eta": "2026-10-09"}
DONE: Event = {"id": "pod", "milestone": "delivered", "at": "2026-09-17T11:00:00Z", "place": "GBFXT"}


@dataclass(frozen=True)
class Mess:
    """What arrives, an hour apart, as (source, event); what is said in all, and how many facts are kept."""

    name: str
    events: tuple[tuple[str, Event], ...]
    said: list[str]
    facts: int
    status: str
    units: tuple[int, int] | None = None


MESSES = (
    Mess("one delivery id, sent twice", (("a", LEFT), ("a", LEFT)), ["M07"], 1, "in_transit"),
    Mess("one step, under two ids", (("a", LEFT), ("a", LEFT | {"id": "again"})), ["M07"], 2, "in_transit"),
    Mess("one step, from two sources", (("a", LEFT), ("b", LEFT)), ["M07"], 2, "in_transit"),
    Mess(
        "of two sources one takes its word back",
        (("a", LEFT), ("b", LEFT), ("a", {"id": "no", "retracts": "left"})),
        ["M07"],
        3,
        "in_transit",
    ),
    Mess(
        "both take it back",
        (("a", LEFT), ("b", LEFT), ("a", {"id": "no", "retracts": "left"}), ("b", {"id": "no", "retracts": "left"})),
        ["M07", "D16"],
        4,
        "registered",
    ),
    Mess(
        "one airport, by the codes of two lists",
        (
            ("a", LEFT | {"place": "DEFRA", "transport": "air"}),
            ("b", LEFT | {"place": "FRA", "transport": "air"}),
            ("a", {"id": "to", "milestone": "eta_changed", "eta": "2026-09-18T11:00:00Z", "place": "SGSIN"}),
            ("b", {"id": "in", "milestone": "arrived_destination", "at": "2026-09-17T14:30:00Z", "place": "SIN"}),
        ),
        ["M07", "M23", "M12"],
        5,
        "arrived",
    ),
    Mess("an earlier step after the end", (("a", DONE), ("a", LEFT)), ["M20"], 2, "delivered"),
    Mess(
        "history that is filled in",
        (("a", LEFT | {"at": "2026-09-13T10:00:00Z"}),),
        [],
        1,
        "in_transit",
    ),
    Mess(
        "an arrival said to have happened next week",
        (
            ("a", LEFT),
            ("a", {"id": "x", "milestone": "arrived_destination", "at": "2026-09-25T10:00:00Z", "place": "GBFXT"}),
        ),
        ["M07", "M23"],
        2,
        "in_transit",
    ),
    Mess(
        "another ship, the same date",
        (
            ("a", LEFT | {"vessel": "MSC OSCAR", "imo": "9703291", "voyage": "432W", "eta": "2026-10-09"}),
            ("a", ETA | {"vessel": "MSC ZOE", "imo": "9703318", "voyage": "001W"}),
        ),
        ["M07"],
        4,
        "in_transit",
    ),
    Mess(
        "two of three containers",
        tuple(
            ("a", DONE | {"id": f"pod {box}", "unit": box, "refs": {"ref": "PO 4711", "container": ["A1", "B2", "C3"]}})
            for box in ("A1", "B2")
        ),
        ["D11", "D11"],
        2,
        "in_transit",
        (2, 3),
    ),
)


def source(works: Works, name: str) -> SourceView:
    return replace(works.source, id=name, name=name)


@pytest.mark.parametrize("mess", MESSES, ids=lambda mess: mess.name)
def test_what_is_told(works: Works, mess: Mess) -> None:
    for name, event in mess.events:
        given = ORDER | event
        if "refs" in given:
            given.pop("ref")
        (item,) = works.call(given, source(works, name)).items
        assert item.outcome in {"accepted", "duplicate"}, item
        works.forward(HOUR)
    works.forward(DAY)
    assert codes(works) == mess.said
    assert len(works.rows(Fact)) == mess.facts
    (shipment,) = {row.shipment_id for row in works.rows(FactShipment)}
    assert works.shipment(shipment).status == mess.status
    if mess.units is not None:
        said = works.rows(Notice, code="D11")[-1].params
        assert (said["units_done"], said["units"]) == mess.units


def test_one_airport_is_one_stop_by_whichever_list(works: Works) -> None:
    for name, place in (("a", "DEFRA"), ("b", "FRA"), ("c", "SGSIN"), ("d", "SIN")):
        works.call(ORDER | LEFT | {"place": place}, source(works, name))
    assert {row.place for row in works.rows(Fact)} == {"DEFRA", "SGSIN"}


@pytest.mark.parametrize(("hour", "said"), [("11:50", ["M07", "M12"]), ("10:50", ["M07", "D17", "M12"])])
def test_a_delay_is_no_news_once_the_goods_are_there(works: Works, hour: str, said: list[str]) -> None:
    """One that comes after the arrival is of what is still ahead."""
    works.call(ORDER | LEFT | {"eta": "2026-09-20"}, source(works, "a"))
    works.forward(HOUR)
    late = ORDER | {"id": "late", "milestone": "delayed", "at": "2026-09-17T11:00:00Z"}
    came = ORDER | {"id": "in", "milestone": "arrived_destination", "at": f"2026-09-17T{hour}:00Z", "place": "GBFXT"}
    works.call([late, came], source(works, "a"))
    works.forward(DAY)
    assert sorted(codes(works)) == sorted(said)


def test_a_delay_from_before_the_arrival_is_history_when_it_comes_late(works: Works) -> None:
    works.call(ORDER | LEFT | {"eta": "2026-09-20"}, source(works, "a"))
    works.forward(HOUR)
    came = {"id": "in", "milestone": "arrived_destination", "at": "2026-09-17T12:50:00Z", "place": "GBFXT"}
    for event in (came, {"id": "late", "milestone": "delayed", "at": "2026-09-17T11:00:00Z"}):
        works.call(ORDER | event, source(works, "a"))
        works.forward(HOUR)
    assert codes(works) == ["M07", "M12"]


def codes(works: Works) -> list[str]:
    """What was said, in order."""
    return [row.code.value for row in sorted(works.rows(Notice, state="said"), key=lambda row: row.created_at)]


RETRACTED = {
    "an item that takes the event back": ({"id": "no", "retracts": "pod"},),
    "the same event, stated anew as something that lies ahead": (
        DONE | {"classifier": "estimated", "at": "2026-10-09T11:00:00Z", "stated_at": "2026-09-17T15:00:00Z"},
    ),
    "the same event, stated anew as another step": (
        DONE | {"milestone": "customs_cleared", "stated_at": "2026-09-17T15:00:00Z"},
    ),
    "an error declared, with the event that corrects it": (
        {"id": "right", "retracts": "pod", "milestone": "out_for_delivery", "at": "2026-09-17T11:00:00Z"},
    ),
    "an error declared, and then what corrects it": (
        {"id": "no", "retracts": "pod"},
        {"id": "right", "milestone": "out_for_delivery", "at": "2026-09-17T11:00:00Z"},
    ),
    "a message that is deleted, and one in its place": (
        {"id": "no", "retracts": "pod"},
        DONE | {"milestone": "arrived_delivery_place", "stated_at": "2026-09-17T18:00:00Z"},
    ),
}
"""How sources take an event back: by an item of its own (DCSA 3.0-Beta, EDIFACT 1225 = 1 or 3), by a later statement of
the same event (DCSA 3.0, EDIFACT 1225 = 4 or 5), or by declaring an error, with corrective events (EPCIS)."""


@pytest.mark.parametrize("events", RETRACTED.values(), ids=RETRACTED.keys())
def test_what_was_told_and_is_not_so_is_corrected_once(works: Works, sms: Recorder, events: tuple[Event, ...]) -> None:
    works.post(**ORDER, **LEFT | {"at": "2026-09-16T10:00:00Z"})
    works.post(**ORDER, **DONE)
    works.forward(HOUR)
    assert codes(works)[-1] == "M20"
    for event in events:
        assert works.post(**ORDER, **event).outcome == "accepted"
        works.forward(HOUR)
    for event in events:
        works.post(**ORDER, **event)
    works.forward(DAY)
    assert codes(works).count("D16") == 1
    (text,) = [one.text for one in sms.asked if "orrect" in one.text]
    assert "PO 4711" in text
    (shipment,) = {row.shipment_id for row in works.rows(FactShipment)}
    assert works.shipment(shipment).status != "delivered"


@pytest.mark.parametrize("events", RETRACTED.values(), ids=RETRACTED.keys())
def test_what_is_taken_back_before_it_comes_is_never_told(works: Works, events: tuple[Event, ...]) -> None:
    works.post(**ORDER, **LEFT)
    for event in events:
        works.post(**ORDER, **event | {"stated_at": event.get("stated_at", "2026-09-17T15:00:00Z")})
    works.post(**ORDER, **DONE | {"stated_at": "2026-09-17T11:00:00Z"})
    works.forward(DAY)
    assert not {"M20", "D16"} & set(codes(works))


SITE = "urn:epc:id:sgln:9521322.00002.0"
RECEIVED: Event = {
    "type": "ObjectEvent",
    "eventID": "urn:uuid:6a0b2cf2-4c0f-4b8f-9c67-0d1f6b0f0a04",
    "eventTime": "2026-09-17T11:30:00Z",
    "eventTimeZoneOffset": "+00:00",
    "action": "OBSERVE",
    "bizStep": "receiving",
    "epcList": ["urn:epc:id:gsin:9521321.123456789"],
    "bizLocation": {"id": SITE},
    "destinationList": [{"type": "location", "destination": SITE}],
}
NAMELESS = {name: value for name, value in RECEIVED.items() if name != "eventID"}


def in_error(event: Event, at: str, **more: Any) -> Event:
    return event | {"errorDeclaration": {"declarationTime": at, "reason": "did_not_occur"}} | more


DECLARED = {
    "declared before we heard of it": (RECEIVED, in_error(RECEIVED, "2026-09-17T11:40:00Z")),
    "declared at the very time of the event": (RECEIVED, in_error(RECEIVED, RECEIVED["eventTime"])),
    "an event without an id": (NAMELESS, in_error(NAMELESS, "2026-09-17T11:40:00Z")),
    "recorded after it was declared": (
        RECEIVED | {"recordTime": "2026-09-17T11:55:00Z"},
        in_error(RECEIVED, "2026-09-17T11:40:00Z", recordTime="2026-09-17T11:45:00Z"),
    ),
    "recorded by a clock that is ahead": (
        RECEIVED | {"recordTime": "2026-09-17T20:00:00Z"},
        in_error(RECEIVED, "2026-09-17T11:40:00Z", recordTime="2026-09-17T20:00:00Z"),
    ),
}
"""An EPCIS event, and the same with its error declaration; the repository's clocks may say anything."""

declared = pytest.mark.parametrize(("event", "error"), DECLARED.values(), ids=DECLARED.keys())


def told_by_epcis(works: Works) -> tuple[SourceView, str]:
    """A shipment that EPCIS events name, and their source."""
    works.post(ref="95213211234567896", tell=[JO], **LEFT | {"at": "2026-09-16T10:00:00Z"})
    (shipment,) = {row.shipment_id for row in works.rows(FactShipment)}
    return SourceView(account_id=works.account_id, id="src_site", name="site", format="epcis"), shipment


@declared
def test_an_error_that_is_declared_later_is_corrected_once(works: Works, event: Event, error: Event) -> None:
    source, shipment = told_by_epcis(works)
    works.call(event, source)
    works.forward(HOUR)
    assert codes(works)[-1] == "M20"
    for again in (error, error, event):
        works.call(again, source)
        works.forward(HOUR)
    works.forward(DAY)
    assert codes(works).count("D16") == 1
    assert works.shipment(shipment).status != "delivered"


@declared
@pytest.mark.parametrize("calls", ["event+error", "error+event", "error, event", "event, error"])
def test_an_error_that_is_declared_before_anybody_was_told_is_never_told(
    works: Works, event: Event, error: Event, calls: str
) -> None:
    source, shipment = told_by_epcis(works)
    bodies: dict[str, list[object]] = {
        "event+error": [[event, error]],
        "error+event": [[error, event]],
        "error, event": [error, event],
        "event, error": [event, error],
    }
    for body in bodies[calls]:
        works.call(body, source)
    works.forward(DAY)
    assert not {"M20", "D16"} & set(codes(works))
    assert works.shipment(shipment).status != "delivered"


def test_a_date_taken_back_is_corrected_and_its_promise_withdrawn(works: Works) -> None:
    works.post(**ORDER, **LEFT)
    works.post(**ORDER, **ETA)
    works.forward(DAY)
    works.post(**ORDER, id="no", retracts="eta")
    works.forward(DAY)
    assert codes(works)[-1] == "D16"
    (word,) = works.rows(Promise, line="arrival")
    assert (word.state.value, word.outcome.value) == ("told", "withdrawn")


def test_what_is_parked_comes_home_with_its_place_in_time(works: Works) -> None:
    box = {"refs": {"container": "MSCU6639870"}}
    assert works.post(**box, **LEFT).outcome == "parked"
    works.post(
        refs={"ref": "PO 4711", "container": "MSCU6639870"},
        tell=[JO],
        milestone="booking_confirmed",
        at="2026-09-16T09:00:00Z",
    )
    works.forward(HOUR)
    (shipment,) = {row.shipment_id for row in works.rows(FactShipment)}
    assert works.shipment(shipment).status == "in_transit"


BOX = {"milestone": "departed", "at": "2026-09-17T10:00:00Z", "place": "CNNGB"}


def shipments(works: Works) -> list[str]:
    return sorted(row.id for row in works.rows(Shipment))


@pytest.mark.parametrize("second", [{"booking": "BK 2"}, {"ref": "PO 2", "booking": "BK 2"}])
@pytest.mark.parametrize("customers", [("ACME", "BETA"), (None, None)])
def test_two_bookings_in_one_container_stay_two(
    works: Works, second: dict[str, str], customers: tuple[str | None, str | None]
) -> None:
    first, other = ({"customer": code} if code else {} for code in customers)
    works.post(id="1", refs={"booking": "BK 1", "container": "MSKU1234565"}, tell=[JO], **BOX, **first)
    works.post(id="2", refs={**second, "container": "MSKU1234565"}, tell=["+447700900124"], **BOX, **other)
    works.post(id="3", refs={"booking": "BK 2"}, milestone="out_for_delivery", at="2026-09-17T11:30:00Z")
    works.settle()
    facts = [sorted(row.fact_id for row in works.rows(FactShipment, shipment_id=one)) for one in shipments(works)]
    assert [len(one) for one in facts] == [1, 2]
    assert {row.to for row in works.messages() if "truck" in (row.body or "")} <= {"+447700900124"}


def test_a_booking_of_another_customer_takes_no_part_in_an_order(works: Works) -> None:
    works.post(id="1", ref="PO 1", refs={"container": "MSKU1234565"}, customer="ACME", tell=[JO], **BOX)
    works.post(id="2", refs={"booking": "BK 2", "container": "MSKU1234565"}, customer="BETA", **BOX)
    assert len(shipments(works)) == 2


def test_the_carriers_booking_of_an_order_is_learned_by_its_container(works: Works) -> None:
    works.post(id="1", ref="PO 1", refs={"container": "MSKU1234565"}, customer="ACME", tell=[JO], **BOX)
    works.post(id="2", refs={"booking": "BK 2", "container": "MSKU1234565"}, **BOX)
    works.post(id="3", refs={"booking": "BK 2"}, milestone="arrived_destination", at="2026-09-17T11:30:00Z")
    (order,) = shipments(works)
    assert len(works.rows(FactShipment, shipment_id=order)) == 3
