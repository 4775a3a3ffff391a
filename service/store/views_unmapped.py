"""Reading codes that no table has: what each source sends, how often, and what waits for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from service.records.tables import Source, UnmappedCall, UnmappedCode
from service.store.tables import table

code = table(UnmappedCode)
held = table(UnmappedCall)
source = table(Source)


def page(
    conn: Connection,
    account_id: str,
    *,
    decided: bool | None = False,
    source_id: str | None = None,
    after: tuple[str, str] | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """At most `limit` + 1 codes by source and code, with the calls that wait for each.

    With *decided* None those that were mapped too.
    """
    waits = and_(
        held.c.account_id == code.c.account_id, held.c.source_id == code.c.source_id, held.c.code == code.c.code
    )
    statement = (
        select(
            code,
            source.c.name.label("source_name"),
            source.c.mapping,
            select(func.count()).select_from(held).where(waits).scalar_subquery().label("calls"),
            select(func.max(held.c.call_id)).where(waits).scalar_subquery().label("last_call_id"),
        )
        .select_from(
            code.outerjoin(source, and_(source.c.account_id == code.c.account_id, source.c.id == code.c.source_id))
        )
        .where(code.c.account_id == account_id)
    )
    if decided is not None:
        statement = statement.where(code.c.decided_at.is_not(None) if decided else code.c.decided_at.is_(None))
    if source_id is not None:
        statement = statement.where(code.c.source_id == source_id)
    if after is not None:
        later = and_(code.c.source_id == after[0], code.c.code > after[1])
        statement = statement.where(or_(code.c.source_id > after[0], later))
    rows = conn.execute(statement.order_by(code.c.source_id, code.c.code).limit(limit + 1)).mappings()
    return [dict(row) for row in rows]


def open_count(conn: Connection, account_id: str | None = None) -> int:
    """How many codes wait for somebody to say what they mean; over every account where none is named."""
    waiting = select(func.count()).select_from(code).where(code.c.decided_at.is_(None))
    if account_id is not None:
        waiting = waiting.where(code.c.account_id == account_id)
    return int(conn.execute(waiting).scalar() or 0)
