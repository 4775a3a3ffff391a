"""Facts after they were kept: a person of ours takes one back. Nothing is changed; a retraction is added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from service.records.ids import new_id
from service.records.tables import Fact, FactShipment
from service.store import audit
from service.store.bulk import bulk_insert
from service.store.fact_rows import NOTHING_STATED
from service.store.sql import lock_rows
from service.store.tables import table
from service.store.touch import touch_shipments

fact = table(Fact)
fact_shipment = table(FactShipment)


@dataclass(frozen=True, slots=True)
class Retraction:
    """A fact taken back: the id of what takes it back, the shipments concerned, and whether it was so before."""

    id: str
    shipment_ids: tuple[str, ...]
    repeated: bool = False


def retract(conn: Connection, account_id: str, fact_id: str, *, why: str, by: str, now: datetime) -> Retraction | None:
    """Take a fact and every earlier statement of its event back; None where the account has no such fact.

    Doing so twice adds nothing. Raises ValueError for a fact that is itself a retraction.
    """
    lock_rows(conn, Fact, account_id, [fact_id])
    row = conn.execute(select(fact).where(fact.c.account_id == account_id, fact.c.id == fact_id)).one_or_none()
    if row is None:
        return None
    if row.part == "retraction":
        raise ValueError("it takes a fact back itself; post the event again to state it anew")
    reached = _reached(conn, account_id, fact_id)
    event_key = f"retracted:{fact_id}"
    before = _done_before(conn, account_id, event_key, reached)
    if before is not None:
        return Retraction(before, reached, repeated=True)
    stated = max(now, row.stated_at)
    new = new_id("fct")
    values = NOTHING_STATED | {
        "account_id": account_id,
        "id": new,
        "source_id": row.source_id,
        "call_id": row.call_id,
        "event_key": event_key,
        "retracts": row.event_key,
        "stated_at": stated,
        "received_at": now,
        "at": stated,
        "at_date": stated.date(),
        "remark": why[:400],
        "flags": ["by_hand"],
    }
    bulk_insert(conn, Fact, [values])
    links = [{"account_id": account_id, "shipment_id": one, "fact_id": new} for one in reached]
    bulk_insert(conn, FactShipment, links)
    touch_shipments(conn, account_id, now, ids=set(reached))
    audit.record(conn, account_id, by=by, action="fact.retract", subject=fact_id, why=why, detail=None, now=now)
    return Retraction(new, reached)


def _reached(conn: Connection, account_id: str, fact_id: str) -> tuple[str, ...]:
    """The shipments that a fact reaches."""
    return tuple(
        conn.execute(
            select(fact_shipment.c.shipment_id)
            .where(fact_shipment.c.account_id == account_id, fact_shipment.c.fact_id == fact_id)
            .order_by(fact_shipment.c.shipment_id)
        ).scalars()
    )


def _done_before(conn: Connection, account_id: str, event_key: str, reached: tuple[str, ...]) -> str | None:
    """The retraction of this key, if it was added before."""
    found: str | None = conn.execute(
        select(fact.c.id)
        .select_from(
            fact.join(
                fact_shipment,
                (fact_shipment.c.account_id == fact.c.account_id) & (fact_shipment.c.fact_id == fact.c.id),
            )
        )
        .where(
            fact.c.account_id == account_id,
            fact_shipment.c.shipment_id.in_(reached[:1]),
            fact.c.event_key == event_key,
        )
    ).scalar()
    return found
