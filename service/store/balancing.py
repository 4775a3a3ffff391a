"""What is counted of a provider before messages move to another: calls that failed, and texts that arrive slowly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from notifiers.base import Channel
from service.records.enums import AttemptOutcome, MessageState, Stage
from service.records.outbox import HELD
from service.records.tables import Attempt, Message
from service.store.among import among
from service.store.tables import table

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


RECENT = and_(
    message.c.account_id == bindparam("account"),
    message.c.created_at >= bindparam("made"),
    message.c.channel == bindparam("channel"),
    message.c.stage == Stage.LIVE,
)

TEXTS = select(message.c.notifier, message.c.state, message.c.handed_at, message.c.ended_at).where(
    RECENT, message.c.state.in_(TAKEN), message.c.handed_at > bindparam("since")
)

RETRIED = select(message.c.id).where(
    RECENT,
    message.c.state.in_(list(MessageState)),
    message.c.updated_at > bindparam("since"),
    or_(message.c.refusals > 0, message.c.tries > 1, message.c.state.not_in(TAKEN)),
)
"""Messages of which a call may have failed lately."""

ERRORS = (
    select(attempt.c.notifier, func.count().label("number"))
    .where(
        attempt.c.account_id == bindparam("account"),
        among(attempt.c.message_id, "ids"),
        attempt.c.completed_at > bindparam("since"),
        attempt.c.outcome.in_(FAILED),
        or_(attempt.c.code.is_(None), attempt.c.code != HELD),
    )
    .group_by(attempt.c.notifier)
)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one notifier: calls that failed, texts that were handed over, and those of them that are slow."""

    errors: int = 0
    texts: int = 0
    slow: int = 0


def counts(
    conn: Connection,
    account_ids: Sequence[str],
    channel: Channel,
    now: datetime,
    errors_within: timedelta,
    texts_within: timedelta,
    slow: timedelta,
) -> dict[str, Counts]:
    """What is counted of each notifier of a channel, over live messages of these accounts.

    A text is slow if *slow* passed without a receipt of its end, or until it came.
    """
    errors: Counter[str] = Counter()
    texts: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for account_id in account_ids:
        mine = {"account": account_id, "channel": channel, "made": now - LATELY}
        since = {"since": now - errors_within}
        retried = list(conn.execute(RETRIED, mine | since).scalars())
        for row in conn.execute(ERRORS, {"account": account_id, "ids": retried} | since):
            errors[row.notifier] += row.number
        for row in conn.execute(TEXTS, mine | {"since": now - texts_within}):
            texts[row.notifier] += 1
            if row.state is not MessageState.UNDELIVERED and (row.ended_at or now) - row.handed_at > slow:
                late[row.notifier] += 1
    return {name: Counts(errors[name], texts[name], late[name]) for name in {*errors, *texts}}
