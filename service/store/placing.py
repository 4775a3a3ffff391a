"""Which shipments a fact belongs to, decided from references alone.

An own reference (the account's order number, a house bill) names one shipment and nothing else. A booking or a shared
reference reaches every open shipment that holds it, but for those that hold other bookings only, or are another
customer's: two bookings may share a container. A fact that no shipment can claim is parked, unless it names an identity
reference, which opens a shipment. An event that gives one order the names of two shipments says that the two are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from service.records.enums import IDENTITY, ReferenceType
from service.records.inbound import Item, RefValue
from service.records.intake import JournalItem
from service.records.tables import CustomerCode, Reference, Shipment
from service.store.among import among
from service.store.bulk import bulk_insert
from service.store.customers import clean_code
from service.store.homes import BOOKED, DESK, HOLDERS, VOYAGE, add_references, hold_names
from service.store.merges import ask
from service.store.tables import table

reference = table(Reference)
shipment = table(Shipment)
customer_code = table(CustomerCode)

OWN = frozenset({ReferenceType.REF, ReferenceType.HOUSE_BILL})

AFTERWARDS = timedelta(days=30)
"""How long what is said of a container or bill still reaches a shipment that is over: a return, a correction."""


LONGEST = timedelta(days=180)
"""How long a container number stays with a shipment that never ends: then it is in another's use."""

ONE = "an event gave one order the names of both"
"""Why two shipments are taken for one."""

OWNED = (
    select(reference.c.shipment_id)
    .distinct()
    .where(
        reference.c.account_id == bindparam("account"),
        among(reference.c.shipment_id, "ids"),
        reference.c.type.in_(sorted(OWN)),
        reference.c.valid_to.is_(None),
    )
)


WHOSE = select(shipment.c.id, shipment.c.customer_id).where(
    shipment.c.account_id == bindparam("account"), among(shipment.c.id, "ids"), shipment.c.customer_id.is_not(None)
)

CODES = select(customer_code.c.code, customer_code.c.customer_id).where(
    customer_code.c.account_id == bindparam("account"), among(customer_code.c.code, "codes")
)


