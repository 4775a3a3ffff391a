"""Why a date moved: whose side a cause lies on, and its two forms in every language.

Each language has a few words for a text (`reason.….sms`) and a sentence for an e-mail (`reason.….long`), with other
words where a ship's do not fit a flight, a train or a truck. Only these words ever name a cause: a carrier's remark is
never passed on.
"""

from __future__ import annotations

from enum import StrEnum

from service.records.enums import Reason, Transport
from service.wording.languages import language_of

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

SIDES: dict[Reason, Side] = {
    Reason.PORT_CONGESTION: Side.CARRIER,
    Reason.BERTH_CLOSED_WEATHER: Side.WEATHER,
    Reason.WEATHER: Side.WEATHER,
    Reason.VESSEL_LATE: Side.CARRIER,
    Reason.ENGINE: Side.CARRIER,
    Reason.EQUIPMENT: Side.CARRIER,
    Reason.OVERBOOKED: Side.CARRIER,
    Reason.MISSED_CONNECTION: Side.CARRIER,
    Reason.DOCS_MISSING: Side.CUSTOMER,
    Reason.CUSTOMS_CHECK: Side.CUSTOMS,
    Reason.DUTY_UNPAID: Side.CUSTOMER,
    Reason.PAYMENT: Side.CUSTOMER,
    Reason.STRIKE: Side.NOBODY,
    Reason.RAIL_LATE: Side.CARRIER,
    Reason.TRUCK_BREAKDOWN: Side.CARRIER,
    Reason.NO_DRIVER: Side.CARRIER,
    Reason.SITE_CLOSED: Side.CUSTOMER,
    Reason.ADDRESS: Side.CUSTOMER,
    Reason.ORIGIN_NOT_READY: Side.CUSTOMER,
    Reason.HOLIDAY: Side.NOBODY,
    Reason.CANAL: Side.NOBODY,
    Reason.SECURITY: Side.NOBODY,
    Reason.RECOUNT: Side.NOBODY,
    Reason.OUR_ERROR: Side.US,
    Reason.OTHER: Side.NOT_KNOWN,
    Reason.UNKNOWN: Side.NOT_KNOWN,
}


def sms(reason: Reason | None, transport: Transport = Transport.UNKNOWN, language: str = "en") -> str:
    """The cause in at most 20 characters; empty where none was given."""
    return _said(reason, "sms", transport, language) if reason else ""


def sentence(
    reason: Reason | None, transport: Transport = Transport.UNKNOWN, place: str = "", language: str = "en"
) -> str:
    """The cause as a sentence with an actor and a verb; empty where none was given."""
    return _said(reason, "long", transport, language, place) if reason else ""


def side(reason: Reason | None) -> Side:
    """On whose side the cause lies; not known where none was given."""
    return SIDES[reason] if reason else Side.NOT_KNOWN


def may_apologise(reason: Reason | None) -> bool:
    """Whether an apology for this cause would be honest."""
    return side(reason) in APOLOGY


def _said(reason: Reason, form: str, transport: Transport, tag: str, place: str = "") -> str:
    """The form's own words for the mode of transport where there are some.

    `other` reads as not known: the source gave a cause that has no words here, so we do not know it.
    """
    language = language_of(tag)
    named = Reason.UNKNOWN if reason is Reason.OTHER else reason
    key = f"reason.{named.value}.{form}"
    special = f"{key}.{transport.value}"
    return language.say(special if special in language.texts else key, {"place": place})
