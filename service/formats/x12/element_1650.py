"""X12 element 1650, the status codes of road messages (214, AT701), and 1652, their appointments, in our own words."""

from __future__ import annotations

from service.formats.edi import rows_of
from service.formats.vocabulary import Vocabulary
from service.records.enums import Milestone, Reason

ESTIMATES = frozenset({"AG", "X2"})
"""Codes that say when something is expected."""

BOOKINGS = frozenset({"AB", "X9"})
"""Codes of element 1652 that book a delivery for a time."""

_WAY = "A step on the way that its next event makes plain."
_SHIPPER = "The truck is at the shipper's: that it was loaded says more."

LIST = Vocabulary(
    "x12-1650",
    "X12 element 1650, shipment status code, as the 214 uses it",
    "X12 element 1650 in 4010 and 4030 (https://www.stedi.com/edi/x12-004030/element/1650)",
    (
        *rows_of("XB shipment acknowledged", Milestone.INFO_RECEIVED),
        *rows_of("CA shipment cancelled", Milestone.BOOKING_CHANGED_CANCELLED),
        *rows_of("AF left the pick-up location with the goods; CP loaded at the pick-up location", Milestone.PICKED_UP),
        *rows_of("I1 through the gate, inwards", Milestone.GATED_IN_ORIGIN),
        *rows_of("AM loaded on a truck", Milestone.LOADED),
        *rows_of(
            "X4 arrived at a terminal; P1 left a terminal; X6 on the way to the delivery location; R1 received "
            "from the carrier before; J1 delivered to the connecting line; BA collected by the connecting line; "
            "AN diverted to an air carrier",
            Milestone.IN_TRANSIT,
        ),
        *rows_of("RL the train left the ramp of origin", Milestone.RAIL_DEPARTED),
        *rows_of("AR the train arrived at the ramp of destination", Milestone.RAIL_ARRIVED),
        *rows_of("K1 arrived at customs", Milestone.CUSTOMS_STARTED),
        *rows_of("PR US customs hold at the in-bond location", Milestone.CUSTOMS_HOLD),
        *rows_of("AV available for delivery", Milestone.AVAILABLE_PICKUP),
        *rows_of("OA through the gate, outwards", Milestone.GATED_OUT_DESTINATION),
        *rows_of(
            "X1 arrived at the delivery location; X5 arrived at its dock; S1 trailer left at the consignee's",
            Milestone.ARRIVED_DELIVERY_PLACE,
        ),
        *rows_of(
            "AH delivery attempted; AP delivery not completed; A7 refused by the consignee",
            Milestone.DELIVERY_ATTEMPT_FAILED,
        ),
        *rows_of(
            "D1 unloaded at the delivery location; CB the last part was delivered; AG estimated delivery; X2 "
            "estimated arrival at the consignee's",
            Milestone.DELIVERED,
        ),
        *rows_of("A3 returned to the shipper", Milestone.RETURNED_SHIPPER),
        *rows_of("SD shipment delayed", Milestone.DELAYED),
        *rows_of("A9 shipment damaged; OO paperwork came without the goods", Milestone.EXCEPTION),
        *rows_of("PA only a part was delivered", Milestone.EXCEPTION, reason=Reason.RECOUNT),
        *rows_of("X3 arrived at the pick-up location; X8 arrived at its dock; L1 being loaded", _SHIPPER),
        *rows_of(
            "AI reconsigned; AJ tendered for delivery; BC stored in transit; CL trailer closed; CD the carrier "
            "left the delivery location",
            _WAY,
        ),
        *rows_of(
            "B6 estimated arrival at the carrier's terminal; C1 estimated to leave a terminal",
            "An estimate for a terminal on the way.",
        ),
    ),
)

APPOINTMENTS = Vocabulary(
    "x12-1652",
    "X12 element 1652, shipment appointment status code (214, AT703)",
    "X12 element 1652 in 4010 (https://www.stedi.com/edi/x12-004010/element/1652)",
    (
        *rows_of("AB time of the delivery appointment; X9 delivery appointment secured", Milestone.DELIVERED),
        *rows_of(
            "AA time of the pick-up appointment; XA pick-up appointment secured", "An appointment at the shipper's."
        ),
        *rows_of(
            "RA pick-up appointment asked for; RB delivery appointment asked for", "An appointment is not yet made."
        ),
    ),
)
