"""Moving what is about one shipment to another: each returns what moved, so that it can be moved back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlmodel import SQLModel

from service.records.enums import PromiseState
from service.records.merging import MergePlan, MovedNotice, MovedWord
from service.records.tables import (
    Choice,
    FactShipment,
    Follow,
    Message,
    Notice,
    Occurrence,
    Promise,
    Rating,
    Reference,
    Reply,
    Shipment,
    Switch,
    Task,
    Thread,
)
from service.store.bulk import bulk_update
from service.store.homes import DESK
from service.store.ledger import enter
from service.store.sql import insert_once, lock_rows
from service.store.tables import table

shipment = table(Shipment)
reference = table(Reference)
fact_shipment = table(FactShipment)
follow = table(Follow)
promise = table(Promise)
switch = table(Switch)

ALONG: tuple[type[SQLModel], ...] = (Message, Thread, Reply, Rating, Choice, Task)
"""What is about a shipment and goes with it as it is."""

MERGED, SPLIT = "merged", "split"
"""The events of a promise that became one of another shipment."""

Moved = dict[str, Any]


INHERITED = ("customer_id", "owner", "need_by", "told_date", "rules")
"""Columns of the younger that the older takes on where it has none of its own."""


def inherit(conn: Connection, account_id: str, older: str, younger: str, now: datetime) -> Moved:
    """Give the older what only the younger knows; returns what it had before."""
    rows = conn.execute(
        select(shipment).where(shipment.c.account_id == account_id, shipment.c.id.in_([older, younger]))
    )
    by_id = {row.id: row._mapping for row in rows}
    mine, its = by_id[older], by_id[younger]
    values = {name: its[name] for name in INHERITED if _empty(name, mine[name]) and not _empty(name, its[name])}
    if mine["need_by"] and its["need_by"] and its["need_by"] < mine["need_by"]:
        values["need_by"] = its["need_by"]
    mine_here = shipment.c.account_id == account_id, shipment.c.id == older
    conn.execute(update(shipment).where(*mine_here).values(updated_at=now, **values))
    return {name: [_plain(mine[name]), _plain(value)] for name, value in values.items()}


def _empty(name: str, value: object) -> bool:
    return value is None or (name == "owner" and value == DESK)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def move_told(conn: Connection, account_id: str, older: str, plan: MergePlan, now: datetime) -> Moved:
    """Give what was told its place in the older, and the older's own words their new numbers."""
    here = {"account_id": account_id}
    bulk_update(conn, Promise, [here | _word(one) for one in plan.renumbered])
    bulk_update(conn, Promise, [here | _word(one) | {"shipment_id": older} for one in plan.words])
    bulk_update(conn, Notice, [here | _notice(one) for one in plan.renamed])
    bulk_update(conn, Notice, [here | _notice(one) | {"shipment_id": older} for one in plan.notices])
    rows = [here | {"id": o.id, "shipment_id": older, "stop": o.stop, "number": o.number} for o in plan.occurrences]
    bulk_update(conn, Occurrence, rows)
    words = [one.id for one in plan.words]
    enter_kept(conn, account_id, [*words, *(one.id for one in plan.renumbered)], now, MERGED)
    return {
        "words": words,
        "notices": [one.id for one in plan.notices],
        "occurrences": [one.id for one in plan.occurrences],
    }


def enter_kept(conn: Connection, account_id: str, ids: Sequence[str], now: datetime, event: str) -> None:
    """Let the ledger know where promises are now, as far as anything became of them."""
    kept = conn.execute(
        select(promise.c.id).where(
            promise.c.account_id == account_id, promise.c.id.in_(ids), promise.c.state != PromiseState.INTENDED
        )
    ).scalars()
    enter(conn, account_id, kept, now, event)


def _word(one: MovedWord) -> Moved:
    return {"id": one.id, "ordinal": one.ordinal}


def _notice(one: MovedNotice) -> Moved:
    return {"id": one.id, "subject": one.subject, "ordinal": one.ordinal}


