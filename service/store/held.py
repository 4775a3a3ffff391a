"""Messages that wait behind a pause, or for their turn after one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from service.records.enums import MessageKind, MessageState, NoticeState
from service.records.pauses import DRAINING, EVERY, Over, Waits
from service.records.tables import Message, MessageNotice, Notice, Switch
from service.store.among import among
from service.store.tables import table

message = table(Message)
message_notice = table(MessageNotice)
notice = table(Notice)
switch = table(Switch)

WAITING: ColumnElement[str] = literal_column(f"'{MessageState.WAITING.value}'")
"""Written out, so that the planner knows that the index of waiting messages will do."""

COLUMNS = (
    message.c.account_id,
    message.c.id,
    message.c.kind,
    message.c.level,
    message.c.due_at,
    message.c.send_before,
    message.c.updated_at,
    message.c.held_by,
)

BEHIND = exists().where(message.c.held_by == switch.c.id, message.c.state == WAITING)

OVER = (
    select(switch.c.id, switch.c.account_id, switch.c.rate)
    .where(or_(switch.c.lifted_at.is_not(None), switch.c.until <= bindparam("now")), BEHIND)
    .order_by(switch.c.lifted_at, switch.c.id)
)

HELD: Select[Any] = select(*COLUMNS).where(message.c.state == WAITING, among(message.c.held_by, "holders"))

DUE: Select[Any] = select(*COLUMNS).where(
    message.c.state == WAITING,
    message.c.due_at <= bindparam("now"),
    message.c.held_by.is_(None),
    message.c.kind != MessageKind.DESK,
)

OVERDUE: Select[Any] = select(*COLUMNS).where(
    message.c.state == WAITING, message.c.due_at < bindparam("before"), message.c.kind != MessageKind.DESK
)

NEWS = (
    select(message_notice.c.message_id, message_notice.c.notice_id, notice.c.shipment_id)
    .select_from(
        message_notice.join(
            notice, (notice.c.account_id == message_notice.c.account_id) & (notice.c.id == message_notice.c.notice_id)
        )
    )
    .where(
        message_notice.c.account_id == bindparam("account"),
        among(message_notice.c.message_id, "ids"),
        notice.c.state.in_([NoticeState.WAITING, NoticeState.SAID]),
    )
    .order_by(message_notice.c.message_id, message_notice.c.notice_id)
)

TURN = (
    update(message)
    .where(
        message.c.account_id == bindparam("its_account"),
        message.c.id == bindparam("its_id"),
        message.c.state == MessageState.WAITING,
        message.c.updated_at == bindparam("as_read"),
    )
    .values(due_at=bindparam("turn"), held_by=DRAINING, updated_at=bindparam("now"))
)


def over(conn: Connection, now: datetime) -> list[Over]:
    """Pauses that have ended, by hand or by themselves, and behind which messages still wait; the earliest first."""
    return [Over(row.id, row.account_id, row.rate) for row in conn.execute(OVER, {"now": now})]


def waiting(conn: Connection, holders: Collection[str], account_id: str = EVERY) -> list[Waits]:
    """What waits behind these pauses, in one account or in every one."""
    query = HELD if account_id == EVERY else HELD.where(message.c.account_id == account_id)
    return [_waits(row) for row in conn.execute(query, {"holders": sorted(holders)})]


def due(conn: Connection, account_id: str, now: datetime) -> list[Waits]:
    """What is due in an account and was not looked at yet, as while nothing is claimed at all."""
    query = DUE.where(message.c.account_id == account_id)
    return [_waits(row) for row in conn.execute(query, {"now": now})]


def overdue(conn: Connection, before: datetime) -> list[Waits]:
    """What should have left before *before*, but for mail to ourselves."""
    return [_waits(row) for row in conn.execute(OVERDUE, {"before": before})]


def take_turns(conn: Connection, turns: Sequence[tuple[Waits, datetime]], now: datetime) -> None:
    """Let each message be due at its turn, unless something has happened to it since it was read."""
    rows = [
        {
            "its_account": one.account_id,
            "its_id": one.message_id,
            "as_read": one.updated_at,
            "turn": at,
            "now": now,
        }
        for one, at in turns
    ]
    if rows:
        conn.execute(TURN, rows)


def behind(conn: Connection, holders: Collection[str], account_id: str = EVERY) -> dict[str, Counter[MessageState]]:
    """How many messages wait behind each of these pauses, and how many ended while they did, by state."""
    query = (
        select(message.c.held_by, message.c.state, func.count().label("number"))
        .where(among(message.c.held_by, "holders"))
        .group_by(message.c.held_by, message.c.state)
    )
    if account_id != EVERY:
        query = query.where(message.c.account_id == account_id)
    found: dict[str, Counter[MessageState]] = {one: Counter() for one in holders}
    for row in conn.execute(query, {"holders": sorted(holders)}):
        found[row.held_by][row.state] = row.number
    return found


def drained_by(conn: Connection, account_id: str) -> tuple[int, datetime | None]:
    """How many messages of an account wait for their turn, and when the last one has it."""
    row = conn.execute(
        select(func.count().label("number"), func.max(message.c.due_at).label("last")).where(
            message.c.held_by == DRAINING, message.c.state == WAITING, message.c.account_id == account_id
        )
    ).one()
    return row.number, row.last


def news(conn: Connection, account_id: str, message_ids: Collection[str]) -> list[tuple[str, str, str]]:
    """The waiting news that messages carry, as (message id, notice id, shipment id)."""
    asked = {"account": account_id, "ids": sorted(message_ids)}
    return [(row.message_id, row.notice_id, row.shipment_id) for row in conn.execute(NEWS, asked)]


def _waits(row: Row[Any]) -> Waits:
    return Waits(row.account_id, row.id, row.kind, row.level, row.due_at, row.send_before, row.updated_at, row.held_by)
