"""Calls as they were received, with what became of them, and when each source was last heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, exists, select, update

from service.records.enums import CallOutcome
from service.records.intake import CallToKeep, Kept
from service.records.tables import InboundCall, Source, UnmappedCall
from service.store.bulk import bulk_insert
from service.store.sources import OWN, open_own
from service.store.tables import table

call = table(InboundCall)
source = table(Source)
unmapped = table(UnmappedCall)

PRUNED = 500
"""So many calls are forgotten in one transaction: their bodies may be large."""

CALLED = (
    update(source)
    .where(source.c.account_id == bindparam("account"), source.c.id == bindparam("source"))
    .values(last_call_at=bindparam("at"))
)


def keep_calls(conn: Connection, calls: Sequence[CallToKeep], answers: Sequence[Sequence[Kept]]) -> None:
    """Keep each call with what its items came to, and note that its source was heard."""
    rows = []
    for one, kept in zip(calls, answers, strict=True):
        duplicate = sum(1 for answer in kept if answer.outcome == "duplicate")
        conflict = sum(1 for answer in kept if answer.outcome == "conflict")
        outcome = CallOutcome.REFUSED if one.row.refused else CallOutcome.ACCEPTED
        rows.append(
            {
                "account_id": one.row.account_id,
                "id": one.row.id,
                "source_id": one.row.source_id,
                "received_at": one.row.received_at,
                "content_type": one.row.content_type,
                "headers": dict(one.row.headers) or None,
                "body": one.row.body,
                "outcome": CallOutcome.REPLAYED if one.row.replayed else outcome,
                "accepted": len(kept) - duplicate - conflict,
                "duplicate": duplicate,
                "rejected": len(one.rejected) + conflict,
                "unmapped": len(one.unmapped),
                "problem": dict(one.row.problem) if one.row.problem else None,
            }
        )
    bulk_insert(conn, InboundCall, rows)
    last = {(one.row.account_id, one.row.source_id): one.row.received_at for one in calls}
    for (account_id, source_id), at in sorted(last.items()):
        called = conn.execute(CALLED, {"account": account_id, "source": source_id, "at": at})
        if source_id == OWN and not called.rowcount:
            open_own(conn, account_id, at)


@dataclass(frozen=True, slots=True)
class KeptCall:
    """A call as it came, to read it again."""

    id: str
    source_id: str
    received_at: datetime
    content_type: str
    headers: dict[str, str]
    body: bytes


def call_body(conn: Connection, account_id: str, call_id: str) -> KeptCall | None:
    """A call with its raw bytes; None if there is none."""
    row = conn.execute(select(call).where(call.c.account_id == account_id, call.c.id == call_id)).one_or_none()
    if row is None:
        return None
    headers = dict(row.headers or {})
    return KeptCall(row.id, row.source_id, row.received_at, row.content_type, headers, row.body)


def prune(conn: Connection, account_id: str, before: datetime) -> int:
    """Forget raw calls that came before *before*; returns how many, at most `PRUNED`.

    What holds a code that nobody has given a meaning stays: it will be read again.
    """
    needed = exists().where(unmapped.c.account_id == call.c.account_id, unmapped.c.call_id == call.c.id)
    old = (
        select(call.c.id)
        .where(call.c.account_id == account_id, call.c.received_at < before, ~needed)
        .order_by(call.c.received_at)
        .limit(PRUNED)
    )
    return conn.execute(delete(call).where(call.c.account_id == account_id, call.c.id.in_(old))).rowcount
