"""Changing what people decide about a shipment: who looks after it, when it is needed, how far it is switched on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from service.records.tables import Shipment
from service.store.changes import note_changes
from service.store.tables import table
from service.store.touch import touch_shipments

shipment = table(Shipment)

CHANGEABLE = frozenset({"owner", "need_by", "mode", "rules"})


def edit(conn: Connection, account_id: str, shipment_id: str, now: datetime, **changes: Any) -> bool | None:
    """Change columns named in `CHANGEABLE`; False where nothing differs, None where there is no such shipment.

    Raises ValueError for another name.
    """
    if wrong := set(changes) - CHANGEABLE:
        raise ValueError(f"a shipment has no {', '.join(sorted(wrong))} that can be changed")
    mine = (shipment.c.account_id == account_id, shipment.c.id == shipment_id)
    before = conn.execute(select(shipment).where(*mine)).one_or_none()
    if before is None:
        return None
    differing = {name: value for name, value in changes.items() if before._mapping[name] != value}
    if not differing:
        return False
    conn.execute(update(shipment).where(*mine).values(updated_at=now, **differing))
    touch_shipments(conn, account_id, now, ids=[shipment_id])
    note_changes(conn, account_id, [("shipment", shipment_id, shipment_id)], now)
    return True
