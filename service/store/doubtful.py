"""Messages of which nobody can say whether they arrived."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection, func, select

from service.records.enums import MessageState
from service.records.overview import Doubtful
from service.records.tables import Message, Task
from service.store.tables import table

message = table(Message)
task = table(Task)

DOUBT = (MessageState.UNCERTAIN, MessageState.UNKNOWN)


def doubtful(conn: Connection, account_id: str, since: datetime, limit: int) -> list[Doubtful]:
    """Those in doubt now, and those that ended so since *since*, newest first."""
    rows = conn.execute(
        select(message.c.id, message.c.state, message.c.updated_at, message.c.detail)
        .where(
            message.c.account_id == account_id,
            message.c.state.in_(DOUBT),
            (message.c.state == MessageState.UNCERTAIN) | (message.c.updated_at >= since),
        )
        .order_by(message.c.updated_at.desc(), message.c.id.desc())
        .limit(limit)
    )
    return [
        Doubtful(row.id, row.state.value, row.updated_at, row.detail or "nothing was looked at yet") for row in rows
    ]


def open_counts(conn: Connection, account_id: str) -> Counter[MessageState]:
    """How many messages wait, are being sent, or are in doubt, and how many ended so."""
    states = (MessageState.WAITING, MessageState.SENDING, *DOUBT)
    rows = conn.execute(
        select(message.c.state, func.count().label("number"))
        .where(message.c.account_id == account_id, message.c.state.in_(states))
        .group_by(message.c.state)
    )
    return Counter({row.state: row.number for row in rows})


def to_do(conn: Connection, account_id: str) -> int:
    """How many tasks are open."""
    query = select(func.count()).where(task.c.account_id == account_id, task.c.done_at.is_(None))
    return int(conn.execute(query).scalar_one())
