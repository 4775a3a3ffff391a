"""Digests by e-mail: news that is moved into one, and digests that are due though nothing happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select, update

from notifiers.base import Channel
from service.records.enums import Level, MessageKind, MessageState, NoticeState, Stage
from service.records.ids import new_id
from service.records.keys import DIGEST, DIGEST_WITHIN
from service.records.outbox import Candidate
from service.records.tables import (
    Address,
    Choice,
    Contact,
    ContactAddress,
    Follow,
    Message,
    MessageNotice,
    Notice,
    Promise,
    Reference,
    Shipment,
)
from service.store.endings import append_why
from service.store.sql import insert_once, lock_rows
from service.store.tables import table

address = table(Address)
choice = table(Choice)
contact = table(Contact)
contact_address = table(ContactAddress)
follow = table(Follow)
message = table(Message)
notice = table(Notice)
promise = table(Promise)
reference = table(Reference)
shipment = table(Shipment)


def into_digest(conn: Connection, one: Candidate, why: str, at: datetime, now: datetime) -> bool:
    """Move the news of a waiting message into the digest of *at*; False where there is no e-mail address."""
    mailbox = _mailbox(conn, one.account_id, one.contact_id)
    if mailbox is None or not one.notices:
        return False
    lock_rows(conn, Address, one.account_id, [mailbox])
    moved = conn.execute(
        update(message)
        .where(
            message.c.account_id == one.account_id,
            message.c.id == one.message_id,
            message.c.state == MessageState.WAITING,
            message.c.updated_at == one.updated_at,
        )
        .values(state=MessageState.SUPERSEDED, detail=why[:300], updated_at=now, ended_at=now)
    ).rowcount
    if not moved:
        return True
    digest_id = _open_digest(conn, one.account_id, mailbox, one.contact_id, one.stage) or _add(
        conn, one.account_id, mailbox, one.contact_id, one.stage, at, now, key=f"{DIGEST}:{one.message_id}"
    )
    ids = [carried.notice_id for carried in one.notices]
    links = [{"account_id": one.account_id, "message_id": digest_id, "notice_id": i, "place": 0} for i in ids]
    insert_once(conn, MessageNotice, links)
    conn.execute(
        update(notice)
        .where(notice.c.account_id == one.account_id, notice.c.id.in_(ids), notice.c.state == NoticeState.WAITING)
        .values(not_before=at, send_before=at + DIGEST_WITHIN)
    )
    for notice_id in ids:
        append_why(conn, one.account_id, notice_id, "N16", passed=True, text=f"{why}, so it goes into the next digest")
    return True


def always(conn: Connection, account_id: str) -> list[Any]:
    """The people who want their list even if nothing happened: id, how often, zone, and whether they are at work."""
    at_work = (
        select(follow.c.contact_id)
        .where(
            follow.c.account_id == account_id,
            follow.c.contact_id == contact.c.id,
            follow.c.ended_at.is_(None),
            follow.c.subject_id.startswith("cus_"),
        )
        .exists()
    )
    rows = conn.execute(
        select(contact.c.id, contact.c.digest, contact.c.zone, at_work.label("business")).where(
            contact.c.account_id == account_id, contact.c.digest != "", contact.c.digest_always
        )
    )
    return list(rows)


def open_empty(conn: Connection, account_id: str, contact_id: str, stage: Stage, at: datetime, now: datetime) -> bool:
    """Have a digest leave at *at* even if it stays empty; False where it was made before, or there is no address."""
    mailbox = _mailbox(conn, account_id, contact_id)
    if mailbox is None:
        return False
    lock_rows(conn, Address, account_id, [mailbox])
    waiting = _open_digest(conn, account_id, mailbox, contact_id, stage)
    if waiting is None:
        key = f"{DIGEST}:{contact_id}:{stage.value}:{at:%Y-%m-%d}"
        waiting = _add(conn, account_id, mailbox, contact_id, stage, at, now, key=key)
    if waiting is None:
        return False
    mine = (message.c.account_id == account_id, message.c.id == waiting)
    conn.execute(update(message).where(*mine).values(params={"always": True}))
    return True


def _mailbox(conn: Connection, account_id: str, contact_id: str | None) -> str | None:
    found: str | None = conn.execute(
        select(address.c.id)
        .select_from(
            contact_address.join(
                address,
                and_(
                    address.c.account_id == contact_address.c.account_id, address.c.id == contact_address.c.address_id
                ),
            )
        )
        .where(
            contact_address.c.account_id == account_id,
            contact_address.c.contact_id == contact_id,
            address.c.channel == Channel.EMAIL,
            address.c.suppressed_at.is_(None),
        )
        .order_by(contact_address.c.rank, address.c.id)
        .limit(1)
    ).scalar()
    return found


def _open_digest(
    conn: Connection, account_id: str, address_id: str, contact_id: str | None, stage: Stage
) -> str | None:
    found: str | None = conn.execute(
        select(message.c.id).where(
            message.c.account_id == account_id,
            message.c.address_id == address_id,
            message.c.state == MessageState.WAITING,
            message.c.contact_id == contact_id,
            message.c.stage == stage,
            message.c.cause == DIGEST,
        )
    ).scalar()
    return found


def _add(
    conn: Connection,
    account_id: str,
    address_id: str,
    contact_id: str | None,
    stage: Stage,
    at: datetime,
    now: datetime,
    *,
    key: str,
) -> str | None:
    new = {
        "account_id": account_id,
        "id": new_id("msg"),
        "key": key,
        "kind": MessageKind.NOTICE,
        "stage": stage,
        "channel": Channel.EMAIL,
        "contact_id": contact_id,
        "address_id": address_id,
        "cause": DIGEST,
        "level": Level.DIGEST,
        "state": MessageState.WAITING,
        "due_at": at,
        "send_before": at + DIGEST_WITHIN,
        "tries": 0,
        "refusals": 0,
        "language": "en",
        "detail": "",
        "created_at": now,
        "updated_at": now,
    }
    added = insert_once(conn, Message, [new], returning=["id"])
    return added[0].id if added else None
