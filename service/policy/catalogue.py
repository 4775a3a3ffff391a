"""Which milestone is which text, how loudly it is said, and until when it is worth saying."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from service.policy.happenings import Happening
from service.records.enums import Level, Milestone, NoticeCode, Reason

LOUDNESS = (Level.PAGE, Level.DIGEST, Level.INFO, Level.NOTICE, Level.ACTION, Level.CRITICAL)
"""The levels, quietest first."""

CODES: Mapping[Milestone, NoticeCode] = {
    Milestone.BOOKING_CONFIRMED: NoticeCode.BOOKING_CONFIRMED,
    Milestone.PICKED_UP: NoticeCode.CARGO_PICKED_UP,
    Milestone.GATED_IN_ORIGIN: NoticeCode.GATE_IN_ORIGIN,
    Milestone.EXPORT_CUSTOMS_CLEARED: NoticeCode.EXPORT_CLEARED,
    Milestone.LOADED: NoticeCode.LOADED,
    Milestone.DEPARTED: NoticeCode.DEPARTED,
    Milestone.TRANSSHIPMENT_ARRIVED: NoticeCode.TRANSSHIP_ARRIVED,
    Milestone.TRANSSHIPMENT_DEPARTED: NoticeCode.TRANSSHIP_DEPARTED,
    Milestone.ARRIVED_DESTINATION: NoticeCode.ARRIVED_PORT,
    Milestone.DISCHARGED: NoticeCode.DISCHARGED,
    Milestone.RAIL_DEPARTED: NoticeCode.RAIL_DEPARTED,
    Milestone.CUSTOMS_STARTED: NoticeCode.CUSTOMS_STARTED,
    Milestone.CUSTOMS_HOLD: NoticeCode.CUSTOMS_HOLD,
    Milestone.CUSTOMS_CLEARED: NoticeCode.CUSTOMS_CLEARED,
    Milestone.AVAILABLE_PICKUP: NoticeCode.AVAILABLE_PICKUP,
    Milestone.OUT_FOR_DELIVERY: NoticeCode.OUT_FOR_DELIVERY,
    Milestone.DELIVERY_ATTEMPT_FAILED: NoticeCode.DELIVERY_MISSED,
    Milestone.DELIVERED: NoticeCode.DELIVERED,
    Milestone.EMPTY_RETURNED: NoticeCode.EMPTY_RETURNED,
    Milestone.DELAYED: NoticeCode.DELAY_NO_DATE,
    Milestone.BOOKING_CHANGED_CANCELLED: NoticeCode.BOOKING_CANCELLED,
    Milestone.RETURNED_SHIPPER: NoticeCode.RETURNED,
    Milestone.EXCEPTION: NoticeCode.PROBLEM,
}
"""The text of each milestone. Those that are missing have none of their own.

