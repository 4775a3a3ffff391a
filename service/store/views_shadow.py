"""What was rehearsed: the texts that the loopback took, the news that was decided, and what a rule holds back now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from service.records.enums import MessageKind, MessageState, Stage
from service.records.tables import Message, MessageNotice, Notice, Shipment
from service.store.tables import table

message = table(Message)
message_notice = table(MessageNotice)
notice = table(Notice)
shipment = table(Shipment)

CHUNK = 1_000
"""Notices that are read at a time."""

SHIPMENTS = 500
"""How many of the shipments that were looked at last are asked what is held back."""

Found = dict[str, Any]


def handed(conn: Connection, account_id: str, since: datetime) -> Iterable[Row[*tuple[Any, ...]]]:
    """The rehearsed messages made since then that were handed over: when, to whom, on which channel, how long."""
    return conn.execute(
        select(message.c.created_at, message.c.contact_id, message.c.channel, message.c.segments).where(
            message.c.account_id == account_id,
            message.c.state.in_(list(MessageState)),
            message.c.created_at >= since,
            message.c.stage == Stage.REHEARSAL,
            message.c.kind == MessageKind.NOTICE,
            message.c.handed_at.is_not(None),
        )
    )


def decided(conn: Connection, account_id: str, since: datetime) -> Iterable[Row[*tuple[Any, ...]]]:
    """Every notice made since then, newest first: id, contact, stage, state, when it was made, and why."""
    columns = (notice.c.id, notice.c.contact_id, notice.c.stage, notice.c.state, notice.c.created_at, notice.c.why)
    query = select(*columns).where(notice.c.account_id == account_id).order_by(notice.c.id.desc()).limit(CHUNK)
    rows = conn.execute(query).all()
    while rows:
        for row in rows:
            if row.created_at < since:
                return
            yield row
        rows = conn.execute(query.where(notice.c.id < rows[-1].id)).all()


def page(
    conn: Connection, account_id: str, first: str, *, contact: str | None, after: str | None, limit: int
) -> list[Found]:
    """At most *limit* + 1 rehearsed notices from the id *first* on, newest first, those of one *contact* if named."""
    query = select(notice).where(
        notice.c.account_id == account_id, notice.c.id >= first, notice.c.stage == Stage.REHEARSAL
    )
    if contact is not None:
        query = query.where(notice.c.contact_id == contact)
    if after is not None:
        query = query.where(notice.c.id < after)
    rows = conn.execute(query.order_by(notice.c.id.desc()).limit(limit + 1)).mappings()
    return [dict(row) for row in rows]


def texts(conn: Connection, account_id: str, notice_ids: Sequence[str]) -> dict[str, list[Found]]:
    """The messages that carry these notices, by notice."""
    joined = message_notice.join(
        message,
        and_(message.c.account_id == message_notice.c.account_id, message.c.id == message_notice.c.message_id),
    )
    rows = conn.execute(
        select(message_notice.c.notice_id, message)
        .select_from(joined)
        .where(message_notice.c.account_id == account_id, message_notice.c.notice_id.in_(notice_ids))
        .order_by(message.c.id)
    ).mappings()
    found: dict[str, list[Found]] = {}
    for row in rows:
        found.setdefault(row["notice_id"], []).append(dict(row))
    return found


def held_now(conn: Connection, account_id: str, since: datetime, limit: int) -> list[Found]:
    """News that a rule holds back at present, as the last look at each shipment noted it; the latest looks first."""
    rows = conn.execute(
        select(shipment.c.id, shipment.c.summary)
        .where(shipment.c.account_id == account_id, shipment.c.updated_at >= since)
        .order_by(shipment.c.updated_at.desc(), shipment.c.id)
        .limit(SHIPMENTS)
    )
    found = [
        {"shipment_id": row.id, **held}
        for row in rows
        for held in (row.summary or {}).get("held", ())
        if held["stage"] == Stage.REHEARSAL.value
    ]
    return found[:limit]
