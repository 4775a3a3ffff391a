"""Reading the messages whose time has come, with everything that the checks and the renderer ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, or_, select

from service.records.enums import AttemptOutcome, Level, MessageState, NoticeState, PromiseState
from service.records.outbox import Candidate, Carried
from service.records.said import Said
from service.records.tables import (
    Address,
    Attempt,
    Contact,
    Follow,
    Message,
    MessageNotice,
    Notice,
    Promise,
    Shipment,
)
from service.store.tables import table

message = table(Message)
message_notice = table(MessageNotice)
notice = table(Notice)
promise = table(Promise)
attempt = table(Attempt)
address = table(Address)
contact = table(Contact)
shipment = table(Shipment)
looked = shipment.alias("looked")
follow = table(Follow)

WINDOW = timedelta(days=7)
"""The longest span over which any cap counts."""

REFUSED = (AttemptOutcome.TEMPORARY, AttemptOutcome.PERMANENT, AttemptOutcome.UNAVAILABLE)
"""Calls that certainly reached nobody: they count for no cap."""

TOLD_BEFORE = 8
"""How many earlier words an e-mail repeats."""


def candidates(conn: Connection, now: datetime, limit: int) -> list[Candidate]:
    """Waiting messages that are due, oldest first; not those whose news waits for another look."""
    rows = conn.execute(
        select(
            message,
            address.c.value.label("address_value"),
            address.c.suppressed_at,
            contact.c.language.label("contact_language"),
            contact.c.zone,
            contact.c.quiet_from,
            contact.c.quiet_to,
            shipment.c.customer_id,
            follow.c.subject_id.label("followed_customer"),
        )
        .select_from(
            message.outerjoin(
                address, and_(address.c.account_id == message.c.account_id, address.c.id == message.c.address_id)
            )
            .outerjoin(
                contact, and_(contact.c.account_id == message.c.account_id, contact.c.id == message.c.contact_id)
            )
            .outerjoin(
                shipment, and_(shipment.c.account_id == message.c.account_id, shipment.c.id == message.c.shipment_id)
            )
            .outerjoin(
                follow,
                and_(
                    follow.c.account_id == message.c.account_id,
                    follow.c.subject_id == shipment.c.customer_id,
                    follow.c.contact_id == message.c.contact_id,
                    follow.c.ended_at.is_(None),
                ),
            )
        )
        .where(message.c.state == MessageState.WAITING, message.c.due_at <= now, ~_stale(now))
        .order_by(message.c.due_at, message.c.id)
        .limit(limit)
    ).all()
    found: list[Candidate] = []
    by_account: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        by_account[row.account_id].append(row)
    for account_id, mine in by_account.items():
        found += _of_account(conn, account_id, mine, now)
    return found


def _stale(now: datetime) -> ColumnElement[bool]:
    """The condition that a message carries news of a shipment that is due for a look."""
    return (
        exists()
        .where(
            message_notice.c.account_id == message.c.account_id,
            message_notice.c.message_id == message.c.id,
            notice.c.account_id == message_notice.c.account_id,
            notice.c.id == message_notice.c.notice_id,
            notice.c.state == NoticeState.WAITING,
            looked.c.account_id == notice.c.account_id,
            looked.c.id == notice.c.shipment_id,
            or_(notice.c.truth_version != looked.c.seq, looked.c.look_at <= now),
        )
        .correlate(message)
    )


def _of_account(conn: Connection, account_id: str, rows: Sequence[Row[Any]], now: datetime) -> list[Candidate]:
    carried = _carried(conn, account_id, [row.id for row in rows], now)
    history = _history(conn, account_id, sorted({row.address_id for row in rows if row.address_id}), now)
    told = _told(conn, account_id, {(row.contact_id, row.shipment_id) for row in rows if row.channel.value == "email"})
    return [
        Candidate(
            account_id=account_id,
            message_id=row.id,
            key=row.key,
            kind=row.kind,
            stage=row.stage,
            channel=row.channel,
            level=row.level,
            code=row.code,
            cause=row.cause,
            due_at=row.due_at,
            send_before=row.send_before,
            tries=row.tries,
            refusals=row.refusals,
            updated_at=row.updated_at,
            address_id=row.address_id,
            to=row.address_value or row.to or "",
            suppressed=row.suppressed_at is not None,
            contact_id=row.contact_id,
            shipment_id=row.shipment_id,
            customer_id=row.customer_id,
            language=row.contact_language or row.language,
            zone=row.zone,
            quiet_from=row.quiet_from or "21:00",
            quiet_to=row.quiet_to or "08:00",
            business=row.followed_customer is not None,
            notices=tuple(carried[row.id]),
            history=tuple(history[row.address_id]) if row.address_id else (),
            told=tuple(told[(row.contact_id, row.shipment_id)]),
            params=row.params or {},
            thread_id=row.thread_id,
            subject=row.subject,
            body=row.body,
            html=row.html,
        )
        for row in rows
    ]


def _carried(conn: Connection, account_id: str, message_ids: Sequence[str], now: datetime) -> dict[str, list[Carried]]:
    found: dict[str, list[Carried]] = defaultdict(list)
    ordinals: dict[str, int] = {}
    rows = conn.execute(
        select(
            message_notice.c.message_id,
            notice.c.id,
            notice.c.shipment_id,
            notice.c.code,
            notice.c.params,
            notice.c.truth_version,
            notice.c.created_at,
            shipment.c.seq,
            shipment.c.look_at,
        )
        .select_from(
            message_notice.join(
                notice,
                and_(notice.c.account_id == message_notice.c.account_id, notice.c.id == message_notice.c.notice_id),
            ).join(shipment, and_(shipment.c.account_id == notice.c.account_id, shipment.c.id == notice.c.shipment_id))
        )
        .where(
            message_notice.c.account_id == account_id,
            message_notice.c.message_id.in_(message_ids),
            notice.c.state == NoticeState.WAITING,
        )
        .order_by(message_notice.c.message_id, notice.c.id)
    ).all()
    if rows:
        for word in conn.execute(
            select(promise.c.notice_id, promise.c.ordinal).where(
                promise.c.account_id == account_id, promise.c.notice_id.in_([row.id for row in rows])
            )
        ):
            ordinals[word.notice_id] = max(ordinals.get(word.notice_id, 0), word.ordinal)
    for row in rows:
        found[row.message_id].append(
            Carried(
                notice_id=row.id,
                shipment_id=row.shipment_id,
                code=row.code,
                said=Said.from_json(row.params),
                fresh=row.truth_version == row.seq and (row.look_at is None or row.look_at > now),
                truth_version=row.truth_version,
                sequence=ordinals.get(row.id, 0),
                created_at=row.created_at,
            )
        )
    return found


def _history(
    conn: Connection, account_id: str, address_ids: Sequence[str], now: datetime
) -> dict[str, list[tuple[datetime, Level]]]:
    """Every call of the last week that may have reached the address, newest first."""
    found: dict[str, list[tuple[datetime, Level]]] = defaultdict(list)
    if not address_ids:
        return found
    for row in conn.execute(
        select(attempt.c.address_id, attempt.c.started_at, attempt.c.level)
        .where(
            attempt.c.account_id == account_id,
            attempt.c.address_id.in_(address_ids),
            attempt.c.started_at > now - WINDOW,
            attempt.c.outcome.not_in(REFUSED),
        )
        .order_by(attempt.c.started_at.desc())
    ):
        found[row.address_id].append((row.started_at, row.level))
    return found


def _told(
    conn: Connection, account_id: str, pairs: set[tuple[str | None, str | None]]
) -> dict[tuple[str | None, str | None], list[tuple[datetime, str]]]:
    """What each person was told of each shipment, as (told at, JSON of what was said), newest first."""
    found: dict[tuple[str | None, str | None], list[tuple[datetime, str]]] = defaultdict(list)
    shipment_ids = sorted({s for c, s in pairs if c and s})
    if not shipment_ids:
        return found
    for row in conn.execute(
        select(
            promise.c.contact_id,
            promise.c.shipment_id,
            promise.c.told_at,
            promise.c.line,
            promise.c.at_date,
            promise.c.place,
        )
        .where(
            promise.c.account_id == account_id,
            promise.c.shipment_id.in_(shipment_ids),
            promise.c.state == PromiseState.TOLD,
            promise.c.told_at.is_not(None),
            promise.c.at_date.is_not(None),
        )
        .order_by(promise.c.told_at.desc(), promise.c.id.desc())
    ):
        words = found[(row.contact_id, row.shipment_id)]
        if len(words) < TOLD_BEFORE:
            words.append((row.told_at, f"{row.line.value} {row.at_date.isoformat()} {row.place or ''}".strip()))
    return found
