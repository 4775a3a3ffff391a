"""Planning anew what waits for a person, because they chose another way, another time or another loudness."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from service.records.enums import Level, MessageKind, MessageState, NoticeState, PromiseState
from service.records.tables import Address, ContactAddress, Message, MessageNotice, Notice
from service.store.endings import append_why, drop_empty_messages, end_promises
from service.store.sql import lock_rows
from service.store.tables import table

contact_address = table(ContactAddress)
message = table(Message)
message_notice = table(MessageNotice)
notice = table(Notice)

WHY = "this person changed their preferences, so it is planned anew"


def plan_anew(conn: Connection, account_id: str, contact_id: str, now: datetime) -> int:
    """End what waits for this contact and was not handed over; returns how many notices that are.

    Their shipments must be left due: what is still owed is intended again, by the way and at the time now chosen.
    """
    ids = _waiting(conn, account_id, contact_id)
    if not ids:
        return 0
    for notice_id in ids:
        append_why(conn, account_id, notice_id, "preferences", passed=False, text=WHY)
    conn.execute(
        update(notice)
        .where(notice.c.account_id == account_id, notice.c.id.in_(ids), notice.c.state == NoticeState.WAITING)
        .values(state=NoticeState.SUPERSEDED, ended_at=now)
    )
    end_promises(conn, account_id, ids, PromiseState.NEVER_TOLD, WHY)
    drop_empty_messages(conn, account_id, ids, now)
    return len(ids)


def hasten(conn: Connection, account_id: str, contact_id: str, now: datetime) -> None:
    """Let what waits for this contact leave at once, as far as quiet hours and caps allow: a pause was ended."""
    later = [
        row
        for row in _messages(conn, account_id, contact_id)
        if row.state is MessageState.WAITING and row.level is not Level.DIGEST and row.due_at > now
    ]
    for row in later:
        conn.execute(
            update(message)
            .where(message.c.account_id == account_id, message.c.id == row.id)
            .values(due_at=now, send_before=now + (row.send_before - row.due_at), updated_at=now)
        )
    conn.execute(
        update(notice)
        .where(
            notice.c.account_id == account_id,
            notice.c.id.in_(_carried(conn, account_id, [row.id for row in later])),
            notice.c.state == NoticeState.WAITING,
            notice.c.not_before > now,
        )
        .values(not_before=now)
    )


def _waiting(conn: Connection, account_id: str, contact_id: str) -> list[str]:
    """The notices that wait for this contact in messages of which none may have been taken."""
    found = _messages(conn, account_id, contact_id)
    waiting = _carried(conn, account_id, [row.id for row in found if row.state is MessageState.WAITING])
    flying = _carried(conn, account_id, [row.id for row in found if row.state is not MessageState.WAITING])
    rows = conn.execute(
        select(notice.c.id).where(
            notice.c.account_id == account_id,
            notice.c.id.in_(sorted(waiting - flying)),
            notice.c.state == NoticeState.WAITING,
        )
    )
    return sorted(rows.scalars())


def _messages(conn: Connection, account_id: str, contact_id: str) -> Sequence[Any]:
    """The messages with news for this contact that have not settled; nobody hands one over until this is done."""
    addresses = conn.execute(
        select(contact_address.c.address_id).where(
            contact_address.c.account_id == account_id, contact_address.c.contact_id == contact_id
        )
    ).scalars()
    ids = sorted(addresses)
    lock_rows(conn, Address, account_id, ids)
    return conn.execute(
        select(message.c.id, message.c.state, message.c.level, message.c.due_at, message.c.send_before).where(
            message.c.account_id == account_id,
            message.c.address_id.in_(ids),
            message.c.state.in_([MessageState.WAITING, MessageState.SENDING, MessageState.UNCERTAIN]),
            message.c.contact_id == contact_id,
            message.c.kind == MessageKind.NOTICE,
        )
    ).all()


def _carried(conn: Connection, account_id: str, message_ids: list[str]) -> set[str]:
    rows = conn.execute(
        select(message_notice.c.notice_id).where(
            message_notice.c.account_id == account_id, message_notice.c.message_id.in_(message_ids)
        )
    )
    return set(rows.scalars())
