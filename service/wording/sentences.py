"""One-line sentences for the API, the console and the tracking page."""

from __future__ import annotations

from datetime import datetime

from notifiers.base import Channel
from service.records.enums import Line, Milestone, Transport
from service.records.said import Said
from service.records.text import TextRequest
from service.wording import names
from service.wording.catalogue import CATALOGUE, effective, headline
from service.wording.dates import zone_of
from service.wording.delays import DELAYS
from service.wording.forms import choose
from service.wording.lines import ARRIVES_AT, AT_DESTINATION, WORDS
from service.wording.values import values_of, written

MILESTONE_SENTENCES: dict[Milestone, str] = {
    Milestone.INFO_RECEIVED: "We have the shipment details; goods not yet collected",
    Milestone.BOOKING_CONFIRMED: "Your booking is confirmed",
    Milestone.BOOKING_CHANGED_CANCELLED: "Your booking was changed or cancelled",
    Milestone.EMPTY_RELEASED: "Empty container collected for loading",
    Milestone.STUFFED: "Goods loaded into the container",
    Milestone.PICKED_UP: "Goods collected from the shipper",
    Milestone.RECEIVED_ORIGIN: "Received at the carrier's origin facility",
    Milestone.GATED_IN_ORIGIN: "Full container at the departure terminal",
    Milestone.EXPORT_CUSTOMS_CLEARED: "Cleared by customs for export",
    Milestone.LOADED: "Loaded for departure",
    Milestone.DEPARTED: "Left the origin",
    Milestone.IN_TRANSIT: "On the way",
    Milestone.TRANSSHIPMENT_ARRIVED: "Arrived at a transfer port",
    Milestone.TRANSSHIPMENT_UNLOADED: "Unloaded for transfer",
    Milestone.TRANSSHIPMENT_LOADED: "Loaded on the next ship",
    Milestone.TRANSSHIPMENT_DEPARTED: "Left the transfer port",
    Milestone.ARRIVED_DESTINATION: "Arrived at the destination port or airport",
    Milestone.DISCHARGED: "Unloaded at destination",
    Milestone.RAIL_DEPARTED: "Left by train",
    Milestone.RAIL_ARRIVED: "Train arrived at the inland terminal",
    Milestone.CONSIGNEE_NOTIFIED: "The receiver has been told that it arrived",
    Milestone.CUSTOMS_STARTED: "Customs has begun its work",
    Milestone.CUSTOMS_HOLD: "Held or selected for inspection by customs",
    Milestone.CUSTOMS_CLEARED: "Cleared by customs",
    Milestone.FREIGHT_RELEASED: "Released by the carrier",
    Milestone.AVAILABLE_PICKUP: "Ready to be collected",
    Milestone.GATED_OUT_DESTINATION: "Full container left the terminal",
    Milestone.OUT_FOR_DELIVERY: "Out for delivery",
    Milestone.ARRIVED_DELIVERY_PLACE: "Vehicle at the delivery address",
    Milestone.DELIVERY_ATTEMPT_FAILED: "Delivery was tried and failed",
    Milestone.DELIVERED: "Delivered",
    Milestone.EMPTY_RETURNED: "Empty container returned",
    Milestone.ETA_CHANGED: "New expected date",
    Milestone.DELAYED: "Delayed",
    Milestone.EXCEPTION: "Problem that needs attention",
    Milestone.RETURNED_SHIPPER: "On the way back to the shipper",
}
"""What a customer reads for each milestone."""

