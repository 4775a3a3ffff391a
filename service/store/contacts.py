"""People: found again by where they are reached, with their language, quiet hours and consent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from notifiers.base import Channel
from service.records.inbound import Person
from service.records.tables import Address, Contact, ContactAddress
from service.store.addresses import AddressRow, find_address, lift, read, suppress
from service.store.follows import change_roles, follow, follow_many, followed_subjects, followers_of, unfollow
from service.store.people import upsert_people
from service.store.preferences import note
from service.store.replan import hasten, plan_anew
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

TIMES = frozenset({"zone", "level", "quiet_from", "quiet_to", "paused_until", "late_over_days", "digest"})
"""What decides whether and when something is said: what waits is planned anew."""

PREFERENCES = TIMES | {"language", "names", "digest_always"}
CONSENT = frozenset({"consent_basis", "consent_how", "consent_at"})
CHANGEABLE = PREFERENCES | CONSENT | {"name"}
UNTOLD = frozenset({"name", "names", "consent_how", "consent_at"})
"""Of these the history says only that they were changed."""


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
    paused_until: datetime | None
    late_over_days: int | None
    digest: str
    digest_always: bool
    consent_basis: str
    consent_how: str
    consent_at: datetime | None
    created_at: datetime
    names: Mapping[str, str] = field(default_factory=dict)
    addresses: tuple[AddressRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Noting:
    """Who changes somebody's preferences, how they came by it, and in which words it was asked or agreed to."""

    by: str
    how: str
    wording: str = ""


UNSIGNED = Noting("the account", "changed")


def upsert_person(
    conn: Connection,
    account_id: str,
    person: Person,
    now: datetime,
    *,
    consent_basis: str = "",
    consent_how: str = "",
    by: str = "",
) -> str:
    """The id of the contact that *person* is, made where new. See `people.upsert_people`."""
    made = upsert_people(conn, account_id, [person], now, consent_basis=consent_basis, consent_how=consent_how, by=by)
    return made[0]


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


def update_contact(
    conn: Connection,
    account_id: str,
    contact_id: str,
    now: datetime,
    *,
    noting: Noting = UNSIGNED,
    first: Channel | None = None,
    roles: Mapping[str, str] | None = None,
    **changes: Any,
) -> bool:
    """Change columns named in `CHANGEABLE`, the channel that is tried *first*, and the *roles* by subject followed.

    What differs goes into the person's history, makes their shipments due and plans anew what waits; where nothing
    differs, False. Raises ValueError for another column.
    """
    if wrong := set(changes) - CHANGEABLE:
        raise ValueError(f"a contact has no {', '.join(sorted(wrong))} that can be changed")
    mine = (contact.c.account_id == account_id, contact.c.id == contact_id)
    before = conn.execute(select(contact).where(*mine)).one_or_none()
    if before is None:
        return False
    differing = {name: value for name, value in changes.items() if before._mapping[name] != value}
    if differing:
        conn.execute(update(contact).where(*mine).values(**differing))
    moved = _try_first(conn, account_id, contact_id, first) if first else None
    detail = {name: _told(name, before._mapping[name], value) for name, value in differing.items()}
    detail |= {"channel": list(moved)} if moved else {}
    recast = change_roles(conn, account_id, contact_id, roles) if roles is not None else []
    detail |= {"roles": "changed"} if recast else {}
    if not detail:
        return False
    kept = (detail.keys() & (PREFERENCES | CONSENT)) or moved or recast
    if kept:
        note(conn, account_id, [contact_id], now, by=noting.by, how=noting.how, wording=noting.wording, detail=detail)
    if _ends_a_pause(before.paused_until, differing):
        hasten(conn, account_id, contact_id, now)
    elif differing.keys() & TIMES or moved:
        plan_anew(conn, account_id, contact_id, now)
    if differing.keys() & PREFERENCES or moved or recast:
        touch_shipments(conn, account_id, now, contact_id=contact_id)
    return True


def _told(name: str, before: object, after: object) -> object:
    """A change as the history keeps it: both values, unless they may be personal."""
    if name in UNTOLD:
        return "changed"
    return [value.isoformat() if isinstance(value, datetime) else value for value in (before, after)]


def _ends_a_pause(until: datetime | None, differing: Mapping[str, Any]) -> bool:
    """Whether nothing but a pause is changed, and to an earlier end."""
    if differing.keys() != {"paused_until"} or until is None:
        return False
    return differing["paused_until"] is None or differing["paused_until"] < until


def _try_first(conn: Connection, account_id: str, contact_id: str, first: Channel) -> tuple[str | None, str] | None:
    """Put the addresses of one channel before the others; (channel before, channel after) where that changes it."""
    mine = contact_address.c.account_id == account_id, contact_address.c.contact_id == contact_id
    rows = conn.execute(
        select(address.c.id, address.c.channel, contact_address.c.rank)
        .select_from(contact_address.join(address, _same_address()))
        .where(*mine)
        .order_by(contact_address.c.rank, address.c.id)
    ).all()
    wanted = [row for row in rows if row.channel is first] + [row for row in rows if row.channel is not first]
    if not rows or wanted[0].channel is not first or [r.id for r in wanted] == [r.id for r in rows]:
        return None
    for rank, row in enumerate(wanted):
        conn.execute(update(contact_address).where(*mine, contact_address.c.address_id == row.id).values(rank=rank))
    return rows[0].channel.value, first.value


def _rows(conn: Connection, account_id: str, ids: list[str]) -> list[ContactRow]:
    places: dict[str, list[AddressRow]] = {}
    for row in conn.execute(
        select(contact_address.c.contact_id, address)
        .select_from(contact_address.join(address, _same_address()))
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
        values["names"] = values["names"] or {}
        found.append(ContactRow(**values, addresses=tuple(places.get(row.id, ()))))
    return found


def _same_address() -> ColumnElement[bool]:
    return (address.c.account_id == contact_address.c.account_id) & (address.c.id == contact_address.c.address_id)
