"""What EasyPost's statuses and status details mean."""

from __future__ import annotations

from service.formats.parcels.common_codes import Table
from service.formats.vocabulary import ELSEWHERE, Code, Vocabulary
from service.records.enums import Milestone, Reason

_SITE = "https://docs.easypost.com/docs/trackers"

STATUS = Vocabulary(
    "easypost-status",
    "EasyPost tracker statuses",
    _SITE,
    (
        Code("unknown", "nothing is known", "It says that nothing is known of the parcel."),
        Code("pre_transit", "the carrier has the data of the parcel", Milestone.INFO_RECEIVED),
        Code("in_transit", "the carrier has the parcel", Milestone.IN_TRANSIT),
        Code("out_for_delivery", "on the vehicle to the address", Milestone.OUT_FOR_DELIVERY),
        Code("delivered", "delivered", Milestone.DELIVERED),
        Code("available_for_pickup", "ready to be collected", Milestone.AVAILABLE_PICKUP),
        Code("return_to_sender", "on its way back", Milestone.RETURNED_SHIPPER),
        Code("failure", "could not be delivered", Milestone.EXCEPTION),
        Code("cancelled", "cancelled", Milestone.BOOKING_CHANGED_CANCELLED),
        Code("error", "EasyPost could not track it", "EasyPost could not track the parcel: nothing happened to it."),
    ),
)

DETAIL = Vocabulary(
    "easypost-detail",
    "EasyPost status details",
    _SITE,
    (
        Code("address_correction", "the address was corrected", Milestone.DELAYED),
        Code("arrived_at_destination", "arrived in its destination region", Milestone.ARRIVED_DESTINATION),
        Code("arrived_at_facility", "arrived at a facility", Milestone.TRANSSHIPMENT_ARRIVED),
        Code("arrived_at_pickup_location", "ready to be collected", Milestone.AVAILABLE_PICKUP),
        Code("awaiting_information", "waits for information", Milestone.EXCEPTION),
        Code("cancelled", "cancelled", Milestone.BOOKING_CHANGED_CANCELLED),
        Code("damaged", "damaged", Milestone.EXCEPTION),
        Code("delayed", "delayed", Milestone.DELAYED),
        Code("delivery_exception", "delivery was tried in vain", Milestone.DELIVERY_ATTEMPT_FAILED),
        Code("departed_facility", "left a facility", Milestone.DEPARTED),
        Code("departed_origin_facility", "left the first facility", Milestone.DEPARTED),
        Code("expired", "no longer tracked", "EasyPost no longer tracks the parcel: nothing happened to it."),
        Code("failure", "could not be delivered", Milestone.EXCEPTION),
        Code("held", "held", Milestone.EXCEPTION),
        Code("in_transit", "on the way", Milestone.IN_TRANSIT),
        Code("label_created", "the label was made", Milestone.INFO_RECEIVED),
        Code("lost", "lost", Milestone.EXCEPTION),
        Code("missorted", "sorted wrongly", Milestone.EXCEPTION),
        Code("out_for_delivery", "on the vehicle to the address", Milestone.OUT_FOR_DELIVERY),
        Code("received_at_destination_facility", "at the last facility", Milestone.DISCHARGED),
        Code("received_at_origin_facility", "at the first facility", Milestone.RECEIVED_ORIGIN),
        Code("refused", "refused by the receiver", Milestone.EXCEPTION),
        Code("return", "on its way back", Milestone.RETURNED_SHIPPER),
        Code("status_update", "nothing more", ELSEWHERE),
        Code("transferred_to_destination_carrier", "handed to the last carrier", Milestone.IN_TRANSIT),
        Code("transit_exception", "a trouble on the way", Milestone.EXCEPTION),
        Code("unknown", "nothing more", ELSEWHERE),
        Code("weather_delay", "delayed by weather", Milestone.DELAYED, reason=Reason.WEATHER),
    ),
)

STATUSES = Table(STATUS)
DETAILS = Table(DETAIL, {"damaged": "damaged", "lost": "lost"})

MOVING = frozenset({"pre_transit", "in_transit", "out_for_delivery", "available_for_pickup", "failure"})
"""Statuses of a parcel that is under way, or could not be delivered."""

FINAL = frozenset({"delivered", "return_to_sender", "cancelled"})
"""Statuses that no detail refines: EasyPost pairs `delivered` with `arrived_at_destination`."""

NOT_DELIVERED = frozenset(
    {
        "cancelled",
        "departed_facility",
        "departed_origin_facility",
        "failure",
        "label_created",
        "lost",
        "received_at_origin_facility",
        "refused",
        "return",
    }
)
"""Details that deny `delivered`."""
