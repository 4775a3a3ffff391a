"""What karrio's tracking statuses and incident reasons mean."""

from __future__ import annotations

from service.formats.parcels.common_codes import Table
from service.formats.vocabulary import ELSEWHERE, Code, Vocabulary
from service.records.enums import Milestone, Reason

_SOURCE = "https://github.com/karrioapi/karrio, modules/sdk/karrio/core/units.py"

STATUS = Vocabulary(
    "karrio-status",
    "karrio tracking statuses",
    _SOURCE,
    (
        Code("pending", "the carrier has the data of the parcel", Milestone.INFO_RECEIVED),
        Code("picked_up", "collected by the carrier", Milestone.PICKED_UP),
        Code("on_hold", "held", Milestone.EXCEPTION),
        Code("cancelled", "cancelled", Milestone.BOOKING_CHANGED_CANCELLED),
        Code("delivered", "delivered", Milestone.DELIVERED),
        Code("in_transit", "on the way", Milestone.IN_TRANSIT),
        Code("delivery_failed", "delivery was tried in vain", Milestone.DELIVERY_ATTEMPT_FAILED),
        Code("delivery_delayed", "delayed", Milestone.DELAYED),
        Code("out_for_delivery", "on the vehicle to the address", Milestone.OUT_FOR_DELIVERY),
        Code("ready_for_pickup", "ready to be collected", Milestone.AVAILABLE_PICKUP),
        Code("return_to_sender", "on its way back", Milestone.RETURNED_SHIPPER),
        Code("unknown", "nothing is known", "It says that nothing is known of the step."),
    ),
)

REASON = Vocabulary(
    "karrio-reason",
    "karrio incident reasons",
    _SOURCE,
    (
        Code("carrier_damaged_parcel", "damaged", Milestone.EXCEPTION),
        Code("carrier_sorting_error", "sorted wrongly", ELSEWHERE),
        Code("carrier_address_not_found", "the address was not found", Reason.ADDRESS),
        Code("carrier_parcel_lost", "lost", Milestone.EXCEPTION),
        Code("carrier_not_enough_time", "the day was too short", ELSEWHERE),
        Code("carrier_vehicle_issue", "trouble with a vehicle", ELSEWHERE),
        Code("carrier_capacity_exceeded", "no room left", Reason.OVERBOOKED),
        Code("carrier_mechanical_delay", "a machine failed", Reason.EQUIPMENT),
        Code("retailer_cancelled", "the sender cancelled it", ELSEWHERE),
        Code("retailer_incorrect_data", "the sender's data are wrong", ELSEWHERE),
        Code("retailer_not_ready", "the goods were not ready", Reason.ORIGIN_NOT_READY),
        Code("retailer_incorrect_parcel", "the sender gave another parcel", ELSEWHERE),
        Code("retailer_incorrect_dimensions", "the measures are wrong", ELSEWHERE),
        Code("retailer_packaging_issue", "trouble with the packing", ELSEWHERE),
        Code("consignee_refused", "refused by the receiver", ELSEWHERE),
        Code("consignee_business_closed", "the business was closed", Reason.SITE_CLOSED),
        Code("consignee_not_available", "nobody could take it", ELSEWHERE),
        Code("consignee_not_home", "nobody was at home", ELSEWHERE),
        Code("consignee_cancelled", "the receiver cancelled it", ELSEWHERE),
        Code("consignee_verification_failed", "the receiver could not be verified", ELSEWHERE),
        Code("consignee_incorrect_address", "the address is wrong", Reason.ADDRESS),
        Code("consignee_access_restricted", "the door could not be reached", ELSEWHERE),
        Code("consignee_safe_place_unavailable", "no safe place to leave it", ELSEWHERE),
        Code("customs_delay", "customs takes longer", Milestone.CUSTOMS_HOLD),
        Code(
            "customs_documentation",
            "papers for customs are missing",
            Milestone.CUSTOMS_HOLD,
            reason=Reason.DOCS_MISSING,
        ),
        Code("customs_duties_unpaid", "the duty is not paid", Milestone.CUSTOMS_HOLD, reason=Reason.DUTY_UNPAID),
        Code("customs_prohibited", "customs does not let it in", Milestone.CUSTOMS_HOLD),
        Code("customs_inspection", "customs looks into it", Milestone.CUSTOMS_HOLD, reason=Reason.CUSTOMS_CHECK),
        Code("weather_delay", "bad weather", Reason.WEATHER),
        Code("natural_disaster", "a natural disaster", Reason.OTHER),
        Code("force_majeure", "force majeure", Reason.OTHER),
        Code("parcel_being_researched", "the carrier looks for it", ELSEWHERE),
        Code("security_issue", "a matter of security", ELSEWHERE),
        Code("regulatory_hold", "held by a rule", ELSEWHERE),
        Code("unknown", "nothing more", ELSEWHERE),
    ),
)

STATUSES = Table(STATUS)
REASONS = Table(REASON, {"carrier_damaged_parcel": "damaged", "carrier_parcel_lost": "lost"})

TROUBLE = frozenset({"on_hold", "delivery_failed", "delivery_delayed"})
"""Statuses that an incident reason explains. Connectors attach one to other steps too, where they share a code."""

MOVING = frozenset({"pending", "picked_up", "in_transit", "out_for_delivery", "ready_for_pickup"} | TROUBLE)
"""Statuses of a parcel that is under way, or held up: it has not been delivered."""

FINAL = frozenset({"delivered", "return_to_sender", "cancelled"})
"""Statuses that end a journey."""
