"""What became of the items of a call, told from the records long after it was answered."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from service.records.intake import JournalItem, Kept
from service.records.tables import Fact, FactKey, FactShipment
from service.store.among import among
from service.store.naming import count_followers
from service.store.tables import table

fact = table(Fact)
fact_key = table(FactKey)
fact_shipment = table(FactShipment)

KNOWN = (
    select(fact_key.c.key, fact_key.c.digest, fact_key.c.fact_id, fact.c.call_id)
    .select_from(
        fact_key.outerjoin(fact, (fact.c.account_id == fact_key.c.account_id) & (fact.c.id == fact_key.c.fact_id))
    )
    .where(
        fact_key.c.account_id == bindparam("account"),
        fact_key.c.source_id == bindparam("source"),
        among(fact_key.c.key, "keys"),
    )
)

REACHED = (
    select(fact_shipment.c.fact_id, fact_shipment.c.shipment_id)
    .where(fact_shipment.c.account_id == bindparam("account"), among(fact_shipment.c.fact_id, "ids"))
    .order_by(fact_shipment.c.shipment_id)
)


def recount(
    conn: Connection, account_id: str, source_id: str, call_id: str, items: Sequence[JournalItem]
) -> list[Kept]:
    """Per item: accepted or parked where this call brought it, duplicate or conflict where another did.

    What is in no ledger, because the call is read otherwise now than it was then, is `unread`.
    """
    asked = {"account": account_id, "source": source_id, "keys": {entry.item.key for entry in items}}
    known = {row.key: row for row in conn.execute(KNOWN, asked)}
    reached: dict[str, list[str]] = {}
    for link in conn.execute(REACHED, {"account": account_id, "ids": {row.fact_id for row in known.values()}}):
        reached.setdefault(link.fact_id, []).append(link.shipment_id)
    found: list[Kept] = []
    for entry in items:
        row = known.get(entry.item.key)
        if row is None:
            found.append(Kept(entry.index, "unread"))
            continue
        shipments = reached.get(row.fact_id, [])
        mine = "accepted" if shipments else "parked"
        same = mine if row.call_id == call_id else "duplicate"
        found.append(Kept(entry.index, same if row.digest == entry.item.digest else "conflict", shipments))
    count_followers(conn, account_id, found)
    return found
