"""Where the open orders of one person stand, and what that person was told of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from service.records.enums import Line, PromiseState, Stage
from service.records.said import SaidDate
from service.records.situation import RefView
from service.records.tables import Choice, Contact, Follow, Promise, Reference, Shipment
from service.records.when import When
from service.store.tables import table

choice = table(Choice)
contact = table(Contact)
follow = table(Follow)
promise = table(Promise)
reference = table(Reference)
shipment = table(Shipment)

MOST = 300
"""So many orders of one person are read."""

DATED = (Line.DEPARTURE, Line.ARRIVAL, Line.READY, Line.DELIVERY)


@dataclass(frozen=True, slots=True)
class Order:
    """One open order: how late it is, whether the person was asked something, and the last date told, if any."""

    shipment_id: str
    refs: tuple[RefView, ...]
    late_days: int
    asked: bool
    told: SaidDate | None = None


def orders(conn: Connection, account_id: str, contact_id: str, stage: Stage, now: datetime) -> list[Order]:
    """Where the person's open orders stand, the nearest date first."""
    subjects = select(follow.c.subject_id).where(
        follow.c.account_id == account_id, follow.c.contact_id == contact_id, follow.c.ended_at.is_(None)
    )
    rows = conn.execute(
        select(shipment.c.id, shipment.c.late_days)
        .where(
            shipment.c.account_id == account_id,
            or_(shipment.c.id.in_(subjects), shipment.c.customer_id.in_(subjects)),
            shipment.c.closed_at.is_(None),
        )
        .order_by(shipment.c.due_date.is_(None), shipment.c.due_date, shipment.c.id)
        .limit(MOST)
    ).all()
    ids = [row.id for row in rows]
    refs = _refs(conn, account_id, ids)
    told = _told(conn, account_id, contact_id, stage, ids)
    asked = set(
        conn.execute(
            select(choice.c.shipment_id).where(
                choice.c.account_id == account_id,
                choice.c.shipment_id.in_(ids),
                choice.c.contact_id == contact_id,
                choice.c.closed_at.is_(None),
                choice.c.expires_at > now,
            )
        ).scalars()
    )
    return [
        Order(row.id, tuple(refs.get(row.id, ())), row.late_days, row.id in asked, told.get(row.id)) for row in rows
    ]


def _refs(conn: Connection, account_id: str, ids: list[str]) -> dict[str, list[RefView]]:
    found: dict[str, list[RefView]] = {}
    rows = conn.execute(
        select(reference.c.shipment_id, reference.c.type, reference.c.shown)
        .where(reference.c.account_id == account_id, reference.c.shipment_id.in_(ids), reference.c.valid_to.is_(None))
        .order_by(reference.c.type, reference.c.value)
    )
    for row in rows:
        found.setdefault(row.shipment_id, []).append(RefView(row.type, row.shown))
    return found


def _told(conn: Connection, account_id: str, contact_id: str, stage: Stage, ids: Iterable[str]) -> dict[str, SaidDate]:
    """The date that the person was told last of each order."""
    rows = conn.execute(
        select(promise)
        .where(
            promise.c.account_id == account_id,
            promise.c.shipment_id.in_(list(ids)),
            promise.c.contact_id == contact_id,
            promise.c.stage == stage,
            promise.c.state == PromiseState.TOLD,
            promise.c.line.in_(DATED),
            promise.c.at_date.is_not(None),
        )
        .order_by(promise.c.told_at, promise.c.id)
    )
    return {
        row.shipment_id: SaidDate(
            line=row.line,
            when=When(
                on=row.at_date,
                at=row.at,
                precision=row.precision,
                zone=row.zone,
                zone_known=row.zone is not None,
                until=row.until,
            ),
            place=row.place,
            unchanged=True,
        )
        for row in rows
    }


def own_names(conn: Connection, account_id: str, contact_id: str) -> Mapping[str, str]:
    """The person's own names for orders, by reference."""
    found = conn.execute(
        select(contact.c.names).where(contact.c.account_id == account_id, contact.c.id == contact_id)
    ).scalar()
    return found or {}
