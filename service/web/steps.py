"""The steps of a journey in words, as a page names them: where, and what happened or is expected there."""

from __future__ import annotations

from dataclasses import dataclass

from service.records.enums import Milestone


@dataclass(frozen=True, slots=True)
class Step:
    """`title` heads the step where it has no place of its own; `past` and `ahead` say what happened or will."""

    title: str
    past: str
    ahead: str


M = Milestone
STEPS: dict[Milestone, Step] = {
    M.INFO_RECEIVED: Step("Order", "details received", "details expected"),
    M.BOOKING_CONFIRMED: Step("Booking", "booked", "booking expected"),
    M.BOOKING_CHANGED_CANCELLED: Step("Booking", "booking changed", "booking may change"),
    M.EMPTY_RELEASED: Step("Container", "empty container handed out", "empty container to be handed out"),
    M.STUFFED: Step("Warehouse", "packed into the container", "to be packed into the container"),
    M.PICKED_UP: Step("Pickup", "picked up", "to be picked up"),
    M.RECEIVED_ORIGIN: Step("Place of departure", "arrived for departure", "to arrive for departure"),
    M.GATED_IN_ORIGIN: Step("Port of departure", "at the port", "to reach the port"),
    M.EXPORT_CUSTOMS_CLEARED: Step("Export customs", "cleared", "to be cleared"),
    M.LOADED: Step("Port of departure", "loaded", "to be loaded"),
    M.DEPARTED: Step("Departure", "left", "expected to leave"),
    M.IN_TRANSIT: Step("On the way", "on the way", "on the way"),
    M.TRANSSHIPMENT_ARRIVED: Step("Change of ship", "reached, to change ship", "to change ship"),
    M.TRANSSHIPMENT_UNLOADED: Step("Change of ship", "off the ship, to change", "to be unloaded"),
    M.TRANSSHIPMENT_LOADED: Step("Change of ship", "on the next ship", "to go on the next ship"),
    M.TRANSSHIPMENT_DEPARTED: Step("Change of ship", "changed ship and left", "expected to leave on the next ship"),
    M.ARRIVED_DESTINATION: Step("Destination", "arrived", "expected to arrive"),
    M.DISCHARGED: Step("Destination", "unloaded", "to be unloaded"),
    M.RAIL_DEPARTED: Step("Rail", "left by rail", "expected to leave by rail"),
    M.RAIL_ARRIVED: Step("Rail", "arrived by rail", "expected to arrive by rail"),
    M.CONSIGNEE_NOTIFIED: Step("Notice of arrival", "sent", "to be sent"),
    M.CUSTOMS_STARTED: Step("Customs", "has the papers", "to get the papers"),
    M.CUSTOMS_HOLD: Step("Customs", "holds the shipment", "may hold the shipment"),
    M.CUSTOMS_CLEARED: Step("Customs", "cleared", "to be cleared"),
    M.FREIGHT_RELEASED: Step("Release", "released", "to be released"),
    M.AVAILABLE_PICKUP: Step("Collection", "ready to collect", "to be ready to collect"),
    M.GATED_OUT_DESTINATION: Step("Port of arrival", "left the port", "to leave the port"),
    M.OUT_FOR_DELIVERY: Step("Truck", "on the truck to you", "to go on the truck"),
    M.ARRIVED_DELIVERY_PLACE: Step("Your door", "truck arrived", "truck to arrive"),
    M.DELIVERY_ATTEMPT_FAILED: Step("Your door", "could not be delivered", "to be delivered"),
    M.DELIVERED: Step("Your door", "delivered", "to be delivered"),
    M.EMPTY_RETURNED: Step("Empty container", "went back", "to go back"),
    M.ETA_CHANGED: Step("Date", "changed", "may change"),
    M.DELAYED: Step("Delay", "reported", "expected"),
    M.EXCEPTION: Step("Problem", "reported", "expected"),
    M.RETURNED_SHIPPER: Step("Sender", "sent back", "to be sent back"),
}
"""Every milestone in words, as it may stand on a path."""

OWN_TITLE = frozenset(
    {
        M.CUSTOMS_STARTED,
        M.CUSTOMS_HOLD,
        M.CUSTOMS_CLEARED,
        M.EXPORT_CUSTOMS_CLEARED,
        M.OUT_FOR_DELIVERY,
        M.ARRIVED_DELIVERY_PLACE,
        M.DELIVERY_ATTEMPT_FAILED,
        M.DELIVERED,
        M.EMPTY_RETURNED,
    }
)
"""Steps that are called by what they are, because the page names nobody's place of delivery."""

NAUTICAL = frozenset({M.LOADED, M.DEPARTED, M.TRANSSHIPMENT_DEPARTED, M.ARRIVED_DESTINATION})
"""Steps at which the ship or flight is named."""
