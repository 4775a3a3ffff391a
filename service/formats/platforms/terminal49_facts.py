"""One fact of a Terminal49 event: its place, its time, its ship."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from service.formats import places
from service.formats.fields import clip, text
from service.formats.legs import placed
from service.formats.platforms import spots
from service.formats.platforms.spots import Spot
from service.formats.platforms.terminal49_document import Document, Resource, Things, attributes
from service.formats.refs import is_imo
from service.formats.roles import DESTINATION, ROLE
from service.formats.times import is_zone, local, read_instant, settled
from service.records.enums import Classifier, Milestone, Transport
from service.records.inbound import FactDraft
from service.records.when import When, at_minute

AFLOAT = ("vessel", "feeder", "transshipment", "shipment.estimated")
"""What stands in the name of an event that happens by ship."""


def spot(document: Document, subject: Resource) -> Spot:
    """Where the event happened."""
    return spots.spot(
        attributes(subject).get("location_locode"), attributes(document.follow(subject, "location")).get("name")
    )


def moment(value: object, timezone: object, there: Spot, now: datetime, pointer: str) -> tuple[When, tuple[str, ...]]:
    """The time of an event, and flags about it.

    Terminal49 writes UTC. Where it does not know the zone (`timezone` is null), it writes the local time as if it were.
    """
    at = read_instant(value, "timestamp", now, pointer=pointer)
    assert at is not None
    zone = timezone if isinstance(timezone, str) and is_zone(timezone) else None
    if timezone is None:
        return local(at.date(), at.time().replace(second=0, microsecond=0), there.zone, "timestamp", now)
    return at_minute(at, zone or there.zone), ()


def ship(document: Document, subject: Resource) -> dict[str, Any]:
    """Name, IMO number and voyage of the ship, as fields of a fact."""
    vessel = attributes(document.follow(subject, "vessel"))
    imo = clip(vessel.get("imo"), 20)
    return {
        "vessel": clip(vessel.get("name"), 60),
        "imo": imo if imo and is_imo(imo) else None,
        "voyage": clip(attributes(subject).get("voyage_number"), 40),
    }


def ports(about: Things) -> tuple[str | None, str | None, str | None]:
    """The ports of lading and discharge and the inland destination, where the shipment names them."""
    shipment = attributes(about.shipment)
    found = [
        clip(shipment.get(name), 10)
        for name in ("port_of_lading_locode", "port_of_discharge_locode", "destination_locode")
    ]
    lading, discharge, inland = (places.normal(one) if one else None for one in found)
    return lading, discharge, inland


def leg(milestone: Milestone, place: str | None, about: Things) -> tuple[Milestone, str | None]:
    """*milestone* as it is at *place*, and the place's role; Terminal49's definition where no port says otherwise."""
    lading, discharge, inland = ports(about)
    moved, role = placed(milestone, place, lading, discharge)
    if milestone is Milestone.GATED_OUT_DESTINATION:
        known = {port for port in (discharge, inland) if port}
        return milestone, DESTINATION if not known or place is None or place in known else None
    if milestone is Milestone.RAIL_ARRIVED:
        return milestone, DESTINATION if place is not None and place == inland else None
    return moved, role or ROLE.get(moved)


def fact(
    document: Document,
    about: Things,
    milestone: Milestone,
    classifier: Classifier,
    time: tuple[When, tuple[str, ...]],
    now: datetime,
) -> FactDraft:
    """The fact that the event of *document* states."""
    subject = document.subject
    there = spot(document, subject)
    milestone, role = leg(milestone, there.code, about)
    when, flags = time
    classifier, more = settled(classifier, when, now)
    return FactDraft(
        milestone=milestone,
        classifier=classifier,
        when=when,
        unit=unit(about),
        place=there.code,
        place_name=there.name,
        place_role=role,
        transport=transport(document.event),
        flags=flags + more,
        **ship(document, subject),
    )


def unit(about: Things) -> str | None:
    """The container, where it is named."""
    return clip(attributes(about.container).get("number"), 40)


def transport(event: str) -> Transport:
    """The mode of transport that the name of an event says."""
    if "rail" in event or "inland" in event:
        return Transport.RAIL
    return Transport.OCEAN if any(word in event for word in AFLOAT) else Transport.UNKNOWN


def stated(document: Document, now: datetime) -> datetime | None:
    """When Terminal49 wrote the notice."""
    said = text(document.attributes.get("created_at"), "created_at", 40, "/data/attributes/created_at")
    return read_instant(said, "created_at", now, pointer="/data/attributes/created_at")
