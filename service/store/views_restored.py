"""What waits in the whole database after a backup was put back, as an operator is shown it before it leaves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from notifiers.base import Channel
from service.records.enums import MessageKind, MessageState, Stage
from service.records.tables import Message, MessageNotice, Notice
from service.store.sql import chunks
from service.store.tables import table

message = table(Message)
carried = table(MessageNotice)
notice = table(Notice)

SHOWN = 10
"""How many messages are named one by one."""

MINE = (message.c.state == MessageState.WAITING, message.c.stage == Stage.LIVE, message.c.kind != MessageKind.DESK)


def waiting(conn: Connection) -> list[Row[Any]]:
    """By channel, how many live messages wait, for how many people, and since when the oldest does."""
    query = (
        select(
            message.c.channel,
            func.count().label("messages"),
            func.count(message.c.address_id.distinct()).label("people"),
            func.min(message.c.created_at).label("oldest"),
        )
        .where(*MINE)
        .group_by(message.c.channel)
        .order_by(message.c.channel)
    )
    return list(conn.execute(query).all())


def first(conn: Connection, channels: Collection[Channel]) -> Sequence[Row[*tuple[Any, ...]]]:
    """The first of them on these channels: what each is about, and until when it is of use."""
    query = (
        select(message.c.id, message.c.channel, message.c.code, message.c.shipment_id, message.c.send_before)
        .where(*MINE, message.c.channel.in_(list(channels)))
        .order_by(message.c.due_at, message.c.id)
        .limit(SHOWN)
    )
    return conn.execute(query).all()


def keys(conn: Connection, channels: Collection[Channel]) -> list[tuple[str, str]]:
    """All of them on these channels, as (account, id)."""
    query = select(message.c.account_id, message.c.id).where(*MINE, message.c.channel.in_(list(channels)))
    return [(row.account_id, row.id) for row in conn.execute(query.order_by(message.c.account_id, message.c.id))]


def about(conn: Connection, account_id: str, messages: Collection[tuple[str, str]]) -> dict[tuple[str, str], set[str]]:
    """Of which shipments each of *messages* of this account speaks, by (account, id)."""
    found: dict[tuple[str, str], set[str]] = {}
    for ids in chunks([one for account, one in messages if account == account_id]):
        mine = (message.c.account_id == account_id, message.c.id.in_(ids))
        own = select(message.c.id, message.c.shipment_id).where(*mine, message.c.shipment_id.is_not(None))
        told = (
            select(carried.c.message_id, notice.c.shipment_id)
            .join(notice, and_(notice.c.account_id == carried.c.account_id, notice.c.id == carried.c.notice_id))
            .where(carried.c.account_id == account_id, carried.c.message_id.in_(ids))
        )
        for message_id, shipment_id in [*conn.execute(own), *conn.execute(told)]:
            found.setdefault((account_id, message_id), set()).add(shipment_id)
    return found
