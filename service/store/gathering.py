"""What waits for the same morning: one text for each order, and one list for a person with many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from service.records.enums import Level, MessageKind, MessageState
from service.records.keys import DIGEST
from service.records.tables import Message, MessageNotice, Notice
from service.store.sql import insert_once, lock_rows
from service.store.tables import table

message = table(Message)
message_notice = table(MessageNotice)
notice = table(Notice)

MOST_APART = 3
"""A person with news of more orders than that gets one list."""

LOUDEST_FIRST = list(reversed(Level))


@dataclass(slots=True)
class Waiting:
    """A waiting message, with what it carries."""

    id: str
    level: Level
    send_before: datetime
    shipments: set[str] = field(default_factory=set)
    notices: list[str] = field(default_factory=list)


def gather(conn: Connection, account_id: str, address_id: str, due_at: datetime, now: datetime) -> None:
    """Join the messages to one address that wait for *due_at*: those of one order, and all if they are of many.

    The caller holds the address's lock, so that none of them is claimed meanwhile.
    """
    by_reader: dict[tuple[str, ...], list[Waiting]] = {}
    for key, one in _waiting(conn, account_id, address_id, due_at):
        by_reader.setdefault(key, []).append(one)
    for found in by_reader.values():
        for group in _groups(found):
            _join(conn, account_id, group, now)


def _waiting(
    conn: Connection, account_id: str, address_id: str, due_at: datetime
) -> Iterable[tuple[tuple[str, ...], Waiting]]:
    rows = conn.execute(
        select(message.c.id, message.c.level, message.c.send_before, message.c.stage, message.c.contact_id)
        .where(
            message.c.account_id == account_id,
            message.c.address_id == address_id,
            message.c.state == MessageState.WAITING,
            message.c.kind == MessageKind.NOTICE,
            message.c.due_at == due_at,
            message.c.cause != DIGEST,
        )
        .order_by(message.c.id)
    ).all()
    if len(rows) < 2:
        return
    lock_rows(conn, Message, account_id, [row.id for row in rows])
    found = {row.id: Waiting(row.id, row.level, row.send_before) for row in rows}
    carried = message_notice.join(
        notice, (notice.c.account_id == message_notice.c.account_id) & (notice.c.id == message_notice.c.notice_id)
    )
    for link in conn.execute(
        select(message_notice.c.message_id, message_notice.c.notice_id, notice.c.shipment_id)
        .select_from(carried)
        .where(message_notice.c.account_id == account_id, message_notice.c.message_id.in_(sorted(found)))
        .order_by(message_notice.c.message_id, message_notice.c.place, message_notice.c.notice_id)
    ):
        found[link.message_id].shipments.add(link.shipment_id)
        found[link.message_id].notices.append(link.notice_id)
    for row in rows:
        yield (row.stage.value, row.contact_id or ""), found[row.id]


def _groups(found: list[Waiting]) -> list[list[Waiting]]:
    """Messages that belong together: all where they are of many orders, else those that share one."""
    if len(set().union(*(one.shipments for one in found))) > MOST_APART:
        return [found]
    groups: list[list[Waiting]] = []
    for one in found:
        sharing = [group for group in groups if any(other.shipments & one.shipments for other in group)]
        groups = [group for group in groups if group not in sharing]
        groups.append([*(other for group in sharing for other in group), one])
    return groups


def _join(conn: Connection, account_id: str, group: list[Waiting], now: datetime) -> None:
    """Let the first message carry everything; the others end."""
    if len(group) < 2:
        return
    first, *others = sorted(group, key=lambda one: one.id)
    ids = [one.id for one in others]
    moved = dict.fromkeys(notice_id for one in others for notice_id in one.notices if notice_id not in first.notices)
    links = [
        {"account_id": account_id, "message_id": first.id, "notice_id": notice_id, "place": len(first.notices) + place}
        for place, notice_id in enumerate(moved)
    ]
    conn.execute(
        delete(message_notice).where(message_notice.c.account_id == account_id, message_notice.c.message_id.in_(ids))
    )
    insert_once(conn, MessageNotice, links)
    conn.execute(
        update(message)
        .where(message.c.account_id == account_id, message.c.id == first.id)
        .values(
            level=min((one.level for one in group), key=LOUDEST_FIRST.index),
            send_before=max(one.send_before for one in group),
            updated_at=now,
        )
    )
    conn.execute(
        update(message)
        .where(message.c.account_id == account_id, message.c.id.in_(ids))
        .values(state=MessageState.SUPERSEDED, detail="said in one text with the rest", updated_at=now, ended_at=now)
    )
