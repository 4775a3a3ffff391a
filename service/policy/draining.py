"""How what has waited leaves once nothing holds it: one after the other, the most urgent first, never all at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from service.policy.catalogue import loudness
from service.records.enums import MessageKind
from service.records.pauses import DRAINING, Waits

PER_MINUTE = 600
"""So many messages leave in a minute after a pause or an outage, unless somebody says otherwise."""

SILENCE = timedelta(minutes=1)
"""Whoever did not look at the queue for longer than this was away: what is overdue by as much leaves in turn."""

Slot = tuple[Waits, datetime]
"""A message, and when its turn comes."""


def was_away(last: datetime | None, now: datetime) -> bool:
    """Whether the queue was left alone for so long that what is overdue must leave in turn."""
    return last is not None and now - last > SILENCE


def slots(waiting: Iterable[Waits], per_minute: int, now: datetime) -> list[Slot]:
    """When each of *waiting* is due: evenly spread, so that *per_minute* leave in a minute.

    Where some wait for their turn already all are put in order anew, from the next turn on. What is worth nothing any
    more when its turn comes has one all the same: then it ends, and what is still owed is said afresh in its place.
    """
    ordered = sorted(waiting, key=_urgency)
    turns = [one.due_at for one in ordered if one.held_by == DRAINING]
    start = max(now, min(turns, default=now))
    return [(one, start + timedelta(minutes=turn) / per_minute) for turn, one in enumerate(ordered)]


def _urgency(one: Waits) -> tuple[bool, int, datetime, str]:
    """Somebody who wrote to us comes first, then what is loudest, then what is soonest too late."""
    return one.kind is MessageKind.NOTICE, -loudness(one.level), one.send_before, one.message_id
