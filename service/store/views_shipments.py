"""Reading shipments for people and machines: pages, one by one, and by reference. Every query is scoped by account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, false, func, or_, select, text

from service.records.enums import MessageKind, Origin, PromiseState, ReferenceType
from service.records.inbound import compared
from service.records.tables import (
    Contact,
    Customer,
    CustomerCode,
    Follow,
    Message,
    Operator,
    Promise,
    Reference,
    Shipment,
)
from service.store.customers import clean_code
from service.store.tables import table

shipment = table(Shipment)
reference = table(Reference)
customer = table(Customer)
code = table(CustomerCode)
contact = table(Contact)
follow = table(Follow)
promise = table(Promise)
operator = table(Operator)
message = table(Message)

Found = dict[str, Any]
"""A row by the names of its columns."""

HORIZON = text(
    "SELECT min(xact_start) FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL"
)
"""When the oldest transaction that is still writing began (PostgreSQL)."""


@dataclass(frozen=True, slots=True)
class ShipmentQuery:
    """What to list. `after` is where the page before ended: (updated_at, id).

    With `updated_since` the oldest change comes first, otherwise the newest.
    """

    status: tuple[str, ...] = ()
    late: bool | None = None
    customer: str | None = None
    followed: bool | None = None
    owner: str | None = None
    due_before: date | None = None
    updated_since: datetime | None = None
    ref: str | None = None
    q: str | None = None
    after: tuple[datetime, str] | None = None
    limit: int = 50


def page(conn: Connection, account_id: str, query: ShipmentQuery) -> list[Found]:
    """At most `limit` + 1 shipments, so that the caller sees whether more follow."""
    statement = _base(account_id).where(*_conditions(account_id, query))
    changed = shipment.c.updated_at
    if query.updated_since is not None:
        statement = statement.where(changed >= query.updated_since)
        horizon = conn.execute(HORIZON).scalar() if conn.dialect.name == "postgresql" else None
        if horizon is not None:  # what commits later with an earlier instant must not be passed over
            statement = statement.where(changed < horizon)
        if query.after:
            at, last = query.after
            statement = statement.where(or_(changed > at, and_(changed == at, shipment.c.id > last)))
        statement = statement.order_by(changed, shipment.c.id)
    else:
        if query.after:
            at, last = query.after
            statement = statement.where(or_(changed < at, and_(changed == at, shipment.c.id < last)))
        statement = statement.order_by(changed.desc(), shipment.c.id.desc())
    return _rows(conn, statement.limit(query.limit + 1))


def some(conn: Connection, account_id: str, ids: Sequence[str], *, merged: bool = False) -> list[Found]:
    """The shipments with these ids, those that exist in this account; with *merged* also what is part of another."""
    return _rows(conn, _base(account_id, merged=merged).where(shipment.c.id.in_(ids)).order_by(shipment.c.id))


def by_reference(conn: Connection, account_id: str, kind: str, value: str) -> list[str]:
    """Ids of the shipments that hold a reference now, the newest first."""
    rows = conn.execute(
        select(reference.c.shipment_id)
        .where(
            reference.c.account_id == account_id,
            reference.c.type == kind,
            reference.c.value == compared(value),
            reference.c.valid_to.is_(None),
        )
        .order_by(reference.c.shipment_id.desc())
        .limit(200)
    )
    return list(dict.fromkeys(row.shipment_id for row in rows))


def references(conn: Connection, account_id: str, ids: Sequence[str]) -> dict[str, list[Found]]:
    """The references of shipments, by shipment: `type` and the value as its source wrote it.

    The ids that systems use among themselves name nothing to people.
    """
    rows = conn.execute(
        select(reference.c.shipment_id, reference.c.type, reference.c.shown)
        .where(
            reference.c.account_id == account_id,
            reference.c.shipment_id.in_(ids),
            reference.c.valid_to.is_(None),
            reference.c.type != ReferenceType.SYSTEM_ID,
        )
        .order_by(reference.c.type, reference.c.valid_from, reference.c.id)
    )
    return _grouped(rows.mappings())


def words(conn: Connection, account_id: str, ids: Sequence[str]) -> dict[str, list[Found]]:
    """What was told to anybody of these shipments, oldest first: words that a notifier took or that were declared."""
    rows = conn.execute(
        select(promise)
        .where(
            promise.c.account_id == account_id,
            promise.c.shipment_id.in_(ids),
            or_(
                promise.c.state == PromiseState.TOLD,
                and_(promise.c.state == PromiseState.BASELINE, promise.c.origin == Origin.DECLARED),
            ),
        )
        .order_by(promise.c.contact_id, promise.c.line, promise.c.unit_group, promise.c.ordinal)
    )
    return _grouped(rows.mappings())


def followers(conn: Connection, account_id: str, ids: Sequence[str]) -> dict[str, list[Found]]:
    """Who follows these shipments, themselves or through the customer: `contact_id`, `role`, `through`."""
    rows = conn.execute(
        select(
            shipment.c.id.label("shipment_id"),
            follow.c.contact_id,
            follow.c.role,
            follow.c.subject_id.label("through"),
            contact.c.language,
        )
        .select_from(
            shipment.join(
                follow,
                and_(
                    follow.c.account_id == shipment.c.account_id,
                    or_(follow.c.subject_id == shipment.c.id, follow.c.subject_id == shipment.c.customer_id),
                ),
            ).join(contact, and_(contact.c.account_id == follow.c.account_id, contact.c.id == follow.c.contact_id))
        )
        .where(shipment.c.account_id == account_id, shipment.c.id.in_(ids), follow.c.ended_at.is_(None))
        .order_by(follow.c.since, follow.c.contact_id)
    )
    return _grouped(rows.mappings())


def last_handed(conn: Connection, account_id: str, ids: Sequence[str]) -> dict[str, Found]:
    """`key` and `stage` of the last message of each shipment that was handed over: its link is the newest."""
    newest = (
        select(func.max(message.c.id))
        .where(
            message.c.account_id == account_id,
            message.c.shipment_id.in_(ids),
            message.c.kind == MessageKind.NOTICE,
            message.c.handed_at.is_not(None),
        )
        .group_by(message.c.shipment_id)
    )
    rows = conn.execute(
        select(message.c.shipment_id, message.c.key, message.c.stage).where(
            message.c.account_id == account_id, message.c.id.in_(newest)
        )
    )
    return {row["shipment_id"]: dict(row) for row in rows.mappings()}


def operators(conn: Connection, account_id: str) -> dict[str, Found]:
    """The people who own shipments, by id."""
    rows = conn.execute(select(operator).where(operator.c.account_id == account_id)).mappings()
    return {row["id"]: dict(row) for row in rows}


def _base(account_id: str, *, merged: bool = False) -> Select[Any]:
    joined = shipment.outerjoin(
        customer, and_(customer.c.account_id == shipment.c.account_id, customer.c.id == shipment.c.customer_id)
    )
    every = select(shipment, customer.c.name.label("customer_name")).select_from(joined)
    mine = every.where(shipment.c.account_id == account_id)
    return mine if merged else mine.where(shipment.c.merged_into.is_(None))


def _conditions(account_id: str, query: ShipmentQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.status:
        found.append(shipment.c.status.in_(query.status))
    if query.late is not None:
        found.append(shipment.c.late_days > 0 if query.late else shipment.c.late_days <= 0)
    if query.customer is not None:
        coded = select(code.c.customer_id).where(
            code.c.account_id == account_id, code.c.code == clean_code(query.customer)
        )
        found.append(or_(shipment.c.customer_id == query.customer, shipment.c.customer_id.in_(coded)))
    if query.followed is not None:
        found.append(_is_followed() if query.followed else ~_is_followed())
    if query.owner is not None:
        found.append(shipment.c.owner == query.owner)
    if query.due_before is not None:
        found.append(shipment.c.due_date < query.due_before)
    if query.ref is not None:
        found.append(_has_reference(account_id, reference.c.value == compared(query.ref)))
    if query.q is not None:
        wanted = compared(query.q)
        found.append(
            _has_reference(account_id, reference.c.value.contains(wanted, autoescape=True)) if wanted else false()
        )
    return found


def _has_reference(account_id: str, which: ColumnElement[bool]) -> ColumnElement[bool]:
    # A list of ids and no correlated EXISTS: the index on the value finds the few among any number of shipments.
    return shipment.c.id.in_(
        select(reference.c.shipment_id).where(
            reference.c.account_id == account_id, reference.c.valid_to.is_(None), which
        )
    )


def _is_followed() -> ColumnElement[bool]:
    return exists().where(
        follow.c.account_id == shipment.c.account_id,
        follow.c.ended_at.is_(None),
        or_(follow.c.subject_id == shipment.c.id, follow.c.subject_id == shipment.c.customer_id),
    )


def _rows(conn: Connection, statement: Select[Any]) -> list[Found]:
    return [dict(row) for row in conn.execute(statement).mappings()]


def _grouped(rows: Any) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = {}
    for row in rows:
        found.setdefault(row["shipment_id"], []).append(dict(row))
    return found
