"""Reading what endpoints were told: the delivery log, one delivery, and its calls."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from service.records.tables import (
    Address,
    ContactAddress,
    Message,
    Reply,
    Thread,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
)
from service.records.webhooks import DeliveryState
from service.store.tables import table

webhook = table(Webhook)
delivery = table(WebhookDelivery)
attempt = table(WebhookAttempt)
message = table(Message)
reply = table(Reply)
address = table(Address)
contact_address = table(ContactAddress)
thread = table(Thread)

Found = dict[str, Any]


def page(
    conn: Connection,
    account_id: str,
    webhook_id: str,
    *,
    states: Sequence[str] = (),
    events: Sequence[str] = (),
    after: int | None = None,
    limit: int = 50,
) -> list[Found]:
    """At most *limit* + 1 deliveries, newest first; *after* is the number with which the page before ended."""
    query = select(delivery).where(delivery.c.account_id == account_id, delivery.c.webhook_id == webhook_id)
    if states:
        query = query.where(delivery.c.state.in_(states))
    if events:
        query = query.where(delivery.c.event.in_(events))
    if after is not None:
        query = query.where(delivery.c.number < after)
    rows = conn.execute(query.order_by(delivery.c.number.desc()).limit(limit + 1)).mappings()
    return [dict(row) for row in rows]


def one(conn: Connection, account_id: str, webhook_id: str, delivery_id: str) -> Found | None:
    """A delivery of the endpoint, or None."""
    mine = (delivery.c.account_id == account_id, delivery.c.webhook_id == webhook_id, delivery.c.id == delivery_id)
    row = conn.execute(select(delivery).where(*mine)).mappings().one_or_none()
    return dict(row) if row else None


def attempts(conn: Connection, account_id: str, delivery_id: str) -> list[Found]:
    """The calls of a delivery, in order."""
    mine = (attempt.c.account_id == account_id, attempt.c.delivery_id == delivery_id)
    rows = conn.execute(select(attempt).where(*mine).order_by(attempt.c.number)).mappings()
    return [dict(row) for row in rows]


def open_ones(conn: Connection, account_id: str, webhook_id: str) -> dict[DeliveryState, int]:
    """How many deliveries of an endpoint wait, are on their way, or have failed."""
    mine = (delivery.c.account_id == account_id, delivery.c.webhook_id == webhook_id)
    states = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.FAILED)
    counted = select(delivery.c.state, func.count().label("number")).where(*mine, delivery.c.state.in_(states))
    rows = conn.execute(counted.group_by(delivery.c.state)).all()
    return dict.fromkeys(states, 0) | {row.state: row.number for row in rows}


def oldest_due(conn: Connection, now: datetime) -> datetime | None:
    """Since when the delivery that waits longest is due; of all accounts."""
    waiting = (delivery.c.state == DeliveryState.WAITING, delivery.c.due_at <= now)
    found: datetime | None = conn.execute(select(func.min(delivery.c.due_at)).where(*waiting)).scalar()
    return found


def switched_off(conn: Connection) -> int:
    """How many endpoints of all accounts are off."""
    off = select(func.count()).select_from(webhook).where(webhook.c.disabled_at.is_not(None))
    return conn.execute(off).scalar() or 0


def replies(conn: Connection, account_id: str, ids: Sequence[str]) -> list[Found]:
    """Replies by id, with the channel, and who wrote them.

    `contact_ids` are all contacts that have the address, `contact_id` the one that the conversation is with.
    """
    joined = (
        reply.outerjoin(address, and_(address.c.account_id == reply.c.account_id, address.c.id == reply.c.address_id))
        .outerjoin(message, and_(message.c.account_id == reply.c.account_id, message.c.id == reply.c.message_id))
        .outerjoin(thread, and_(thread.c.account_id == reply.c.account_id, thread.c.id == reply.c.thread_id))
    )
    spoken_to = func.coalesce(message.c.contact_id, thread.c.contact_id).label("contact_id")
    mine = (reply.c.account_id == account_id, reply.c.id.in_(ids))
    rows = conn.execute(select(reply, address.c.channel, spoken_to).select_from(joined).where(*mine)).mappings()
    found = [dict(row) for row in rows]
    who = _contacts(conn, account_id, {row["address_id"] for row in found})
    for row in found:
        row["contact_ids"] = who.get(row["address_id"], [])
        row["contact_id"] = row["contact_id"] or next(iter(row["contact_ids"]), None)
    return found


def _contacts(conn: Connection, account_id: str, address_ids: Collection[str]) -> dict[str, list[str]]:
    """The contacts at each address, oldest first."""
    mine = (contact_address.c.account_id == account_id, contact_address.c.address_id.in_(sorted(address_ids)))
    found: dict[str, list[str]] = {}
    for row in conn.execute(select(contact_address).where(*mine).order_by(contact_address.c.contact_id)):
        found.setdefault(row.address_id, []).append(row.contact_id)
    return found


def messages(conn: Connection, account_id: str, ids: Sequence[str]) -> list[Found]:
    """Messages by id."""
    rows = conn.execute(select(message).where(message.c.account_id == account_id, message.c.id.in_(ids))).mappings()
    return [dict(row) for row in rows]
