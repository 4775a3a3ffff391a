"""Which processes send. Whether one lives is for `locks` to prove."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from service.records.tables import Worker
from service.store.tables import table

worker = table(Worker)


def started(conn: Connection, worker_id: str, now: datetime) -> None:
    """Note that a worker begins. Its id is fresh for each start."""
    conn.execute(insert(worker), {"id": worker_id, "started_at": now})


def stopped(conn: Connection, worker_id: str, now: datetime) -> None:
    """Note that a worker has ended, by itself or as others found."""
    conn.execute(update(worker).where(worker.c.id == worker_id, worker.c.stopped_at.is_(None)).values(stopped_at=now))


def unfinished(conn: Connection) -> list[str]:
    """Workers that have not said that they ended: each lives, or died and left something behind."""
    return list(conn.execute(select(worker.c.id).where(worker.c.stopped_at.is_(None)).order_by(worker.c.id)).scalars())
