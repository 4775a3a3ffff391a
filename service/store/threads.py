"""Conversations: threads with an owner, and texts of ours that leave by the outbox."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, select, update

from notifiers.base import Channel
from service.records.enums import (
    Level,
    MessageKind,
    MessageState,
    NoticeCode,
    Stage,
    ThreadState,
)
from service.records.tables import Address, Message, Operator, Reply, Thread
from service.store.changes import note_changes
from service.store.sql import insert_once
from service.store.tables import table
from service.store.talks import shipment_name

address = table(Address)
message = table(Message)
operator = table(Operator)
reply = table(Reply)
thread = table(Thread)

ANSWER_LASTS = timedelta(hours=6)
"""How long an answer may wait before it is too late to be one."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A text of ours that is not a notice: already in words, leaving by the outbox like any other.

    With `notifier` it leaves by that one only: an answer comes from the number that was written to.
    """

    id: str
    key: str
    kind: MessageKind
    stage: Stage
    channel: Channel
    level: Level
    body: str
    code: NoticeCode | None = None
    address_id: str | None = None
    contact_id: str | None = None
    shipment_id: str | None = None
    thread_id: str | None = None
    to: str | None = None
    subject: str | None = None
    html: str | None = None
    segments: int | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    lasts: timedelta = ANSWER_LASTS
    notifier: str | None = None


def add_outgoing(conn: Connection, account_id: str, one: Outgoing, now: datetime) -> None:
    """Put a text of ours into the outbox, due at once; the same key again adds nothing."""
    insert_once(
        conn,
        Message,
        [
            {
                "account_id": account_id,
                "id": one.id,
                "key": one.key,
                "kind": one.kind,
                "stage": one.stage,
                "channel": one.channel,
                "contact_id": one.contact_id,
                "address_id": one.address_id,
                "shipment_id": one.shipment_id,
                "thread_id": one.thread_id,
                "notifier": one.notifier,
                "to": one.to,
                "cause": one.key,
                "code": one.code,
                "level": one.level,
                "state": MessageState.WAITING,
                "due_at": now,
                "send_before": now + one.lasts,
                "tries": 0,
                "refusals": 0,
                "body": one.body,
                "subject": one.subject,
                "html": one.html,
                "segments": one.segments,
                "language": "en",
                "detail": "",
                "params": dict(one.params) or None,
                "created_at": now,
                "updated_at": now,
            }
        ],
    )


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A conversation as whoever answers needs it."""

    id: str
    account_id: str
    address_id: str
    channel: Channel
    contact_id: str | None
    shipment_id: str | None
    owner: str
    owner_name: str
    state: ThreadState
    ref: str
    stage: Stage
    suppressed: bool
    replies: int
    notifier: str | None = None


def thread_view(conn: Connection, account_id: str, thread_id: str) -> ThreadView | None:
    """One conversation; None where the account has none of that id."""
    row = conn.execute(
        select(thread, address.c.channel, address.c.suppressed_at, operator.c.name.label("owner_name"))
        .select_from(
            thread.join(
                address, and_(address.c.account_id == thread.c.account_id, address.c.id == thread.c.address_id)
            ).outerjoin(operator, and_(operator.c.account_id == thread.c.account_id, operator.c.id == thread.c.owner))
        )
        .where(thread.c.account_id == account_id, thread.c.id == thread_id)
    ).one_or_none()
    if row is None:
        return None
    last = conn.execute(
        select(message.c.stage)
        .where(message.c.account_id == account_id, message.c.address_id == row.address_id)
        .order_by(message.c.id.desc())
        .limit(1)
    ).scalar()
    heard = conn.execute(
        select(reply.c.notifier)
        .where(reply.c.account_id == account_id, reply.c.thread_id == thread_id)
        .order_by(reply.c.id)
    ).all()
    return ThreadView(
        id=row.id,
        account_id=account_id,
        address_id=row.address_id,
        channel=row.channel,
        contact_id=row.contact_id,
        shipment_id=row.shipment_id,
        owner=row.owner,
        owner_name=row.owner_name or "our desk",
        state=row.state,
        ref=shipment_name(conn, account_id, row.shipment_id, row.contact_id),
        stage=last or Stage.REHEARSAL,
        suppressed=row.suppressed_at is not None,
        replies=len(heard),
        notifier=heard[-1].notifier if heard else None,
    )


def answer_thread(conn: Connection, account_id: str, thread_id: str, outgoing: Outgoing, now: datetime) -> None:
    """Send a person's words and mark the conversation answered."""
    add_outgoing(conn, account_id, outgoing, now)
    conn.execute(
        update(thread)
        .where(thread.c.account_id == account_id, thread.c.id == thread_id)
        .values(state=ThreadState.ANSWERED, answered_at=now)
    )
    note_changes(conn, account_id, [("thread", thread_id, outgoing.shipment_id)], now)


def replies_of(conn: Connection, account_id: str, reply_ids: Collection[str]) -> set[str]:
    """Those of these replies that are the account's."""
    mine = select(reply.c.id).where(reply.c.account_id == account_id, reply.c.id.in_(sorted(reply_ids)))
    return set(conn.execute(mine).scalars())


def mailbox_of(conn: Connection, account_id: str, message_id: str) -> str | None:
    """The address that an e-mail was written to; None for a text, whose link is passed on to others."""
    return conn.execute(
        select(message.c.address_id).where(
            message.c.account_id == account_id, message.c.id == message_id, message.c.channel == Channel.EMAIL
        )
    ).scalar()
