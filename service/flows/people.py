"""Shipments and followers as people name them, outside any event."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.flows.kit import Kit
from service.records.enums import Classifier, Milestone, Mode, ReferenceType
from service.records.ids import new_id
from service.records.inbound import FactDraft, Item, Person, RefValue
from service.records.intake import CallRow, CallToKeep, JournalItem
from service.records.when import on_day
from service.store import accounts, audit, customers, follows, journal, shipments
from service.store import people as people_store
from service.store.engine import Connection
from service.store.shipments import Given, ShipmentGiven

SOURCE = "api"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A shipment as a `PUT` describes it; None leaves what is there."""

    refs: tuple[RefValue, ...] = ()
    customer: str | None = None
    owner: str | None = None
    need_by: date | None = None
    told_date: date | None = None
    due: date | None = None
    eta: date | None = None
    mode: Mode | None = None
    tell: tuple[Person, ...] = ()


def put_shipment(kit: Kit, account_id: str, kind: ReferenceType, shown: str, wanted: Wanted) -> Given:
    """Open the shipment that this reference names, or change it; the same call again changes nothing."""
    now = kit.clock()
    named = RefValue(kind, shown)
    given = ShipmentGiven(
        refs=(named, *(ref for ref in wanted.refs if ref != named)),
        shipment_id=new_id("shp"),
        customer=wanted.customer,
        owner=wanted.owner,
        need_by=wanted.need_by,
        told_date=wanted.told_date,
        mode=wanted.mode,
    )
    with kit.database.read() as conn:
        known = shipments.stated_days(conn, account_id, SOURCE, [named])
    call = CallToKeep(
        CallRow(account_id, new_id("cal"), SOURCE, now, "application/json", {}, b""), _dates(named, wanted, known, now)
    )

    def unit(conn: Connection) -> Given:
        found = shipments.put_shipments(conn, account_id, [given], now)[0]
        if call.items:
            journal.keep(conn, [call], now)
        if wanted.tell:
            told = people_store.upsert_people(conn, account_id, wanted.tell, now, consent_how="named by the API")
            follows.follow_many(conn, account_id, [(found.shipment_id, contact_id) for contact_id in told], now)
        return found

    found = kit.database.write(unit)
    kit.database.wake("shipments")
    return found


def _dates(named: RefValue, wanted: Wanted, known: Mapping[str, date], now: datetime) -> tuple[JournalItem, ...]:
    """The dates that are given, as facts which the account itself states, where they differ from the last ones."""
    stated: Sequence[tuple[str, date | None, Milestone]] = (
        ("eta", wanted.eta, Milestone.ARRIVED_DESTINATION),
        ("due", wanted.due, Milestone.DELIVERED),
    )
    items = []
    for index, (part, day, milestone) in enumerate(stated):
        event_key = f"put:{named.type.value}:{named.value}:{part}"
        if day is None or known.get(event_key) == day:
            continue
        item = Item(
            event_key=event_key,
            key=f"{event_key}@{day.isoformat()}@{now.isoformat()}",
            digest=hashlib.sha256(f"{event_key} {day}".encode()).hexdigest(),
            facts=(FactDraft(milestone, Classifier.ESTIMATED, on_day(day), part=part),),
            refs=(named,),
            stated_at=now,
        )
        items.append(JournalItem(index, item, new_id("shp"), (new_id("fct"),)))
    return tuple(items)


def follow(kit: Kit, account_id: str, subject_id: str, contact_id: str, role: str = "") -> bool:
    """Let a contact follow a shipment or customer; they get its present state once, never its history."""
    now = kit.clock()
    added = kit.database.write(lambda conn: follows.follow(conn, account_id, subject_id, contact_id, now, role))
    kit.database.wake("shipments")
    return added


def unfollow(kit: Kit, account_id: str, subject_id: str, contact_id: str) -> bool:
    """Tell a contact no more of a shipment or customer."""
    now = kit.clock()
    return kit.database.write(lambda conn: follows.unfollow(conn, account_id, subject_id, contact_id, now))


def set_mode(kit: Kit, account_id: str, subject_id: str, mode: Mode | None, *, by: str, why: str = "") -> None:
    """Switch one customer (`cus_…`) or shipment (`shp_…`) off or into shadow, or (None) back to its account's mode.

    Going live is not a matter of this switch: see `golive`. Raises ValueError for it.
    """
    if mode is Mode.LIVE:
        raise ValueError("going live is done with a plan: make one, look at it, and apply it")
    now = kit.clock()
    with kit.database.read() as conn:
        live = accounts.view(conn, account_id).mode is Mode.LIVE
    if mode is None and live:
        raise ValueError("the account is live, so this would go live with it: make a plan for it, and apply that")

    def unit(conn: Connection) -> None:
        if subject_id.startswith("cus_"):
            customers.set_mode(conn, account_id, subject_id, mode, now)
        else:
            shipments.set_mode(conn, account_id, subject_id, mode, now)
        word = mode.value if mode else "as the account"
        audit.record(
            conn, account_id, by=by, action="mode", subject=subject_id, why=why, detail={"mode": word}, now=now
        )

    kit.database.write(unit)
    kit.database.wake("shipments")


def refs_of(given: Mapping[str, object]) -> tuple[RefValue, ...]:
    """References from {"po": "4711", "container": ["TCNU1234567"]}; raises ValueError for an unknown type."""
    found: list[RefValue] = []
    for name, value in given.items():
        kind = ReferenceType(name)
        found += [RefValue(kind, str(one)) for one in (value if isinstance(value, list) else [value])]
    return tuple(found)
