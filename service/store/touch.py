"""Leaving shipments due for a look, because something that can change what is owed has changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, or_, select, update

from service.records.tables import Follow, Shipment
from service.store.among import among
from service.store.sql import chunks, lock_rows
from service.store.tables import table

shipment = table(Shipment)
follow = table(Follow)

SOONER = or_(shipment.c.look_at.is_(None), shipment.c.look_at > bindparam("now"))

TOUCH = (
    update(shipment)
    .where(shipment.c.account_id == bindparam("account"), among(shipment.c.id, "ids"))
    .values(seq=shipment.c.seq + 1, look_at=case((SOONER, bindparam("now")), else_=shipment.c.look_at))
)


def touch_shipments(
    conn: Connection,
    account_id: str,
    now: datetime,
    *,
    ids: Iterable[str] = (),
    customer_id: str | None = None,
    contact_id: str | None = None,
    customer_ids: Iterable[str] = (),
    contact_ids: Iterable[str] = (),
    everything: bool = False,
) -> int:
    """Add one to `seq` and look at once; returns how many shipments that concerns.

    The shipments are those of *ids*, and the open ones of customers, of whatever contacts follow, or of the account.
    """
    conditions: list[ColumnElement[bool]] = []
    is_open = shipment.c.closed_at.is_(None)
    customers = {*customer_ids, *([customer_id] if customer_id else [])}
    conditions += [and_(is_open, shipment.c.customer_id.in_(chunk)) for chunk in chunks(sorted(customers))]
    contacts = {*contact_ids, *([contact_id] if contact_id else [])}
    conditions += [and_(is_open, _followed_by(account_id, chunk)) for chunk in chunks(sorted(contacts))]
    if everything:
        conditions.append(is_open)
    touched = _touch_ids(conn, account_id, now, sorted(set(ids)))
    return touched + sum(_touch(conn, account_id, now, condition) for condition in conditions)


def _followed_by(account_id: str, contact_ids: Sequence[str]) -> ColumnElement[bool]:
    """The condition that a shipment is followed by one of the contacts, itself or through its customer."""
    subjects = select(follow.c.subject_id).where(
        follow.c.account_id == account_id, follow.c.contact_id.in_(contact_ids), follow.c.ended_at.is_(None)
    )
    return or_(shipment.c.id.in_(subjects), shipment.c.customer_id.in_(subjects))


def _touch(conn: Connection, account_id: str, now: datetime, which: ColumnElement[bool]) -> int:
    found = select(shipment.c.id).where(shipment.c.account_id == account_id, which)
    ids = conn.execute(found.order_by(shipment.c.id).with_for_update()).scalars().all()
    for chunk in chunks(ids):
        conn.execute(TOUCH, {"account": account_id, "ids": chunk, "now": now})
    return len(ids)


def _touch_ids(conn: Connection, account_id: str, now: datetime, ids: Sequence[str]) -> int:
    """The same where the shipments are known: the statements are made once, for this is done for each fact."""
    lock_rows(conn, Shipment, account_id, ids)
    return conn.execute(TOUCH, {"account": account_id, "ids": ids, "now": now}).rowcount if ids else 0
