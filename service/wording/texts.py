"""What each text is made of, in every language alike: M01 to M23, D01 to D20, S01 to S10.

The words stand in `languages`. A delay or trouble always ends with a way to a person, and so does a milestone after
which people commonly have something to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from service.records.enums import Level, NoticeCode
from service.wording.entries import ASKED, DEPARTURE, DUE, FREE, MAIN, WORD, Entry, Slot, entry
from service.wording.languages import ENGLISH

PAGE, DIGEST, INFO, NOTICE, ACTION, CRITICAL, SYS = Level

_Row = tuple[NoticeCode, str, Level, Sequence[str], tuple[Slot, ...]]

_MILESTONES: list[_Row] = [
    (NoticeCode.WATCH_STARTED, "Updates begin", INFO, ("what", "dates", "stop"), (DEPARTURE, DUE)),
    (NoticeCode.BOOKING_CONFIRMED, "Booked", INFO, ("what", "dates", "then"), (DEPARTURE, DUE)),
    (NoticeCode.CARGO_PICKED_UP, "Picked up", DIGEST, ("what", "dates", "then"), (DEPARTURE, DUE)),
    (NoticeCode.GATE_IN_ORIGIN, "At the origin terminal", PAGE, ("what", "dates"), (DEPARTURE, DUE)),
    (NoticeCode.EXPORT_CLEARED, "Cleared export customs", PAGE, ("what", "dates"), (DEPARTURE, DUE)),
    (NoticeCode.LOADED, "Loaded", PAGE, ("what", "dates"), (DEPARTURE, DUE)),
    (NoticeCode.DEPARTED, "Left", INFO, ("what", "dates", "then"), (DUE,)),
    (NoticeCode.TRANSSHIP_ARRIVED, "Changing ship", DIGEST, ("what", "dates"), (DEPARTURE, DUE)),
    (NoticeCode.TRANSSHIP_DEPARTED, "Changed ship and left", DIGEST, ("what", "dates"), (DUE,)),
    (NoticeCode.ETA_EARLIER, "Earlier than told", INFO, ("what",), (MAIN,)),
    (NoticeCode.NEARING_PORT, "Close to port", NOTICE, ("what", "needs", "word"), (DUE, ASKED)),
    (NoticeCode.ARRIVED_PORT, "Arrived", INFO, ("what", "dates", "then"), (DUE,)),
    (NoticeCode.DISCHARGED, "Unloaded", PAGE, ("what", "dates"), (DUE,)),
    (NoticeCode.CUSTOMS_STARTED, "Customs has begun", PAGE, ("what", "dates", "then"), (DUE,)),
    (NoticeCode.CUSTOMS_CLEARED, "Cleared customs", INFO, ("what", "dates"), (DUE,)),
    (NoticeCode.AVAILABLE_PICKUP, "Ready to collect", NOTICE, ("what", "charge", "dates"), (FREE, DUE)),
    (NoticeCode.RAIL_DEPARTED, "Left by rail", DIGEST, ("what", "dates"), (DUE,)),
    (NoticeCode.DELIVERY_BOOKED, "Delivery booked", NOTICE, ("what",), (DUE,)),
    (NoticeCode.OUT_FOR_DELIVERY, "Out for delivery", NOTICE, ("what", "dates", "ask"), (DUE,)),
    (NoticeCode.DELIVERED, "Delivered", INFO, ("what", "ask"), ()),
    (NoticeCode.POD_READY, "Signed delivery note", PAGE, ("what",), ()),
    (NoticeCode.EMPTY_RETURNED, "Empty container returned", PAGE, ("what",), ()),
    (NoticeCode.NOW_HAS_DATE, "Now has a date", INFO, ("what", "then"), (MAIN,)),
]
_ANSWERED = frozenset(
    {
        NoticeCode.ETA_EARLIER,
        NoticeCode.NEARING_PORT,
        NoticeCode.CUSTOMS_CLEARED,
        NoticeCode.AVAILABLE_PICKUP,
        NoticeCode.DELIVERY_BOOKED,
        NoticeCode.OUT_FOR_DELIVERY,
        NoticeCode.DELIVERED,
    }
)
"""The milestones that end with a way to a person."""

_MOVES = ("what", "moved or open", "word", "if again")
_CUSTOMS = ("what", "needs", "dates or how long", "word", "customs decides")
_OPEN = ("what", "own dates", "word", "when known")
_DELAYS: list[_Row] = [
    (NoticeCode.ETA_SLIP, "Late", ACTION, ("what", "moved", "word", "if again"), (MAIN, WORD)),
    (NoticeCode.ETA_SLIP_AGAIN, "Late again", ACTION, ("what", "moved", "word", "if again"), (MAIN, WORD)),
    (NoticeCode.OVERDUE_NO_NEWS, "Overdue, no news", ACTION, ("what", "word"), (MAIN, WORD)),
    (NoticeCode.SILENCE, "No news", NOTICE, ("what", "word"), (WORD,)),
    (NoticeCode.ROLLED_BOOKING, "Left behind", ACTION, _MOVES, (MAIN, WORD)),
    (NoticeCode.CUSTOMS_HOLD, "Held by customs", ACTION, _CUSTOMS, (MAIN, ASKED, WORD)),
    (
        NoticeCode.CUSTOMS_EXAM,
        "Customs inspection",
        ACTION,
        ("what", "dates or how long", "word", "customs decides"),
        (MAIN, WORD),
    ),
    (NoticeCode.MISSED_TRANSSHIP, "Missed its next ship", ACTION, _MOVES, (MAIN, WORD)),
    (NoticeCode.DAMAGED, "Reported damaged", CRITICAL, ("what", "dates", "word", "then always"), (MAIN, WORD)),
    (NoticeCode.FREE_TIME_ENDING, "Free time is ending", CRITICAL, ("what", "charge", "word"), (FREE, WORD)),
    (NoticeCode.PARTIAL_DELIVERY, "Part delivered", ACTION, ("what", "own dates", "word"), (MAIN, WORD)),
    (NoticeCode.DELIVERY_MISSED, "Delivery did not happen", ACTION, _MOVES, (MAIN, WORD)),
    (NoticeCode.RECOVERED, "Back on plan", INFO, ("what",), (MAIN,)),
    (NoticeCode.PORT_CHANGED, "Another port", ACTION, _MOVES, (MAIN, WORD)),
    (NoticeCode.LOST_OR_UNLOCATED, "Cannot be found", CRITICAL, ("what", "word"), (WORD,)),
    (NoticeCode.CORRECTION, "Correction", ACTION, ("what", "word"), (MAIN, WORD)),
    (NoticeCode.DELAY_NO_DATE, "Late, no new date yet", ACTION, ("what", "open", "word", "next known"), (WORD,)),
    (NoticeCode.BOOKING_CANCELLED, "Booking cancelled or changed", ACTION, _OPEN, (WORD,)),
    (NoticeCode.RETURNED, "Returned to the sender", ACTION, _OPEN, (WORD,)),
    (NoticeCode.PROBLEM, "A problem", ACTION, _OPEN, (WORD,)),
]

_ANSWERS: list[_Row] = [
    (NoticeCode.REPLY_ACK, "Your message has arrived", SYS, ("what", "ask"), ()),
    (NoticeCode.AFTER_HOURS, "We are closed now", SYS, ("what", "also"), ()),
    (NoticeCode.HONEST_NO, "We cannot do that", SYS, ("what", "also"), ()),
    (NoticeCode.OPTIONS, "Your options", SYS, ("what", "also"), ()),
    (NoticeCode.CSAT, "How did we do", SYS, ("what", "also", "then"), ()),
    (NoticeCode.STOP, "Texts have stopped", SYS, ("what", "then", "also", "ask"), ()),
    (NoticeCode.HELP, "Help", SYS, ("what", "also", "then"), ()),
    (NoticeCode.CHOICE_CLOSED, "That choice has closed", SYS, ("what", "ask"), ()),
    (NoticeCode.START, "Texts are on", SYS, ("what", "also"), ()),
    (NoticeCode.HUMAN, "A message from a person", SYS, ("what",), ()),
]

MILESTONES: dict[NoticeCode, Entry] = {row[0]: entry(*row, route=row[0] in _ANSWERED) for row in _MILESTONES}
DELAYS: dict[NoticeCode, Entry] = {row[0]: entry(*row, route=row[0] is not NoticeCode.RECOVERED) for row in _DELAYS}
ANSWERS: dict[NoticeCode, Entry] = {row[0]: entry(*row, route=False) for row in _ANSWERS}
"""Answers to a reply, and a person's own words; their values come from `ServiceText.words`."""


def mail_key(key: str) -> str:
    """The key of what an e-mail says in place of the text of *key*; *key* itself where the two say the same."""
    code, _, rest = key.partition(".")
    mailed = f"{code}.mail.{rest}"
    return mailed if mailed in ENGLISH.texts else key


def _by_mail(text: Entry) -> Entry:
    pieces = tuple(replace(piece, keys=tuple(mail_key(key) for key in piece.keys)) for piece in text.pieces)
    return replace(text, pieces=pieces)


ANSWERS_BY_MAIL: dict[NoticeCode, Entry] = {code: _by_mail(text) for code, text in ANSWERS.items()}
"""The same answers where they go by e-mail: what is stopped and begun again is the channel that was written on."""
