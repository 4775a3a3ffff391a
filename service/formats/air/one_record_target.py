"""Which shipment an event of ONE Record is for, and the ends of its journey."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from service.formats import jsonld, places
from service.formats.air import awb
from service.formats.air.fsu_meaning import Route
from service.formats.base import Refused
from service.formats.fields import text
from service.formats.gathering import Warnings
from service.formats.refs import MAX_LENGTH, MAX_REFS, unique
from service.records.enums import ReferenceType
from service.records.inbound import Place, RefValue

PARTS = frozenset({"Piece", "Item", "Product", "ULD", "LoadingUnit"})
"""Types of things that are parts of a shipment, and name none by themselves."""

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Target(NamedTuple):
    """What an event is for: references to its shipment, the ends of the journey, and pieces that are named."""

    refs: tuple[RefValue, ...]
    route: Route
    pieces: int | None
    total: int | None


def read_target(here: Mapping[str, object], about: object, options: Mapping[str, object], warnings: Warnings) -> Target:
    """What the event *here* is for; *about* is the object that a notification names beside it. Raises `Refused`."""
    refs: list[RefValue] = []
    route, pieces, total = Route(), 0, None
    named = jsonld.many(here.get("eventFor", here.get("linkedObject"))) or jsonld.many(about)
    for value in named[:MAX_REFS]:
        shipment: object = value
        thing = jsonld.node(value)
        if jsonld.types(thing) & PARTS:
            pieces += 1
            shipment = thing.get("ofShipment")
            thing = jsonld.node(shipment)
        refs += _shipment(thing, jsonld.address(shipment), options, warnings)
        bill = jsonld.node(thing.get("waybill"))
        if bill:
            route = Route(*(airport_of(place_of(bill.get(end))) for end in ("departureLocation", "arrivalLocation")))
        total = len(jsonld.many(thing.get("pieces"))) or total
    if not refs:
        raise Refused(
            "no_shipment",
            "The event names no shipment" + (", only pieces." if pieces else "."),
            "Send `eventFor` with the Shipment, best with its waybill embedded.",
            "/eventFor",
        )
    return Target(unique(refs), route, pieces or None, total)


def _shipment(
    thing: Mapping[str, object], link: str | None, options: Mapping[str, object], warnings: Warnings
) -> list[RefValue]:
    """The waybill of a shipment that is embedded, and the address of the shipment: no name that people know it by."""
    bill = thing if "waybillNumber" in thing else jsonld.node(thing.get("waybill"))
    number, prefix = (jsonld.one(bill.get(name)) for name in ("waybillNumber", "waybillPrefix"))
    if not isinstance(number, str) or not number.strip():
        return _address(link, alone=True)
    if jsonld.name_of(jsonld.address(bill.get("waybillType")) or "").upper() == "HOUSE":
        ref = RefValue(ReferenceType.HOUSE_BILL, text(number, "waybillNumber", MAX_LENGTH) or number)
    else:
        whole = number if not isinstance(prefix, str) else f"{prefix.strip()}-{number.strip()}"
        ref, note = awb.reference(whole, options, "/eventFor/waybill")
        if note:
            warnings.append(("/eventFor/waybill", note))
    return [ref, *_address(None if bill is thing else link, alone=False)]


def _address(link: str | None, *, alone: bool) -> list[RefValue]:
    """The address by which servers know a shipment. Raises `Refused` where it stands *alone* and cannot be kept."""
    if link is None:
        return []
    if len(link) > MAX_LENGTH:
        last = link.rstrip("/").rpartition("/")[2]
        if not _UUID.fullmatch(last):
            if not alone:
                return []
            raise Refused(
                "too_long",
                f"The address of the shipment has {len(link)} characters.",
                f"At most {MAX_LENGTH} are kept: embed the shipment with its waybill.",
                "/eventFor",
            )
        link = last
    said = text(link, "eventFor", MAX_LENGTH)
    return [RefValue(ReferenceType.SYSTEM_ID, said)] if said else []


def place_of(value: object) -> Place | None:
    """The airport or town, from the codes of an embedded location."""
    location = jsonld.node(value)
    for entry in jsonld.many(location.get("locationCodes", location.get("locationCode"))):
        inner = jsonld.one(jsonld.node(entry).get("code"))
        said = inner if isinstance(inner, str) else jsonld.address(entry)
        known = places.find(jsonld.name_of(said)) if said else None
        if known is not None:
            return known
    return None


def airport_of(known: Place | None) -> str | None:
    """The code by which a place is compared with the ends of a waybill."""
    if known is None:
        return None
    # A waybill's ends are compared with airports: those of a UN/LOCODE often bear the letters after its country.
    return known.code if len(known.code) == 3 else known.code[2:]