The role of a place is already in the milestone: the journey has told hubs from origin and destination.
"""

LEVELS: Mapping[NoticeCode, Level] = {
    NoticeCode.WATCH_STARTED: Level.INFO,
    NoticeCode.BOOKING_CONFIRMED: Level.INFO,
    NoticeCode.CARGO_PICKED_UP: Level.DIGEST,
    NoticeCode.GATE_IN_ORIGIN: Level.PAGE,
    NoticeCode.EXPORT_CLEARED: Level.PAGE,
    NoticeCode.LOADED: Level.PAGE,
    NoticeCode.DEPARTED: Level.INFO,
    NoticeCode.TRANSSHIP_ARRIVED: Level.DIGEST,
    NoticeCode.TRANSSHIP_DEPARTED: Level.DIGEST,
    NoticeCode.ETA_EARLIER: Level.INFO,
    NoticeCode.NEARING_PORT: Level.NOTICE,
    NoticeCode.ARRIVED_PORT: Level.INFO,
    NoticeCode.DISCHARGED: Level.PAGE,
    NoticeCode.CUSTOMS_STARTED: Level.PAGE,
    NoticeCode.CUSTOMS_CLEARED: Level.INFO,
    NoticeCode.AVAILABLE_PICKUP: Level.NOTICE,
    NoticeCode.RAIL_DEPARTED: Level.DIGEST,
    NoticeCode.DELIVERY_BOOKED: Level.NOTICE,
    NoticeCode.OUT_FOR_DELIVERY: Level.NOTICE,
    NoticeCode.DELIVERED: Level.INFO,
    NoticeCode.POD_READY: Level.PAGE,
    NoticeCode.EMPTY_RETURNED: Level.PAGE,
    NoticeCode.NOW_HAS_DATE: Level.INFO,
    NoticeCode.ETA_SLIP: Level.ACTION,
    NoticeCode.ETA_SLIP_AGAIN: Level.ACTION,
    NoticeCode.OVERDUE_NO_NEWS: Level.ACTION,
    NoticeCode.SILENCE: Level.NOTICE,
    NoticeCode.ROLLED_BOOKING: Level.ACTION,
    NoticeCode.CUSTOMS_HOLD: Level.ACTION,
    NoticeCode.CUSTOMS_EXAM: Level.ACTION,
    NoticeCode.MISSED_TRANSSHIP: Level.ACTION,
    NoticeCode.DAMAGED: Level.CRITICAL,
    NoticeCode.FREE_TIME_ENDING: Level.CRITICAL,
    NoticeCode.PARTIAL_DELIVERY: Level.ACTION,
    NoticeCode.DELIVERY_MISSED: Level.ACTION,
    NoticeCode.RECOVERED: Level.INFO,
    NoticeCode.PORT_CHANGED: Level.ACTION,
    NoticeCode.LOST_OR_UNLOCATED: Level.CRITICAL,
    NoticeCode.CORRECTION: Level.ACTION,
    NoticeCode.DELAY_NO_DATE: Level.ACTION,
    NoticeCode.BOOKING_CANCELLED: Level.ACTION,
    NoticeCode.RETURNED: Level.ACTION,
    NoticeCode.PROBLEM: Level.ACTION,
}
"""How loudly each text is said by default."""

SEND_WITHIN: Mapping[NoticeCode, timedelta] = {
    NoticeCode.DEPARTED: timedelta(hours=12),
    NoticeCode.TRANSSHIP_ARRIVED: timedelta(hours=12),
    NoticeCode.TRANSSHIP_DEPARTED: timedelta(hours=12),
    NoticeCode.ARRIVED_PORT: timedelta(hours=12),
    NoticeCode.RAIL_DEPARTED: timedelta(hours=12),
    NoticeCode.ETA_SLIP: timedelta(hours=6),
    NoticeCode.ETA_SLIP_AGAIN: timedelta(hours=6),
    NoticeCode.ETA_EARLIER: timedelta(hours=6),
    NoticeCode.RECOVERED: timedelta(hours=6),
    NoticeCode.ROLLED_BOOKING: timedelta(hours=6),
    NoticeCode.MISSED_TRANSSHIP: timedelta(hours=6),
    NoticeCode.NOW_HAS_DATE: timedelta(hours=12),
    NoticeCode.PORT_CHANGED: timedelta(hours=6),
    NoticeCode.FREE_TIME_ENDING: timedelta(hours=12),
    NoticeCode.OVERDUE_NO_NEWS: timedelta(hours=6),
    NoticeCode.SILENCE: timedelta(hours=6),
    NoticeCode.DELAY_NO_DATE: timedelta(hours=6),
    NoticeCode.OUT_FOR_DELIVERY: timedelta(hours=3),
    NoticeCode.CUSTOMS_HOLD: timedelta(hours=24),
}
"""How long after its first allowed moment a text may leave; any other within a day."""


def code_of(happening: Happening) -> NoticeCode | None:
    """The text for *happening*, or None. Of exceptions damage has its own; the others are a problem."""
    if happening.milestone is Milestone.EXCEPTION and "damaged" in happening.flags:
        return NoticeCode.DAMAGED
    if happening.milestone is Milestone.EXCEPTION and "lost" in happening.flags:
        return NoticeCode.LOST_OR_UNLOCATED
    if happening.milestone is Milestone.CUSTOMS_HOLD and happening.reason is Reason.CUSTOMS_CHECK:
        return NoticeCode.CUSTOMS_EXAM
    if happening.milestone is Milestone.DELIVERED and not happening.complete:
        return NoticeCode.PARTIAL_DELIVERY
    return CODES.get(happening.milestone)


def level_of(code: NoticeCode) -> Level:
    """How loudly *code* is said; answers to people are `sys`."""
    return LEVELS.get(code, Level.SYS)


def reaches(level: Level, threshold: Level) -> bool:
    """Whether a notice of *level* goes to somebody who hears from *threshold* on. `page` is never a message."""
    return level is not Level.PAGE and loudness(level) >= loudness(threshold)


def loudness(level: Level) -> int:
    """The place of *level* among the levels; answers come last."""
    return LOUDNESS.index(level) if level in LOUDNESS else len(LOUDNESS)


def send_window(code: NoticeCode) -> timedelta:
    """How long *code* is worth sending, from its `not_before`."""
    return SEND_WITHIN.get(code, timedelta(hours=24))
