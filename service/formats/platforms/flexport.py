"""Flexport (API v2 and later): the Event object that its webhooks post."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from service.formats import strict_json
from service.formats.base import Refused, unreadable
from service.formats.fields import clip, digest_of, kind, text
from service.formats.gathering import Gathering, Nothing, Said, Strange, Warnings, own
from service.formats.platforms.flexport_codes import BY_TYPE, FREE_TIME_ENDS, MILESTONES, OTHER_BOOKS
from service.formats.platforms.snapshots import entries, inner, reference
from service.formats.platforms.spots import Spot, read_there, spot
from service.formats.refs import unique
from service.formats.roles import DELIVERY, DESTINATION, ORIGIN, ROLE
from service.formats.times import read_instant, settled
from service.formats.vocabulary import Vocabulary
from service.records.enums import Classifier, Milestone, ReferenceType, Transport
from service.records.inbound import FREE_TIME, FactDraft, Item, Reading, RefValue
from service.records.when import on_day

M = Milestone

_MODES = {"ocean": Transport.OCEAN, "air": Transport.AIR, "rail": Transport.RAIL, "truck": Transport.ROAD}

_ESTIMATES = {
    "/shipment_leg#updated_estimated_time_of_departure": "estimated_departure_date",
    "/shipment_leg#updated_estimated_time_of_arrival": "estimated_arrival_date",
    "/shipment_leg#updated_estimated_out_for_delivery": "estimated_departure_date",
    "/shipment_container_leg#updated_estimated_available_for_pickup": "estimated_pickup_date",
}
"""Where an estimate has its new date: in the leg that it is about."""

_TAGS = {"port_of_loading": ORIGIN, "port_of_unloading": DESTINATION, "destination": DELIVERY}
_SURE = frozenset({M.DELIVERED, M.ARRIVED_DELIVERY_PLACE, M.AVAILABLE_PICKUP, M.OUT_FOR_DELIVERY})


class Flexport:
    """One event per call. See docs/integrations/flexport.md."""

    name: ClassVar[str] = "flexport"
    title: ClassVar[str] = "Flexport webhooks"
    content_types: ClassVar[tuple[str, ...]] = ("application/json",)
    answer_status: ClassVar[int] = 200
    default_scheme: ClassVar[str] = "flexport"
    options: ClassVar[Mapping[str, str]] = {}
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (MILESTONES,)

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the event in *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        event = strict_json.loads(body)
        if not isinstance(event, dict) or "type" not in event:
            raise unreadable(
                "not_an_event", f"The body is {kind(event)} without `type`.", "Let Flexport post its events here."
            )
        gathering = Gathering()
        gathering.add(0, "", lambda: _read(event, options, now))
        return gathering.reading(batch=False)


def _read(event: dict[str, Any], options: Mapping[str, object], now: datetime) -> tuple[Item, Warnings]:
    code = text(event.get("type"), "type", 80) or ""
    said = own(options, MILESTONES.name, code)
    if said is None:
        said = Said(M.GATED_OUT_DESTINATION) if code == FREE_TIME_ENDS else _meaning(code, event)
    data, name = inner(event, "data"), reference(ReferenceType.SYSTEM_ID, event.get("id"))
    if not name:
        raise Refused("id_missing", "`id` is missing.", "Send the event with its id.", "/id")
    refs = _refs(data)
    if not refs:
        raise Nothing("It names no shipment, container or order.")
    fact = _fact(event, data, code, said, now)
    created = event.get("created_at")
    stated_at = read_instant(created, "created_at", now) if created is not None else None
    event_key = f"event:{name[0].value}"
    return Item(event_key, event_key, digest_of([code, event_key]), (fact,), refs, stated_at), []


def _meaning(code: str, event: dict[str, Any]) -> Said:
    if code.startswith(OTHER_BOOKS):
        raise Nothing("It speaks of papers and bills, and not of the goods.")
    if code not in BY_TYPE:
        says = inner(event, "data", "exception").get("description")
        raise Strange(MILESTONES.name, code, says[:400] if isinstance(says, str) else "", "/type")
    row = BY_TYPE[code][0]
    if not isinstance(row.becomes, Milestone):
        raise Nothing(row.becomes)
    return Said(row.becomes, row.reason)


def _fact(event: dict[str, Any], data: dict[str, Any], code: str, said: Said, now: datetime) -> FactDraft:
    resource = inner(data, "resource")
    there, tags = _where(inner(data, "location"))
    transport = _MODES.get(str(resource.get("transportation_mode")), Transport.UNKNOWN)
    milestone = _by_mode(said.milestone, transport)
    holder, field, pointer = event, "occurred_at", "/occurred_at"
    if code in _ESTIMATES:
        holder, field = resource, _ESTIMATES[code]
        pointer = f"/data/resource/{field}"
        if holder.get(field) is None:
            raise Nothing("It does not say the new date.")
    when, flags = read_there(holder.get(field), field, there, now, pointer)
    classifier, more = settled(Classifier.ESTIMATED if code in _ESTIMATES else Classifier.ACTUAL, when, now)
    boxes = _containers(data)
    fact = FactDraft(
        milestone=milestone,
        classifier=classifier,
        when=when,
        unit=boxes[0].shown if len(boxes) == 1 else None,
        place=there.code,
        place_name=there.name,
        place_role=_role(milestone, tags),
        transport=transport,
        reason=said.reason,
        remark=clip(inner(data, "exception").get("description"), 400),
        flags=flags + more,
    )
    if code != FREE_TIME_ENDS:
        return fact
    return replace(
        fact,
        part="free",
        place_role=DESTINATION,
        classifier=Classifier.PLANNED,
        when=on_day(when.on, when.zone),
        flags=(FREE_TIME,),
    )


def _by_mode(milestone: Milestone, transport: Transport) -> Milestone:
    if milestone in (M.DEPARTED, M.ARRIVED_DESTINATION):
        if transport is Transport.ROAD:
            raise Nothing("A move by truck: the delivery says it.")
        if transport is Transport.RAIL:
            return M.RAIL_DEPARTED if milestone is M.DEPARTED else M.RAIL_ARRIVED
    return milestone


def _role(milestone: Milestone, tags: list[object]) -> str | None:
    """The part of the place in the journey, where the event or the tags of the place say it."""
    if milestone in _SURE:
        return ROLE.get(milestone)
    role = next((_TAGS[tag] for tag in tags if isinstance(tag, str) and tag in _TAGS), None)
    return role if role == ROLE.get(milestone) else None


def _where(location: dict[str, Any]) -> tuple[Spot, list[object]]:
    place = inner(location, "place") or location
    codes = [location.get("unlocode"), place.get("unlocode"), inner(place, "address").get("unlocode")]
    codes += [one.get("unlocode") for one in entries(place, "details") if isinstance(one, dict)]
    code = next((one for one in codes if isinstance(one, str) and one.strip()), None)
    name = inner(place, "address").get("city") or place.get("name") or location.get("name")
    return spot(code, name), entries(location, "tags")


def _containers(data: dict[str, Any]) -> list[RefValue]:
    found = data.get("containers")
    listed = found if isinstance(found, list) else entries(inner(data, "containers"), "data")
    held = [inner(data, "container"), inner(data, "resource", "container"), *listed[:50]]
    return list(
        dict.fromkeys(
            ref
            for one in held
            if isinstance(one, dict)
            for ref in reference(ReferenceType.CONTAINER, one.get("container_number"))
        )
    )


def _refs(data: dict[str, Any]) -> tuple[RefValue, ...]:
    """Containers and orders; the id of the shipment ties its events together."""
    resource = inner(data, "resource")
    shipments = [inner(data, "shipment"), resource if resource.get("_object") in ("/shipment", "/shipments") else {}]
    found = _containers(data)
    for shipment in shipments:
        orders = entries(inner(shipment, "metadata"), "purchase_order")[:20]
        found += [ref for order in orders for ref in reference(ReferenceType.PO, order)]
    ids = [ref.shown for shipment in shipments for ref in reference(ReferenceType.SYSTEM_ID, shipment.get("id"))]
    return unique([*found, *(RefValue(ReferenceType.SYSTEM_ID, f"flexport:{one[:60]}") for one in ids)])
