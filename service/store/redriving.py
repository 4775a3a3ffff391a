"""Messages that ended without reaching anybody: reading them, and letting what they carried be decided afresh."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, exists, select, update

from service.records.enums import MessageKind, MessageState, NoticeState, PromiseState
from service.records.redriving import REOPENED, TAKEN_BACK, Dead, DeadNews
from service.records.tables import Attempt, Message, MessageNotice, Notice, Promise
from service.store.among import among
from service.store.endings import append_why
from service.store.ledger import enter
from service.store.sql import lock_rows
from service.store.tables import table
from service.store.touch import touch_shipments

message = table(Message)
carrier = table(Message).alias("carrier")
message_notice = table(MessageNotice)
other = table(MessageNotice).alias("other")
notice = table(Notice)
promise = table(Promise)
attempt = table(Attempt)

STATES = (MessageState.FAILED, MessageState.UNDELIVERED, MessageState.EXPIRED, MessageState.UNKNOWN)
"""Ends that may be mended; what a person cancelled is not asked about again."""

ELSEWHERE = (
    MessageState.WAITING,
    MessageState.SENDING,
    MessageState.UNCERTAIN,
    MessageState.ACCEPTED,
    MessageState.DELIVERED,
)
"""A message in such a state says the same, or has."""

SAID_BY_ANOTHER = (
    exists()
    .where(
        other.c.account_id == notice.c.account_id,
        other.c.notice_id == notice.c.id,
        carrier.c.account_id == other.c.account_id,
        carrier.c.id == other.c.message_id,
        carrier.c.id != message_notice.c.message_id,
        carrier.c.state.in_(ELSEWHERE),
    )
    .correlate(notice, message_notice)
)

NEWS: Select[Any] = (
    select(message_notice.c.message_id, notice.c.id, notice.c.shipment_id)
    .select_from(
        message_notice.join(
            notice, (notice.c.account_id == message_notice.c.account_id) & (notice.c.id == message_notice.c.notice_id)
        ).join(
            message,
            (message.c.account_id == message_notice.c.account_id) & (message.c.id == message_notice.c.message_id),
        )
    )
    .where(
        message_notice.c.account_id == bindparam("account"),
        among(message_notice.c.message_id, "ids"),
        # News that was opened again has expired too, but its message has not.
        notice.c.state.in_(REOPENED)
        | ((notice.c.state == NoticeState.EXPIRED) & (message.c.state == MessageState.EXPIRED)),
        ~SAID_BY_ANOTHER,
    )
    .order_by(message_notice.c.message_id, message_notice.c.place)
)

CALLS: Select[Any] = (
    select(attempt)
    .where(attempt.c.account_id == bindparam("account"), among(attempt.c.message_id, "ids"))
    .order_by(attempt.c.message_id, attempt.c.number)
)


def dead(conn: Connection, account_id: str, since: datetime, limit: int) -> list[Dead]:
    """Messages with news that ended so since *since*, the newest first; not those whose news went another way."""
    rows = conn.execute(
        select(
            message.c.id, message.c.state, message.c.channel, message.c.ended_at, message.c.updated_at, message.c.detail
        )
        .where(
            message.c.account_id == account_id,
            message.c.state.in_(STATES),
            message.c.kind == MessageKind.NOTICE,
            message.c.updated_at >= since,
        )
        .order_by(message.c.updated_at.desc(), message.c.id.desc())
        .limit(limit)
    ).all()
    asked = {"account": account_id, "ids": [row.id for row in rows]}
    news: dict[str, list[DeadNews]] = {}
    for row in conn.execute(NEWS, asked):
        news.setdefault(row.message_id, []).append(DeadNews(row.id, row.shipment_id))
    calls: dict[str, list[str]] = {}
    for row in conn.execute(CALLS, asked):
        calls.setdefault(row.message_id, []).append(_evidence(row))
    return [
        Dead(
            message_id=row.id,
            state=row.state,
            channel=row.channel.value,
            ended_at=row.ended_at or row.updated_at,
            why=row.detail,
            news=tuple(news[row.id]),
            evidence=tuple(calls.get(row.id, ())),
        )
        for row in rows
        if row.id in news
    ]


def _evidence(row: Row[Any]) -> str:
    looked = f"; looked for at {row.looked_at:%d %b %H:%M} UTC, absent {row.absent} times" if row.looked_at else ""
    said = f": {row.detail}" if row.detail else ""
    return f"call {row.number} to {row.notifier} at {row.started_at:%d %b %H:%M} UTC, {row.outcome.value}{said}{looked}"


def reopen(
    conn: Connection, account_id: str, message_ids: Collection[str], why: str, now: datetime
) -> tuple[int, set[str]]:
    """Let the news of these messages be decided afresh; returns of how many messages, and for which shipments.

    What has been said by another message since, or is on its way, stays as it is; nothing is sent by this itself.
    """
    lock_rows(conn, Message, account_id, message_ids)
    asked = {"account": account_id, "ids": sorted(message_ids)}
    still = select(message.c.id).where(
        message.c.account_id == account_id, among(message.c.id, "ids"), message.c.state.in_(STATES)
    )
    ended = set(conn.execute(still, asked).scalars())
    rows = [row for row in conn.execute(NEWS, asked) if row.message_id in ended]
    for notice_id in dict.fromkeys(row.id for row in rows):
        _reopen(conn, account_id, notice_id, why, now)
    shipments = {row.shipment_id for row in rows}
    touch_shipments(conn, account_id, now, ids=shipments)
    return len({row.message_id for row in rows}), shipments


def _reopen(conn: Connection, account_id: str, notice_id: str, why: str, now: datetime) -> None:
    opened = conn.execute(
        update(notice)
        .where(notice.c.account_id == account_id, notice.c.id == notice_id, notice.c.state.in_(REOPENED))
        .values(state=NoticeState.EXPIRED, ended_at=now)
    ).rowcount
    if not opened:
        return
    append_why(conn, account_id, notice_id, "redrive", passed=True, text=f"owed again: {why}")
    back = conn.execute(
        update(promise)
        .where(promise.c.account_id == account_id, promise.c.notice_id == notice_id, promise.c.state.in_(TAKEN_BACK))
        .values(state=PromiseState.NEVER_TOLD, why=f"owed again: {why}"[:200])
        .returning(promise.c.id)
    ).scalars()
    enter(conn, account_id, list(back), now)
