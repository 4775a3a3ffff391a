"""What project44's event types and identifiers mean: tables, and nothing else."""

from __future__ import annotations

from service.formats.vocabulary import Code, Vocabulary, index
from service.records.enums import Milestone, ReferenceType

M = Milestone

_TRACKING = "It speaks of the tracking, and not of the goods."

EVENTS = Vocabulary(
    "project44",
    "project44 event types",
    "https://support.p-44.com/hc/en-us/articles/11429513318301-Shipment-Event-Types-by-Mode",
    (
        Code("GATE_OUT_EMPTY", "empty container left to be filled", M.EMPTY_RELEASED),
        Code("GATE_IN_FULL", "full container brought to the port of loading", M.GATED_IN_ORIGIN),
        Code("RECEIVED_FROM_SHIPPER", "air: received from the shipper", M.RECEIVED_ORIGIN),
        Code("FLIGHT_BOOKING", "air: flight booked", M.BOOKING_CONFIRMED),
        Code("MANIFEST", "air: manifested", "The loading says it."),
        Code("LOAD", "loaded on the ship", M.LOADED),
        Code("LOAD_ONTO_VEHICLE", "air: loaded on the aircraft", M.LOADED),
        Code("DEPARTURE_FROM_STOP", "left a stop", M.DEPARTED),
        Code("ARRIVAL_AT_STOP", "arrived at a stop", M.ARRIVED_DESTINATION),
        Code("DISCHARGE", "discharged from the ship", M.DISCHARGED),
        Code("UNLOAD_FROM_VEHICLE", "air: unloaded", M.DISCHARGED),
        Code("CONSIGNEE_NOTIFY", "air: consignee has been told", M.CONSIGNEE_NOTIFIED),
        Code("GATE_OUT_FULL", "full container left the port", M.GATED_OUT_DESTINATION),
        Code("DELIVERY", "delivered", M.DELIVERED),
        Code("GATE_IN_EMPTY", "empty container returned", M.EMPTY_RETURNED),
        Code("TRACKING_STARTED", "tracking has begun", _TRACKING),
        Code("TRACKING_START", "tracking has begun", _TRACKING),
        Code("TRACKING_INITIATED", "tracking has been asked for", _TRACKING),
        Code("TRACKING_INITIATE", "tracking has been asked for", _TRACKING),
    ),
)

BY_CODE = index(EVENTS.rows)

IDENTIFIERS: dict[str, ReferenceType] = {
    "BOOKING_NUMBER": ReferenceType.BOOKING,
    "HOUSE_BILL_OF_LADING": ReferenceType.HOUSE_BILL,
    "HOUSE_AIR_WAYBILL": ReferenceType.HOUSE_BILL,
    "BILL_OF_LADING": ReferenceType.MASTER_BILL,
    "MASTER_BILL_OF_LADING": ReferenceType.MASTER_BILL,
    "AIR_WAYBILL": ReferenceType.MASTER_BILL,
    "MASTER_AIR_WAYBILL": ReferenceType.MASTER_BILL,
    "CONTAINER_ID": ReferenceType.CONTAINER,
    "CONTAINER_NUMBER": ReferenceType.CONTAINER,
    "PURCHASE_ORDER": ReferenceType.PO,
    "ORDER": ReferenceType.PO,
    "CUSTOMER_ORDER": ReferenceType.PO,
}
"""`type` of an identifier; the others name carriers, ships and flights."""
