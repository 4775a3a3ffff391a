"""Opening and describing shipments by hand: by import, or by the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, and_, select, update

from service.records.enums import Line, Mode, Origin, Precision, PromiseState, ReferenceType, Stage
from service.records.ids import new_id
from service.records.inbound import Item, RefValue
from service.records.intake import JournalItem
from service.records.tables import Fact, FactShipment, Follow, Promise, Reference, Shipment
from service.store.customers import customer_for_code
from service.store.ledger import enter
from service.store.placing import place
from service.store.sql import insert_once
from service.store.tables import table
from service.store.touch import touch_shipments

shipment = table(Shipment)
reference = table(Reference)
promise = table(Promise)
follow = table(Follow)
fact = table(Fact)
fact_shipment = table(FactShipment)


@dataclass(frozen=True, slots=True)
class ShipmentGiven:
    """A shipment as somebody describes it; None leaves what is there. `refs` begins with the one that finds it."""

    refs: tuple[RefValue, ...]
    shipment_id: str
    customer: str | None = None
    owner: str | None = None
    need_by: date | None = None
    told_date: date | None = None
    mode: Mode | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What became of it: whose id it has, whether it was opened now, and the names that a person has ended for it."""

    shipment_id: str
    opened: bool
    ended: tuple[RefValue, ...] = ()


def put_shipments(conn: Connection, account_id: str, given: Sequence[ShipmentGiven], now: datetime) -> list[Given]:
    """Open or find each shipment by its first reference, add names, and set what is given.

    A shipment that is opened here knows nothing of its past: what happened before *now* is its first load.
    """
    answers: list[Given] = []
    for one in given:
        item = Item(event_key=one.shipment_id, key=one.shipment_id, digest="", facts=(), refs=one.refs)
        placed = place(conn, account_id, [JournalItem(0, item, one.shipment_id, (one.shipment_id,))], now)[0]
        shipment_id = placed.shipment_ids[0]
        opened = shipment_id == one.shipment_id
        values: dict[str, object] = {"updated_at": now}
        if opened:
            values["first_load_at"] = now
        if one.customer:
            values["customer_id"] = customer_for_code(conn, account_id, one.customer, now)
        for name in ("owner", "need_by", "told_date", "mode"):
            if getattr(one, name) is not None:
                values[name] = getattr(one, name)
        conn.execute(
            update(shipment).where(shipment.c.account_id == account_id, shipment.c.id == shipment_id).values(**values)
        )
        answers.append(Given(shipment_id, opened))
    touch_shipments(conn, account_id, now, ids={answer.shipment_id for answer in answers})
    ended = _ended(conn, account_id, [one.shipment_id for one in answers])
    return [
        replace(answer, ended=tuple(ref for ref in one.refs if (answer.shipment_id, ref.type, ref.value) in ended))
        for answer, one in zip(answers, given, strict=True)
    ]


def _ended(conn: Connection, account_id: str, ids: Sequence[str]) -> set[tuple[str, ReferenceType, str]]:
    """The names that these shipments had until a person ended them."""
    rows = conn.execute(
        select(reference.c.shipment_id, reference.c.type, reference.c.value, reference.c.valid_to).where(
            reference.c.account_id == account_id, reference.c.shipment_id.in_(ids)
        )
    ).all()
    held = {(row.shipment_id, row.type, row.value) for row in rows if row.valid_to is None}
    return {(row.shipment_id, row.type, row.value) for row in rows} - held


def by_reference(conn: Connection, account_id: str, kind: ReferenceType, shown: str) -> list[str]:
    """The shipments that hold a reference now; several where it is a shared one."""
    return list(
        conn.execute(
            select(reference.c.shipment_id)
            .where(
                reference.c.account_id == account_id,
                reference.c.type == kind,
                reference.c.value == RefValue(kind, shown).value,
                reference.c.valid_to.is_(None),
            )
            .order_by(reference.c.shipment_id)
        ).scalars()
    )


def open_ids(
    conn: Connection, account_id: str, *, customer_id: str | None = None, shipment_id: str | None = None
) -> list[str]:
    """The open shipments of an account, of one customer, or one shipment."""
    query = select(shipment.c.id).where(
        shipment.c.account_id == account_id, shipment.c.closed_at.is_(None), shipment.c.merged_into.is_(None)
    )
    if customer_id is not None:
        query = query.where(shipment.c.customer_id == customer_id)
    if shipment_id is not None:
        query = query.where(shipment.c.id == shipment_id)
    return list(conn.execute(query.order_by(shipment.c.id)).scalars())


