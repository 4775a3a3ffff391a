"""How long after things happened each source reported them, and what was learned of that."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, or_, select, update

from service.records.enums import CallOutcome, Classifier
from service.records.tables import Fact, InboundCall, Source
from service.store.tables import table

call = table(InboundCall)
fact = table(Fact)
source = table(Source)

NEWEST = 2000
"""So many facts of an account are looked at: what is usual may change."""


def reports(conn: Connection, account_id: str) -> dict[str, list[timedelta]]:
    """Received less happened, by source, of the newest facts with a time of day.

    A call that was read again says when somebody mended something, not how late its source is.
    """
    mine = (call.c.account_id == fact.c.account_id) & (call.c.id == fact.c.call_id)
    rows = conn.execute(
        select(fact.c.source_id, fact.c.classifier, fact.c.at, fact.c.received_at)
        .select_from(fact.outerjoin(call, mine))
        .where(
            fact.c.account_id == account_id,
            or_(call.c.outcome.is_(None), call.c.outcome != CallOutcome.REPLAYED),
        )
        .order_by(fact.c.id.desc())
        .limit(NEWEST)
    )
    found: dict[str, list[timedelta]] = {}
    for row in rows:
        if row.classifier is Classifier.ACTUAL and row.at is not None:
            found.setdefault(row.source_id, []).append(row.received_at - row.at)
    return found


def learn(conn: Connection, account_id: str, source_id: str, lag: timedelta, number: int) -> bool:
    """Keep what was learned from *number* reports; False where a person has set the lag, which then stays."""
    return bool(
        conn.execute(
            update(source)
            .where(
                source.c.account_id == account_id,
                source.c.id == source_id,
                or_(source.c.usual_lag_minutes.is_(None), source.c.lag_samples > 0),
            )
            .values(usual_lag_minutes=int(lag / timedelta(minutes=1)), lag_samples=number)
        ).rowcount
    )
