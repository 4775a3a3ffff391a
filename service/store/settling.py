"""Settling: how attempts ended, and what that makes of messages, notices and words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, literal_column, select, update

from service.records.enums import AttemptOutcome, MessageState, NoticeState, PromiseState
from service.records.outbox import HELD, Settled
from service.records.tables import Attempt, Message, MessageNotice, Notice, Promise
from service.store import traffic, trials
from service.store.among import among
from service.store.bulk import bulk_update
from service.store.changes import note_changes
from service.store.fallback import can_hand_on, hand_on
from service.store.ledger import enter
from service.store.outbox import carried_by, end_notices, suppress_address
from service.store.tables import table

message = table(Message)
message_notice = table(MessageNotice)
notice = table(Notice)
promise = table(Promise)
attempt = table(Attempt)

SENT = (
    select(
        message.c.id, message.c.state, message.c.tries, message.c.refusals, message.c.address_id, message.c.shipment_id
    )
    .where(message.c.account_id == bindparam("account"), among(message.c.id, "ids"))
    .order_by(message.c.id)
    .with_for_update()
)
"""Locked in id order, as wherever rows are locked: see `service.store.sql.lock_rows`."""

STARTED = select(attempt.c.id).where(
    attempt.c.account_id == bindparam("account"),
    among(attempt.c.id, "ids"),
    attempt.c.outcome == AttemptOutcome.STARTED,
)

CARRIED = select(message_notice.c.message_id, message_notice.c.notice_id).where(
    message_notice.c.account_id == bindparam("account"),
    among(message_notice.c.message_id, "ids"),
)


def settle(conn: Connection, outcomes: Sequence[Settled], now: datetime) -> None:
    """Write how attempts ended. A receipt that came first keeps the word it has brought.

    A call whose end was taken for unknown meanwhile says nothing of its message any more: that may be on its way again.
    """
    by_account: dict[str, list[Settled]] = {}
    for one in outcomes:
        by_account.setdefault(one.account_id, []).append(one)
    for account_id, mine in sorted(by_account.items()):
        _settle(conn, account_id, mine, now)


def _settle(conn: Connection, account_id: str, outcomes: Sequence[Settled], now: datetime) -> None:
    ids = sorted(one.message_id for one in outcomes)
    known = {row.id: row for row in conn.execute(SENT, {"account": account_id, "ids": ids})}
    started = set(conn.execute(STARTED, {"account": account_id, "ids": [one.attempt_id for one in outcomes]}).scalars())
    bulk_update(conn, Attempt, [_attempt_row(one, now) for one in outcomes if one.attempt_id in started])
    sending = [one for one in outcomes if known[one.message_id].state is MessageState.SENDING]
    moved = [one for one in sending if one.attempt_id in started]
    accepted = [one for one in moved if one.state is MessageState.ACCEPTED]
    bulk_update(conn, Message, [_accepted_row(one, now) for one in accepted])
    mark_told(conn, account_id, [one.message_id for one in accepted], now)
    for one in moved:
        if one.state is not MessageState.ACCEPTED:
            row = known[one.message_id]
            bulk_update(conn, Message, [_refused_row(one, row.tries, row.refusals, now) | _sooner(conn, one, now)])
            _follow_up(conn, one, now)
    if again := [one.message_id for one in moved if one.state is MessageState.WAITING]:
        trials.give_back(conn, account_id, again)
    # What was refused before has been counted then, and stays counted.
    fresh = [one for one in moved if known[one.message_id].tries + known[one.message_id].refusals == 1]
    if held := [one.attempt_id for one in fresh if one.code == HELD]:
        traffic.uncount(conn, account_id, held)
    for one in outcomes:
        address_id = known[one.message_id].address_id
        if one.suppress and address_id:
            suppress_address(conn, account_id, address_id, "provider", one.suppress_why or one.detail, now)
    note_changes(
        conn, account_id, [("message", one.message_id, known[one.message_id].shipment_id) for one in outcomes], now
    )


def _follow_up(conn: Connection, one: Settled, now: datetime) -> None:
    """What the end of a message means for its news."""
    if one.state is MessageState.FAILED:
        if one.suppress:
            _suppress_first(conn, one, now)
        hand_on(conn, one.account_id, one.message_id, one.detail, now)
    elif one.state is MessageState.EXPIRED and one.onward_at and can_hand_on(conn, one.account_id, one.message_id):
        hand_on(conn, one.account_id, one.message_id, one.detail, now)
    elif one.state is MessageState.EXPIRED:
        ids = carried_by(conn, one.account_id, one.message_id)
        end_notices(conn, one.account_id, ids, NoticeState.EXPIRED, one.detail, now)


def _sooner(conn: Connection, one: Settled, now: datetime) -> dict[str, object]:
    """When a message that waits is looked at instead, where it may have to go by the next channel before it is due."""
    if one.due_at is None or one.onward_at is None or not now < one.onward_at < one.due_at:
        return {}
    return {"due_at": one.onward_at} if can_hand_on(conn, one.account_id, one.message_id) else {}


def _suppress_first(conn: Connection, one: Settled, now: datetime) -> None:
    """An address that is dead must not be the next one that is tried."""
    address_id = conn.execute(
        select(message.c.address_id).where(message.c.account_id == one.account_id, message.c.id == one.message_id)
    ).scalar()
    if address_id:
        suppress_address(conn, one.account_id, address_id, "provider", one.suppress_why or one.detail, now)


def _attempt_row(one: Settled, now: datetime) -> dict[str, object]:
    return {
        "account_id": one.account_id,
        "id": one.attempt_id,
        "completed_at": now,
        "outcome": one.outcome,
        "provider_id": one.provider_id,
        "code": one.code,
        "detail": one.detail[:300],
    }


def _accepted_row(one: Settled, now: datetime) -> dict[str, object]:
    return {
        "account_id": one.account_id,
        "id": one.message_id,
        "state": one.state,
        "provider_id": one.provider_id,
        "detail": one.detail[:300],
        "handed_at": now,
        "receipt_by": one.receipt_by,
        "updated_at": now,
    }


def _refused_row(one: Settled, tries: int, refusals: int, now: datetime) -> dict[str, object]:
    row: dict[str, object] = {
        "account_id": one.account_id,
        "id": one.message_id,
        "state": one.state,
        "detail": one.detail[:300],
        "held_by": one.held_by,
        "updated_at": now,
    }
    if one.due_at is not None:
        row["due_at"] = one.due_at
    if one.refused:
        row |= {"tries": tries - 1, "refusals": refusals + (one.code != HELD)}
    if one.state in (MessageState.FAILED, MessageState.EXPIRED):
        row["ended_at"] = now
    return row


def mark_told(conn: Connection, account_id: str, message_ids: Sequence[str], now: datetime) -> None:
    """A notifier has taken these messages: their notices are said and their words are told."""
    if not message_ids:
        return
    carried = conn.execute(CARRIED, {"account": account_id, "ids": sorted(message_ids)}).all()
    if not carried:
        return
    by_notice = {row.notice_id: row.message_id for row in carried}
    ids = sorted(by_notice)
    conn.execute(SAY, {"account": account_id, "ids": ids, "now": now})
    words = conn.execute(INTENDED, {"account": account_id, "ids": ids}).all()
    bulk_update(
        conn,
        Promise,
        [
            {
                "account_id": account_id,
                "id": word.id,
                "state": PromiseState.TOLD,
                "told_at": now,
                "message_id": by_notice[word.notice_id],
            }
            for word in words
        ],
    )
    enter(conn, account_id, [word.id for word in words], now)


SAY = (
    update(notice)
    .where(
        notice.c.account_id == bindparam("account"),
        among(notice.c.id, "ids"),
        notice.c.state.in_([NoticeState.WAITING, NoticeState.UNKNOWN]),
    )
    .values(state=NoticeState.SAID, ended_at=bindparam("now"))
)

INTENDED = select(promise.c.id, promise.c.notice_id).where(
    promise.c.account_id == bindparam("account"),
    among(promise.c.notice_id, "ids"),
    promise.c.state.in_([PromiseState.INTENDED, PromiseState.UNKNOWN]),
)


STARTED_NOW: ColumnElement[str] = literal_column(f"'{AttemptOutcome.STARTED.value}'")
"""Written out, so that the planner knows that the index of calls under way will do."""

UNFINISHED = (
    select(attempt.c.account_id, attempt.c.id, attempt.c.message_id)
    .select_from(
        attempt.join(message, (message.c.account_id == attempt.c.account_id) & (message.c.id == attempt.c.message_id))
    )
    .where(attempt.c.outcome == STARTED_NOW, message.c.state == MessageState.SENDING)
)

SENDERS = UNFINISHED.with_only_columns(attempt.c.worker_id).distinct()


def sends(conn: Connection, worker_id: str) -> bool:
    """Whether a worker has asked a provider and not written down the answer."""
    return conn.execute(UNFINISHED.where(attempt.c.worker_id == worker_id).limit(1)).first() is not None


def senders(conn: Connection) -> set[str]:
    """The workers that have asked a provider and not written down the answer."""
    return set(conn.execute(SENDERS).scalars())


def recover(conn: Connection, workers: Sequence[str], now: datetime) -> int:
    """Messages that a dead worker was sending become uncertain: the provider may have them."""
    rows = conn.execute(UNFINISHED.where(attempt.c.worker_id.in_(workers))).all()
    for row in rows:
        settle(
            conn,
            [
                Settled(
                    account_id=row.account_id,
                    message_id=row.message_id,
                    attempt_id=row.id,
                    outcome=AttemptOutcome.UNCERTAIN,
                    state=MessageState.UNCERTAIN,
                    detail="The process stopped between asking and the answer; the provider may have taken it.",
                )
            ],
            now,
        )
    return len(rows)