def set_mode(conn: Connection, account_id: str, shipment_id: str, mode: Mode | None, now: datetime) -> None:
    """Switch one shipment; None follows its customer and account."""
    conn.execute(
        update(shipment)
        .where(shipment.c.account_id == account_id, shipment.c.id == shipment_id)
        .values(mode=mode, updated_at=now)
    )
    touch_shipments(conn, account_id, now, ids=[shipment_id])


def told_dates(conn: Connection, account_id: str, ids: Sequence[str]) -> dict[str, date]:
    """The dates that the account declared as promised, by shipment."""
    rows = conn.execute(
        select(shipment.c.id, shipment.c.told_date).where(
            shipment.c.account_id == account_id, shipment.c.id.in_(ids), shipment.c.told_date.is_not(None)
        )
    )
    return {row.id: row.told_date for row in rows}


def declare_told(conn: Connection, account_id: str, shipment_id: str, day: date, line: Line, now: datetime) -> int:
    """Keep a declared date as a live told word for everybody who follows the shipment; returns for how many."""
    rows = [
        {
            "account_id": account_id,
            "id": new_id("prm"),
            "shipment_id": shipment_id,
            "contact_id": contact_id,
            "stage": Stage.LIVE,
            "line": line,
            "unit_group": "",
            "ordinal": _last_ordinal(conn, account_id, shipment_id, contact_id, line) + 1,
            "state": PromiseState.TOLD,
            "origin": Origin.DECLARED,
            "at_date": day,
            "precision": Precision.DAY,
            "made_at": now,
            "told_at": now,
            "why": "declared on import",
        }
        for contact_id in _followers(conn, account_id, shipment_id)
    ]
    added = insert_once(conn, Promise, rows, returning=("id",))
    enter(conn, account_id, [row.id for row in added], now)
    return len(added)


def _followers(conn: Connection, account_id: str, shipment_id: str) -> list[str]:
    """The people who follow a shipment, themselves or through its customer."""
    followed = shipment.join(
        follow,
        and_(
            follow.c.account_id == shipment.c.account_id,
            follow.c.ended_at.is_(None),
            follow.c.subject_id.in_([shipment.c.id, shipment.c.customer_id]),
        ),
    )
    return list(
        conn.execute(
            select(follow.c.contact_id)
            .distinct()
            .select_from(followed)
            .where(shipment.c.account_id == account_id, shipment.c.id == shipment_id)
            .order_by(follow.c.contact_id)
        ).scalars()
    )


def _last_ordinal(conn: Connection, account_id: str, shipment_id: str, contact_id: str, line: Line) -> int:
    """The number of the last live word about this line of the whole shipment; 0 where there is none."""
    last = conn.execute(
        select(promise.c.ordinal)
        .where(
            promise.c.account_id == account_id,
            promise.c.shipment_id == shipment_id,
            promise.c.contact_id == contact_id,
            promise.c.stage == Stage.LIVE,
            promise.c.line == line,
            promise.c.unit_group == "",
        )
        .order_by(promise.c.ordinal.desc())
        .limit(1)
    ).scalar()
    return last or 0


def stated_days(conn: Connection, account_id: str, source_id: str, refs: Sequence[RefValue]) -> dict[str, date]:
    """The day that each event of *source_id* about the shipments of these references states now, by event key."""
    rows = conn.execute(
        select(fact.c.event_key, fact.c.at_date)
        .select_from(
            reference.join(
                fact_shipment,
                and_(
                    fact_shipment.c.account_id == reference.c.account_id,
                    fact_shipment.c.shipment_id == reference.c.shipment_id,
                ),
            ).join(fact, and_(fact.c.account_id == fact_shipment.c.account_id, fact.c.id == fact_shipment.c.fact_id))
        )
        .where(
            reference.c.account_id == account_id,
            reference.c.value.in_(sorted({ref.value for ref in refs})),
            reference.c.valid_to.is_(None),
            fact.c.source_id == source_id,
        )
        .order_by(fact.c.stated_at, fact.c.id)
    )
    return {row.event_key: row.at_date for row in rows}


def names(conn: Connection, account_id: str, ids: Sequence[str]) -> dict[str, str]:
    """One name per shipment for lists: its first reference."""
    found: dict[str, str] = {}
    for row in conn.execute(
        select(reference.c.shipment_id, reference.c.shown)
        .where(reference.c.account_id == account_id, reference.c.shipment_id.in_(ids), reference.c.valid_to.is_(None))
        .order_by(reference.c.id)
    ):
        found.setdefault(row.shipment_id, row.shown)
    return found


__all__ = [
    "Given",
    "ShipmentGiven",
    "by_reference",
    "declare_told",
    "names",
    "open_ids",
    "put_shipments",
    "set_mode",
    "stated_days",
    "told_dates",
]
