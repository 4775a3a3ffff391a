"""Reading conversations: who waits for an answer, and what was said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, select

from service.records.enums import MessageKind
from service.records.tables import Address, Contact, Message, Reply, Thread
from service.store.tables import table

thread = table(Thread)
reply = table(Reply)
message = table(Message)
address = table(Address)
contact = table(Contact)

Found = dict[str, Any]


def page(
    conn: Connection,
    account_id: str,
    *,
    state: str | None = None,
    owner: str | None = None,
    shipment: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[Found]:
    """At most `limit` + 1 threads, newest first."""
    statement = _base(account_id)
    for column, value in ((thread.c.state, state), (thread.c.owner, owner), (thread.c.shipment_id, shipment)):
        if value is not None:
            statement = statement.where(column == value)
    if after is not None:
        statement = statement.where(thread.c.id < after)
    rows = conn.execute(statement.order_by(thread.c.id.desc()).limit(limit + 1)).mappings()
    return [dict(row) for row in rows]


def one(conn: Connection, account_id: str, thread_id: str) -> Found | None:
    """A thread, or None."""
    row = conn.execute(_base(account_id).where(thread.c.id == thread_id)).mappings().one_or_none()
    return dict(row) if row else None


def replies(conn: Connection, account_id: str, thread_ids: Sequence[str]) -> dict[str, list[Found]]:
    """What people wrote, by thread, in order."""
    mine = and_(reply.c.account_id == account_id, reply.c.thread_id.in_(thread_ids))
    return _grouped(conn.execute(select(reply).where(mine).order_by(reply.c.received_at, reply.c.id)).mappings())


def answers(conn: Connection, account_id: str, thread_ids: Sequence[str]) -> dict[str, list[Found]]:
    """What we wrote back, by thread, in order; mail to our own desk is not among it."""
    mine = and_(
        message.c.account_id == account_id,
        message.c.thread_id.in_(thread_ids),
        message.c.kind != MessageKind.DESK,
    )
    return _grouped(conn.execute(select(message).where(mine).order_by(message.c.created_at, message.c.id)).mappings())


def _base(account_id: str) -> Any:
    joined = thread.outerjoin(
        address, and_(address.c.account_id == thread.c.account_id, address.c.id == thread.c.address_id)
    ).outerjoin(contact, and_(contact.c.account_id == thread.c.account_id, contact.c.id == thread.c.contact_id))
    return (
        select(
            thread,
            address.c.channel,
            address.c.value.label("address"),
            address.c.suppressed_at,
            contact.c.name.label("contact_name"),
        )
        .select_from(joined)
        .where(thread.c.account_id == account_id)
    )


def _grouped(rows: Any) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = {}
    for row in rows:
        found.setdefault(row["thread_id"], []).append(dict(row))
    return found
