"""The outbox: finding what is due, recording the intent, and settling the outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, tuple_, update

from service.records.enums import AttemptOutcome, MessageState, NoticeState, PromiseState
from service.records.outbox import Candidate, Claim, Postponed, Settled
from service.records.tables import (
    Address,
    Attempt,
    Directory,
    Message,
    MessageNotice,
    Notice,
    Promise,
    Shipment,
)
from service.store.candidates import WINDOW
from service.store.changes import note_changes
from service.store.decisions import append_why, end_promises
from service.store.fallback import hand_on, has_other_way
from service.store.sql import insert_once, lock_rows
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


def claim(conn: Connection, claims: Sequence[Claim], read_at: datetime, now: datetime) -> list[str]:
    """Write the intents whose message and address are still as they were read; returns the attempts that hold.

    The lock on the address makes the caps exact: whoever else would write to that person waits here and then finds
    that the history is no longer what it read.
    """
    held: list[str] = []
    by_account: dict[str, list[str]] = {}
    for one in claims:
        if one.candidate.address_id:
            by_account.setdefault(one.candidate.account_id, []).append(one.candidate.address_id)
    for account_id, ids in sorted(by_account.items()):
        lock_rows(conn, Address, account_id, ids)
    mine: Counter[str | None] = Counter()
    for one in claims:
        if _claim_one(conn, one, mine[one.candidate.address_id], read_at, now):
            held.append(one.attempt_id)
            mine[one.candidate.address_id] += 1
    return held


def _claim_one(conn: Connection, one: Claim, mine: int, read_at: datetime, now: datetime) -> bool:
    candidate = one.candidate
    account_id = candidate.account_id
    if not _unchanged(conn, candidate, mine, read_at):
        return False
    taken = conn.execute(
        update(message)
        .where(
            message.c.account_id == account_id,
            message.c.id == candidate.message_id,
            message.c.state == MessageState.WAITING,
            message.c.tries == candidate.tries,
            message.c.updated_at == candidate.updated_at,
        )
        .values(
            state=MessageState.SENDING,
            tries=candidate.tries + 1,
            notifier=one.notifier,
            sender=one.sender,
            to=candidate.to,
            body=one.body,
            subject=one.subject,
            html=one.html,
            calendar=one.calendar,
            segments=one.segments,
            updated_at=now,
        )
    ).rowcount
    if taken != 1:
        return False
    conn.execute(
        insert(attempt).values(
            account_id=account_id,
            id=one.attempt_id,
            message_id=candidate.message_id,
            number=candidate.tries + candidate.refusals + 1,
            address_id=candidate.address_id,
            level=candidate.level,
            worker_id=one.worker_id,
            notifier=one.notifier,
            body=one.body,
            started_at=now,
            outcome=AttemptOutcome.STARTED,
            detail="",
        )
    )
    if one.link_digest:
        insert_once(
            conn,
            Directory,
            [
                {
                    "kind": "link",
                    "key": one.link_digest,
                    "account_id": account_id,
                    "target_id": candidate.message_id,
                }
            ],
        )
    return True


def _unchanged(conn: Connection, candidate: Candidate, mine: int, read_at: datetime) -> bool:
    """Whether the truth, the address and its history still are what the checks were made on.

    *mine* counts the calls to the same address that this very batch has already claimed.
    """
    if candidate.address_id:
        at = (address.c.account_id == candidate.account_id) & (address.c.id == candidate.address_id)
        suppressed = conn.execute(select(address.c.suppressed_at).where(at)).scalar()
        if (suppressed is not None) is not candidate.suppressed:
            return False
        called = conn.execute(
            select(func.count()).where(
                attempt.c.account_id == candidate.account_id,
                attempt.c.address_id == candidate.address_id,
                attempt.c.started_at > read_at - WINDOW,
            )
        ).scalar_one()
        if called != len(candidate.history) + mine:
            return False
    if not candidate.notices:
        return True
    known = conn.execute(
        select(notice.c.id, notice.c.truth_version, shipment.c.seq)
        .select_from(notice.join(shipment, (shipment.c.account_id == notice.c.account_id) & (shipment.c.id == notice.c.shipment_id)))
        .where(
            notice.c.account_id == candidate.account_id,
            notice.c.id.in_([carried.notice_id for carried in candidate.notices]),
            notice.c.state == NoticeState.WAITING,
        )
    ).all()
    return len(known) == len(candidate.notices) and all(row.truth_version == row.seq for row in known)


def postpone(conn: Connection, postponed: Sequence[Postponed], now: datetime) -> None:
    """Move messages that may not leave now, or end them with their notices."""
    for one in postponed:
        candidate = one.candidate
        if one.reroute and one.state is MessageState.WAITING and has_other_way(conn, candidate.account_id, candidate.message_id):
            one = replace(one, state=MessageState.FAILED)
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
                updated_at=now,
                ended_at=None if one.state is MessageState.WAITING else now,
            )
        ).rowcount
        if changed and one.reroute and one.state is MessageState.FAILED:
            hand_on(conn, candidate.account_id, candidate.message_id, one.why, now)
        if changed and one.notice_state is not None:
            ids = [carried.notice_id for carried in candidate.notices]
            end_notices(conn, candidate.account_id, ids, one.notice_state, one.why, now)
        if changed:
            note_changes(
                conn, candidate.account_id, [("message", candidate.message_id, candidate.shipment_id)], now
            )


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
    end_promises(conn, account_id, ids, closed, why)
    touch_shipments(conn, account_id, now, ids={row.shipment_id for row in rows})


def settle(conn: Connection, outcomes: Sequence[Settled], now: datetime) -> None:
    """Write how attempts ended. A receipt that came first keeps the word it has brought."""
    for one in outcomes:
        _settle_one(conn, one, now)


def _settle_one(conn: Connection, one: Settled, now: datetime) -> None:
    conn.execute(
        update(attempt)
        .where(attempt.c.account_id == one.account_id, attempt.c.id == one.attempt_id)
        .values(
            completed_at=now,
            outcome=one.outcome,
            provider_id=one.provider_id,
            code=one.code,
            detail=one.detail[:300],
        )
    )
    values: dict[str, object] = {"state": one.state, "detail": one.detail[:300], "updated_at": now}
    if one.provider_id:
        values["provider_id"] = one.provider_id
    if one.state is MessageState.ACCEPTED:
        values["handed_at"] = now
    if one.due_at is not None:
        values["due_at"] = one.due_at
    if one.refused:
        values |= {"tries": message.c.tries - 1, "refusals": message.c.refusals + 1}
    if one.state in (MessageState.FAILED, MessageState.EXPIRED):
        values["ended_at"] = now
    moved = conn.execute(
        update(message)
        .where(
            message.c.account_id == one.account_id,
            message.c.id == one.message_id,
            message.c.state == MessageState.SENDING,
        )
        .values(**values)
    ).rowcount
    row = conn.execute(
        select(message.c.address_id, message.c.shipment_id).where(
            message.c.account_id == one.account_id, message.c.id == one.message_id
        )
    ).one()
    if one.suppress and row.address_id:
        suppress_address(conn, one.account_id, row.address_id, "provider", one.suppress_why or one.detail, now)
    if moved:
        if one.state is MessageState.ACCEPTED:
            mark_told(conn, one.account_id, one.message_id, now)
        elif one.state is MessageState.FAILED:
            hand_on(conn, one.account_id, one.message_id, one.detail, now)
        elif one.state is MessageState.EXPIRED:
            end_notices(
                conn, one.account_id, carried_by(conn, one.account_id, one.message_id), NoticeState.EXPIRED, one.detail, now
            )
    note_changes(conn, one.account_id, [("message", one.message_id, row.shipment_id)], now)


def suppress_address(
    conn: Connection, account_id: str, address_id: str, by: str, why: str, now: datetime
) -> None:
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


def mark_told(conn: Connection, account_id: str, message_id: str, now: datetime) -> None:
    """A notifier has taken the message: its notices are said and their words are told."""
    ids = carried_by(conn, account_id, message_id)
    if not ids:
        return
    conn.execute(
        update(notice)
        .where(
            tuple_(notice.c.account_id, notice.c.id).in_([(account_id, i) for i in ids]),
            notice.c.state.in_([NoticeState.WAITING, NoticeState.UNKNOWN]),
        )
        .values(state=NoticeState.SAID, ended_at=now)
    )
    conn.execute(
        update(promise)
        .where(
            promise.c.account_id == account_id,
            promise.c.notice_id.in_(ids),
            promise.c.state.in_([PromiseState.INTENDED, PromiseState.UNKNOWN]),
        )
        .values(state=PromiseState.TOLD, told_at=now, message_id=message_id)
    )


def recover(conn: Connection, workers: Sequence[str], now: datetime) -> int:
    """Messages that a dead worker was sending become uncertain: the provider may have them."""
    rows = conn.execute(
        select(attempt.c.account_id, attempt.c.id, attempt.c.message_id)
        .select_from(
            attempt.join(
                message, (message.c.account_id == attempt.c.account_id) & (message.c.id == attempt.c.message_id)
            )
        )
        .where(
            attempt.c.outcome == AttemptOutcome.STARTED,
            attempt.c.worker_id.in_(workers),
            message.c.state == MessageState.SENDING,
        )
    ).all()
    for row in rows:
        _settle_one(
            conn,
            Settled(
                account_id=row.account_id,
                message_id=row.message_id,
                attempt_id=row.id,
                outcome=AttemptOutcome.UNCERTAIN,
                state=MessageState.UNCERTAIN,
                detail="The process stopped between asking and the answer; the provider may have taken it.",
            ),
            now,
        )
    return len(rows)


def cancel(conn: Connection, account_id: str, message_id: str, why: str, now: datetime) -> str | None:
    """Cancel a waiting message; returns the state it is in afterwards, None where there is no such message."""
    changed = conn.execute(
        update(message)
        .where(
            message.c.account_id == account_id,
            message.c.id == message_id,
            message.c.state == MessageState.WAITING,
        )
        .values(state=MessageState.CANCELLED, detail=why[:300], updated_at=now, ended_at=now)
    ).rowcount
    if changed:
        end_notices(conn, account_id, carried_by(conn, account_id, message_id), NoticeState.BASELINE, why, now)
        note_changes(conn, account_id, [("message", message_id, None)], now)
    state: MessageState | None = conn.execute(
        select(message.c.state).where(message.c.account_id == account_id, message.c.id == message_id)
    ).scalar()
    return state.value if state else None
