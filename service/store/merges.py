"""Which shipments are one: what was asked for, what holds, and under which id a shipment answers now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, select, update

from service.records.enums import IDENTITY, ReferenceType
from service.records.ids import new_id
from service.records.inbound import RefValue
from service.records.tables import Shipment, ShipmentMerge
from service.store.among import among
from service.store.sql import insert_once
from service.store.tables import table
from service.store.touch import touch_shipments

shipment = table(Shipment)
merge = table(ShipmentMerge)

TO_MAKE = (merge.c.merged_at.is_(None), merge.c.ended_at.is_(None))

ASKED = select(merge).where(*TO_MAKE).order_by(merge.c.asked_at, merge.c.id)


@dataclass(frozen=True, slots=True)
class Merge:
    """Two shipments that are taken for one, or were. `refs` are names that both were given at once."""

    account_id: str
    id: str
    older_id: str
    younger_id: str
    by: str
    why: str
    refs: tuple[RefValue, ...] = ()
    moved: Mapping[str, Any] | None = None


def ask(
    conn: Connection, account_id: str, pairs: Iterable[tuple[str, str, Sequence[RefValue]]], why: str, now: datetime
) -> None:
    """Ask for each (older, younger, names given to both) to be made one; whom a person took apart stays apart.

    Until that is done neither is looked at, so nothing is said of both.
    """
    rows = [
        {
            "account_id": account_id,
            "id": new_id("mrg"),
            "older_id": older,
            "younger_id": younger,
            "by": "event",
            "why": why,
            "refs": [[ref.type.value, ref.shown] for ref in refs],
            "asked_at": now,
            "outcome": "",
        }
        for older, younger, refs in sorted(pairs, key=lambda pair: pair[:2])
        if not _settled_before(conn, account_id, older, younger)
    ]
    fresh = insert_once(conn, ShipmentMerge, rows, returning=("older_id", "younger_id"))
    touch_shipments(conn, account_id, now, ids={one for row in fresh for one in row})


def _settled_before(conn: Connection, account_id: str, older: str, younger: str) -> bool:
    """Whether these two were taken apart, or a person was asked whether they are one."""
    found = exists().where(
        merge.c.account_id == account_id,
        merge.c.older_id == older,
        merge.c.younger_id == younger,
        merge.c.outcome.in_(["split", "doubt"]),
    )
    return bool(conn.execute(select(found)).scalar())


def asked(conn: Connection, limit: int = 50) -> list[Merge]:
    """What is asked for and not done yet, of every account, the oldest first."""
    return [_merge(row) for row in conn.execute(ASKED.limit(limit))]


def undecided(conn: Connection) -> set[tuple[str, str]]:
    """The (account, shipment) that wait to be made one, and so are not to be looked at."""
    rows = conn.execute(select(merge.c.account_id, merge.c.older_id, merge.c.younger_id).where(*TO_MAKE)).all()
    return {(row.account_id, one) for row in rows for one in (row.older_id, row.younger_id)}


def end(conn: Connection, one: Merge, outcome: str, now: datetime) -> None:
    """Close what was asked for without making it: `doubt` or `known`. Both are looked at again."""
    conn.execute(
        update(merge)
        .where(merge.c.account_id == one.account_id, merge.c.id == one.id, merge.c.ended_at.is_(None))
        .values(ended_at=now, outcome=outcome)
    )
    touch_shipments(conn, one.account_id, now, ids={one.older_id, one.younger_id})


def survivor(conn: Connection, account_id: str, shipment_id: str) -> str:
    """The shipment that answers for this one now: itself, or the one that it was merged into."""
    into = conn.execute(
        select(shipment.c.merged_into).where(shipment.c.account_id == account_id, shipment.c.id == shipment_id)
    ).scalar()
    return into or shipment_id


def holding(conn: Connection, account_id: str, younger_id: str) -> Merge | None:
    """The merge by which this shipment is part of another now; None where it stands alone."""
    row = conn.execute(
        select(merge).where(
            merge.c.account_id == account_id,
            merge.c.younger_id == younger_id,
            merge.c.merged_at.is_not(None),
            merge.c.ended_at.is_(None),
        )
    ).one_or_none()
    return _merge(row) if row else None


def parts(conn: Connection, account_id: str, ids: Sequence[str]) -> dict[str, list[str]]:
    """By shipment the ids of those that were merged into it, oldest first."""
    found: dict[str, list[str]] = {}
    rows = conn.execute(
        select(merge.c.older_id, merge.c.younger_id)
        .where(
            merge.c.account_id == account_id,
            merge.c.older_id.in_(ids),
            merge.c.merged_at.is_not(None),
            merge.c.ended_at.is_(None),
        )
        .order_by(merge.c.younger_id)
    )
    for row in rows:
        found.setdefault(row.older_id, []).append(row.younger_id)
    return found


def note_facts(
    conn: Connection, account_id: str, given: Iterable[tuple[Sequence[str], Sequence[RefValue], Sequence[str]]]
) -> None:
    """Note which facts (shipments, names, ids) speak of a shipment that is part of another, by the names it brought."""
    facts = [one for one in given if one[0]]
    reached = {shipment_id for shipment_ids, _, _ in facts for shipment_id in shipment_ids}
    if not reached:
        return
    for row in conn.execute(HOLDING, {"account": account_id, "ids": sorted(reached)}).all():
        names = {(kind, value) for kind, value in (row.moved or {}).get("names", ())}
        since = list((row.moved or {}).get("since", ()))
        for shipment_ids, refs, ids in facts:
            own = {(ref.type.value, ref.value) for ref in refs}
            if row.older_id in shipment_ids and own & names:
                both = any(ref.type in IDENTITY and (ref.type.value, ref.value) not in names for ref in refs)
                since += [[fact_id, both] for fact_id in ids]
        changed = update(merge).where(merge.c.account_id == account_id, merge.c.id == row.id)
        conn.execute(changed.values(moved={**(row.moved or {}), "since": since}))


HOLDING = (
    select(merge.c.id, merge.c.older_id, merge.c.moved)
    .where(
        merge.c.account_id == bindparam("account"),
        among(merge.c.older_id, "ids"),
        merge.c.merged_at.is_not(None),
        merge.c.ended_at.is_(None),
    )
    .order_by(merge.c.id)
    .with_for_update()
)


def brought(conn: Connection, account_id: str, older_id: str, kind: str, value: str) -> bool:
    """Whether a shipment has this reference from one that was merged into it."""
    rows = conn.execute(
        select(merge.c.moved).where(
            merge.c.account_id == account_id,
            merge.c.older_id == older_id,
            merge.c.merged_at.is_not(None),
            merge.c.ended_at.is_(None),
        )
    ).scalars()
    return any([kind, value] in (moved or {}).get("names", ()) for moved in rows)


def _merge(row: Row[Any]) -> Merge:
    refs = tuple(RefValue(ReferenceType(kind), shown) for kind, shown in row.refs or ())
    return Merge(row.account_id, row.id, row.older_id, row.younger_id, row.by, row.why, refs, row.moved)
