"""Following the stream of changes without missing any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from service.records.tables import Change
from service.store.tables import table

change = table(Change)

Position = tuple[int, int]
"""(writing transaction, number): where a reader stands. On SQLite, which writes one at a time, the first is 0."""

START: Position = (-1, 0)


def since(
    conn: Connection, account_id: str, after: Position, topics: Sequence[str] = (), limit: int = 200
) -> list[dict[str, Any]]:
    """Changes of an account after a position, in an order in which nothing can come later and stand earlier.

    On PostgreSQL only what is below the oldest running transaction is shown; the rest follows once that has ended.
    """
    txid, number = after
    statement = select(change).where(
        change.c.account_id == account_id,
        or_(change.c.txid > txid, and_(change.c.txid == txid, change.c.n > number)),
    )
    if topics:
        statement = statement.where(change.c.topic.in_(topics))
    if conn.dialect.name == "postgresql":
        statement = statement.where(change.c.txid < func.txid_snapshot_xmin(func.txid_current_snapshot()))
    rows = conn.execute(statement.order_by(change.c.txid, change.c.n).limit(limit)).mappings()
    return [dict(row) for row in rows]


def latest(conn: Connection, account_id: str) -> Position:
    """The position of the last change that can be read now."""
    statement = select(change.c.txid, change.c.n).where(change.c.account_id == account_id)
    if conn.dialect.name == "postgresql":
        statement = statement.where(change.c.txid < func.txid_snapshot_xmin(func.txid_current_snapshot()))
    row = conn.execute(statement.order_by(change.c.txid.desc(), change.c.n.desc()).limit(1)).one_or_none()
    return (row.txid, row.n) if row else START
