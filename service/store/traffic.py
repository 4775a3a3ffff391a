"""What left in each hour: counted in the claim, so that it is known however many processes send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from notifiers.base import Channel
from service.records.enums import Stage
from service.records.outbox import Claim
from service.records.tables import Attempt, Message, Pace, Traffic
from service.records.traffic import Flow
from service.store.among import among
from service.store.tables import table

traffic = table(Traffic)
pace = table(Pace)
attempt = table(Attempt)
message = table(Message)

WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)

HOURS = (
    select(
        traffic.c.hour, func.sum(traffic.c.messages).label("messages"), func.sum(traffic.c.segments).label("segments")
    )
    .where(traffic.c.account_id == bindparam("account"), traffic.c.hour >= bindparam("since"))
    .group_by(traffic.c.hour)
)

CLAIMED = (
    select(attempt.c.id, attempt.c.worker_id, attempt.c.started_at, message.c.channel, message.c.segments)
    .select_from(
        attempt.join(message, (message.c.account_id == attempt.c.account_id) & (message.c.id == attempt.c.message_id))
    )
    .where(
        attempt.c.account_id == bindparam("account"),
        among(attempt.c.id, "ids"),
        message.c.stage == Stage.LIVE,
    )
)


def count(conn: Connection, claims: Iterable[Claim], now: datetime) -> None:
    """Count live messages that are about to be handed over, each once: what is refused and tried again is no surge.

    Each worker has its own rows: nobody waits for another.
    """
    messages: Counter[tuple[str, str]] = Counter()
    segments: Counter[tuple[str, str]] = Counter()
    for one in claims:
        if one.candidate.stage is Stage.LIVE and not one.candidate.tries + one.candidate.refusals:
            key = (one.candidate.account_id, one.worker_id)
            messages[key] += 1
            segments[key] += one.segments if one.candidate.channel is Channel.SMS else 0
    if not messages:
        return
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(traffic)
    more = insert.on_conflict_do_update(
        index_elements=list(traffic.primary_key.columns),
        set_={
            "messages": traffic.c.messages + insert.excluded.messages,
            "segments": traffic.c.segments + insert.excluded.segments,
        },
    )
    rows = [
        {
            "account_id": account_id,
            "hour": hour_of(now),
            "worker_id": worker_id,
            "messages": number,
            "segments": segments[(account_id, worker_id)],
        }
        for (account_id, worker_id), number in sorted(messages.items())
    ]
    conn.execute(more, rows)
    _pace(conn, messages, now)


def uncount(conn: Connection, account_id: str, attempt_ids: Sequence[str]) -> None:
    """Take back what was counted in claims of which nobody was asked; their messages count when they do leave."""
    claims = conn.execute(CLAIMED, {"account": account_id, "ids": sorted(attempt_ids)}).all()
    for one in sorted(claims, key=lambda one: (one.started_at, one.id)):
        mine = {"account_id": account_id, "worker_id": one.worker_id}
        segments = one.segments if one.channel is Channel.SMS else 0
        less = {"messages": traffic.c.messages - 1, "segments": traffic.c.segments - segments}
        conn.execute(update(traffic).filter_by(**mine, hour=hour_of(one.started_at)).values(**less))
        slower = {"messages": pace.c.messages - 1}
        conn.execute(update(pace).filter_by(**mine, minute=minute_of(one.started_at)).values(**slower))


def _pace(conn: Connection, messages: Counter[tuple[str, str]], now: datetime) -> None:
    """The same by the minute, which is what the breaker looks at."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(pace)
    more = insert.on_conflict_do_update(
        index_elements=list(pace.primary_key.columns), set_={"messages": pace.c.messages + insert.excluded.messages}
    )
    rows = [
        {"minute": minute_of(now), "account_id": account_id, "worker_id": worker_id, "messages": number}
        for (account_id, worker_id), number in sorted(messages.items())
    ]
    conn.execute(more, rows)


def flow(conn: Connection, account_id: str, now: datetime, month: datetime) -> Flow:
    """How much the account has sent lately, and since *month* began."""
    this = hour_of(now)
    rows = conn.execute(HOURS, {"account": account_id, "since": min(month, this - WEEK)}).all()
    messages = {row.hour: int(row.messages) for row in rows}
    return Flow(
        this_hour=messages.get(this, 0),
        last_hour=messages.get(this - HOUR, 0),
        busiest=max((number for hour, number in messages.items() if this - WEEK <= hour < this - HOUR), default=0),
        segments=sum(int(row.segments) for row in rows if row.hour >= month),
    )


def minute_of(moment: datetime) -> datetime:
    """When the minute of *moment* began."""
    return moment.replace(second=0, microsecond=0)


def hour_of(moment: datetime) -> datetime:
    """When the hour of *moment* began."""
    return moment.replace(minute=0, second=0, microsecond=0)
