"""A person's word on what a shipment is called: a wrong name ends, a missing one is given."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from service.records.enums import IDENTITY, ReferenceType
from service.records.inbound import RefValue
from service.records.tables import Reference
from service.store import audit
from service.store.homes import add_references, bring_home, hold_names
from service.store.shipments import by_reference
from service.store.tables import table
from service.store.touch import touch_shipments

reference = table(Reference)


NO_NAME = frozenset({ReferenceType.SYSTEM_ID, ReferenceType.VOYAGE})
"""What nobody would call a shipment by: a system's own id, and the voyage of a ship."""


class Nameless(LookupError):
    """The shipment has no such name."""


def end_name(
    conn: Connection, account_id: str, shipment_id: str, ref: RefValue, *, by: str, why: str, now: datetime
) -> None:
    """End a name from now on: what it brought stays, and events do not give it to this shipment again.

    Raises `Nameless` where the shipment has no such name, ValueError where it has no other.
    """
    hold_names(conn, account_id, [ref])
    held = conn.execute(
        select(reference.c.id, reference.c.type, reference.c.value).where(
            reference.c.account_id == account_id,
            reference.c.shipment_id == shipment_id,
            reference.c.valid_to.is_(None),
        )
    ).all()
    mine = [row.id for row in held if (row.type, row.value) == (ref.type, ref.value)]
    if not mine:
        raise Nameless
    if not any(row.id != mine[0] and row.type not in NO_NAME for row in held):
        raise ValueError("the shipment has no other name that people know: give it one first")
    conn.execute(
        update(reference).where(reference.c.account_id == account_id, reference.c.id == mine[0]).values(valid_to=now)
    )
    _note(conn, account_id, shipment_id, "shipment.unname", ref, by=by, why=why, now=now)


def give_name(
    conn: Connection, account_id: str, shipment_id: str, ref: RefValue, *, by: str, why: str, now: datetime
) -> None:
    """Give a name, also one that was ended; what waited for it comes home.

    Raises ValueError where the shipment has it already, or another one is known by it that nobody shares.
    """
    hold_names(conn, account_id, [ref])
    holders = by_reference(conn, account_id, ref.type, ref.shown)
    if shipment_id in holders:
        raise ValueError("the shipment has that name already")
    if holders and ref.type in IDENTITY:
        raise ValueError(f"{holders[0]} has that name: end it there, or merge the two")
    ended = (
        reference.c.account_id == account_id,
        reference.c.shipment_id == shipment_id,
        reference.c.type == ref.type,
        reference.c.value == ref.value,
    )
    last = conn.execute(select(reference.c.id).where(*ended).order_by(reference.c.valid_to.desc()).limit(1)).scalar()
    if last is None:
        add_references(conn, account_id, [(shipment_id, ref)], now)
    else:
        conn.execute(
            update(reference).where(reference.c.account_id == account_id, reference.c.id == last).values(valid_to=None)
        )
        bring_home(conn, account_id, [(shipment_id, ref)], now)
    _note(conn, account_id, shipment_id, "shipment.name", ref, by=by, why=why, now=now)


def _note(
    conn: Connection, account_id: str, shipment_id: str, what: str, ref: RefValue, *, by: str, why: str, now: datetime
) -> None:
    audit.record(conn, account_id, by, what, shipment_id, why, {"type": ref.type.value, "value": ref.shown}, now)
    touch_shipments(conn, account_id, now, ids=[shipment_id])
