"""What the canonical words mean to a customer, in one plain sentence each; docs, API and commands print these."""

from __future__ import annotations

from service.records.enums import DelayFamily, Milestone, Reason

MILESTONE_SAYS: dict[Milestone, str] = {
    Milestone.INFO_RECEIVED: "We have the shipment details; the goods are not yet collected.",
    Milestone.BOOKING_CONFIRMED: "Your booking is confirmed.",
    Milestone.BOOKING_CHANGED_CANCELLED: "Your booking was changed or cancelled.",
    Milestone.EMPTY_RELEASED: "The empty container was collected for loading.",
    Milestone.STUFFED: "The goods were loaded into the container.",
    Milestone.PICKED_UP: "The goods were collected from the shipper.",
    Milestone.RECEIVED_ORIGIN: "Received at the carrier's facility at origin.",
    Milestone.GATED_IN_ORIGIN: "The full container is at the departure terminal.",
    Milestone.EXPORT_CUSTOMS_CLEARED: "Cleared by customs for export.",
    Milestone.LOADED: "Loaded on the ship, aircraft or truck.",
    Milestone.DEPARTED: "Left the origin.",
    Milestone.IN_TRANSIT: "On the way.",
    Milestone.TRANSSHIPMENT_ARRIVED: "Arrived at a transfer port or hub.",
    Milestone.TRANSSHIPMENT_UNLOADED: "Unloaded for transfer.",
    Milestone.TRANSSHIPMENT_LOADED: "Loaded on the next ship.",
    Milestone.TRANSSHIPMENT_DEPARTED: "Left the transfer port.",
    Milestone.ARRIVED_DESTINATION: "Arrived at the destination port or airport.",
    Milestone.DISCHARGED: "Unloaded at the destination.",
    Milestone.RAIL_DEPARTED: "Left by train.",
    Milestone.RAIL_ARRIVED: "The train arrived at the inland terminal.",
    Milestone.CONSIGNEE_NOTIFIED: "The consignee was told of the arrival.",
    Milestone.CUSTOMS_STARTED: "Customs has begun.",
    Milestone.CUSTOMS_HOLD: "Held or chosen for inspection by customs.",
    Milestone.CUSTOMS_CLEARED: "Cleared by customs.",
    Milestone.FREIGHT_RELEASED: "Released by the carrier.",
    Milestone.AVAILABLE_PICKUP: "Ready to be collected.",
    Milestone.GATED_OUT_DESTINATION: "The full container left the terminal.",
    Milestone.OUT_FOR_DELIVERY: "Out for delivery.",
    Milestone.ARRIVED_DELIVERY_PLACE: "The vehicle is at the delivery address.",
    Milestone.DELIVERY_ATTEMPT_FAILED: "Delivery was tried and failed.",
    Milestone.DELIVERED: "Delivered.",
    Milestone.EMPTY_RETURNED: "The empty container was returned.",
    Milestone.ETA_CHANGED: "There is a new expected date.",
    Milestone.DELAYED: "Delayed.",
    Milestone.EXCEPTION: "A problem needs attention: damage, loss, a discrepancy, a hold.",
    Milestone.RETURNED_SHIPPER: "On the way back to the shipper.",
}

FAMILY: dict[Reason, DelayFamily] = {
    Reason.WEATHER: DelayFamily.WEATHER,
    Reason.BERTH_CLOSED_WEATHER: DelayFamily.WEATHER,
    Reason.PORT_CONGESTION: DelayFamily.PORT_BUSY,
    Reason.CANAL: DelayFamily.PORT_BUSY,
    Reason.STRIKE: DelayFamily.STRIKE_HOLIDAY,
    Reason.HOLIDAY: DelayFamily.STRIKE_HOLIDAY,
    Reason.VESSEL_LATE: DelayFamily.TRANSPORT_FAULT,
    Reason.ENGINE: DelayFamily.TRANSPORT_FAULT,
    Reason.EQUIPMENT: DelayFamily.TRANSPORT_FAULT,
    Reason.RAIL_LATE: DelayFamily.TRANSPORT_FAULT,
    Reason.TRUCK_BREAKDOWN: DelayFamily.TRANSPORT_FAULT,
    Reason.NO_DRIVER: DelayFamily.TRANSPORT_FAULT,
    Reason.CUSTOMS_CHECK: DelayFamily.CUSTOMS,
    Reason.SECURITY: DelayFamily.CUSTOMS,
    Reason.DOCS_MISSING: DelayFamily.PAPERWORK,
    Reason.ADDRESS: DelayFamily.RECIPIENT,
    Reason.SITE_CLOSED: DelayFamily.RECIPIENT,
    Reason.DUTY_UNPAID: DelayFamily.PAYMENT,
    Reason.PAYMENT: DelayFamily.PAYMENT,
    Reason.OVERBOOKED: DelayFamily.LEFT_BEHIND,
    Reason.MISSED_CONNECTION: DelayFamily.LEFT_BEHIND,
    Reason.ORIGIN_NOT_READY: DelayFamily.OTHER,
    Reason.RECOUNT: DelayFamily.OTHER,
    Reason.OUR_ERROR: DelayFamily.OTHER,
    Reason.OTHER: DelayFamily.OTHER,
    Reason.UNKNOWN: DelayFamily.OTHER,
}
"""Each reason in its family."""

FAMILY_SAYS: dict[DelayFamily, str] = {
    DelayFamily.WEATHER: "Bad weather slowed the journey.",
    DelayFamily.PORT_BUSY: "A port, terminal or waterway is too busy.",
    DelayFamily.STRIKE_HOLIDAY: "Work stopped for a strike or a public holiday.",
    DelayFamily.TRANSPORT_FAULT: "A vehicle, ship or its equipment is late or out of order.",
    DelayFamily.CUSTOMS: "Customs or another authority is checking the shipment.",
    DelayFamily.PAPERWORK: "A paper or a detail is missing.",
    DelayFamily.RECIPIENT: "The address is not right, or nobody could take the goods there.",
    DelayFamily.PAYMENT: "The release waits for a payment.",
    DelayFamily.LEFT_BEHIND: "The shipment was left behind, or missed its connection.",
    DelayFamily.OTHER: "There is another cause, or it is not known.",
}


def family_of(reason: Reason | str | None) -> DelayFamily | None:
    """The family of a reason; None where no reason was given."""
    return FAMILY[Reason(reason)] if reason else None
