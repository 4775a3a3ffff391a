"""Reading facts that no shipment could claim: what each says, under which references it waits, and since when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from service.records.enums import ReferenceType
from service.records.tables import Fact, FactShipment, ParkedFact, Source
from service.store.homes import VOYAGE
from service.store.tables import table

fact = table(Fact)
fact_shipment = table(FactShipment)
parked = table(ParkedFact)
source = table(Source)

HOMELESS = ~exists().where(
    fact_shipment.c.account_id == parked.c.account_id, fact_shipment.c.fact_id == parked.c.fact_id
)
"""What reached a shipment waits on only for others that share its reference, and is not shown."""


def page(
    conn: Connection,
    account_id: str,
    *,
    source_id: str | None = None,
    value: str | None = None,
    kind: ReferenceType | None = None,
    before: datetime | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """At most `limit` + 1 facts, newest first, each with `refs`, `parked_at`, and `waits_until`."""
    which = _which(account_id, source_id, value, kind, before)
    if after is not None:
        which.append(parked.c.fact_id < after)
    found = select(parked.c.fact_id).distinct().where(*which)
    ids = conn.execute(found.order_by(parked.c.fact_id.desc()).limit(limit + 1)).scalars().all()
    return _whole(conn, account_id, ids)


def _which(
    account_id: str, source_id: str | None, value: str | None, kind: ReferenceType | None, before: datetime | None
) -> list[ColumnElement[bool]]:
    """What narrows the facts that no shipment could claim; what is None narrows nothing."""
    which: list[ColumnElement[bool]] = [parked.c.account_id == account_id, HOMELESS]
    if value is not None:
        which.append(parked.c.value == value)
    if kind is not None:
        which.append(parked.c.type == kind)
    if before is not None:
        which.append(parked.c.parked_at < before)
    if source_id is not None:
        mine = and_(fact.c.account_id == parked.c.account_id, fact.c.id == parked.c.fact_id)
        which.append(exists().where(mine, fact.c.source_id == source_id))
    return which


def _whole(conn: Connection, account_id: str, ids: Any) -> list[dict[str, Any]]:
    if not ids:
        return []
    named = and_(source.c.account_id == fact.c.account_id, source.c.id == fact.c.source_id)
    facts = conn.execute(
        select(fact, source.c.name.label("source_name"))
        .select_from(fact.outerjoin(source, named))
        .where(fact.c.account_id == account_id, fact.c.id.in_(ids))
        .order_by(fact.c.id.desc())
    ).mappings()
    refs: dict[str, list[dict[str, str]]] = {}
    since: dict[str, datetime] = {}
    waiting = select(parked).where(parked.c.account_id == account_id, parked.c.fact_id.in_(ids))
    for row in conn.execute(waiting.order_by(parked.c.type, parked.c.value)):
        refs.setdefault(row.fact_id, []).append({"type": str(row.type), "value": row.value})
        since[row.fact_id] = row.parked_at
    return [
        {**row, "refs": refs[row["id"]], "parked_at": since[row["id"]], "waits_until": since[row["id"]] + VOYAGE}
        for row in facts
    ]


def count(
    conn: Connection,
    account_id: str,
    *,
    source_id: str | None = None,
    value: str | None = None,
    before: datetime | None = None,
) -> tuple[int, datetime | None]:
    """How many facts no shipment has claimed, and since when the oldest of them waits."""
    which = _which(account_id, source_id, value, None, before)
    row = conn.execute(select(func.count(func.distinct(parked.c.fact_id)), func.min(parked.c.parked_at)).where(*which))
    number, oldest = row.one()
    return int(number), oldest


def oldest(conn: Connection) -> datetime | None:
    """Since when the oldest fact of every account waits; None where none does."""
    found: datetime | None = conn.execute(select(func.min(parked.c.parked_at)).where(HOMELESS)).scalar()
    return found
