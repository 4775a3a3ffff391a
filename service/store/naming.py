"""Whom an event names: customers, owners and people to tell, for shipments that are known or still to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update

from service.records.enums import ReferenceType
from service.records.inbound import Item
from service.records.intake import JournalItem, Kept
from service.records.tables import Follow, Shipment
from service.store.among import among
from service.store.customers import customer_for_code
from service.store.follows import follow_many
from service.store.people import upsert_people
from service.store.placing import Placement
from service.store.tables import table

shipment = table(Shipment)
follow = table(Follow)

FOLLOWERS = (
    select(shipment.c.id, func.count(func.distinct(follow.c.contact_id)).label("people"))
    .select_from(
        shipment.join(
            follow,
            and_(
                follow.c.account_id == shipment.c.account_id,
                follow.c.ended_at.is_(None),
                or_(follow.c.subject_id == shipment.c.id, follow.c.subject_id == shipment.c.customer_id),
            ),
        )
    )
    .where(shipment.c.account_id == bindparam("account"), among(shipment.c.id, "ids"))
    .group_by(shipment.c.id)
)

NAMED = "named in an event"
"""How we came to write to somebody whom an event names."""


def name_people(conn: Connection, account_id: str, named: Sequence[tuple[Item, Sequence[str]]], now: datetime) -> None:
    """Apply what items say of customers, owners and people to tell."""
    for item, shipment_ids in named:
        values: dict[str, object] = {}
        if item.customer:
            values["customer_id"] = customer_for_code(conn, account_id, item.customer, now)
        if item.owner:
            values["owner"] = item.owner
        if values and shipment_ids:
            conn.execute(
                update(shipment)
                .where(shipment.c.account_id == account_id, shipment.c.id.in_(shipment_ids))
                .values(**values)
            )
    tell(conn, account_id, named, now, come_back=True)


def name_later(
    conn: Connection, account_id: str, entries: Sequence[JournalItem], placed: Sequence[Placement], now: datetime
) -> list[dict[str, object] | None]:
    """Per item, whom it names for the shipment that will adopt it, and by which ids of its sender's own.

    None where it names nobody and nothing. An item that reaches a shipment has had its people named.
    """
    parked = [not where.shipment_ids and bool(where.parked) for where in placed]
    people = [person for entry, waits in zip(entries, parked, strict=True) if waits for person in entry.item.tell]
    made = upsert_people(conn, account_id, people, now, consent_how=NAMED) if people else []
    contacts = iter(made)
    found: list[dict[str, object] | None] = []
    for entry, waits in zip(entries, parked, strict=True):
        item = entry.item
        ids = [ref.shown for ref in item.refs if ref.type is ReferenceType.SYSTEM_ID]
        if not waits or not (item.tell or item.customer or item.owner):
            found.append({"ids": ids} if ids else None)
            continue
        customer_id = customer_for_code(conn, account_id, item.customer, now) if item.customer else None
        mine = [next(contacts) for _ in item.tell]
        whom: dict[str, object] = {"contacts": mine, "customer": customer_id, "owner": item.owner}
        found.append(whom | {"ids": ids} if ids else whom)
    return found


def tell(
    conn: Connection,
    account_id: str,
    named: Sequence[tuple[Item, Sequence[str]]],
    now: datetime,
    *,
    come_back: bool,
) -> None:
    """Let the people whom items name follow their shipments; naming somebody twice changes nothing."""
    told = [(person, shipment_ids) for item, shipment_ids in named if shipment_ids for person in item.tell]
    if told:
        people = [person for person, _ in told]
        contacts = upsert_people(conn, account_id, people, now, consent_how=NAMED)
        pairs = [(s, contact) for (_, mine), contact in zip(told, contacts, strict=True) for s in mine]
        follow_many(conn, account_id, pairs, now, come_back=come_back)


def count_followers(conn: Connection, account_id: str, answers: Sequence[Kept]) -> None:
    """How many people follow each shipment, themselves or through its customer."""
    ids = sorted({s for answer in answers for s in answer.shipment_ids})
    if not ids:
        return
    counts = {row.id: row.people for row in conn.execute(FOLLOWERS, {"account": account_id, "ids": ids})}
    for answer in answers:
        if answer.shipment_ids:
            answer.followers = sum(counts.get(s, 0) for s in answer.shipment_ids)
