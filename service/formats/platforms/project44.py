"""project44: the tracking history of a shipment, pushed again with each change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, NamedTuple

from service.formats import strict_json
from service.formats.base import Refused, unreadable
from service.formats.fields import kind, text
from service.formats.gathering import Gathering, Nothing, Said, Strange, Warnings, check_count, own
from service.formats.legs import placed, without_goods
from service.formats.platforms.project44_codes import BY_CODE, EVENTS, IDENTIFIERS
from service.formats.platforms.snapshots import Entry, entries, inner, item, reference, ship
from service.formats.platforms.spots import Spot, read_there, spot
from service.formats.roles import ROLE
from service.formats.times import is_zone, read_instant
from service.formats.vocabulary import Vocabulary
from service.records.enums import Classifier, Milestone, ReferenceType, Transport
from service.records.inbound import Item, Reading, RefValue

_ROAD = frozenset({"TRUCK", "ROAD", "LTL", "FTL", "TRUCKLOAD", "DRAYAGE"})
_MODES = {"OCEAN": Transport.OCEAN, "AIR": Transport.AIR, "RAIL": Transport.RAIL}
_TIMES = (
    ("dateTime", Classifier.ACTUAL),
    ("estimateDateTime", Classifier.ESTIMATED),
    ("plannedDateTime", Classifier.PLANNED),
)
_SURE = frozenset(
    {
        Milestone.EMPTY_RELEASED,
        Milestone.GATED_IN_ORIGIN,
        Milestone.RECEIVED_ORIGIN,
        Milestone.CONSIGNEE_NOTIFIED,
        Milestone.DELIVERED,
    }
)


class _Shipment(NamedTuple):
    """What all events of a history share; ports are ids of stops, so that they compare where no code is known."""

    owner: str
    refs: tuple[RefValue, ...]
    stops: dict[str, dict[str, Any]]
    segments: dict[str, dict[str, Any]]
    origin: str | None
    destination: str | None


class Project44:
    """One pushed tracking history. See docs/integrations/project44.md."""

    name: ClassVar[str] = "project44"
    title: ClassVar[str] = "project44 tracking history"
    content_types: ClassVar[tuple[str, ...]] = ("application/json",)
    answer_status: ClassVar[int] = 200
    default_scheme: ClassVar[str] = "api_key"
    options: ClassVar[Mapping[str, str]] = {}
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (EVENTS,)

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the events of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        payload = strict_json.loads(body)
        shipment = inner(payload, "shipment")
        if not isinstance(payload, dict) or not shipment:
            raise unreadable(
                "no_shipment",
                f"The body is {kind(payload)} without `shipment`.",
                "Let project44 push the tracking history of shipments here.",
            )
        found = entries(payload, "events")
        check_count(found)
        shared = _shared(shipment)
        gathering = Gathering()
        for number, event in enumerate(found):
            read = partial(_read, gathering, number, event, shared, options, now)
            gathering.add(number, f"/events/{number}", read)
        return gathering.reading(batch=True)


def _shared(shipment: dict[str, Any]) -> _Shipment:
    route = inner(shipment, "routeInfo")
    stops = _by_id(route, "stops")
    refs = [
        ref
        for one in entries(shipment, "identifiers")[:100]
        if isinstance(one, dict) and (of := IDENTIFIERS.get(str(one.get("type"))))
        for ref in reference(of, one.get("value"))
    ]
    named = reference(ReferenceType.SYSTEM_ID, shipment.get("id"))
    return _Shipment(
        owner=named[0].value if named else (refs[0].value if refs else ""),
        refs=tuple(dict.fromkeys(refs)),
        stops=stops,
        segments=_by_id(route, "routeSegments"),
        origin=_stop_of(stops, "PORT_OF_LOADING", "AIRPORT_OF_DEPARTURE"),
        destination=_stop_of(stops, "PORT_OF_DISCHARGE", "AIRPORT_OF_ARRIVAL"),
    )


def _by_id(route: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    found = [one for one in entries(route, name) if isinstance(one, dict) and isinstance(one.get("id"), str)]
    return {one["id"]: one for one in found}


def _stop_of(stops: dict[str, dict[str, Any]], *types: str) -> str | None:
    return next((name for name, stop in stops.items() if stop.get("type") in types), None)


def _spot(stop: dict[str, Any]) -> Spot:
    location = inner(stop, "location")
    codes = [
        one.get("value")
        for one in entries(location, "identifiers")
        if isinstance(one, dict) and str(one.get("type")) in {"UN_LOCODE", "UNLOCODE", "PORT_UN_LOCODE", "IATA"}
    ]
    name = inner(location, "address").get("city") or location.get("name")
    found, zone = spot(codes[0] if codes else None, name), location.get("timeZone")
    return found._replace(zone=zone) if found.zone is None and isinstance(zone, str) and is_zone(zone) else found


def _read(
    gathering: Gathering,
    number: int,
    event: object,
    shared: _Shipment,
    options: Mapping[str, object],
    now: datetime,
) -> tuple[Item, Warnings]:
    if not isinstance(event, dict):
        raise Refused("not_an_event", f"This is {kind(event)}, not an event.", "Each entry is a JSON object.")
    code = (text(event.get("type"), "type", 80) or "").upper().replace(" ", "_")
    said = own(options, EVENTS.name, code) or _meaning(code, event)
    field, classifier = next(((f, c) for f, c in _TIMES if event.get(f) is not None), ("", Classifier.ACTUAL))
    if not field:
        raise Nothing("It says neither when it happened nor when it will.")
    if not shared.refs:
        raise Nothing("The shipment names no container, booking, bill or order.")
    stop = str(event.get("stopId"))
    there = _spot(shared.stops.get(stop, {}))
    when, flags = read_there(event[field], field, there, now, f"/{field}")
    segment = _segment(event, stop, code, shared)
    milestone, role, transport = _leg(said.milestone, stop, segment, shared)
    received = event.get("receivedDateTime")
    names = {str(one.get("type")): one.get("value") for one in entries(segment, "identifiers") if isinstance(one, dict)}
    boxes = [ref.shown for ref in shared.refs if ref.type is ReferenceType.CONTAINER]
    line = Entry(
        owner=f"{shared.owner} {stop}",
        code=code,
        said=said._replace(milestone=milestone),
        role=role,
        classifier=classifier,
        written=str(event[field]),
        when=when,
        flags=flags,
        there=there,
        transport=transport,
        ship=ship(names.get("VESSEL_NAME"), names.get("VESSEL_IMO"), names.get("VOYAGE_NUMBER") or names.get("FLIGHT")),
        unit=boxes[0] if len(boxes) == 1 else None,
    )
    stated = read_instant(received, "receivedDateTime", now) if received is not None else None
    return item(gathering, number, line, shared.refs, stated, now), []


def _meaning(code: str, event: dict[str, Any]) -> Said:
    if code not in BY_CODE:
        says = event.get("description")
        raise Strange(EVENTS.name, code, says[:400] if isinstance(says, str) else "", "/type")
    row = BY_CODE[code][0]
    if not isinstance(row.becomes, Milestone):
        raise Nothing(row.becomes)
    return Said(row.becomes, row.reason)


def _segment(event: dict[str, Any], stop: str, code: str, shared: _Shipment) -> dict[str, Any]:
    """The leg of the event: named by it, else the one that begins (or, for what arrives, ends) at its stop."""
    named = shared.segments.get(str(event.get("routeSegmentId")))
    if named is not None:
        return named
    end = "toStopId" if code in {"ARRIVAL_AT_STOP", "DISCHARGE", "UNLOAD_FROM_VEHICLE"} else "fromStopId"
    return next((one for one in shared.segments.values() if one.get(end) == stop), {})


def _leg(
    milestone: Milestone, stop: str, segment: dict[str, Any], shared: _Shipment
) -> tuple[Milestone, str | None, Transport]:
    mode = str(segment.get("transportationMode") or "").upper()
    transport = _MODES.get(mode, Transport.UNKNOWN)
    if milestone in (Milestone.DEPARTED, Milestone.ARRIVED_DESTINATION):
        if mode in _ROAD:
            raise Nothing("A move by truck: the gate or the delivery says it.")
        if transport is Transport.RAIL:
            return (
                Milestone.RAIL_DEPARTED if milestone is Milestone.DEPARTED else Milestone.RAIL_ARRIVED,
                None,
                transport,
            )
    place = stop if stop in shared.stops else None
    alone = without_goods(milestone, place, shared.origin, shared.destination)
    if alone is not None:
        raise Nothing(alone)
    milestone, role = placed(milestone, place, shared.origin, shared.destination)
    return milestone, role or (ROLE.get(milestone) if milestone in _SURE else None), transport
