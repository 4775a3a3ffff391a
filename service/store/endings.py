"""Closing what was not said: notices, their words, and messages that are left with nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, select, update

from service.records.enums import MessageState, NoticeState, PromiseState
from service.records.keys import DIGEST
from service.records.tables import Message, MessageNotice, Notice, Promise
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


def drop_empty_messages(conn: Connection, account_id: str, notice_ids: Sequence[str], now: datetime) -> None:
    """Supersede waiting messages that carried these notices, and carry nothing any more that is to be said."""
    _supersede(conn, account_id, notice_ids, _carries(notice.c.state.in_([NoticeState.WAITING, NoticeState.SAID])), now)


def drop_outdated(conn: Connection, account_id: str, notice_ids: Sequence[str], now: datetime) -> None:
    """Let no waiting message say these notices, which were said by another: supersede it, or leave it with the rest."""
    rest = _carries(
        and_(
            notice.c.state.in_([NoticeState.WAITING, NoticeState.SAID]),
            notice.c.id.not_in(notice_ids),
        )
    )
    _supersede(conn, account_id, notice_ids, rest, now)
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


def _carries(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition that a message carries a notice of which *which* holds."""
    return exists().where(
        message_notice.c.account_id == message.c.account_id,
        message_notice.c.message_id == message.c.id,
        notice.c.account_id == message_notice.c.account_id,
        notice.c.id == message_notice.c.notice_id,
        which,
    )


def _supersede(
    conn: Connection, account_id: str, notice_ids: Sequence[str], unless: ColumnElement[bool], now: datetime
) -> None:
    carriers = select(message_notice.c.message_id).where(
        message_notice.c.account_id == account_id, message_notice.c.notice_id.in_(notice_ids)
    )
    conn.execute(
        update(message)
        .where(
            message.c.account_id == account_id,
            message.c.id.in_(carriers),
            message.c.state == MessageState.WAITING,
            message.c.cause != DIGEST,
            ~unless,
        )
        .values(state=MessageState.SUPERSEDED, detail="no longer true", updated_at=now, ended_at=now)
    )
