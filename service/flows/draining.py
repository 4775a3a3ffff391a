"""Draining: what waited behind a pause, or while we were away, leaves in turn.

The row is the queue: whoever waits for its turn is due later, and each is checked again when it is claimed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service.policy.draining import SILENCE, slots
from service.records.pauses import DRAINING, EVERY, Waits
from service.store import held
from service.store.engine import Database
from service.store.sql import chunks


def release(database: Database, now: datetime, per_minute: int) -> int:
    """Give a turn to all that waits behind a pause which has ended; returns how many messages that were.

    Looks at the state and not at what changed: a pause that ended by itself, one that another process lifted, and
    what met a pause in the moment in which it was lifted are all found here.
    """
    with database.read() as conn:
        ended = held.over(conn, now)
    found = 0
    for one in ended:
        with database.read() as conn:
            waiting = held.waiting(conn, [one.id, DRAINING], one.account_id)
        found += sum(message.held_by == one.id for message in waiting)
        take_turns(database, waiting, one.rate or per_minute, now)
    return found


def after_away(database: Database, now: datetime, per_minute: int) -> int:
    """Give a turn to all that should have left while nobody sent; returns how many messages that were."""
    with database.read() as conn:
        late = held.overdue(conn, now - SILENCE)
        queued = held.waiting(conn, [DRAINING], EVERY) if late else []
    waiting = {one.message_id: one for one in (*queued, *late)}
    take_turns(database, list(waiting.values()), per_minute, now)
    return len(late)


def take_turns(database: Database, waiting: Sequence[Waits], per_minute: int, now: datetime) -> None:
    """Write when each is due, in short steps, the first turns first."""
    for some in chunks(slots(waiting, per_minute, now)):
        database.write(lambda conn, some=some: held.take_turns(conn, some, now))  # type: ignore[misc]
    if waiting:
        database.wake("messages")
