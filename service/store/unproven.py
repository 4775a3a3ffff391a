"""Texts that were taken and of which no receipt came in time: their news goes by the next channel too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from service.records.enums import MessageState
from service.records.tables import Address, Message
from service.store.fallback import also_by_next
from service.store.sql import lock_rows
from service.store.tables import table

message = table(Message)

DUE = 100
"""So many are dealt with in one transaction."""


def say_elsewhere_too(conn: Connection, now: datetime) -> int:
    """Give the news of texts without a receipt to their next channel; returns how many texts were looked at.

    A text is not taken back: it may well have arrived. A receipt that comes while this looks is believed instead.
    """
    rows = conn.execute(
        select(message.c.account_id, message.c.id, message.c.address_id, message.c.receipt_by)
        .where(message.c.receipt_by.is_not(None), message.c.receipt_by <= now)
        .order_by(message.c.receipt_by)
        .limit(DUE)
    ).all()
    for row in rows:
        lock_rows(conn, Address, row.account_id, [row.address_id])
        silent = conn.execute(
            update(message)
            .where(
                message.c.account_id == row.account_id,
                message.c.id == row.id,
                message.c.receipt_by == row.receipt_by,
            )
            .values(receipt_by=None)
            .returning(message.c.state)
        ).scalar()
        if silent is MessageState.ACCEPTED:
            also_by_next(conn, row.account_id, row.id, "no receipt of its delivery came", now)
    return len(rows)
