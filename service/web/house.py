"""Whose service this is, for pages that belong to no message."""

from __future__ import annotations

from service.flows.kit import Kit
from service.store import accounts
from service.store.accounts import AccountRow


def house(kit: Kit) -> AccountRow | None:
    """The account that the first start made; None before it."""
    with kit.database.read() as conn:
        known = accounts.default_id(conn)
        return accounts.get(conn, known) if known else None
