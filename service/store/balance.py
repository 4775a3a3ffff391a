"""Our own books: every notice and message by its state, and whether what belongs together is together."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, select

from service.records.books import Balance, Fault
from service.records.enums import AttemptOutcome, MessageState, NoticeState, Origin, PromiseState
from service.records.tables import Attempt, Message, MessageNotice, Notice, Promise, ReceiptRow
from service.store.tables import table

message = table(Message)
message_notice = table(MessageNotice)
notice = table(Notice)
promise = table(Promise)
attempt = table(Attempt)
receipt = table(ReceiptRow)

RECEIPT = (
    exists()
    .where(receipt.c.account_id == message.c.account_id, receipt.c.message_id == message.c.id)
    .correlate(message)
)
"""The condition that the provider said something of the message."""

NAMED = 5
"""So many of what does not fit are named; the rest is counted."""

OPEN = (MessageState.WAITING, MessageState.SENDING, MessageState.UNCERTAIN)
HANDED = (MessageState.ACCEPTED, MessageState.DELIVERED)
TAKEN = (*HANDED, MessageState.UNDELIVERED)


def balance(conn: Connection, account_id: str) -> Balance:
    """Count and compare, in one snapshot; it reads the whole account."""
    faults = [_fault(conn, what, query) for what, query in _questions(account_id)]
    return Balance(
        notices=_by_state(conn, notice, account_id),
        notices_total=_total(conn, notice, account_id),
        messages=_by_state(conn, message, account_id),
        messages_total=_total(conn, message, account_id),
        faults=tuple(one for one in faults if one is not None),
    )


def _questions(account_id: str) -> list[tuple[str, Select[Any]]]:
    """What must not be, and how it would be found."""
    notices = select(notice.c.id).where(notice.c.account_id == account_id)
    words = (
        select(promise.c.id)
        .select_from(
            promise.join(notice, and_(notice.c.account_id == promise.c.account_id, notice.c.id == promise.c.notice_id))
        )
        .where(promise.c.account_id == account_id, promise.c.origin == Origin.MESSAGE)
    )
    messages = select(message.c.id).where(message.c.account_id == account_id)
    return [
        (
            "news waits and no message carries it",
            notices.where(notice.c.state == NoticeState.WAITING, ~_carried(OPEN)),
        ),
        (
            "news counts as said and no message took it there",
            notices.where(notice.c.state == NoticeState.SAID, ~_carried((*HANDED, *OPEN))),
        ),
        (
            "a word counts as told and its news was not said",
            words.where(promise.c.state == PromiseState.TOLD, notice.c.state != NoticeState.SAID),
        ),
        (
            "a word is intended and its news does not wait",
            words.where(promise.c.state == PromiseState.INTENDED, notice.c.state != NoticeState.WAITING),
        ),
        (
            "a message was taken, and neither a call nor a receipt says so",
            messages.where(message.c.state.in_(TAKEN), ~_called(AttemptOutcome.ACCEPTED), ~RECEIPT),
        ),
        (
            "a message is being sent and no call of it has begun",
            messages.where(message.c.state == MessageState.SENDING, ~_called(AttemptOutcome.STARTED)),
        ),
        (
            "a message is in doubt and none of its calls is",
            messages.where(message.c.state == MessageState.UNCERTAIN, ~_called(AttemptOutcome.UNCERTAIN)),
        ),
        ("a message was taken twice", _twice(account_id)),
    ]


def _carried(states: tuple[MessageState, ...]) -> ColumnElement[bool]:
    """The condition that a message in one of these states carries the notice."""
    return (
        exists()
        .where(
            message_notice.c.account_id == notice.c.account_id,
            message_notice.c.notice_id == notice.c.id,
            message.c.account_id == message_notice.c.account_id,
            message.c.id == message_notice.c.message_id,
            message.c.state.in_(states),
        )
        .correlate(notice)
    )


def _called(outcome: AttemptOutcome) -> ColumnElement[bool]:
    """The condition that a call of the message has ended so."""
    return (
        exists()
        .where(
            attempt.c.account_id == message.c.account_id,
            attempt.c.message_id == message.c.id,
            attempt.c.outcome == outcome,
        )
        .correlate(message)
    )


def _twice(account_id: str) -> Select[Any]:
    return (
        select(attempt.c.message_id.label("id"))
        .where(attempt.c.account_id == account_id, attempt.c.outcome == AttemptOutcome.ACCEPTED)
        .group_by(attempt.c.message_id)
        .having(func.count() > 1)
    )


def _fault(conn: Connection, what: str, query: Select[Any]) -> Fault | None:
    number = int(conn.execute(select(func.count()).select_from(query.subquery())).scalar_one())
    if not number:
        return None
    return Fault(what, number, tuple(conn.execute(query.limit(NAMED)).scalars()))


def _by_state(conn: Connection, of: Any, account_id: str) -> dict[str, int]:
    rows = conn.execute(
        select(of.c.state, func.count().label("number")).where(of.c.account_id == account_id).group_by(of.c.state)
    )
    return dict(sorted((row.state.value, int(row.number)) for row in rows))


def _total(conn: Connection, of: Any, account_id: str) -> int:
    return int(conn.execute(select(func.count()).select_from(of).where(of.c.account_id == account_id)).scalar_one())
