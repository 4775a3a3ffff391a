"""Finding people again by where they are reached, one or ten thousand at a time.

An address is one row per account. Whoever is named with an address that is known, and with the same name or none, is
the same contact; another name at the same address is another contact that shares it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers.timezone import time_zones_for_geographical_number, time_zones_for_number
from sqlalchemy import Connection, bindparam, insert, select, update

from notifiers.base import Channel
from service.records.ids import new_id
from service.records.inbound import Person
from service.records.tables import Contact, ContactAddress
from service.store.addresses import Place, clean_value, contacts_at, ensure_addresses
from service.store.preferences import note
from service.store.sql import chunks, insert_once
from service.store.tables import table
from service.store.touch import touch_shipments

contact = table(Contact)
contact_address = table(ContactAddress)

PROBES = (datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC))
"""A winter's and a summer's day: zones that agree on both have the same clock."""


@dataclass(slots=True)
class _Known:
    """A contact as the batch sees it; `changed` holds columns to write."""

    id: str
    name: str
    language: str
    zone: str | None
    addresses: list[str] = field(default_factory=list)
    changed: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Book:
    """The contacts at the addresses of one batch, oldest first, and what the batch adds."""

    contacts: dict[str, _Known] = field(default_factory=dict)
    at: dict[str, list[_Known]] = field(default_factory=dict)
    fresh: dict[str, _Known] = field(default_factory=dict)
    links: list[tuple[str, str, int]] = field(default_factory=list)

    def attach(self, known: _Known, address_id: str) -> None:
        """Give a contact one more address, tried after those it has."""
        self.links.append((known.id, address_id, len(known.addresses)))
        known.addresses.append(address_id)
        self.at.setdefault(address_id, []).append(known)


def upsert_people(
    conn: Connection,
    account_id: str,
    people: Sequence[Person],
    now: datetime,
    *,
    consent_basis: str = "",
    consent_how: str = "",
    by: str = "",
) -> list[str]:
    """The ids of the contacts that *people* are, in their order, made where new.

    A language or zone that is given replaces the one that was kept; without a zone the phone number's is taken where
    it has just one. Consent is kept with whoever is new, or had none, and their history says who noted it (*by*).
    Raises ValueError for somebody without any address.
    """
    wanted = [places_of(person) for person in people]
    ids = ensure_addresses(conn, account_id, [place for places in wanted for place in places], now)
    book = _read(conn, account_id, sorted(set(ids.values())))
    found = [
        _find(book, person, [ids[place] for place in places]) for person, places in zip(people, wanted, strict=True)
    ]
    _write(conn, account_id, book, now, {"consent_basis": consent_basis, "consent_how": consent_how}, by)
    return [known.id for known in found]


def places_of(person: Person) -> list[Place]:
    """Where a person is reached, the phone first. Raises ValueError for nowhere."""
    places = []
    if person.phone:
        places.append((Channel.SMS, clean_value(Channel.SMS, person.phone)))
    if person.email:
        places.append((Channel.EMAIL, clean_value(Channel.EMAIL, person.email)))
    if not places:
        raise ValueError("a person needs a phone or an e-mail address")
    return places


def zone_of_phone(phone: str) -> str | None:
    """The IANA zone of a phone number; None where its country has several clocks, or for no number."""
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return None
    zones = time_zones_for_number(number)
    if "Etc/Unknown" in zones:
        zones = time_zones_for_geographical_number(number)
    try:
        clocks = {tuple(probe.astimezone(ZoneInfo(zone)).utcoffset() for probe in PROBES) for zone in zones}
    except (ZoneInfoNotFoundError, ValueError):
        return None
    return max(zones) if len(clocks) == 1 else None


def same_name(one: str, other: str) -> bool:
    """Whether two names mean one person: letter case and blanks do not count."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _read(conn: Connection, account_id: str, address_ids: Sequence[str]) -> _Book:
    book = _Book()
    for chunk in chunks(contacts_at(conn, account_id, address_ids)):
        rows = conn.execute(
            select(contact.c.id, contact.c.name, contact.c.language, contact.c.zone)
            .where(contact.c.account_id == account_id, contact.c.id.in_(chunk))
            .order_by(contact.c.id)
        )
        book.contacts |= {row.id: _Known(row.id, row.name, row.language, row.zone) for row in rows}
        links = conn.execute(
            select(contact_address.c.contact_id, contact_address.c.address_id)
            .where(contact_address.c.account_id == account_id, contact_address.c.contact_id.in_(chunk))
            .order_by(contact_address.c.contact_id, contact_address.c.rank)
        )
        for link in links:
            known = book.contacts[link.contact_id]
            known.addresses.append(link.address_id)
            book.at.setdefault(link.address_id, []).append(known)
    return book


