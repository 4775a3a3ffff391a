"""Conversations: replies kept once, threads with an owner, and the answers that leave by the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, insert, select, update

from notifiers.base import Channel
from service.records.decision import NewTask
from service.records.enums import (
    Level,
    Meaning,
    MessageKind,
    MessageState,
    NoticeCode,
    Stage,
    ThreadState,
)
from service.records.tables import Address, Message, Operator, Reply, Thread
from service.store import choices
from service.store.addresses import contacts_at
from service.store.changes import note_changes
from service.store.preferences import note
from service.store.sql import insert_once
from service.store.tables import table
from service.store.talks import Talk, shipment_name
from service.store.tasks import finish_by_key, open_tasks
from service.store.touch import touch_shipments

address = table(Address)
message = table(Message)
operator = table(Operator)
reply = table(Reply)
thread = table(Thread)

ANSWER_LASTS = timedelta(hours=6)
"""How long an answer may wait before it is too late to be one."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A text of ours that is not a notice: already in words, leaving by the outbox like any other."""

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


@dataclass(frozen=True, slots=True)
class Taken:
    """A choice that a text takes, at the sender that offered it; `undo` is the digit that takes it back until then.

    With `undoes` it takes back that earlier choice itself, and the `task` of this key is done.
    """

    choice_id: str
    sender: str
    undo: str | None = None
    undo_does: str = ""
    undo_until: datetime | None = None
    undoes: str | None = None
    task: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A reply to keep, with the thread that it opens or joins (None where nobody needs to answer).

    `stopped` says who stops the address, if it does, and `why` how that reads; `lift` allows it again.
    """

    reply_id: str
    talk: Talk
    notifier: str
    provider_id: str
    sender: str
    text: str
    meaning: Meaning
    received_at: datetime
    thread_id: str | None = None
    new_thread: bool = False
    answer_by: datetime | None = None
    stopped: str = ""
    why: str = ""
    lift: bool = False
    outgoing: tuple[Outgoing, ...] = ()
    tasks: tuple[NewTask, ...] = ()
    detail: Mapping[str, object] = field(default_factory=dict)
    taken: Taken | None = None


def keep_reply(conn: Connection, one: Incoming) -> bool:
    """Keep a reply with all that it causes, in one step; False (and nothing changes) where it was kept before.

    Raises `choices.Lost` where the choice that it takes was closed since it was read.
    """
    account_id = one.talk.account_id
    kept = insert_once(
        conn,
        Reply,
        [
            {
                "account_id": account_id,
                "id": one.reply_id,
                "thread_id": one.thread_id,
                "message_id": one.talk.message_id,
                "shipment_id": one.talk.shipment_id,
                "address_id": one.talk.address_id,
                "notifier": one.notifier,
                "provider_id": one.provider_id,
                "sender": one.sender,
                "text": one.text[:4000],
                "meaning": one.meaning,
                "received_at": one.received_at,
                "detail": dict(one.detail) or None,
            }
        ],
    )
    if not kept:
        return False
    if one.taken is not None:
        _take(conn, one, one.taken)
    if one.stopped or one.lift:
        _switch_off_or_on(conn, one)
    if one.thread_id:
        _open_thread(conn, one)
    open_tasks(conn, account_id, one.tasks, one.received_at)
    for outgoing in one.outgoing:
        add_outgoing(conn, account_id, outgoing, one.received_at)
    note_changes(conn, account_id, [("reply", one.reply_id, one.talk.shipment_id)], one.received_at)
    return True


def _switch_off_or_on(conn: Connection, one: Incoming) -> None:
    off: dict[str, object] = {
        "suppressed_at": one.received_at,
        "suppressed_by": one.stopped,
        "suppressed_why": one.why[:200],
    }
    on: dict[str, object] = {"suppressed_at": None, "suppressed_by": None, "suppressed_why": None}
    conn.execute(
        update(address)
        .where(address.c.account_id == one.talk.account_id, address.c.id == one.talk.address_id)
        .values(off if one.stopped else on)
    )
    people = contacts_at(conn, one.talk.account_id, [one.talk.address_id])
    note(
        conn,
        one.talk.account_id,
        people,
        one.received_at,
        by="the person",
        how="text message" if one.talk.channel is Channel.SMS else "e-mail",
        wording=one.text.strip(),
        detail={one.meaning.value: one.talk.channel.value},
    )
    touch_shipments(conn, one.talk.account_id, one.received_at, contact_ids=people)


def _take(conn: Connection, one: Incoming, taken: Taken) -> None:
    account_id, now = one.talk.account_id, one.received_at
    choices.take(conn, account_id, taken.choice_id, now)
    if taken.undoes is not None:
        choices.reopen(conn, account_id, taken.undoes)
        finish_by_key(conn, account_id, taken.task, "taken back by the person", now)
    if taken.undo is not None and taken.undo_until is not None and one.outgoing:
        choices.offer(
            conn,
            account_id,
            [(taken.undo, taken.undo_does)],
            address_id=one.talk.address_id,
            contact_id=one.talk.contact_id or "",
            sender=taken.sender,
            message_id=one.outgoing[0].id,
            now=now,
            expires_at=taken.undo_until,
        )


def _open_thread(conn: Connection, one: Incoming) -> None:
    account_id = one.talk.account_id
    if one.new_thread:
        conn.execute(
            insert(thread).values(
                account_id=account_id,
                id=one.thread_id,
                address_id=one.talk.address_id,
                contact_id=one.talk.contact_id,
                shipment_id=one.talk.shipment_id,
                owner=one.talk.owner,
                state=ThreadState.OPEN,
                answer_by=one.answer_by,
                opened_at=one.received_at,
            )
        )
        return
    conn.execute(
        update(thread)
        .where(thread.c.account_id == account_id, thread.c.id == one.thread_id, thread.c.state != ThreadState.OPEN)
        .values(state=ThreadState.OPEN, answer_by=one.answer_by)
    )


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
                "to": one.to,
                "cause": one.key,
                "code": one.code,
                "level": one.level,
                "state": MessageState.WAITING,
                "due_at": now,
                "send_before": now + ANSWER_LASTS,
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
    count = len(
        conn.execute(select(reply.c.id).where(reply.c.account_id == account_id, reply.c.thread_id == thread_id)).all()
    )
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
        replies=count,
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


def mailbox_of(conn: Connection, account_id: str, message_id: str) -> str | None:
    """The address that an e-mail was written to; None for a text, whose link is passed on to others."""
    return conn.execute(
        select(message.c.address_id).where(
            message.c.account_id == account_id, message.c.id == message_id, message.c.channel == Channel.EMAIL
        )
    ).scalar()
