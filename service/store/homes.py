"""What a shipment is called, and the facts that come home when it is called what they waited for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, select, text, update

from service.records.enums import IDENTITY, ReferenceType
from service.records.ids import new_id
from service.records.inbound import RefValue
from service.records.tables import FactShipment, ParkedFact, Reference, Shipment
from service.store.among import among
from service.store.follows import follow_many
from service.store.sql import insert_once
from service.store.tables import table

reference = table(Reference)
shipment = table(Shipment)
parked = table(ParkedFact)
fact_shipment = table(FactShipment)

MOST_HELD = 256
"""So many names are held one by one. The server's table of locks is small and for all, so more are held as one."""

DESK = "desk"
"""The owner where nobody is named."""

VOYAGE = timedelta(days=120)
"""How long a fact waits for a shipment: containers and bills are used again."""

EARLIER = exists().where(
    fact_shipment.c.account_id == parked.c.account_id,
    fact_shipment.c.fact_id == parked.c.fact_id,
    shipment.c.account_id == fact_shipment.c.account_id,
    shipment.c.id == fact_shipment.c.shipment_id,
    shipment.c.closed_at.is_not(None),
)
"""A fact of a shipment that is over says nothing of the next one in the same container."""


# Built once: making a statement of a hundred values anew for each batch costs more than running it.
HOLDERS = (
    select(
        reference.c.shipment_id,
        reference.c.type,
        reference.c.value,
        reference.c.valid_from,
        reference.c.valid_to,
        shipment.c.closed_at,
    )
    .select_from(
        reference.join(
            shipment, and_(shipment.c.account_id == reference.c.account_id, shipment.c.id == reference.c.shipment_id)
        )
    )
    .where(
        reference.c.account_id == bindparam("account"),
        among(reference.c.value, "wanted"),
        shipment.c.merged_into.is_(None),
    )
    .order_by(reference.c.shipment_id)
)
"""Who has or had a name: one that a person has ended (`valid_to`) is not given again by an event."""


BOOKED = select(reference.c.shipment_id, reference.c.value).where(
    reference.c.account_id == bindparam("account"),
    among(reference.c.shipment_id, "ids"),
    reference.c.type == ReferenceType.BOOKING,
    reference.c.valid_to.is_(None),
)
"""The bookings of shipments."""

AT_HOME = select(fact_shipment.c.fact_id, fact_shipment.c.shipment_id).where(
    fact_shipment.c.account_id == bindparam("account"), among(fact_shipment.c.fact_id, "ids")
)
"""Where facts are already."""

WAITING = select(parked.c.type, parked.c.value, parked.c.fact_id, parked.c.parked_at, parked.c.named).where(
    parked.c.account_id == bindparam("account"),
    among(parked.c.value, "wanted"),
    parked.c.parked_at > bindparam("since"),
    ~EARLIER,
)

ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:account, 0))")
TOGETHER = text(
    "SELECT pg_advisory_xact_lock_shared(hashtextextended(:account, 0)), "
    "pg_advisory_xact_lock(hashtextextended(:account || ' ' || v, 0)) FROM unnest(:values ::text[]) AS v"
)


def hold_names(conn: Connection, account_id: str, refs: Iterable[RefValue]) -> None:
    """Be the only one that reads or changes whose these names are, until the transaction ends.

    Two processes that meet a new reference at the same time must open one shipment, not two. Whoever holds few names
    shares the account with others who do; whoever holds many has it alone. Always the account first, then the names in
    their order, so that nobody waits in a circle.
    """
    if conn.dialect.name != "postgresql":
        return
    names = sorted({ref.value for ref in refs})
    if len(names) > MOST_HELD:
        conn.execute(ALONE, {"account": account_id})
    else:
        conn.execute(TOGETHER, {"account": account_id, "values": names})


def add_references(conn: Connection, account_id: str, added: Sequence[tuple[str, RefValue]], now: datetime) -> set[str]:
    """Give shipments further names and bring home the facts that waited for them; returns who gained any.

    An identity reference that another shipment holds is left where it is.
    """
    if not added:
        return set()
    insert_once(
        conn,
        Reference,
        [
            {
                "account_id": account_id,
                "id": new_id("ref"),
                "shipment_id": shipment_id,
                "type": ref.type,
                "value": ref.value,
                "shown": ref.shown,
                "identity": ref.type in IDENTITY,
                "valid_from": now,
            }
            for shipment_id, ref in added
        ],
    )
    return bring_home(conn, account_id, added, now)


