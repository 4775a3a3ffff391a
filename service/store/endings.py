"""Closing what was not said: notices, their words, and messages that are left with nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, exists, select, update

from service.records.enums import MessageState, NoticeState, PromiseState
from service.records.keys import DIGEST
from service.records.tables import Message, MessageNotice, Notice, Promise
from service.store.among import among
from service.store.sql import lock_rows
from service.store.tables import table

notice = table(Notice)
promise = table(Promise)
message = table(Message)
message_notice = table(MessageNotice)


def append_why(conn: Connection, account_id: str, notice_id: str, rule: str, *, passed: bool, text: str) -> None:
    """Add one verdict to a notice's reasons."""
    why = conn.execute(
        select(notice.c.why).where(notice.c.account_id == account_id, notice.c.id == notice_id)
    ).scalar_one()
    conn.execute(
        update(notice)
        .where(notice.c.account_id == account_id, notice.c.id == notice_id)
        .values(why=[*(why or []), {"rule": rule, "passed": passed, "text": text}])
    )


def end_promises(
    conn: Connection, account_id: str, notice_ids: Sequence[str], state: PromiseState, why: str
) -> list[str]:
    """Close the words of notices that were not said; returns their ids, which the caller enters in the ledger."""
    ended = conn.execute(
        update(promise)
        .where(
            promise.c.account_id == account_id,
            promise.c.notice_id.in_(notice_ids),
            promise.c.state == PromiseState.INTENDED,
        )
        .values(state=state, why=why[:200])
        .returning(promise.c.id)
    ).scalars()
    return list(ended)


CARRIERS = (
    select(message.c.id)
    .distinct()
    .join_from(
        message_notice,
        message,
        (message.c.account_id == message_notice.c.account_id) & (message.c.id == message_notice.c.message_id),
    )
    .where(
        message_notice.c.account_id == bindparam("account"),
        among(message_notice.c.notice_id, "ids"),
        message.c.state == MessageState.WAITING,
        message.c.cause != DIGEST,
    )
)
"""The waiting messages that say one of these notices; a digest says what it can."""

TO_BE_SAID = (
    select(message_notice.c.message_id, notice.c.id)
    .join_from(
        message_notice,
        notice,
        (notice.c.account_id == message_notice.c.account_id) & (notice.c.id == message_notice.c.notice_id),
    )
    .where(
        message_notice.c.account_id == bindparam("account"),
        among(message_notice.c.message_id, "ids"),
        notice.c.state.in_([NoticeState.WAITING, NoticeState.SAID]),
    )
)


def drop_empty_messages(conn: Connection, account_id: str, notice_ids: Sequence[str], now: datetime) -> None:
    """Supersede waiting messages that carried these notices, and carry nothing any more that is to be said."""
    _supersede(conn, account_id, notice_ids, frozenset(), now)


def drop_outdated(conn: Connection, account_id: str, notice_ids: Sequence[str], now: datetime) -> None:
    """Let no waiting message say these notices, which were said by another: supersede it, or leave it with the rest."""
    _supersede(conn, account_id, notice_ids, frozenset(notice_ids), now)
    waiting = select(message.c.id).where(
        message.c.account_id == account_id,
        message.c.id == message_notice.c.message_id,
        message.c.state == MessageState.WAITING,
    )
    conn.execute(
        delete(message_notice).where(
            message_notice.c.account_id == account_id, message_notice.c.notice_id.in_(notice_ids), exists(waiting)
        )
    )


def _supersede(
    conn: Connection, account_id: str, notice_ids: Sequence[str], outdated: Collection[str], now: datetime
) -> None:
    """Supersede the messages that carry these notices and have nothing else to say than *outdated*.

    In steps, for in one statement PostgreSQL reads every message that there is. What is locked gains no notice
    between two of them.
    """
    carriers = conn.execute(CARRIERS, {"account": account_id, "ids": notice_ids}).scalars().all()
    if not carriers:
        return
    lock_rows(conn, Message, account_id, carriers)
    said = conn.execute(TO_BE_SAID, {"account": account_id, "ids": carriers}).all()
    left = sorted(set(carriers) - {row.message_id for row in said if row.id not in outdated})
    conn.execute(
        update(message)
        .where(message.c.account_id == account_id, message.c.id.in_(left), message.c.state == MessageState.WAITING)
        .values(state=MessageState.SUPERSEDED, detail="no longer true", updated_at=now, ended_at=now)
    )
