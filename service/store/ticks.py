"""Scheduled checks: each due instant is taken once, whatever the number of processes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, exists, func, select, update

from service.records.tables import Tick
from service.store.sql import insert_once
from service.store.tables import table

tick = table(Tick)

SKEW = timedelta(minutes=10)
"""The clocks of two machines on one store do not differ by more."""


def claim_tick(conn: Connection, job: str, due_at: datetime) -> bool:
    """Whether the check *job* of the instant *due_at* is ours to do: true for the first who asks."""
    return bool(insert_once(conn, Tick, [{"job": job, "due_at": due_at}]))


def forget_future(conn: Connection, job: str, now: datetime) -> int:
    """Forget what was done of *job* at instants that are still to come, if the clock was set back; returns how many.

    Without it a check would be silent for as long as the clock was set back by. One statement, so that of two processes
    which find out together the second one forgets nothing that was taken since.
    """
    later = tick.alias("later")
    was_there = exists().where(later.c.job == job, later.c.due_at > now + SKEW)
    gone = conn.execute(delete(tick).where(tick.c.job == job, tick.c.due_at > now, was_there).returning(tick.c.due_at))
    return len(gone.all())


def finish_tick(conn: Connection, job: str, due_at: datetime, now: datetime) -> None:
    """Note that the check was done."""
    conn.execute(update(tick).where(tick.c.job == job, tick.c.due_at == due_at).values(done_at=now))


def last_tick(conn: Connection, job: str) -> datetime | None:
    """When the latest check of *job* that was done was due; None where none was."""
    found: datetime | None = conn.execute(
        select(func.max(tick.c.due_at)).where(tick.c.job == job, tick.c.done_at.is_not(None))
    ).scalar()
    return found


def unfinished_ticks(conn: Connection, job: str) -> list[datetime]:
    """Due instants that somebody took and did not bring to an end: he may have died over them."""
    rows = conn.execute(
        select(tick.c.due_at).where(tick.c.job == job, tick.c.done_at.is_(None)).order_by(tick.c.due_at)
    )
    return list(rows.scalars())


def prune_ticks(conn: Connection, before: datetime) -> None:
    """Forget checks that were due before *before*."""
    conn.execute(delete(tick).where(tick.c.due_at < before))