def bring_home(conn: Connection, account_id: str, added: Sequence[tuple[str, RefValue]], now: datetime) -> set[str]:
    """Link what waits under shared references to their new holders; it waits on for others of the same voyage."""
    homes: dict[tuple[ReferenceType, str], list[str]] = {}
    for shipment_id, ref in added:
        if ref.type not in IDENTITY:
            homes.setdefault((ref.type, ref.value), []).append(shipment_id)
    if not homes:
        return set()
    wanted = {"account": account_id, "wanted": {value for _, value in homes}, "since": now - VOYAGE}
    waiting = conn.execute(WAITING, wanted).all()
    links = [
        {"account_id": account_id, "shipment_id": shipment_id, "fact_id": row.fact_id}
        for row in waiting
        for shipment_id in homes.get((row.type, row.value), ())
    ]
    links = _of_no_other_booking(conn, account_id, links)
    if not links:
        return set()
    adopted = {(row.fact_id, row.shipment_id) for row in insert_once(conn, FactShipment, links)}
    called: list[tuple[str, RefValue]] = []
    for row in waiting:
        mine = [s for s in homes.get((row.type, row.value), ()) if (row.fact_id, s) in adopted]
        if row.named and mine:
            _name(conn, account_id, row.named, sorted(mine), row.parked_at)
            called += [
                (one, RefValue(ReferenceType.SYSTEM_ID, str(i))) for one in mine for i in row.named.get("ids", ())
            ]
    _call_by_ids(conn, account_id, called, now)
    return {str(link["shipment_id"]) for link in links}


def _of_no_other_booking(conn: Connection, account_id: str, links: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """The links but those of a fact that is at home with one booking to a shipment of another in the same container."""
    if not links:
        return []
    at_home: dict[str, set[str]] = {}
    asked = {"account": account_id, "ids": sorted({one["fact_id"] for one in links})}
    for row in conn.execute(AT_HOME, asked):
        at_home.setdefault(row.fact_id, set()).add(row.shipment_id)
    ids = sorted({one["shipment_id"] for one in links}.union(*at_home.values()))
    booked: dict[str, set[str]] = {}
    for row in conn.execute(BOOKED, {"account": account_id, "ids": ids}) if at_home else ():
        booked.setdefault(row.shipment_id, set()).add(row.value)
    kept = []
    for one in links:
        theirs = set().union(*(booked.get(home, set()) for home in at_home.get(one["fact_id"], ())))
        mine = booked.get(one["shipment_id"], set())
        if not (theirs and mine and theirs.isdisjoint(mine)):
            kept.append(one)
    return kept


def _call_by_ids(conn: Connection, account_id: str, called: Sequence[tuple[str, RefValue]], now: datetime) -> None:
    """Let shipments that adopted a fact be found by the ids that its sender has for them."""
    if not called:
        return
    wanted = sorted({ref.value for _, ref in called})
    known = {(row.shipment_id, row.value) for row in conn.execute(HOLDERS, {"account": account_id, "wanted": wanted})}
    fresh = {(one, ref.value): (one, ref) for one, ref in called if (one, ref.value) not in known}
    add_references(conn, account_id, list(fresh.values()), now)


def _name(
    conn: Connection, account_id: str, named: Mapping[str, Any], shipment_ids: Sequence[str], since: datetime
) -> None:
    """Let whom a parked event named follow the shipments that adopt it, from when they were named.

    A customer or an owner that a shipment has already stays.
    """
    mine = shipment.c.account_id == account_id, shipment.c.id.in_(shipment_ids)
    if customer_id := named.get("customer"):
        conn.execute(update(shipment).where(*mine, shipment.c.customer_id.is_(None)).values(customer_id=customer_id))
    if owner := named.get("owner"):
        conn.execute(update(shipment).where(*mine, shipment.c.owner == DESK).values(owner=owner))
    pairs = [(one, contact_id) for one in shipment_ids for contact_id in named.get("contacts") or ()]
    if pairs:
        follow_many(conn, account_id, pairs, since, come_back=False)
