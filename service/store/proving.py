"""Calls whose end is not known: reading them, noting looks in vain, trying again, and giving up."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, exists, literal_column, or_, select, update

from service.records.doubt import Doubt
from service.records.enums import AttemptOutcome, MessageState, NoticeState, PromiseState, Stage
from service.records.signs import MishapKind
from service.records.tables import Attempt, Message, MessageNotice, Notice, Promise
from service.store.changes import note_changes
from service.store.fallback import hand_on
from service.store.ledger import enter
from service.store.outbox import carried_by
from service.store.signs import went_wrong
from service.store.sql import lock_rows
from service.store.tables import table
from service.store.touch import touch_shipments

attempt = table(Attempt)
message = table(Message)
message_notice = table(MessageNotice)
notice = table(Notice)
promise = table(Promise)

PROOF_WAIT = timedelta(minutes=10)
"""How long a message whose time has passed waits for its first proof."""

MOST = 5_000
"""So many are read at one time: far more than are looked for, because most of them were looked for a moment ago."""

UNCERTAIN: ColumnElement[str] = literal_column(f"'{MessageState.UNCERTAIN.value}'")
"""Written out, so that the planner knows that the index of what is in doubt will do."""


def doubts(conn: Connection) -> list[Doubt]:
    """Uncertain messages with their last call, those first that are soonest too late."""
    rows = conn.execute(
        select(
            message.c.account_id,
            message.c.id,
            message.c.stage,
            message.c.channel,
            message.c.sender,
            message.c.to,
            message.c.send_before,
            message.c.tries,
            attempt.c.id.label("attempt_id"),
            attempt.c.notifier,
            attempt.c.body,
            attempt.c.started_at,
            attempt.c.absent,
            attempt.c.looked_at,
            attempt.c.number,
        )
        .select_from(
            message.join(
                attempt, (attempt.c.account_id == message.c.account_id) & (attempt.c.message_id == message.c.id)
            )
        )
        .where(message.c.state == UNCERTAIN, attempt.c.outcome == AttemptOutcome.UNCERTAIN)
        .order_by(message.c.send_before, message.c.id, attempt.c.number)
        .limit(MOST)
    )
    last = {row.id: row for row in rows}
    return [
        Doubt(
            account_id=row.account_id,
            message_id=row.id,
            attempt_id=row.attempt_id,
            stage=row.stage,
            channel=row.channel,
            notifier=row.notifier,
            sender=row.sender or "",
            to=row.to or "",
            body=row.body,
            started_at=row.started_at,
            send_before=row.send_before,
            tries=row.tries,
            absent=row.absent,
            looked_at=row.looked_at,
        )
        for row in last.values()
    ]


def ours(conn: Connection, account_id: str, provider_ids: Collection[str]) -> set[str]:
    """Those of these ids by which a provider knows messages of the account."""
    found = select(message.c.provider_id).where(
        message.c.account_id == account_id, message.c.provider_id.in_(sorted(provider_ids))
    )
    return set(conn.execute(found).scalars())


def looked(conn: Connection, one: Doubt, now: datetime, *, absent: bool, evidence: str) -> None:
    """Note a look at the list; *absent* where it was read and did not hold the call."""
    conn.execute(
        update(attempt)
        .where(
            attempt.c.account_id == one.account_id,
            attempt.c.id == one.attempt_id,
            attempt.c.outcome == AttemptOutcome.UNCERTAIN,
        )
        .values(looked_at=now, absent=one.absent + (1 if absent else 0), detail=evidence[:300])
    )
    conn.execute(
        update(message)
        .where(
            message.c.account_id == one.account_id,
            message.c.id == one.message_id,
            message.c.state == MessageState.UNCERTAIN,
        )
        .values(detail=evidence[:300], updated_at=now)
    )


def try_again(conn: Connection, one: Doubt, outcome: AttemptOutcome, why: str, now: datetime) -> bool:
    """Let the message be handed over once more, from what is then true; False where it has settled meanwhile."""
    lock_rows(conn, Message, one.account_id, [one.message_id])
    moved = conn.execute(
        update(message)
        .where(
            message.c.account_id == one.account_id,
            message.c.id == one.message_id,
            message.c.state == MessageState.UNCERTAIN,
        )
        .values(state=MessageState.WAITING, due_at=now, detail=why[:300], updated_at=now)
    ).rowcount
    if not moved:
        return False
    _absent(conn, one, outcome, why, now)
    shipments = set(
        conn.execute(
            select(notice.c.shipment_id)
            .select_from(
                message_notice.join(
                    notice,
                    (notice.c.account_id == message_notice.c.account_id) & (notice.c.id == message_notice.c.notice_id),
                )
            )
            .where(message_notice.c.account_id == one.account_id, message_notice.c.message_id == one.message_id)
        ).scalars()
    )
    touch_shipments(conn, one.account_id, now, ids=shipments)
    note_changes(conn, one.account_id, [("message", one.message_id, None)], now)
    return True


def never_taken(conn: Connection, one: Doubt, why: str, now: datetime) -> None:
    """End a message as failed that its provider certainly never had, and give its news to the next address."""
    lock_rows(conn, Message, one.account_id, [one.message_id])
    failed = conn.execute(
        update(message)
        .where(
            message.c.account_id == one.account_id,
            message.c.id == one.message_id,
            message.c.state == MessageState.UNCERTAIN,
        )
        .values(state=MessageState.FAILED, detail=why[:300], updated_at=now, ended_at=now)
    ).rowcount
    if not failed:
        return
    _absent(conn, one, AttemptOutcome.ABSENT, why, now)
    hand_on(conn, one.account_id, one.message_id, why, now)
    if one.stage is Stage.LIVE:
        went_wrong(conn, one.account_id, MishapKind.UNDELIVERED, now)
    note_changes(conn, one.account_id, [("message", one.message_id, None)], now)


def _absent(conn: Connection, one: Doubt, outcome: AttemptOutcome, why: str, now: datetime) -> None:
    """Close a call in doubt that brought nothing."""
    conn.execute(
        update(attempt)
        .where(attempt.c.account_id == one.account_id, attempt.c.id == one.attempt_id)
        .values(outcome=outcome, detail=why[:300], looked_at=now)
    )


def give_up(conn: Connection, now: datetime) -> int:
    """Uncertain messages whose time has passed end as unknown: never sent again, never shown as told.

    Returns how many. Their words count as said when it is asked whether to say them again. What was not looked for
    yet is given `PROOF_WAIT` longer: a proof comes before the end.
    """
    looked = exists().where(
        attempt.c.account_id == message.c.account_id,
        attempt.c.message_id == message.c.id,
        attempt.c.looked_at.is_not(None),
    )
    rows = conn.execute(
        select(message.c.account_id, message.c.id, message.c.shipment_id, message.c.stage).where(
            message.c.state == UNCERTAIN,
            message.c.send_before <= now,
            or_(looked, message.c.send_before <= now - PROOF_WAIT),
        )
    ).all()
    for row in rows:
        _never_known(conn, row.account_id, row.id, now)
        if row.stage is Stage.LIVE:
            went_wrong(conn, row.account_id, MishapKind.UNKNOWN, now)
        touch_shipments(conn, row.account_id, now, ids={row.shipment_id} if row.shipment_id else set())
        note_changes(conn, row.account_id, [("message", row.id, row.shipment_id)], now)
    return len(rows)


def _never_known(conn: Connection, account_id: str, message_id: str, now: datetime) -> None:
    """End a message, its news and its words as unknown."""
    conn.execute(
        update(message)
        .where(message.c.account_id == account_id, message.c.id == message_id)
        .values(state=MessageState.UNKNOWN, updated_at=now, ended_at=now)
    )
    ids = carried_by(conn, account_id, message_id)
    conn.execute(
        update(notice)
        .where(notice.c.account_id == account_id, notice.c.id.in_(ids), notice.c.state == NoticeState.WAITING)
        .values(state=NoticeState.UNKNOWN, ended_at=now)
    )
    unknown = conn.execute(
        update(promise)
        .where(
            promise.c.account_id == account_id,
            promise.c.notice_id.in_(ids),
            promise.c.state == PromiseState.INTENDED,
        )
        .values(state=PromiseState.UNKNOWN)
        .returning(promise.c.id)
    ).scalars()
    enter(conn, account_id, unknown, now)
