"""Whether something that can be followed, paused or switched exists in an account."""

from __future__ import annotations

from sqlalchemy import Connection, select

from service.records.tables import Customer, Shipment
from service.store.tables import table

customer = table(Customer)
shipment = table(Shipment)


def exists(conn: Connection, account_id: str, subject_id: str) -> bool:
    """Whether *subject_id* is a customer or a shipment of this account."""
    owner = customer if subject_id.startswith("cus_") else shipment
    found = select(owner.c.id).where(owner.c.account_id == account_id, owner.c.id == subject_id)
    return conn.execute(found).scalar() is not None
