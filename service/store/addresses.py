"""Where people are reached, and where we must not write any more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from notifiers.base import Channel
from service.records.ids import new_id
from service.records.tables import Address, ContactAddress
from service.store.sql import chunks, insert_once, lock_rows
from service.store.tables import table
from service.store.touch import touch_shipments

address = table(Address)
contact_address = table(ContactAddress)

Place = tuple[Channel, str]
"""A channel and the value that is used on it."""


@dataclass(frozen=True, slots=True)
class AddressRow:
    """An address as kept."""

    id: str
    channel: Channel
    value: str
    suppressed_at: datetime | None
    suppressed_by: str | None
    suppressed_why: str | None


def clean_value(channel: Channel, value: str) -> str:
    """A value as it is compared: e-mail addresses in lower case, so that no spelling slips past a suppression."""
    return value.strip().lower() if channel is Channel.EMAIL else value.strip()


def ensure_addresses(conn: Connection, account_id: str, places: Iterable[Place], now: datetime) -> dict[Place, str]:
    """The ids of *places*, made where new, and locked until the transaction ends.

    Whoever makes people of the same address at the same time therefore waits, and then finds them.
    """
    wanted = sorted({(channel, clean_value(channel, value)) for channel, value in places})
    rows = [
        {"account_id": account_id, "id": new_id("adr"), "channel": channel, "value": value, "created_at": now}
        for channel, value in wanted
    ]
    insert_once(conn, Address, rows)
    found: dict[Place, str] = {}
    for channel in Channel:
        for chunk in chunks([value for on, value in wanted if on is channel]):
            rows_there = conn.execute(
                select(address.c.id, address.c.value).where(
                    address.c.account_id == account_id,
                    address.c.channel == channel,
                    address.c.value.in_(chunk),
                )
            )
            found |= {(channel, row.value): row.id for row in rows_there}
    lock_rows(conn, Address, account_id, found.values())
    return found


def find_address(conn: Connection, account_id: str, channel: Channel, value: str) -> AddressRow | None:
    """The account's address, or None."""
    row = conn.execute(
        select(address).where(
            address.c.account_id == account_id,
            address.c.channel == channel,
            address.c.value == clean_value(channel, value),
        )
    ).one_or_none()
    return read(row) if row else None


def suppress(conn: Connection, account_id: str, address_id: str, by: str, why: str, now: datetime) -> bool:
    """Never write to this address again until that is lifted; a first reason stays. False where it stood already."""
    return _set(conn, account_id, address_id, now, by=by[:80], why=why[:200])


def lift(conn: Connection, account_id: str, address_id: str, now: datetime) -> bool:
    """Allow writing to the address again; False where it was allowed."""
    return _set(conn, account_id, address_id, now, by=None, why=None)


def list_suppressed(conn: Connection, account_id: str, *, after: str = "", limit: int = 100) -> list[AddressRow]:
    """Addresses that must not be written to, in id order; *after* is the last id seen."""
    rows = conn.execute(
        select(address)
        .where(address.c.account_id == account_id, address.c.suppressed_at.is_not(None), address.c.id > after)
        .order_by(address.c.id)
        .limit(limit)
    )
    return [read(row) for row in rows]


def contacts_at(conn: Connection, account_id: str, address_ids: Sequence[str]) -> list[str]:
    """The contacts that have one of these addresses."""
    found: set[str] = set()
    for chunk in chunks(sorted(set(address_ids))):
        found |= set(
            conn.execute(
                select(contact_address.c.contact_id).where(
                    contact_address.c.account_id == account_id, contact_address.c.address_id.in_(chunk)
                )
            ).scalars()
        )
    return sorted(found)


def read(row: Row[Any]) -> AddressRow:
    """An address from its row."""
    return AddressRow(row.id, row.channel, row.value, row.suppressed_at, row.suppressed_by, row.suppressed_why)


def _set(conn: Connection, account_id: str, address_id: str, now: datetime, *, by: str | None, why: str | None) -> bool:
    stands = address.c.suppressed_at.is_not(None)
    changed = conn.execute(
        update(address)
        .where(address.c.account_id == account_id, address.c.id == address_id, stands if by is None else ~stands)
        .values(suppressed_at=None if by is None else now, suppressed_by=by, suppressed_why=why)
        .returning(address.c.id)
    ).one_or_none()
    if changed is None:
        return False
    touch_shipments(conn, account_id, now, contact_ids=contacts_at(conn, account_id, [address_id]))
    return True
