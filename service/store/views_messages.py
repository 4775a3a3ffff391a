"""Reading messages and notices: what left, what waits, what was not said and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from service.records.tables import Attempt, Contact, Message, MessageNotice, Notice, Promise, ReceiptRow
from service.store.tables import table

message = table(Message)
notice = table(Notice)
message_notice = table(MessageNotice)
attempt = table(Attempt)
receipt = table(ReceiptRow)
promise = table(Promise)
contact = table(Contact)

Found = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MessageQuery:
    """What to list, newest first. `after` is the id with which the page before ended."""

    state: tuple[str, ...] = ()
    stage: str | None = None
    channel: str | None = None
    kind: str | None = None
    shipment: str | None = None
    contact: str | None = None
    since: datetime | None = None
    after: str | None = None
    limit: int = 50


def page(conn: Connection, account_id: str, query: MessageQuery) -> list[Found]:
    """At most `limit` + 1 messages, so that the caller sees whether more follow."""
    statement = select(message).where(message.c.account_id == account_id)
    for column, value in (
        (message.c.stage, query.stage),
        (message.c.channel, query.channel),
        (message.c.kind, query.kind),
        (message.c.contact_id, query.contact),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if query.state:
        statement = statement.where(message.c.state.in_(query.state))
    if query.shipment is not None:
        carrying = message.c.id.in_(carrying_ids(account_id, query.shipment))
        statement = statement.where(or_(message.c.shipment_id == query.shipment, carrying))
    if query.since is not None:
        statement = statement.where(message.c.created_at >= query.since)
    if query.after is not None:
        statement = statement.where(message.c.id < query.after)
    rows = conn.execute(statement.order_by(message.c.id.desc()).limit(query.limit + 1)).mappings()
    return [dict(row) for row in rows]


def one(conn: Connection, account_id: str, message_id: str) -> Found | None:
    """A message, or None."""
    row = (
        conn.execute(select(message).where(message.c.account_id == account_id, message.c.id == message_id))
        .mappings()
        .one_or_none()
    )
    return dict(row) if row else None


def attempts(conn: Connection, account_id: str, message_id: str) -> list[Found]:
    """The calls of a notifier for a message, in order."""
    rows = conn.execute(
        select(attempt)
        .where(attempt.c.account_id == account_id, attempt.c.message_id == message_id)
        .order_by(attempt.c.number)
    ).mappings()
    return [dict(row) for row in rows]


def receipts(conn: Connection, account_id: str, message_id: str) -> list[Found]:
    """What the provider said of a message, in the order in which it arrived."""
    rows = conn.execute(
        select(receipt)
        .where(receipt.c.account_id == account_id, receipt.c.message_id == message_id)
        .order_by(receipt.c.received_at, receipt.c.id)
    ).mappings()
    return [dict(row) for row in rows]


def notices_of(conn: Connection, account_id: str, message_ids: Sequence[str]) -> dict[str, list[Found]]:
    """The notices that messages carry, by message, in the order of the text."""
    joined = message_notice.join(
        notice, and_(notice.c.account_id == message_notice.c.account_id, notice.c.id == message_notice.c.notice_id)
    )
    rows = conn.execute(
        select(message_notice.c.message_id, notice)
        .select_from(joined)
        .where(message_notice.c.account_id == account_id, message_notice.c.message_id.in_(message_ids))
        .order_by(message_notice.c.message_id, message_notice.c.place)
    ).mappings()
    found: dict[str, list[Found]] = {}
    for row in rows:
        found.setdefault(row["message_id"], []).append(dict(row))
    return found


def notice_by_id(conn: Connection, account_id: str, notice_id: str) -> Found | None:
    """A notice with the id of the message that carries it (`message_id`, None where none does), or None."""
    row = (
        conn.execute(select(notice).where(notice.c.account_id == account_id, notice.c.id == notice_id))
        .mappings()
        .one_or_none()
    )
    if row is None:
        return None
    carriers = conn.execute(
        select(message_notice.c.message_id)
        .where(message_notice.c.account_id == account_id, message_notice.c.notice_id == notice_id)
        .order_by(message_notice.c.message_id.desc())
    ).scalars()
    return {**row, "message_ids": list(carriers)}


def promises_of(conn: Connection, account_id: str, notice_id: str) -> list[Found]:
    """The words that a notice intends or told."""
    rows = conn.execute(
        select(promise)
        .where(promise.c.account_id == account_id, promise.c.notice_id == notice_id)
        .order_by(promise.c.line, promise.c.ordinal)
    ).mappings()
    return [dict(row) for row in rows]


def carrying_ids(account_id: str, shipment_id: str) -> Any:
    """The ids of the messages that carry news of a shipment, as a subquery."""
    joined = message_notice.join(
        notice, and_(notice.c.account_id == message_notice.c.account_id, notice.c.id == message_notice.c.notice_id)
    )
    return (
        select(message_notice.c.message_id)
        .select_from(joined)
        .where(notice.c.account_id == account_id, notice.c.shipment_id == shipment_id)
    )
