"""Choices that people take with one digit: what each text may offer, which digits are drawn, and what they mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from service.records.choices import DigitUse
from service.records.enums import NoticeCode

SERVICES: Mapping[str, str] = {"ok": "ok", "options": "options", "other_day": "other_day", "call_me": "call"}
"""What an account may switch on, and the name of its words in every language; in the order in which it is offered."""

UNDO = "undo:"
"""What a digit does that takes a choice back; the choice's id follows."""

LASTS = timedelta(hours=48)
"""How long a question stands open."""

UNDO_WITHIN = timedelta(minutes=30)

DIGITS = tuple("123456789")

_DATE_MOVED = ("ok", "options", "call_me")
_AT_THE_DOOR = ("ok", "other_day", "call_me")

OFFERS: Mapping[NoticeCode, tuple[str, ...]] = {
    NoticeCode.AVAILABLE_PICKUP: _AT_THE_DOOR,
    NoticeCode.DELIVERY_BOOKED: _AT_THE_DOOR,
    NoticeCode.OUT_FOR_DELIVERY: ("other_day", "call_me"),
    NoticeCode.DELIVERY_MISSED: ("other_day", "call_me"),
    NoticeCode.ETA_SLIP: _DATE_MOVED,
    NoticeCode.ETA_SLIP_AGAIN: _DATE_MOVED,
    NoticeCode.ROLLED_BOOKING: _DATE_MOVED,
    NoticeCode.MISSED_TRANSSHIP: _DATE_MOVED,
    NoticeCode.PORT_CHANGED: _DATE_MOVED,
    NoticeCode.DELAY_NO_DATE: _DATE_MOVED,
    NoticeCode.OVERDUE_NO_NEWS: ("call_me",),
    NoticeCode.SILENCE: ("call_me",),
    NoticeCode.CUSTOMS_HOLD: ("call_me",),
    NoticeCode.CUSTOMS_EXAM: ("call_me",),
    NoticeCode.DAMAGED: ("call_me",),
    NoticeCode.FREE_TIME_ENDING: ("options", "call_me"),
    NoticeCode.PARTIAL_DELIVERY: ("ok", "call_me"),
    NoticeCode.LOST_OR_UNLOCATED: ("call_me",),
    NoticeCode.BOOKING_CANCELLED: ("options", "call_me"),
    NoticeCode.PROBLEM: ("call_me",),
}
"""What each text asks, if the account does it."""

TASKS: Mapping[str, str] = {
    "call_me": "They asked for a call about {ref}.",
    "options": "They asked what can be done about {ref}.",
    "other_day": "They need another day for {ref}.",
}
"""What a person of ours must do for each service; "ok" asks for nothing."""


def offered(codes: Collection[NoticeCode], services: Collection[str]) -> tuple[str, ...]:
    """The services that a text with news of these *codes* offers; nothing where they ask different things."""
    asked = {OFFERS.get(code, ()) for code in codes}
    if len(asked) != 1:
        return ()
    found = tuple(one for one in next(iter(asked)) if one in services)
    # "Reply 1 OK" alone asks nobody for anything.
    return found if set(found) - {"ok"} else ()


def draw(wanted: Sequence[str], used: Collection[DigitUse], message_id: str = "") -> tuple[tuple[str, str], ...]:
    """A digit for each service: those that this message has already, else free ones, the least recently used first.

    None where not all of them find one. The digits of one question rise, so that it reads "1 … 2 … 3".
    """
    mine = {one.does: one.digit for one in used if one.message_id == message_id and message_id}
    if wanted and all(one in mine for one in wanted):
        return tuple((mine[one], one) for one in wanted)
    last = {one.digit: one.last for one in used}
    taken = {one.digit for one in used if one.message_id is not None}
    never = [digit for digit in DIGITS if digit not in last]
    rested = sorted((digit for digit in last if digit not in taken), key=lambda digit: (last[digit], digit))
    free = [digit for digit in (*never, *rested) if digit in DIGITS]
    if len(free) < len(wanted):
        return ()
    return tuple(zip(sorted(free[: len(wanted)]), wanted, strict=True))
