"""One tick: a check that runs once per due instant, whatever the number of processes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from service.flows.kit import Kit
from service.store import ticks
from service.store.engine import Connection

KEPT = timedelta(days=2)
"""How long done ticks are kept, as proof that they were done once."""


def once(kit: Kit, name: str, every: timedelta, check: Callable[[], object]) -> bool:
    """Run *check* if nobody has for the present instant of its rhythm; returns whether it ran here.

    Whoever dies over a check leaves it to the next instant: a check looks at what is due, not at what was due when.
    """
    now = kit.clock()
    due_at = instant_of(now, every)
    if not kit.database.write(lambda conn: _claim(conn, name, due_at, now)):
        return False
    kit.reach("t1")
    check()
    kit.reach("t2")
    done = kit.clock()
    kit.database.write(lambda conn: ticks.finish_tick(conn, name, due_at, done))
    kit.reach("t3")
    if due_at.minute == 0 and due_at.second == 0:
        kit.database.write(lambda conn: ticks.prune_ticks(conn, done - KEPT))
    return True


def _claim(conn: Connection, name: str, due_at: datetime, now: datetime) -> bool:
    """Whether this instant is ours. Where it is taken the clock may have been set back: then the next one is not."""
    if ticks.claim_tick(conn, name, due_at):
        return True
    ticks.forget_future(conn, name, now)
    return False


def instant_of(now: datetime, every: timedelta) -> datetime:
    """The latest instant at or before *now* that is a whole number of *every* since 1970, in UTC."""
    step = int(every.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // step * step, UTC)
