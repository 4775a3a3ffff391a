"""What is counted of a provider before messages move to another: calls that failed, and texts that arrive slowly."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from notifiers.base import Channel
from service.records.enums import AttemptOutcome, MessageState, Stage
from service.records.outbox import HELD
from service.records.tables import Account, Attempt, Message
from service.store.tables import table

account = table(Account)
message = table(Message)
attempt = table(Attempt)

LATELY = timedelta(days=1)
"""What was planned earlier is left out: so the index by state and age finds the rest."""

FAILED = (
    AttemptOutcome.TEMPORARY,
    AttemptOutcome.UNCERTAIN,
    AttemptOutcome.UNAVAILABLE,
    AttemptOutcome.ABSENT,
)
"""Calls that failed by the provider's fault: a certain no to one recipient is not."""

TAKEN = (MessageState.ACCEPTED, MessageState.DELIVERED, MessageState.UNDELIVERED)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one notifier: calls that failed, texts that were handed over, and those of them that are slow."""

    errors: int = 0
    texts: int = 0
    slow: int = 0


def counts(
    conn: Connection,
    channel: Channel,
    now: datetime,
    errors_within: timedelta,
    texts_within: timedelta,
    slow: timedelta,
) -> dict[str, Counts]:
    """What is counted of each notifier of a channel, over all accounts and live messages only."""
    recent = and_(
        message.c.account_id.in_(select(account.c.id)),
        message.c.created_at >= now - LATELY,
        message.c.channel == channel,
        message.c.stage == Stage.LIVE,
    )
    errors = _errors(conn, recent, now - errors_within)
    texts: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for row in conn.execute(
        select(message.c.notifier, message.c.state, message.c.handed_at, message.c.ended_at).where(
            recent, message.c.state.in_(TAKEN), message.c.handed_at > now - texts_within
        )
    ):
        texts[row.notifier] += 1
        if row.state is not MessageState.UNDELIVERED and (row.ended_at or now) - row.handed_at > slow:
            late[row.notifier] += 1
    return {name: Counts(errors[name], texts[name], late[name]) for name in {*errors, *texts}}


def _errors(conn: Connection, recent: ColumnElement[bool], since: datetime) -> Counter[str]:
    rows = conn.execute(
        select(attempt.c.notifier, func.count().label("number"))
        .select_from(
            message.join(
                attempt, and_(attempt.c.account_id == message.c.account_id, attempt.c.message_id == message.c.id)
            )
        )
        .where(
            recent,
            message.c.state.in_(list(MessageState)),
            message.c.updated_at > since,
            attempt.c.completed_at > since,
            attempt.c.outcome.in_(FAILED),
            or_(attempt.c.code.is_(None), attempt.c.code != HELD),
        )
        .group_by(attempt.c.notifier)
    )
    return Counter({row.notifier: int(row.number) for row in rows})
