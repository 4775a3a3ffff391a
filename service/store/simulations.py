"""Which shipments a simulation replays, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from service.records.tables import Contact, Shipment
from service.store.tables import table

shipment = table(Shipment)
contact = table(Contact)


def count(conn: Connection, account_id: str, since: datetime) -> int:
    """How many shipments a simulation of the time since *since* replays."""
    return int(conn.execute(select(func.count()).where(_alive(account_id, since))).scalar_one())


def page(conn: Connection, account_id: str, since: datetime, after: str, limit: int) -> list[str]:
    """The ids of at most *limit* of them behind the id *after*, in order."""
    query = select(shipment.c.id).where(_alive(account_id, since), shipment.c.id > after)
    return list(conn.execute(query.order_by(shipment.c.id).limit(limit)).scalars())


def names(conn: Connection, account_id: str, contact_ids: Iterable[str]) -> dict[str, str]:
    """The names of people by contact id; empty for somebody without a name."""
    wanted = sorted(contact_ids)
    found: dict[str, str] = {}
    for first in range(0, len(wanted), 500):
        some = wanted[first : first + 500]
        query = select(contact.c.id, contact.c.name).where(contact.c.account_id == account_id, contact.c.id.in_(some))
        found |= {row.id: row.name for row in conn.execute(query)}
    return found


def _alive(account_id: str, since: datetime) -> ColumnElement[bool]:
    """Still open, or looked at since then."""
    return and_(
        shipment.c.account_id == account_id,
        shipment.c.merged_into.is_(None),
        or_(shipment.c.closed_at.is_(None), shipment.c.updated_at >= since),
    )