def move_facts(conn: Connection, account_id: str, older: str, younger: str) -> Moved:
    """Let every fact of the younger reach the older instead."""
    its = fact_shipment.c.account_id == account_id, fact_shipment.c.shipment_id == younger
    facts = list(conn.execute(select(fact_shipment.c.fact_id).where(*its).order_by(fact_shipment.c.fact_id)).scalars())
    links = [{"account_id": account_id, "shipment_id": older, "fact_id": one} for one in facts]
    added = {row.fact_id for row in insert_once(conn, FactShipment, links)}
    conn.execute(delete(fact_shipment).where(*its))
    return {"facts": facts, "shared": [one for one in facts if one not in added]}


def move_names(conn: Connection, account_id: str, older: str, younger: str, now: datetime) -> Moved:
    """The older takes on every name of the younger; one that it has already ends there."""
    rows = conn.execute(
        select(reference.c.id, reference.c.shipment_id, reference.c.type, reference.c.value).where(
            reference.c.account_id == account_id,
            reference.c.shipment_id.in_([older, younger]),
            reference.c.valid_to.is_(None),
        )
    ).all()
    mine = {(row.type, row.value) for row in rows if row.shipment_id == older}
    its = [row for row in rows if row.shipment_id == younger]
    double = [row.id for row in its if (row.type, row.value) in mine]
    moved = [row for row in its if (row.type, row.value) not in mine]
    bulk_update(conn, Reference, [{"account_id": account_id, "id": one, "valid_to": now} for one in double])
    rows_moved = [{"account_id": account_id, "id": row.id, "shipment_id": older} for row in moved]
    bulk_update(conn, Reference, rows_moved)
    names = [[row.type.value, row.value] for row in moved]
    return {"references": [row.id for row in moved], "closed": double, "names": names}


def move_followers(conn: Connection, account_id: str, older: str, younger: str, now: datetime) -> Moved:
    """Who follows either follows the older, since the earlier of the two."""
    rows = conn.execute(
        select(follow).where(
            follow.c.account_id == account_id,
            follow.c.subject_id.in_([older, younger]),
        )
    ).all()
    mine = {row.contact_id: row for row in rows if row.subject_id == older}
    its = [row for row in rows if row.subject_id == younger and row.ended_at is None]
    added = []
    for row in its:
        known = mine.get(row.contact_id)
        if known is None or known.ended_at is not None:
            added.append(row.contact_id)
        _follow(conn, account_id, older, row, known)
    conn.execute(
        update(follow)
        .where(follow.c.account_id == account_id, follow.c.subject_id == younger, follow.c.ended_at.is_(None))
        .values(ended_at=now)
    )
    return {"follows": [row.contact_id for row in its], "added": added}


def _follow(conn: Connection, account_id: str, older: str, row: Any, known: Any) -> None:
    values = {"role": row.role, "since": row.since, "ended_at": None}
    if known is None:
        key = {"account_id": account_id, "subject_id": older, "contact_id": row.contact_id}
        insert_once(conn, Follow, [key | values])
        return
    if known.ended_at is None:
        values = {"role": known.role or row.role, "since": min(known.since, row.since)}
    conn.execute(
        update(follow)
        .where(follow.c.account_id == account_id, follow.c.subject_id == older, follow.c.contact_id == row.contact_id)
        .values(**values)
    )


def move_along(conn: Connection, of: type[SQLModel], account_id: str, older: str, younger: str) -> list[str]:
    """Move rows that only name their shipment."""
    rows = table(of)
    its = rows.c.account_id == account_id, rows.c.shipment_id == younger
    found = list(conn.execute(select(rows.c.id).where(*its).order_by(rows.c.id)).scalars())
    lock_rows(conn, of, account_id, found)
    conn.execute(update(rows).where(*its).values(shipment_id=older))
    return found


def move_pauses(conn: Connection, account_id: str, older: str, younger: str) -> list[str]:
    """What held the younger holds the one shipment."""
    return list(
        conn.execute(
            update(switch)
            .where(switch.c.account_id == account_id, switch.c.value == younger, switch.c.lifted_at.is_(None))
            .values(value=older)
            .returning(switch.c.id)
        ).scalars()
    )
