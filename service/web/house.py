"""Whose service this is, for pages that belong to no message."""

from __future__ import annotations

from service.flows.kit import Kit
from service.store import accounts, twins
from service.store.accounts import AccountRow
from service.web.phones import Phone, phone_of


def house(kit: Kit) -> AccountRow | None:
    """The account that the first start made; None before it."""
    with kit.database.read() as conn:
        known = accounts.default_id(conn)
        return accounts.get(conn, known) if known else None


def test_house(kit: Kit) -> AccountRow | None:
    """Its test account; None where no test key was ever made."""
    with kit.database.read() as conn:
        known = accounts.default_id(conn)
        twin = twins.twin_of(conn, known) if known else None
        return accounts.get(conn, twin) if twin else None


def letterhead(kit: Kit) -> tuple[str, Phone | None]:
    """The name and the phone at the top of such a page."""
    account = house(kit)
    return (account.brand, phone_of(account.care_phone, account.region)) if account else ("Milepost", None)
