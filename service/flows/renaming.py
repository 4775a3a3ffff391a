"""What a shipment is called, by a person's word."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from service.flows.kit import Kit
from service.records.inbound import RefValue
from service.store import merges, renaming, views_subjects
from service.store.engine import Connection
from service.store.renaming import Nameless

__all__ = ["Nameless", "name", "unname"]


def unname(kit: Kit, account_id: str, shipment_id: str, ref: RefValue, *, why: str, by: str) -> str:
    """End a wrong name of a shipment; returns the shipment's id. See `renaming.end_name` for what is raised."""
    return _changed(kit, account_id, shipment_id, partial(renaming.end_name, ref=ref, by=by, why=why))


def name(kit: Kit, account_id: str, shipment_id: str, ref: RefValue, *, why: str, by: str) -> str:
    """Give a shipment a further name; returns the shipment's id. See `renaming.give_name` for what is raised."""
    return _changed(kit, account_id, shipment_id, partial(renaming.give_name, ref=ref, by=by, why=why))


def _changed(kit: Kit, account_id: str, shipment_id: str, change: Callable[..., None]) -> str:
    now = kit.clock()

    def unit(conn: Connection) -> str:
        found = _alive(conn, account_id, shipment_id)
        change(conn, account_id, found, now=now)
        return found

    found = kit.database.write(unit)
    kit.database.wake("shipments")
    kit.database.wake("changes")
    return found


def _alive(conn: Connection, account_id: str, shipment_id: str) -> str:
    """The shipment, or that into which it was merged. Raises LookupError."""
    if not views_subjects.exists(conn, account_id, shipment_id):
        raise LookupError("this account has no shipment of that id")
    return merges.survivor(conn, account_id, shipment_id)
