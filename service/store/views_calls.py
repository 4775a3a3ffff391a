"""Reading inbound calls: what arrived and what became of it, without the bodies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from service.records.tables import InboundCall
from service.store.tables import table

call = table(InboundCall)

SHOWN = [column for column in call.columns if column.name != "body"]


def page(
    conn: Connection,
    account_id: str,
    *,
    source: str | None = None,
    outcome: str | None = None,
    since: datetime | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """At most `limit` + 1 calls, newest first; `size` is the length of the body in bytes."""
    statement = select(*SHOWN, func.length(call.c.body).label("size")).where(call.c.account_id == account_id)
    if source is not None:
        statement = statement.where(call.c.source_id == source)
    if outcome is not None:
        statement = statement.where(call.c.outcome == outcome)
    if since is not None:
        statement = statement.where(call.c.received_at >= since)
    if after is not None:
        statement = statement.where(call.c.id < after)
    rows = conn.execute(statement.order_by(call.c.id.desc()).limit(limit + 1)).mappings()
    return [dict(row) for row in rows]


def one(conn: Connection, account_id: str, call_id: str) -> dict[str, Any] | None:
    """One call, without its body; None where the account has no such call."""
    statement = select(*SHOWN, func.length(call.c.body).label("size"))
    row = conn.execute(statement.where(call.c.account_id == account_id, call.c.id == call_id)).mappings().one_or_none()
    return dict(row) if row else None


def source_of(conn: Connection, account_id: str, call_id: str) -> str | None:
    """The source that made a call; None where the account has no such call."""
    found: str | None = conn.execute(
        select(call.c.source_id).where(call.c.account_id == account_id, call.c.id == call_id)
    ).scalar()
    return found
