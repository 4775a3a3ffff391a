"""The outbox: finding what is due, recording the intent, and settling the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from service.records.enums import MessageState, NoticeState, PromiseState
from service.records.outbox import Postponed
from service.records.tables import (
    Address,
    Attempt,
    Message,
    MessageNotice,
    Notice,
    Promise,
    Shipment,
)
from service.store import audit, digests
from service.store.changes import note_changes
from service.store.endings import append_why, end_promises
from service.store.fallback import divert, hand_on, other_way
from service.store.gathering import gather
from service.store.ledger import enter
from service.store.sql import lock_rows
from service.store.tables import table
from service.store.touch import touch_shipments

message = table(Message)
message_notice = table(MessageNotice)
notice = table(Notice)
promise = table(Promise)
attempt = table(Attempt)
address = table(Address)
shipment = table(Shipment)


def next_due(conn: Connection) -> datetime | None:
    """When the next waiting message is due."""
    return conn.execute(
        select(message.c.due_at).where(message.c.state == MessageState.WAITING).order_by(message.c.due_at).limit(1)
    ).scalar()


def postpone(conn: Connection, postponed: Sequence[Postponed], now: datetime) -> None:
    """Move messages that may not leave now, or end them with their notices."""
    for given in postponed:
        candidate = given.candidate
        if given.digest_at is not None and digests.into_digest(conn, candidate, given.why, given.digest_at, now):
            note_changes(conn, candidate.account_id, [("message", candidate.message_id, candidate.shipment_id)], now)
            continue
        one = _rerouted(conn, given) if given.reroute else given
        changed = conn.execute(
            update(message)
            .where(
                message.c.account_id == candidate.account_id,
                message.c.id == candidate.message_id,
                message.c.state == MessageState.WAITING,
                message.c.updated_at == candidate.updated_at,
            )
            .values(
                state=one.state,
                due_at=one.due_at or candidate.due_at,
                detail=one.why[:300],
                held_by=one.held_by,
                updated_at=now,
                ended_at=None if one.state is MessageState.WAITING else now,
            )
        ).rowcount
        if changed and one.gathers and candidate.address_id and one.due_at:
            lock_rows(conn, Address, candidate.account_id, [candidate.address_id])
            gather(conn, candidate.account_id, candidate.address_id, one.due_at, now)
        if changed and one.reroute and one.state is MessageState.SUPERSEDED:
            divert(conn, candidate.account_id, candidate.message_id, one.rule, one.why, now)
        if changed and one.reroute and one.state is MessageState.FAILED:
            hand_on(conn, candidate.account_id, candidate.message_id, one.why, now)
        if changed and one.notice_state is not None:
            ids = [carried.notice_id for carried in candidate.notices]
            end_notices(conn, candidate.account_id, ids, one.notice_state, one.why, now)
        if changed:
            note_changes(conn, candidate.account_id, [("message", candidate.message_id, candidate.shipment_id)], now)


def _rerouted(conn: Connection, one: Postponed) -> Postponed:
    """A message that should go another way ends here if there is one, and waits if there is none."""
    candidate = one.candidate
    if one.state is not MessageState.WAITING:
        return one
    way = other_way(conn, candidate.account_id, candidate.message_id)
    if way is None:
        return one
    return replace(one, state=MessageState.SUPERSEDED, why=f"{one.why}, so it goes by {way} instead")


def end_notices(
    conn: Connection, account_id: str, notice_ids: Sequence[str], state: NoticeState, why: str, now: datetime
) -> None:
    """End waiting notices unsaid and leave their shipments due for a look: what is still owed is decided again."""
    if not notice_ids:
        return
    rows = conn.execute(
        select(notice.c.id, notice.c.shipment_id).where(
            notice.c.account_id == account_id, notice.c.id.in_(notice_ids), notice.c.state == NoticeState.WAITING
        )
    ).all()
    for row in rows:
        append_why(conn, account_id, row.id, "send", passed=False, text=why)
    ids = [row.id for row in rows]
    conn.execute(
        update(notice).where(notice.c.account_id == account_id, notice.c.id.in_(ids)).values(state=state, ended_at=now)
    )
    closed = PromiseState.BASELINE if state is NoticeState.BASELINE else PromiseState.NEVER_TOLD
    enter(conn, account_id, end_promises(conn, account_id, ids, closed, why), now)
    touch_shipments(conn, account_id, now, ids={row.shipment_id for row in rows})


def suppress_address(conn: Connection, account_id: str, address_id: str, by: str, why: str, now: datetime) -> None:
    """Never write to this address again, until it is lifted; a first reason stays."""
    conn.execute(
        update(address)
        .where(address.c.account_id == account_id, address.c.id == address_id, address.c.suppressed_at.is_(None))
        .values(suppressed_at=now, suppressed_by=by, suppressed_why=why[:200])
    )


def carried_by(conn: Connection, account_id: str, message_id: str) -> list[str]:
    """The notices that a message carries."""
    return list(
        conn.execute(
            select(message_notice.c.notice_id)
            .where(message_notice.c.account_id == account_id, message_notice.c.message_id == message_id)
            .order_by(message_notice.c.notice_id)
        ).scalars()
    )


def cancel(conn: Connection, account_id: str, message_id: str, *, by: str, why: str, now: datetime) -> str | None:
    """Cancel a waiting message; returns the state it is in afterwards, None where there is no such message."""
    words = f"cancelled by {by}: {why}".rstrip(": ")
    if _withdraw(conn, account_id, message_id, MessageState.CANCELLED, words, now):
        audit.record(conn, account_id, by, "message.cancel", message_id, why, None, now)
    state: MessageState | None = conn.execute(
        select(message.c.state).where(message.c.account_id == account_id, message.c.id == message_id)
    ).scalar()
    return state.value if state else None


def close_as_said(conn: Connection, account_id: str, message_id: str, by: str, now: datetime) -> bool:
    """End a waiting message whose news a lost database said already, as *by* says; False where it waits no more.

    Another message took its place, so nobody is told that it was cancelled.
    """
    words = f"said before the backup was put back, as {by} says; not sent again"
    return _withdraw(conn, account_id, message_id, MessageState.SUPERSEDED, words, now)


def _withdraw(
    conn: Connection, account_id: str, message_id: str, state: MessageState, words: str, now: datetime
) -> bool:
    """End a waiting message, and close its notices unsaid, for the same reason."""
    changed = conn.execute(
        update(message)
        .where(
            message.c.account_id == account_id,
            message.c.id == message_id,
            message.c.state == MessageState.WAITING,
        )
        .values(state=state, detail=words[:300], updated_at=now, ended_at=now)
    ).rowcount
    if changed:
        end_notices(conn, account_id, carried_by(conn, account_id, message_id), NoticeState.BASELINE, words, now)
        note_changes(conn, account_id, [("message", message_id, None)], now)
    return bool(changed)
