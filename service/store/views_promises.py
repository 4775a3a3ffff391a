"""Reading promises: what was told whom, how it ended, and what stands in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from service.records.enums import PromiseState
from service.records.tables import Promise
from service.store.tables import table

promise = table(Promise)

Found = dict[str, Any]

OPEN = "open"
"""Asked for as an outcome: told, and not ended yet."""


@dataclass(frozen=True, slots=True)
class PromiseQuery:
    """What to list, newest first. `after` is the id with which the page before ended."""

    outcome: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    line: tuple[str, ...] = ()
    stage: str | None = None
    shipment: str | None = None
    contact: str | None = None
    told_after: datetime | None = None
    told_before: datetime | None = None
    after: str | None = None
    limit: int = 50


def page(conn: Connection, account_id: str, query: PromiseQuery) -> list[Found]:
    """At most `limit` + 1 promises, so that the caller sees whether more follow."""
    statement = select(promise).where(promise.c.account_id == account_id)
    for column, value in (
        (promise.c.stage, query.stage),
        (promise.c.shipment_id, query.shipment),
        (promise.c.contact_id, query.contact),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if query.state:
        statement = statement.where(promise.c.state.in_(query.state))
    if query.line:
        statement = statement.where(promise.c.line.in_(query.line))
    if query.outcome:
        ended = promise.c.outcome.in_([one for one in query.outcome if one != OPEN])
        still = (promise.c.state == PromiseState.TOLD) & promise.c.outcome.is_(None)
        statement = statement.where(or_(ended, still) if OPEN in query.outcome else ended)
    if query.told_after is not None:
        statement = statement.where(promise.c.told_at >= query.told_after)
    if query.told_before is not None:
        statement = statement.where(promise.c.told_at < query.told_before)
    if query.after is not None:
        statement = statement.where(promise.c.id < query.after)
    rows = conn.execute(statement.order_by(promise.c.id.desc()).limit(query.limit + 1)).mappings()
    return [dict(row) for row in rows]
