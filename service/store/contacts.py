"""People: found again by where they are reached, with their language, quiet hours and consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from service.records.inbound import Person
from service.records.tables import Address, Contact, ContactAddress
from service.store.addresses import AddressRow, find_address, lift, read, suppress
from service.store.follows import follow, follow_many, followed_subjects, followers_of, unfollow
from service.store.people import upsert_people
from service.store.tables import table
from service.store.touch import touch_shipments

__all__ = [
    "ContactRow",
    "find_address",
    "follow",
    "follow_by_person",
    "follow_many",
    "followed_subjects",
    "followers_of",
    "get_contact",
    "lift",
    "list_contacts",
    "suppress",
    "unfollow",
    "update_contact",
    "upsert_people",
    "upsert_person",
]

contact = table(Contact)
address = table(Address)
contact_address = table(ContactAddress)

PREFERENCES = frozenset({"language", "zone", "level", "quiet_from", "quiet_to"})
CHANGEABLE = PREFERENCES | {"name", "consent_basis", "consent_how", "consent_at"}


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact as kept, with its addresses in the order in which they are tried."""

    id: str
    name: str
    language: str
    zone: str | None
    level: str
    quiet_from: str
    quiet_to: str
    consent_basis: str
    consent_how: str
    consent_at: datetime | None
    created_at: datetime
    addresses: tuple[AddressRow, ...] = ()


def upsert_person(
    conn: Connection,
    account_id: str,
    person: Person,
    now: datetime,
    *,
    consent_basis: str = "",
    consent_how: str = "",
) -> str:
    """The id of the contact that *person* is, made where new. See `people.upsert_people`."""
    return upsert_people(conn, account_id, [person], now, consent_basis=consent_basis, consent_how=consent_how)[0]


def follow_by_person(
    conn: Connection,
    account_id: str,
    subject_id: str,
    person: Person,
    *,
    since: datetime,
    consent_basis: str = "",
    consent_how: str = "",
) -> str:
    """Let *person* follow a subject from *since* on, and return the contact's id. Doing it twice changes nothing."""
    contact_id = upsert_person(conn, account_id, person, since, consent_basis=consent_basis, consent_how=consent_how)
    follow(conn, account_id, subject_id, contact_id, since, person.role)
    return contact_id


def get_contact(conn: Connection, account_id: str, contact_id: str) -> ContactRow | None:
    """One contact, or None."""
    found = _rows(conn, account_id, [contact_id])
    return found[0] if found else None


def list_contacts(conn: Connection, account_id: str, *, after: str = "", limit: int = 100) -> list[ContactRow]:
    """Contacts in the order in which they were made; *after* is the id of the last one seen."""
    ids = conn.execute(
        select(contact.c.id)
        .where(contact.c.account_id == account_id, contact.c.id > after)
        .order_by(contact.c.id)
        .limit(limit)
    ).scalars()
    return _rows(conn, account_id, list(ids))


def update_contact(conn: Connection, account_id: str, contact_id: str, now: datetime, **changes: Any) -> bool:
    """Change columns named in `CHANGEABLE`; False where nothing differs. A preference makes their shipments due.

    Raises ValueError for another name.
    """
    if wrong := set(changes) - CHANGEABLE:
        raise ValueError(f"a contact has no {', '.join(sorted(wrong))} that can be changed")
    mine = (contact.c.account_id == account_id, contact.c.id == contact_id)
    before = conn.execute(select(contact).where(*mine)).one_or_none()
    if before is None:
        return False
    differing = {name: value for name, value in changes.items() if before._mapping[name] != value}
    if not differing:
        return False
    conn.execute(update(contact).where(*mine).values(**differing))
    if differing.keys() & PREFERENCES:
        touch_shipments(conn, account_id, now, contact_id=contact_id)
    return True


def _rows(conn: Connection, account_id: str, ids: list[str]) -> list[ContactRow]:
    places: dict[str, list[AddressRow]] = {}
    for row in conn.execute(
        select(contact_address.c.contact_id, address)
        .select_from(
            contact_address.join(
                address,
                (address.c.account_id == contact_address.c.account_id) & (address.c.id == contact_address.c.address_id),
            )
        )
        .where(contact_address.c.account_id == account_id, contact_address.c.contact_id.in_(ids))
        .order_by(contact_address.c.contact_id, contact_address.c.rank, address.c.id)
    ):
        places.setdefault(row.contact_id, []).append(read(row))
    rows = conn.execute(
        select(contact).where(contact.c.account_id == account_id, contact.c.id.in_(ids)).order_by(contact.c.id)
    )
    found = []
    for row in rows:
        values = {name: value for name, value in row._mapping.items() if name != "account_id"}
        found.append(ContactRow(**values, addresses=tuple(places.get(row.id, ()))))
    return found
