"""Messages of test accounts of which more may be heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, or_, select

from notifiers.base import Channel, ReceiptStatus
from service.records.enums import AttemptOutcome, MessageState
from service.records.simulated import SIMULATOR
from service.records.tables import Attempt, Message, ReceiptRow
from service.store.tables import table
from service.store.twins import all_twins

message = table(Message)
attempt = table(Attempt)
receipt = table(ReceiptRow)

OLDEST = timedelta(days=7)
"""A message that was handed over lately was planned no longer ago than this."""

ENDED = (MessageState.DELIVERED, MessageState.UNDELIVERED)

WAITED = timedelta(days=1)
"""So long after it was taken a receipt that came due while we were down is still said."""

AFTERWARDS = timedelta(minutes=2)
"""So long more may be heard of a message whose end is known: a repeat, a receipt out of order, a complaint."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A call that the simulator took, and what was believed of it already."""

    account_id: str
    attempt_id: str
    channel: Channel
    to: str
    provider_id: str
    taken_at: datetime
    believed: frozenset[ReceiptStatus]


def taken(conn: Connection, now: datetime) -> list[Taken]:
    """The calls of which a receipt may still come, oldest first."""
    return [one for account_id in all_twins(conn) for one in _of(conn, account_id, now)]


def _of(conn: Connection, account_id: str, now: datetime) -> list[Taken]:
    calls = message.join(
        attempt, and_(attempt.c.account_id == message.c.account_id, attempt.c.message_id == message.c.id)
    ).outerjoin(receipt, and_(receipt.c.account_id == attempt.c.account_id, receipt.c.attempt_id == attempt.c.id))
    columns = (attempt.c.id, message.c.channel, message.c.to, attempt.c.provider_id, attempt.c.completed_at)
    found: dict[str, Taken] = {}
    for row in conn.execute(
        select(*columns, receipt.c.status)
        .select_from(calls)
        .where(
            message.c.account_id == account_id,
            message.c.notifier == SIMULATOR,
            message.c.created_at > now - OLDEST,
            or_(
                and_(message.c.state == MessageState.ACCEPTED, message.c.handed_at > now - WAITED),
                and_(message.c.state.in_(ENDED), message.c.handed_at > now - AFTERWARDS),
            ),
            attempt.c.outcome == AttemptOutcome.ACCEPTED,
        )
        .order_by(attempt.c.completed_at, attempt.c.id)
    ):
        known = found.get(row.id)
        believed = (known.believed if known else frozenset()) | ({row.status} if row.status else frozenset())
        found[row.id] = Taken(account_id, row.id, row.channel, row.to, row.provider_id, row.completed_at, believed)
    return list(found.values())
