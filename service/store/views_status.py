"""How the service itself is doing: ages and counts over every account, for health checks and monitors.

Nothing here names a person, an account or a shipment.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, select

from service.records.enums import MessageState, Stage, ThreadState
from service.records.tables import (
    Account,
    InboundCall,
    Message,
    Shipment,
    Source,
    Thread,
    Tick,
)
from service.store.tables import table

account = table(Account)
message = table(Message)
shipment = table(Shipment)
call = table(InboundCall)
source = table(Source)
thread = table(Thread)
tick = table(Tick)

DAY = timedelta(days=1)

OPEN_STATES = (MessageState.WAITING, MessageState.SENDING, MessageState.UNCERTAIN)


def answers(conn: Connection) -> bool:
    """Whether the database answers at all."""
    return bool(conn.execute(select(1)).scalar() == 1)


def oldest_due(conn: Connection, now: datetime, stage: Stage | None = None) -> datetime | None:
    """Since when the message that has waited longest should have left; None where none is overdue."""
    statement = select(func.min(message.c.due_at)).where(
        message.c.state == MessageState.WAITING, message.c.due_at <= now
    )
    if stage is not None:
        statement = statement.where(message.c.stage == stage)
    found: datetime | None = conn.execute(statement).scalar()
    return found


def oldest_look(conn: Connection, now: datetime) -> datetime | None:
    """Since when the shipment that has waited longest should have been looked at."""
    statement = select(func.min(shipment.c.look_at)).where(shipment.c.look_at <= now)
    found: datetime | None = conn.execute(statement).scalar()
    return found


def looks_due(conn: Connection, now: datetime) -> int:
    """How many shipments wait for a look."""
    return int(conn.execute(select(func.count()).select_from(shipment).where(shipment.c.look_at <= now)).scalar() or 0)


def last_tick(conn: Connection) -> datetime | None:
    """When a scheduled check was last done by anybody."""
    found: datetime | None = conn.execute(select(func.max(tick.c.done_at))).scalar()
    return found


def feeds(conn: Connection) -> list[dict[str, Any]]:
    """When each source last called, and the lag that is usual for it."""
    columns = (source.c.id, source.c.last_call_at, source.c.usual_lag_minutes, source.c.created_at)
    return [dict(row) for row in conn.execute(select(*columns).order_by(source.c.id)).mappings()]


def open_messages(conn: Connection) -> list[tuple[str, str, str, int]]:
    """(state, channel, stage, number) of the messages that have not ended."""
    return _messages(conn, message.c.state.in_(OPEN_STATES))


def recent_messages(conn: Connection, now: datetime) -> list[tuple[str, str, str, int]]:
    """(state, channel, stage, number) of the messages made in the last 24 hours."""
    recent = and_(message.c.state.in_(list(MessageState)), message.c.created_at >= now - DAY)
    return _messages(conn, recent)


def recent_calls(conn: Connection, now: datetime) -> list[tuple[str, int]]:
    """(outcome, number) of the calls of the last 24 hours."""
    rows = conn.execute(
        select(call.c.outcome, func.count())
        .where(call.c.account_id.in_(select(account.c.id)), call.c.received_at >= now - DAY)
        .group_by(call.c.outcome)
    )
    return [(str(outcome), int(number)) for outcome, number in rows]


def open_threads(conn: Connection) -> int:
    """How many conversations wait for an answer of ours."""
    waiting = select(func.count()).select_from(thread).where(thread.c.state == ThreadState.OPEN)
    return int(conn.execute(waiting).scalar() or 0)


def _messages(conn: Connection, which: Any) -> list[tuple[str, str, str, int]]:
    # The accounts are named so that the index, which begins with the account, is used.
    rows = conn.execute(
        select(message.c.state, message.c.channel, message.c.stage, func.count())
        .where(message.c.account_id.in_(select(account.c.id)), which)
        .group_by(message.c.state, message.c.channel, message.c.stage)
    )
    return [(str(state), str(channel), str(stage), int(number)) for state, channel, stage, number in rows]
