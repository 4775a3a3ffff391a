"""The tape as data: what happens to six shipments of four customers in a month, as a system would post it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 9, 14, 6, 0, tzinfo=UTC)
"""A Monday, 07:00 in London."""

END = datetime(2026, 10, 16, 15, 0, tzinfo=UTC)
"""A Friday afternoon, with the desk at work, when the last order has come."""

BRAND = "Harbour"
CARE_PHONE = "020 7946 0018"
CARE_EMAIL = "desk@example.com"
ZONE = "Europe/London"
HOURS: Mapping[str, list[list[str]]] = {str(day): [["08:00", "18:00"]] for day in range(5)}

ANA, TOM, LUCIA, OMAR = "+447700900123", "+447700900145", "+447700900167", "+447700900189"

PEOPLE: Mapping[str, str] = {
    ANA: "Ana, Bright Toys",
    TOM: "Tom, Alder & Sons",
    LUCIA: "Lucía, Casa Verde",
    OMAR: "Omar, Nile Trading",
}
"""Whose phone it is, for the demo page."""

SERVICES = ("ok", "options", "other_day", "call_me")
"""The choices that people are offered by digits."""

REPLY_FROM = ANA
REPLY_TEXT = "Can you bring it before 10:00 next time?"
"""What the scripted run answers when the tape has ended."""

BRIGHT_TOYS = [{"name": "Ana", "phone": ANA, "email": "ana@example.com"}]
ALDER = [{"name": "Tom", "phone": TOM}]
CASA_VERDE = [{"name": "Lucía", "phone": LUCIA, "language": "es"}]
NILE = [{"name": "Omar", "phone": OMAR, "language": "ar"}]

DIGESTS = (ANA,)
"""Who wants a daily list of what is too quiet for a text."""

SHIP = {"vessel": "Ever Aspire", "voyage": "0412W", "transport": "ocean"}
NEXT_SHIP = {"vessel": "Harbour Pearl", "voyage": "087E", "transport": "ocean"}
AIR, ROAD, SEA = {"transport": "air"}, {"transport": "road"}, {"transport": "ocean"}
QUEUE = {"place": "GBFXT", "reason": "port_congestion"}

LANDED = "News at night: the text waits until 08:00."
SLIPPED = "The ship slips four days."
FLAPPED = "A date moves three days, and is held until it has settled."
BACK = "It moves back within the hour: nobody hears of it."
WRONG = "Night again: this text waits, too."
TAKEN_BACK = "The arrival is taken back: the text that waited is dropped as untrue."
SMALL = "A slip of three hours: held, and the rule says why."
ANSWERED = "Ana takes a choice with one digit; a person of ours has a task."
FALSE = "It was not delivered: whoever was told hears so at once, in Spanish."
OVERDUE = "Due today. If nothing is heard, the desk is asked first, then Omar is told, in Arabic."
QUIETLY = "Too quiet for a text: it goes into Ana's digest of the next morning."


@dataclass(frozen=True, slots=True)
class Post:
    """An event, when it is posted, and what to watch for; or a `reply` that somebody sends."""

    at: datetime
    event: Mapping[str, Any]
    note: str = ""
    reply: tuple[str, str] | None = None


def _post(at: str, ref: str, milestone: str | None, *, note: str = "", **fields: Any) -> Post:
    """*at* is London time, `2026-09-14 09:00`; it happened five minutes earlier. A retraction has no milestone."""
    when = datetime.fromisoformat(f"{at}+01:00")
    happened = (when - timedelta(minutes=5)).isoformat(timespec="minutes")
    said = {"milestone": milestone, "at": happened} if milestone else {}
    return Post(when.astimezone(UTC), {"ref": ref, **said, **fields}, note)


def _reply(at: str, sender: str, text: str, *, note: str = "") -> Post:
    return Post(datetime.fromisoformat(f"{at}+01:00").astimezone(UTC), {}, note, (sender, text))


TAPE: tuple[Post, ...] = (
    # Two orders of Bright Toys on one ship, and three orders of others.
    _post(
        "2026-09-14 08:30", "PO 4711", "booking_confirmed", place="CNNGB", eta="2026-10-09", tell=BRIGHT_TOYS, **SHIP
    ),
    _post(
        "2026-09-14 08:31", "PO 4715", "booking_confirmed", place="CNNGB", eta="2026-10-09", tell=BRIGHT_TOYS, **SHIP
    ),
    _post("2026-09-14 10:10", "PO 88-A", "booking_confirmed", place="CNPVG", eta="2026-09-19", tell=ALDER, **AIR),
    _post("2026-09-14 11:20", "HB-2231", "booking_confirmed", place="ESVLC", due="2026-09-24", tell=CASA_VERDE, **ROAD),
    _post("2026-09-14 15:00", "PO 90-B", "booking_confirmed", place="SGSIN", eta="2026-10-02", tell=ALDER, **SEA),
    _post("2026-09-15 09:40", "PO 4711", "picked_up", place="CNNGB", note=QUIETLY),
    _post("2026-09-15 09:41", "PO 4715", "picked_up", place="CNNGB"),
    _post("2026-09-15 16:05", "PO 4711", "gated_in_origin", place="CNNGB"),
    _post("2026-09-15 16:06", "PO 4715", "gated_in_origin", place="CNNGB"),
    _post("2026-09-16 13:00", "PO 4711", "loaded", place="CNNGB", **SHIP),
    _post("2026-09-16 13:01", "PO 4715", "loaded", place="CNNGB", **SHIP),
    _post("2026-09-17 11:00", "PO 4711", "departed", place="CNNGB", eta="2026-10-09", **SHIP),
    _post("2026-09-17 11:01", "PO 4715", "departed", place="CNNGB", eta="2026-10-09", **SHIP),
    _post("2026-09-17 15:30", "PO 88-A", "departed", place="CNPVG", eta="2026-09-19", **AIR),
    _post("2026-09-18 23:10", "PO 88-A", "arrived_destination", place="GBLHR", **AIR, note=LANDED),
    _post("2026-09-19 12:15", "PO 88-A", "customs_cleared", place="GBLHR"),
    # The ship slips four days: one text and one e-mail for both orders.
    _post("2026-09-21 09:00", "PO 4711", "eta_changed", eta="2026-10-13", **QUEUE, **SHIP, note=SLIPPED),
    _post("2026-09-21 09:02", "PO 4715", "eta_changed", eta="2026-10-13", **QUEUE, **SHIP),
    _post("2026-09-21 10:10", "PO 61", "departed", place="AEJEA", eta="2026-09-28", tell=NILE, **SEA),
    _post("2026-09-21 10:20", "PO 88-A", "out_for_delivery", due="2026-09-21"),
    _reply("2026-09-21 12:40", ANA, "2", note=ANSWERED),
    _post("2026-09-21 14:45", "PO 88-A", "delivered"),
    _post("2026-09-22 09:30", "HB-2231", "picked_up", place="ESVLC", due="2026-09-24"),
    _post("2026-09-22 14:00", "PO 90-B", "departed", place="SGSIN", eta="2026-10-02", **SEA),
    # A flap: three days later, and back within the hour.
    _post("2026-09-23 10:00", "PO 90-B", "eta_changed", place="GBSOU", eta="2026-10-05", note=FLAPPED),
    _post("2026-09-23 10:40", "PO 90-B", "eta_changed", place="GBSOU", eta="2026-10-02", note=BACK),
    _post("2026-09-24 08:40", "HB-2231", "out_for_delivery", due="2026-09-24"),
    # Reported as delivered by mistake: a correction, and the truth later.
    _post("2026-09-24 13:25", "HB-2231", "delivered", id="tms-801"),
    _post("2026-09-24 14:30", "HB-2231", None, id="tms-802", retracts="tms-801", note=FALSE),
    _post("2026-09-24 17:50", "HB-2231", "delivered", id="tms-803"),
    _post("2026-09-26 10:00", "PO 4711", "transshipment_arrived", place="SGSIN", **SHIP),
    _post("2026-09-26 10:01", "PO 4715", "transshipment_arrived", place="SGSIN", **SHIP),
    _post("2026-09-27 18:00", "PO 4711", "transshipment_departed", place="SGSIN", **NEXT_SHIP),
    _post("2026-09-27 18:01", "PO 4715", "transshipment_departed", place="SGSIN", **NEXT_SHIP),
    # Due, and nothing is heard for three days.
    _post("2026-09-28 09:00", "PO 61", "in_transit", note=OVERDUE, **SEA),
    # An arrival reported at night by mistake, and taken back before the morning.
    _post("2026-09-29 22:30", "PO 90-B", "arrived_destination", place="GBSOU", id="tos-5512", **SEA, note=WRONG),
    _post("2026-09-30 05:10", "PO 90-B", None, id="tos-5513", retracts="tos-5512", note=TAKEN_BACK),
    # Three hours past the told day, twelve days ahead: held. Then the hours are made good.
    _post("2026-10-02 10:00", "PO 4711", "eta_changed", eta="2026-10-14T03:00+01:00", **NEXT_SHIP, note=SMALL),
    _post("2026-10-02 11:00", "PO 61", "arrived_destination", place="GBFXT", **SEA),
    _post("2026-10-02 15:30", "PO 90-B", "arrived_destination", place="GBSOU", id="tos-5540", **SEA),
    _post("2026-10-05 09:15", "PO 90-B", "customs_cleared", place="GBSOU"),
    _post("2026-10-05 16:00", "PO 4711", "eta_changed", eta="2026-10-13T21:00+01:00", **NEXT_SHIP),
    _post("2026-10-06 09:30", "PO 90-B", "out_for_delivery", due="2026-10-06"),
    _post("2026-10-06 14:00", "PO 90-B", "delivered"),
    _post("2026-10-13 16:40", "PO 4711", "arrived_destination", place="GBFXT", **NEXT_SHIP),
    _post("2026-10-13 16:41", "PO 4715", "arrived_destination", place="GBFXT", **NEXT_SHIP),
    _post("2026-10-14 17:00", "PO 4711", "customs_cleared", place="GBFXT", due="2026-10-16", **NEXT_SHIP),
    _post("2026-10-14 17:01", "PO 4715", "customs_cleared", place="GBFXT", due="2026-10-16", **NEXT_SHIP),
    _post("2026-10-16 08:20", "PO 4711", "out_for_delivery", due="2026-10-16"),
    _post("2026-10-16 08:21", "PO 4715", "out_for_delivery", due="2026-10-16"),
    _post("2026-10-16 11:12", "PO 4711", "delivered"),
    _post("2026-10-16 11:14", "PO 4715", "delivered"),
)
"""Every post in the order of its time."""

EVENTS = sum(1 for one in TAPE if one.reply is None)
"""How many of them are events."""