def _find(book: _Book, person: Person, address_ids: Sequence[str]) -> _Known:
    """The contact that *person* is; what is new about it is noted in the book."""
    found = next((hit for one in address_ids if (hit := _match(book.at.get(one, ()), person.name))), None)
    if found is None:
        found = _Known(new_id("con"), person.name, "en", None)
        book.fresh[found.id] = found
    for address_id in address_ids:
        if address_id not in found.addresses and _match(book.at.get(address_id, ()), person.name) is None:
            book.attach(found, address_id)
    _note(found, person)
    return found


def _match(candidates: Sequence[_Known], name: str) -> _Known | None:
    """The one of the contacts at an address that *name* means: of the same name, else one of whom none is known."""
    if not name.strip():
        return candidates[0] if candidates else None
    named = (one for one in candidates if same_name(one.name, name))
    unnamed = (one for one in candidates if not one.name)
    return next(named, None) or next(unnamed, None)


def _note(known: _Known, person: Person) -> None:
    wanted: dict[str, Any] = {}
    if person.name.strip() and not known.name:
        wanted["name"] = person.name
    if person.language and person.language != known.language:
        wanted["language"] = person.language
    zone = person.zone or (zone_of_phone(person.phone) if person.phone and known.zone is None else None)
    if zone and zone != known.zone:
        wanted["zone"] = zone
    for column, value in wanted.items():
        setattr(known, column, value)
    known.changed |= wanted


def _write(conn: Connection, account_id: str, book: _Book, now: datetime, consent: dict[str, str], by: str) -> None:
    given = any(consent.values())
    if book.fresh:
        consented = {**consent, "consent_at": now if given else None}
        conn.execute(insert(contact), [_row(account_id, one, now) | consented for one in book.fresh.values()])
    links = [
        {"account_id": account_id, "contact_id": who, "address_id": where, "rank": rank}
        for who, where, rank in book.links
    ]
    insert_once(conn, ContactAddress, links)
    if given:
        agreed = [*book.fresh, *_keep_consent(conn, account_id, sorted(book.contacts), now, consent)]
        how, basis = consent["consent_how"], consent["consent_basis"]
        detail = {"consent_basis": [None, basis]}
        note(conn, account_id, agreed, now, by=by or how or "the account", how=how, wording=basis, detail=detail)
    _keep_changes(conn, account_id, list(book.contacts.values()))
    added = {who for who, _, _ in book.links}
    concerned = [k.id for k in book.contacts.values() if k.id in added or k.changed.keys() & {"language", "zone"}]
    touch_shipments(conn, account_id, now, contact_ids=concerned)


def _row(account_id: str, known: _Known, now: datetime) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "id": known.id,
        "name": known.name,
        "language": known.language,
        "zone": known.zone,
        "level": "info",
        "quiet_from": "21:00",
        "quiet_to": "08:00",
        "created_at": now,
    }


def _keep_changes(conn: Connection, account_id: str, contacts: Sequence[_Known]) -> None:
    """Write what changed, one bulk statement for each set of columns."""
    sets: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for one in contacts:
        if one.changed:
            sets.setdefault(tuple(sorted(one.changed)), []).append({"which": one.id} | one.changed)
    mine = (contact.c.account_id == account_id, contact.c.id == bindparam("which"))
    for rows in sets.values():
        conn.execute(update(contact).where(*mine), rows)


def _keep_consent(
    conn: Connection, account_id: str, ids: Sequence[str], now: datetime, consent: dict[str, str]
) -> list[str]:
    """Note the consent of contacts of whom none was known; returns them. What was known stays."""
    found: list[str] = []
    for chunk in chunks(ids):
        mine = contact.c.account_id == account_id, contact.c.id.in_(chunk), contact.c.consent_at.is_(None)
        kept = update(contact).where(*mine).values(consent_at=now, **consent).returning(contact.c.id)
        found += conn.execute(kept).scalars()
    return found