@dataclass(slots=True)
class Placement:
    """The shipments that an item reaches, and the shared references under which it waits for further ones.

    An item that reaches none is parked until a shipment holds one of these. What names an order of its own waits for
    nobody else.
    """

    shipment_ids: list[str] = field(default_factory=list)
    parked: list[tuple[ReferenceType, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Book:
    """The references that matter to one batch: those in force, those that the batch adds, and those that ended."""

    held: dict[tuple[ReferenceType, str], list[str]] = field(default_factory=dict)
    since: dict[tuple[str, str], datetime] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    booked: dict[str, set[str]] = field(default_factory=dict)
    whose: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    added: list[tuple[str, RefValue]] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    ended: set[tuple[str, ReferenceType, str]] = field(default_factory=set)
    one: list[tuple[str, str, Sequence[RefValue]]] = field(default_factory=list)

    def hits(self, refs: Iterable[RefValue], on: date | None = None) -> list[str]:
        found: dict[str, None] = {}
        for ref in refs:
            for shipment_id in self.held.get((ref.type, ref.value), ()):
                if ref.type is not ReferenceType.CONTAINER or self._in_use(shipment_id, ref.value, on):
                    found[shipment_id] = None
        return list(found)

    def shares(self, item: Item, on: date | None) -> list[str]:
        """The shipments that *item* reaches by what several may hold; not those of other bookings or customers."""
        bookings = [ref for ref in item.refs if ref.type is ReferenceType.BOOKING]
        found = self.hits([*bookings, *(ref for ref in item.refs if ref.type not in IDENTITY)], on)
        if not bookings:
            return found
        named = {ref.value for ref in bookings}
        found = [one for one in found if self._may_be(one, named) and not self._of_another(one, item)]
        booked = [one for one in found if self.booked.get(one)]
        # A container is used again: an order that is over and has no booking is not on that of another.
        return [one for one in found if one in booked or one not in self.over] if booked else found

    def _may_be(self, shipment_id: str, bookings: set[str]) -> bool:
        """Whether the shipment holds one of these bookings, or none at all."""
        booked = self.booked.get(shipment_id)
        return not booked or not booked.isdisjoint(bookings)

    def _of_another(self, shipment_id: str, item: Item) -> bool:
        """Whether the shipment is another customer's than the one that *item* names."""
        whose = self.whose.get(shipment_id)
        return whose is not None and item.customer is not None and self.codes.get(clean_code(item.customer)) != whose

    def _in_use(self, shipment_id: str, container: str, on: date | None) -> bool:
        """Whether what happened on a day is of the use that this shipment makes of a container."""
        since = self.since.get((shipment_id, container))
        return since is None or on is None or (since - VOYAGE).date() <= on <= (since + LONGEST).date()

    def is_ended(self, ref: RefValue, among: Iterable[str]) -> bool:
        """Whether a person has ended this name for one of these shipments: an event that gives it means that one."""
        return any((one, ref.type, ref.value) in self.ended for one in among)

    def attach(self, shipment_id: str, ref: RefValue) -> None:
        holders = self.held.setdefault((ref.type, ref.value), [])
        if shipment_id in holders or (holders and ref.type in IDENTITY):
            return
        if (shipment_id, ref.type, ref.value) in self.ended:
            return
        holders.append(shipment_id)
        self.added.append((shipment_id, ref))
        if ref.type in OWN:
            self.own.add(shipment_id)
        if ref.type is ReferenceType.BOOKING:
            self.booked.setdefault(shipment_id, set()).add(ref.value)

    def call(self, shipment_ids: Sequence[str], refs: Iterable[RefValue]) -> None:
        """What a sender calls a thing by its own id stays that thing, however many shipments are in it."""
        for ref in refs:
            if ref.type is ReferenceType.SYSTEM_ID:
                for shipment_id in shipment_ids:
                    self.attach(shipment_id, ref)


def place(conn: Connection, account_id: str, items: Sequence[JournalItem], now: datetime) -> list[Placement]:
    """Place each item, opening shipments and adding references as the items ask; parked facts come home."""
    refs = {(ref.type, ref.value): ref for entry in items for ref in entry.item.refs}
    book = _read_book(conn, account_id, refs.values(), now)
    _read_owners(conn, account_id, book, items)
    placed = [_place_one(book, entry) for entry in items]
    late = [one for one in zip(items, placed, strict=True) if one[1].parked]
    # An item behind it in the same batch may have opened a shipment that it waits for; one that is found so may name
    # by an id what another waits for, hence twice.
    for entry, where in late + late:
        more = book.shares(entry.item, _day(entry))
        where.shipment_ids = sorted({*where.shipment_ids, *more})
        book.call(where.shipment_ids, entry.item.refs)
    _write_book(conn, account_id, book, now)
    return placed


def _place_one(book: _Book, entry: JournalItem) -> Placement:
    refs = entry.item.refs
    own = [ref for ref in refs if ref.type in OWN]
    own = [ref for ref in own if not book.is_ended(ref, book.hits(own))] or own
    refs = tuple(ref for ref in refs if ref.type not in OWN or ref in own)
    bookings = [ref for ref in refs if ref.type is ReferenceType.BOOKING]
    shared = [ref for ref in refs if ref.type not in IDENTITY]
    targets = book.hits(own)
    if not targets and own:
        nameless = [s for s in book.hits(bookings) if s not in book.own]
        targets = nameless[:1] or _open(book, entry)
    if not targets:
        targets = book.shares(entry.item, _day(entry))
    if not targets and bookings:
        targets = _open(book, entry)
    if len(targets) == 1:
        for ref in refs:
            book.attach(targets[0], ref)
    else:
        book.call(targets, refs)
    both = _one_order(book, refs, targets)
    book.one += [(both[0], younger, refs) for younger in both[1:]]
    return Placement(shipment_ids=sorted(targets), parked=[] if own else _waiting(shared))


def _waiting(shared: Sequence[RefValue]) -> list[tuple[ReferenceType, str]]:
    """Under which references an item waits: the sender's own ids only where nothing else names it."""
    others = [ref for ref in shared if ref.type is not ReferenceType.SYSTEM_ID]
    return [(ref.type, ref.value) for ref in others or shared]


def _day(entry: JournalItem) -> date | None:
    """The day of what an item states; None where it only takes something back."""
    return min((fact.when.on for fact in entry.item.facts), default=None)


def _one_order(book: _Book, refs: Sequence[RefValue], targets: Sequence[str]) -> list[str]:
    """The shipments that an event takes for one, oldest first: it names one order, and several of them hold its names.

    Two values of one type are a list of orders and not one. A booking is shared by orders, so it only tells of a
    shipment that has no other name.
    """
    names = [ref for ref in refs if ref.type in IDENTITY]
    if len({ref.type for ref in names}) < len({(ref.type, ref.value) for ref in names}):
        return []
    bookings = [ref for ref in names if ref.type is ReferenceType.BOOKING]
    nameless = [one for one in book.hits(bookings) if one not in book.own]
    return sorted({*targets, *nameless}) if any(ref.type in OWN for ref in names) else []


def _open(book: _Book, entry: JournalItem) -> list[str]:
    book.opened.append(entry.shipment_id)
    return [entry.shipment_id]


def _read_book(conn: Connection, account_id: str, refs: Iterable[RefValue], now: datetime) -> _Book:
    book = _Book()
    refs = list(refs)
    wanted = sorted({ref.value for ref in refs})
    if not wanted:
        return book
    hold_names(conn, account_id, refs)
    booked: set[str] = set()
    for row in conn.execute(HOLDERS, {"account": account_id, "wanted": wanted}):
        if row.valid_to is not None:
            book.ended.add((row.shipment_id, row.type, row.value))
            continue
        if row.type not in IDENTITY and row.closed_at is not None and row.closed_at < now - AFTERWARDS:
            continue
        book.held.setdefault((row.type, row.value), []).append(row.shipment_id)
        if row.closed_at is not None:
            book.over.add(row.shipment_id)
        if row.type is ReferenceType.CONTAINER:
            book.since[(row.shipment_id, row.value)] = row.valid_from
        if row.type is ReferenceType.BOOKING:
            booked.add(row.shipment_id)
    if booked:
        book.own.update(conn.execute(OWNED, {"account": account_id, "ids": sorted(booked)}).scalars())
    return book


def _read_owners(conn: Connection, account_id: str, book: _Book, items: Sequence[JournalItem]) -> None:
    """Which bookings the holders have and whose they are, where a booking is named that would tell them apart."""
    booking = [entry.item for entry in items if any(ref.type is ReferenceType.BOOKING for ref in entry.item.refs)]
    holders = sorted({one for ids in book.held.values() for one in ids})
    if not booking or not holders:
        return
    for row in conn.execute(BOOKED, {"account": account_id, "ids": holders}):
        book.booked.setdefault(row.shipment_id, set()).add(row.value)
    if codes := sorted({clean_code(item.customer) for item in booking if item.customer}):
        book.whose = {row.id: row.customer_id for row in conn.execute(WHOSE, {"account": account_id, "ids": holders})}
        book.codes = {row.code: row.customer_id for row in conn.execute(CODES, {"account": account_id, "codes": codes})}


def _write_book(conn: Connection, account_id: str, book: _Book, now: datetime) -> None:
    if book.opened:
        bulk_insert(conn, Shipment, [new_shipment(account_id, shipment_id, now) for shipment_id in book.opened])
    add_references(conn, account_id, book.added, now)
    ask(conn, account_id, book.one, ONE, now)


def new_shipment(account_id: str, shipment_id: str, now: datetime, **given: object) -> dict[str, object]:
    """The columns of a shipment that has just been opened."""
    return {
        "account_id": account_id,
        "id": shipment_id,
        "seq": 0,
        "seen_seq": 0,
        "looks": 0,
        "owner": DESK,
        "created_at": now,
        "updated_at": now,
        "status": "registered",
        "late_days": 0,
        "followers": 0,
    } | given
