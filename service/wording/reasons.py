"""Why a date moved, as people are told it: a few words for a text, a sentence for an e-mail, and whose side it lies on.

Only these words ever name a cause: a carrier's remark is never passed on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from service.records.enums import Reason, Transport
from service.wording.forms import Forms, choose

MAX_SMS = 20
"""The longest form that a text of the catalogue reckons with, in characters."""


class Side(StrEnum):
    """Where a cause lies. It decides whether an apology would be honest; no text names it."""

    CARRIER = "carrier"
    US = "us"
    CUSTOMS = "customs"
    WEATHER = "weather"
    CUSTOMER = "customer"
    NOBODY = "nobody"
    NOT_KNOWN = "not_known"


APOLOGY = frozenset({Side.CARRIER, Side.US, Side.NOT_KNOWN})
"""We apologise for what we and our suppliers caused, and while we do not know; never for customs or the weather."""


@dataclass(frozen=True, slots=True)
class Cause:
    """`sms` fits into 20 characters; `sentence` has an actor and a verb and may name the place.

    `by_transport` holds the words where a ship's do not fit a flight, a train or a truck.
    """

    sms: str
    sentence: Forms
    side: Side
    by_transport: dict[Transport, tuple[str, Forms]] = field(default_factory=dict)


def _each(sms: str, sentence: str, **nouns: str) -> dict[Transport, tuple[str, Forms]]:
    """The same words with another noun for each mode of transport: `{}` stands for it."""
    return {Transport(mode): (sms.format(noun), (sentence.format(noun),)) for mode, noun in nouns.items()}


_UNKNOWN = Cause("cause not known yet", ("We do not know the cause yet.",), Side.NOT_KNOWN)

CAUSES: dict[Reason, Cause] = {
    Reason.PORT_CONGESTION: Cause(
        "queue at port",
        ("Ships wait for a free berth at {place}.", "Ships wait for a free berth."),
        Side.CARRIER,
        {
            Transport.AIR: ("queue at airport", ("Cargo waits in a queue at the airport.",)),
            Transport.RAIL: ("queue at terminal", ("Cargo waits in a queue at the terminal.",)),
            Transport.ROAD: ("queue at terminal", ("Trucks wait in a queue at the terminal.",)),
        },
    ),
    Reason.BERTH_CLOSED_WEATHER: Cause("berth closed, wind", ("Wind closed the berth[ at {place}].",), Side.WEATHER),
    Reason.WEATHER: Cause("bad weather", ("Bad weather slowed the journey.",), Side.WEATHER),
    Reason.VESSEL_LATE: Cause(
        "running late",
        ("The transport is running late.",),
        Side.CARRIER,
        _each("{} running late", "The {} is running late.", ocean="ship", air="flight", rail="train", road="truck"),
    ),
    Reason.ENGINE: Cause(
        "breakdown",
        ("The transport broke down.",),
        Side.CARRIER,
        _each("{} breakdown", "The {} broke down.", ocean="ship", air="aircraft", rail="train", road="truck"),
    ),
    Reason.EQUIPMENT: Cause("equipment fault", ("Equipment that handles your shipment failed.",), Side.CARRIER),
    Reason.OVERBOOKED: Cause(
        "no space left",
        ("The transport had no space left.",),
        Side.CARRIER,
        _each("no space on {}", "The {} had no space left.", ocean="ship", air="flight", rail="train", road="truck"),
    ),
    Reason.MISSED_CONNECTION: Cause(
        "missed connection",
        ("The shipment missed its connection.",),
        Side.CARRIER,
        _each("missed next {}", "The shipment missed its next {}.", ocean="ship", air="flight", rail="train"),
    ),
    Reason.DOCS_MISSING: Cause("paper missing", ("The shipment waits for a paper that is missing.",), Side.CUSTOMER),
    Reason.CUSTOMS_CHECK: Cause("customs check", ("Customs is checking the shipment.",), Side.CUSTOMS),
    Reason.DUTY_UNPAID: Cause("duty not yet paid", ("Customs waits for the duty to be paid.",), Side.CUSTOMER),
    Reason.PAYMENT: Cause("payment open", ("The release waits for a payment.",), Side.CUSTOMER),
    Reason.STRIKE: Cause(
        "strike",
        ("Workers are on strike.",),
        Side.NOBODY,
        {Transport.OCEAN: ("dock strike", ("Dock workers are on strike.",))},
    ),
    Reason.RAIL_LATE: Cause("train running late", ("The train is running late.",), Side.CARRIER),
    Reason.TRUCK_BREAKDOWN: Cause("truck broke down", ("The truck broke down.",), Side.CARRIER),
    Reason.NO_DRIVER: Cause("no driver found", ("No driver was free for the delivery.",), Side.CARRIER),
    Reason.SITE_CLOSED: Cause("site was closed", ("The driver found the site closed.",), Side.CUSTOMER),
    Reason.ADDRESS: Cause("address not found", ("The driver could not find the address.",), Side.CUSTOMER),
    Reason.ORIGIN_NOT_READY: Cause("goods not ready", ("The goods were not ready to be collected.",), Side.CUSTOMER),
    Reason.HOLIDAY: Cause(
        "public holiday",
        ("A public holiday stops work.",),
        Side.NOBODY,
        {Transport.OCEAN: ("port holiday", ("A holiday stops work at the port.",))},
    ),
    Reason.CANAL: Cause("canal delay", ("Ships wait to pass the canal.",), Side.NOBODY),
    Reason.SECURITY: Cause("security check", ("Security staff are checking the shipment.",), Side.NOBODY),
    Reason.RECOUNT: Cause("count did not match", ("The count of pieces did not match the papers.",), Side.NOBODY),
    Reason.OUR_ERROR: Cause("our mistake", ("We made a mistake.",), Side.US),
    Reason.OTHER: _UNKNOWN,
    Reason.UNKNOWN: _UNKNOWN,
}
"""Every reason. `other` reads as not known: the source gave a cause that has no words here, so we do not know it."""


def sms(reason: Reason | None, transport: Transport = Transport.UNKNOWN) -> str:
    """The cause in at most 20 characters; empty where none was given."""
    if reason is None:
        return ""
    cause = CAUSES[reason]
    return cause.by_transport.get(transport, (cause.sms, ()))[0]


def sentence(reason: Reason | None, transport: Transport = Transport.UNKNOWN, place: str = "") -> str:
    """The cause as a sentence with an actor and a verb; empty where none was given."""
    if reason is None:
        return ""
    cause = CAUSES[reason]
    return choose(cause.by_transport.get(transport, ("", cause.sentence))[1], {"place": place})


def side(reason: Reason | None) -> Side:
    """On whose side the cause lies; not known where none was given."""
    return CAUSES[reason].side if reason else Side.NOT_KNOWN


def may_apologise(reason: Reason | None) -> bool:
    """Whether an apology for this cause would be honest."""
    return side(reason) in APOLOGY