STATUS_SENTENCES: dict[str, tuple[str, ...]] = {
    "registered": ("Registered; no news from the carrier yet",),
    "booked": ("Booked[ on {vessel}]",),
    "cancelled": ("The booking was changed or cancelled",),
    "collected": ("Collected[ in {place}]",),
    "picked_up": ("Collected[ in {place}]",),
    "at_origin": ("At the origin terminal[ in {place}]",),
    "gated_in_origin": ("At the origin terminal[ in {place}]",),
    "loaded": ("Loaded on {vessel}[ at {place}]", "Loaded[ at {place}]"),
    "departed": ("Left {place}[ on {vessel}]", "On the way[ on {vessel}]"),
    "in_transit": ("On the way[ on {vessel}][, last seen at {place}]",),
    "at_sea": ("At sea[ on {vessel}]",),
    "transshipment": ("Changing transport at {place}", "Changing transport on the way"),
    "transshipment_arrived": ("Changing transport at {place}", "Changing transport on the way"),
    "transshipment_departed": ("Left {place}[ on {vessel}]", "On the way[ on {vessel}]"),
    "arrived": ("Arrived at {place}", "Arrived"),
    "arrived_destination": ("Arrived at {place}", "Arrived"),
    "discharged": ("Unloaded at {place}", "Unloaded"),
    "rail_departed": ("Left {place} by train", "On a train"),
    "rail_arrived": ("Arrived at {place} by train", "Arrived by train"),
    "customs": ("With customs[ at {place}]",),
    "customs_started": ("With customs[ at {place}]",),
    "customs_hold": ("Held by customs[ at {place}]",),
    "customs_cleared": ("Cleared customs[ at {place}]",),
    "available": ("Ready to collect[ at {place}]",),
    "ready": ("Ready to collect[ at {place}]",),
    "available_pickup": ("Ready to collect[ at {place}]",),
    "out_for_delivery": ("On the truck to you",),
    "part_delivered": ("Part delivered",),
    "delivered": ("Delivered",),
    "delayed": ("Delayed[, last seen at {place}]",),
    "exception": ("Needs attention[, last seen at {place}]",),
    "returned": ("On the way back to the shipper",),
}
"""What a status reads like; a milestone's own word is a status too."""


def milestone_sentence(milestone: Milestone) -> str:
    """The customer's sentence for a milestone, without a full stop."""
    return MILESTONE_SENTENCES[milestone]


def status_sentence(status: str, place_name: str | None = None, vessel: str | None = None) -> str:
    """Where a shipment stands, in a few words; an unknown status is read as its own words."""
    values = {"place": names.place(place_name), "vessel": names.vessel(vessel)}
    if status in STATUS_SENTENCES:
        return choose(STATUS_SENTENCES[status], values)
    if status in set(Milestone):
        return MILESTONE_SENTENCES[Milestone(status)]
    return names.clean(status.replace("_", " ")).capitalize() or "No news yet"


def told_sentence(said: Said, now: datetime | None = None, *, zone: str = "UTC") -> str:
    """What a notice told, in one line: `Told: late, due Felixstowe Tue 13 Oct (was Fri 9 Oct)`, `Told: left Ningbo`.

    A milestone with a date is told by its date. With *now*, dates far from it carry their year.
    """
    request = TextRequest(brand="", channel=Channel.SMS, said=(said,), now=now or _around(said), zone=zone)
    code = effective(said)
    date = headline(said) or next(iter(said.dates), None)
    state = choose(CATALOGUE[code].state, values_of(request, said, (names.ref(said.ref),)))
    if date is None:
        return f"Told: {state}"
    words = written(request, date, said.transport)
    told = f"{words.verb} {words.new}{f' (was {words.was})' if words.was else ''}"
    return f"Told: {state}, {told}" if code in DELAYS and state else f"Told: {told}"


def due_sentence(kind: str, place_name: str | None = None, transport: Transport = Transport.UNKNOWN) -> str:
    """What a due date is the date of, as a label: `Due at Felixstowe`, `Ready to collect`, `At your door`."""
    values = {"place": names.place(place_name), "arrival": ARRIVES_AT.get(transport, AT_DESTINATION)}
    return choose(WORDS[Line(kind)].label, values)


def _around(said: Said) -> datetime:
    """An instant beside the notice's own dates, so that they read without a year."""
    when = said.dates[0].when if said.dates else said.at
    return when.start if when else datetime(2000, 1, 1, tzinfo=zone_of("UTC"))
