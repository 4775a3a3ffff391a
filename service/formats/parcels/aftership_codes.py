"""What AfterShip's tags and subtags mean.

A subtag begins with its tag (`InTransit_003`). AfterShip calls both lists open: a subtag that is not here is read by
its tag. Exception_014, Exception_015 and what came after Exception_018 and InTransit_009 are left to it on purpose: no
public text says more of them.
"""

from __future__ import annotations

from service.formats.parcels.common_codes import Table
from service.formats.vocabulary import Code, Vocabulary
from service.records.enums import Milestone, Reason

_SITE = "https://www.aftership.com/docs/tracking/2026-07/enum"

TAG = Vocabulary(
    "aftership-tag",
    "AfterShip delivery statuses",
    f"{_SITE}/delivery-statuses",
    (
        Code("Pending", "nothing is known of the parcel yet", "No carrier has reported anything yet."),
        Code("InfoReceived", "the carrier has the data of the parcel", Milestone.INFO_RECEIVED),
        Code("InTransit", "the carrier has the parcel", Milestone.IN_TRANSIT),
        Code("OutForDelivery", "on the vehicle to the address", Milestone.OUT_FOR_DELIVERY),
        Code("AttemptFail", "delivery was tried in vain", Milestone.DELIVERY_ATTEMPT_FAILED),
        Code("Delivered", "delivered", Milestone.DELIVERED),
        Code("AvailableForPickup", "waits at a pickup point", Milestone.AVAILABLE_PICKUP),
        Code("Exception", "held, undeliverable, going back, or another trouble", Milestone.EXCEPTION),
        Code("Expired", "no news for 30 days", "The carrier has said nothing for 30 days."),
    ),
)

SUBTAG = Vocabulary(
    "aftership-subtag",
    "AfterShip delivery sub-statuses",
    f"{_SITE}/delivery-sub-statuses",
    (
        Code("InfoReceived_001", "the carrier has the data of the parcel", Milestone.INFO_RECEIVED),
        Code("InTransit_001", "on the way", Milestone.IN_TRANSIT),
        Code("InTransit_002", "accepted by the carrier", Milestone.RECEIVED_ORIGIN),
        Code("InTransit_003", "arrived at a facility", Milestone.TRANSSHIPMENT_ARRIVED),
        Code("InTransit_004", "arrived in the destination country", Milestone.ARRIVED_DESTINATION),
        Code("InTransit_005", "cleared by customs", Milestone.CUSTOMS_CLEARED),
        Code("InTransit_006", "customs has begun", Milestone.CUSTOMS_STARTED),
        Code("InTransit_007", "left a facility", Milestone.DEPARTED),
        Code("InTransit_008", "a problem was solved", Milestone.IN_TRANSIT),
        Code("InTransit_009", "forwarded to another address", Milestone.IN_TRANSIT),
        Code("OutForDelivery_001", "on the vehicle to the address", Milestone.OUT_FOR_DELIVERY),
        Code(
            "OutForDelivery_003", "the receiver was contacted", "Contact with the receiver is no step of the journey."
        ),
        Code("OutForDelivery_004", "an appointment was made", "An appointment is no step of the journey."),
        Code("AttemptFail_001", "delivery was tried in vain", Milestone.DELIVERY_ATTEMPT_FAILED),
        Code("AttemptFail_002", "nobody was there", Milestone.DELIVERY_ATTEMPT_FAILED),
        Code(
            "AttemptFail_003", "the business was closed", Milestone.DELIVERY_ATTEMPT_FAILED, reason=Reason.SITE_CLOSED
        ),
        Code("Delivered_001", "delivered", Milestone.DELIVERED),
        Code("Delivered_002", "collected by the customer", Milestone.DELIVERED),
        Code("Delivered_003", "signed for by the customer", Milestone.DELIVERED),
        Code("Delivered_004", "delivered, cash collected", Milestone.DELIVERED),
        Code("Delivered_005", "delivered to a neighbour", Milestone.DELIVERED),
        Code("AvailableForPickup_001", "waits at a pickup point", Milestone.AVAILABLE_PICKUP),
        Code("Exception_001", "a trouble that is not named", Milestone.EXCEPTION),
        Code("Exception_002", "the customer has moved", Milestone.EXCEPTION),
        Code("Exception_003", "the customer refused it", Milestone.EXCEPTION),
        Code("Exception_004", "delayed by customs", Milestone.CUSTOMS_HOLD),
        Code("Exception_005", "delayed from outside", Milestone.DELAYED, reason=Reason.OTHER),
        Code("Exception_006", "held until somebody pays", Milestone.EXCEPTION, reason=Reason.PAYMENT),
        Code("Exception_007", "the address is wrong", Milestone.EXCEPTION, reason=Reason.ADDRESS),
        Code("Exception_008", "not collected in time", Milestone.EXCEPTION),
        Code("Exception_009", "rejected by the carrier", Milestone.EXCEPTION),
        Code("Exception_010", "on its way back", Milestone.RETURNED_SHIPPER),
        Code("Exception_011", "back with the sender", Milestone.RETURNED_SHIPPER),
        Code("Exception_012", "damaged", Milestone.EXCEPTION),
        Code("Exception_013", "lost", Milestone.EXCEPTION),
        Code("Exception_016", "delayed in the carrier's network", Milestone.DELAYED, reason=Reason.OTHER),
        Code("Exception_017", "delayed by extreme weather", Milestone.DELAYED, reason=Reason.WEATHER),
        Code("Exception_018", "papers are missing or wrong", Milestone.EXCEPTION, reason=Reason.DOCS_MISSING),
        Code("Expired_001", "no news for 30 days", "The carrier has said nothing for 30 days."),
        *(
            Code(f"Pending_00{n}", says, "No carrier has reported anything yet.")
            for n, says in enumerate(
                (
                    "no information yet",
                    "the carrier found nothing",
                    "waits for its turn",
                    "the number is not the carrier's",
                    "the carrier cannot be reached",
                    "the carrier is not known",
                ),
                start=1,
            )
        ),
    ),
)

REVISION = Vocabulary(
    "aftership-edd-reason",
    "AfterShip reasons of a revised delivery date",
    "https://www.aftership.com/docs/tracking/2026-07/webhook/webhook-specifications",
    (
        Code("extreme_weather", "extreme weather", Reason.WEATHER),
        Code("heavy_rain", "heavy rain", Reason.WEATHER),
        Code("extreme_cold", "extreme cold", Reason.WEATHER),
        Code("strong_winds", "strong winds", Reason.WEATHER),
        Code("severe_thunderstorms", "thunderstorms", Reason.WEATHER),
        Code("carrier_processing", "work in the carrier's network", Reason.OTHER),
        Code("customs_clearance", "customs clearance", Reason.CUSTOMS_CHECK),
    ),
)

TAGS = Table(TAG)
SUBTAGS = Table(SUBTAG, {"Exception_012": "damaged", "Exception_013": "lost"})
REVISIONS = Table(REVISION)

MOVING = frozenset({"Pending", "InfoReceived", "InTransit", "OutForDelivery", "AttemptFail", "AvailableForPickup"})
"""Tags of a parcel that is under way."""

HELD_UP = frozenset(f"Exception_{number}" for number in ("002", "004", "006", "007", "008", "016", "017", "018"))
"""Subtags of a parcel that waits: it has not been delivered. Of any other trouble that is not sure: a return or damage
may follow the delivery."""
