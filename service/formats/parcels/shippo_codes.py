"""What Shippo's tracking statuses and substatuses mean."""

from __future__ import annotations

from service.formats.parcels.common_codes import Table
from service.formats.vocabulary import ELSEWHERE, Code, Vocabulary
from service.records.enums import Milestone, Reason

_SITE = "https://docs.goshippo.com/docs/Tracking/Tracking"

STATUS = Vocabulary(
    "shippo-status",
    "Shippo tracking statuses",
    _SITE,
    (
        Code("UNKNOWN", "nothing is known", "It says that nothing is known of the parcel."),
        Code("PRE_TRANSIT", "the carrier has the data of the parcel", Milestone.INFO_RECEIVED),
        Code("TRANSIT", "the carrier has the parcel", Milestone.IN_TRANSIT),
        Code("DELIVERED", "delivered", Milestone.DELIVERED),
        Code("RETURNED", "on its way back", Milestone.RETURNED_SHIPPER),
        Code("FAILURE", "could not be delivered", Milestone.EXCEPTION),
    ),
)

BELONGS: dict[str, str] = {
    "information_received": "PRE_TRANSIT",
    "delivered": "DELIVERED",
    "return_to_sender": "RETURNED",
    "package_unclaimed": "RETURNED",
    "package_undeliverable": "FAILURE",
    "package_disposed": "FAILURE",
    "package_lost": "FAILURE",
}
"""The status that Shippo lists a substatus under; those that are not here stand under TRANSIT, and `other` anywhere."""

SUBSTATUS = Vocabulary(
    "shippo-substatus",
    "Shippo tracking substatuses",
    _SITE,
    (
        Code("information_received", "the carrier has the data of the parcel", Milestone.INFO_RECEIVED),
        Code("address_issue", "a problem with the address", Milestone.EXCEPTION, reason=Reason.ADDRESS),
        Code("contact_carrier", "the receiver should call the carrier", Milestone.EXCEPTION),
        Code("delayed", "delayed", Milestone.DELAYED),
        Code("delivery_attempted", "delivery was tried in vain", Milestone.DELIVERY_ATTEMPT_FAILED),
        Code("delivery_rescheduled", "delivery was moved", Milestone.DELAYED),
        Code("delivery_scheduled", "delivery is planned", "A plan without its date is no step of the journey."),
        Code("location_inaccessible", "the place could not be reached", Milestone.EXCEPTION),
        Code("notice_left", "a notice was left at the door", Milestone.DELIVERY_ATTEMPT_FAILED),
        Code("out_for_delivery", "on the vehicle to the address", Milestone.OUT_FOR_DELIVERY),
        Code("package_accepted", "accepted by the carrier", Milestone.RECEIVED_ORIGIN),
        Code("package_arrived", "arrived at a facility", Milestone.TRANSSHIPMENT_ARRIVED),
        Code("package_damaged", "damaged", Milestone.EXCEPTION),
        Code("package_departed", "left a facility", Milestone.DEPARTED),
        Code("package_forwarded", "forwarded", Milestone.IN_TRANSIT),
        Code("package_held", "held by the carrier", Milestone.EXCEPTION),
        Code("package_processed", "worked on at a facility", Milestone.IN_TRANSIT),
        Code("package_processing", "worked on in the network", Milestone.IN_TRANSIT),
        Code("pickup_available", "ready to be collected", Milestone.AVAILABLE_PICKUP),
        Code("reschedule_delivery", "the receiver should name a new day", Milestone.EXCEPTION),
        Code("delivered", "delivered", Milestone.DELIVERED),
        Code("return_to_sender", "on its way back", Milestone.RETURNED_SHIPPER),
        Code("package_unclaimed", "nobody collected it", Milestone.EXCEPTION),
        Code("package_undeliverable", "cannot be delivered", Milestone.EXCEPTION),
        Code("package_disposed", "disposed of", Milestone.EXCEPTION),
        Code("package_lost", "lost", Milestone.EXCEPTION),
        Code("other", "nothing more", ELSEWHERE),
    ),
)

STATUSES = Table(STATUS)
SUBSTATUSES = Table(SUBSTATUS, {"package_damaged": "damaged", "package_lost": "lost"})

MOVING = frozenset({"PRE_TRANSIT", "TRANSIT", "FAILURE"})
"""Statuses of a parcel that is under way, or could not be delivered."""

FINAL = frozenset({"DELIVERED", "RETURNED"})
"""Statuses that end a journey: a substatus of another status contradicts them."""
