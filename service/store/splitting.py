"""Taking apart what was one: the younger gets back what it brought, and both know what was said meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, ScalarSelect, delete, exists, func, or_, select, update

from service.records.enums import NoticeState, Origin, PromiseState
from service.records.ids import new_id
from service.records.situation import PARTED
from service.records.tables import (
    Fact,
    FactShipment,
    Follow,
    Notice,
    Occurrence,
    Promise,
    Reference,
    Shipment,
    ShipmentMerge,
    Switch,
)
from service.store import audit
from service.store.bulk import bulk_insert, bulk_update
from service.store.changes import note_changes
from service.store.ledger import enter
from service.store.merges import Merge
from service.store.merging import in_flight, lock_both
from service.store.moving import ALONG, SPLIT, Moved, enter_kept
from service.store.sql import insert_once
from service.store.tables import table
from service.store.touch import touch_shipments

shipment = table(Shipment)
merge = table(ShipmentMerge)
reference = table(Reference)
fact = table(Fact)
fact_shipment = table(FactShipment)
follow = table(Follow)
notice = table(Notice)
occurrence = table(Occurrence)
promise = table(Promise)
switch = table(Switch)

WHY = "it was said while this shipment was one with another"


class Flying(Exception):
    """A text about the shipment may have been taken this moment: whose news it is cannot be said."""


def take_apart(conn: Connection, one: Merge, *, by: str, why: str, now: datetime) -> str:
    """Undo a merge; returns the id of the shipment that the younger leaves. Raises `Flying`."""
    account_id, younger = one.account_id, one.younger_id
    row = conn.execute(
        select(shipment.c.merged_into).where(shipment.c.account_id == account_id, shipment.c.id == younger)
    ).one()
    older = str(row.merged_into)
    lock_both(conn, account_id, [older, younger])
    if in_flight(conn, account_id, older):
        raise Flying
    moved: Moved = dict(one.moved or {})
    _give_back_facts(conn, account_id, older, younger, moved)
    _give_back_names(conn, account_id, older, younger, moved)
    _give_back_followers(conn, account_id, older, younger, moved, now)
    _give_back_columns(conn, account_id, older, moved, now)
    _give_back_told(conn, account_id, older, younger, moved, now)
    for of in ALONG:
        _give_back(conn, of, account_id, older, younger, moved.get(table(of).name, ()))
    conn.execute(
        update(switch)
        .where(switch.c.account_id == account_id, switch.c.id.in_(moved.get("switch", ())), switch.c.value == older)
        .values(value=younger)
    )
    merged_before = shipment.c.account_id == account_id, shipment.c.id.in_(moved.get("merged", ()))
    conn.execute(update(shipment).where(*merged_before, shipment.c.merged_into == older).values(merged_into=younger))
    apart = shipment.c.account_id == account_id, shipment.c.id == younger
    conn.execute(update(shipment).where(*apart).values(merged_into=None, updated_at=now))
    said = _said_as_one(conn, one, older)
    _copy_told(conn, one, older, said, now)
    _mark_said(conn, account_id, said)
    mine = merge.c.account_id == account_id, merge.c.id == one.id
    conn.execute(update(merge).where(*mine).values(ended_at=now, outcome="split"))
    detail = {"split": younger, "from": older, "merge": one.id}
    audit.record(conn, account_id, by, "shipment.split", younger, why, detail, now)
    touch_shipments(conn, account_id, now, ids=[older, younger])
    note_changes(conn, account_id, [("shipment", each, each) for each in (older, younger)], now)
    return older


def _give_back(conn: Connection, of: Any, account_id: str, older: str, younger: str, ids: Sequence[str]) -> None:
    rows = table(of)
    its = rows.c.account_id == account_id, rows.c.id.in_(ids), rows.c.shipment_id == older
    conn.execute(update(rows).where(*its).values(shipment_id=younger))


def _give_back_facts(conn: Connection, account_id: str, older: str, younger: str, moved: Moved) -> None:
    """Its facts, those that have come under its names since, and what the events of either state or take back."""
    since = dict(moved.get("since", ()))
    both = {*moved.get("shared", ()), *(one for one, named in since.items() if named)}
    ids = sorted({*moved.get("facts", ()), *since})
    events = (
        select(fact.c.source_id, fact.c.event_key)
        .where(fact.c.account_id == account_id, fact.c.id.in_(ids))
        .distinct()
        .subquery()
    )
    same = or_(fact.c.event_key == events.c.event_key, fact.c.retracts == events.c.event_key)
    later = conn.execute(
        select(fact_shipment.c.fact_id).where(
            fact_shipment.c.account_id == account_id,
            fact_shipment.c.shipment_id == older,
            exists().where(
                fact.c.account_id == account_id,
                fact.c.id == fact_shipment.c.fact_id,
                fact.c.source_id == events.c.source_id,
                same,
            ),
        )
    ).scalars()
    its = sorted({*ids, *later})
    insert_once(conn, FactShipment, [{"account_id": account_id, "shipment_id": younger, "fact_id": one} for one in its])
    conn.execute(
        delete(fact_shipment).where(
            fact_shipment.c.account_id == account_id,
            fact_shipment.c.shipment_id == older,
            fact_shipment.c.fact_id.in_(sorted(set(its) - both)),
        )
    )


def _give_back_names(conn: Connection, account_id: str, older: str, younger: str, moved: Moved) -> None:
    """Its names as they are now, and those that both had before; what a person has ended meanwhile stays ended."""
    _give_back(conn, Reference, account_id, older, younger, moved.get("references", ()))
    there = reference.c.account_id == account_id, reference.c.shipment_id == older
    names = conn.execute(select(reference.c.type, reference.c.value, reference.c.valid_to).where(*there)).all()
    ended = {(row.type, row.value) for row in names if row.valid_to is not None}
    ended -= {(row.type, row.value) for row in names if row.valid_to is None}
    closed = reference.c.account_id == account_id, reference.c.id.in_(moved.get("closed", ()))
    its = conn.execute(select(reference.c.id, reference.c.type, reference.c.value).where(*closed)).all()
    again = [row.id for row in its if (row.type, row.value) not in ended]
    bulk_update(conn, Reference, [{"account_id": account_id, "id": one, "valid_to": None} for one in again])


def _give_back_followers(
    conn: Connection, account_id: str, older: str, younger: str, moved: Moved, now: datetime
) -> None:
    """Who followed only the younger follows it alone again."""
    both = follow.c.account_id == account_id
    its = follow.c.subject_id == younger, follow.c.contact_id.in_(moved.get("follows", ()))
    left = select(follow.c.contact_id).where(both, follow.c.subject_id == older, follow.c.ended_at.is_not(None))
    gone = set(conn.execute(left).scalars())
    conn.execute(update(follow).where(both, *its, follow.c.contact_id.not_in(gone)).values(ended_at=None))
    added = follow.c.subject_id == older, follow.c.contact_id.in_(moved.get("added", ())), follow.c.ended_at.is_(None)
    conn.execute(update(follow).where(both, *added).values(ended_at=now))


def _give_back_columns(conn: Connection, account_id: str, older: str, moved: Moved, now: datetime) -> None:
    """What the older had only from the younger, unless somebody has changed it since."""
    mine = shipment.c.account_id == account_id, shipment.c.id == older
    row = conn.execute(select(shipment).where(*mine)).one()._mapping
    back = {
        name: _value(name, before)
        for name, (before, given) in moved.get("before", {}).items()
        if row[name] == _value(name, given)
    }
    conn.execute(update(shipment).where(*mine).values(updated_at=now, **back))


def _value(name: str, kept: Any) -> Any:
    return date.fromisoformat(kept) if kept is not None and name in {"need_by", "told_date"} else kept


def _give_back_told(conn: Connection, account_id: str, older: str, younger: str, moved: Moved, now: datetime) -> None:
    """Its notices, words and occurrences, each behind what has stayed with it under the same name."""
    its = {"account_id": account_id, "shipment_id": younger}
    taken: dict[tuple[Any, ...], int] = {}
    for of, names, key in ((Notice, "notices", ABOUT), (Promise, "words", LINE), (Occurrence, "occurrences", HAPPENED)):
        rows, number = table(of), "number" if of is Occurrence else "ordinal"
        for row in conn.execute(select(rows).where(rows.c.account_id == account_id, rows.c.shipment_id == younger)):
            group = (of, *(getattr(row, name) for name in key))
            taken[group] = max(taken.get(group, 0), getattr(row, number))
        back = conn.execute(
            select(rows)
            .where(rows.c.account_id == account_id, rows.c.shipment_id == older, rows.c.id.in_(moved.get(names, ())))
            .order_by(rows.c[number], rows.c.id)
        ).all()
        given = []
        for row in back:
            group = (of, *(getattr(row, name) for name in key))
            count = max(getattr(row, number), taken.get(group, 0) + 1)
            taken[group] = count
            given.append(its | {"id": row.id, number: count})
        bulk_update(conn, of, given)
    enter_kept(conn, account_id, moved.get("words", ()), now, SPLIT)


ABOUT = ("contact_id", "stage", "code", "subject")
LINE = ("contact_id", "stage", "line", "unit_group")
HAPPENED = ("milestone", "stop", "unit_group")


def _merged_at(one: Merge) -> ScalarSelect[Any]:
    return select(merge.c.merged_at).where(merge.c.account_id == one.account_id, merge.c.id == one.id).scalar_subquery()


def _said_as_one(conn: Connection, one: Merge, older: str) -> Sequence[Row[Any]]:
    """The notices that were said while the two were one; they stay with the older."""
    return conn.execute(
        select(notice).where(
            notice.c.account_id == one.account_id,
            notice.c.shipment_id == older,
            notice.c.state.in_([NoticeState.SAID, NoticeState.UNKNOWN]),
            notice.c.ended_at >= _merged_at(one),
        )
    ).all()


def _mark_said(conn: Connection, account_id: str, said: Sequence[Row[Any]]) -> None:
    """Note with the older's what it was said of: what only the younger did is corrected."""
    why = {"rule": PARTED, "passed": True, "text": WHY}
    marked = [{"account_id": account_id, "id": row.id, "why": [*(row.why or ()), why]} for row in said]
    bulk_update(conn, Notice, marked)


def _copy_told(conn: Connection, one: Merge, older: str, said: Sequence[Row[Any]], now: datetime) -> None:
    """Let the younger know what was said of both while they were one: it is not said again."""
    account_id, younger = one.account_id, one.younger_id
    rows = [_silent(conn, row, younger, now) for row in said]
    insert_once(conn, Notice, rows)
    words = conn.execute(
        select(promise)
        .where(
            promise.c.account_id == account_id,
            promise.c.shipment_id == older,
            promise.c.state.in_([PromiseState.TOLD, PromiseState.UNKNOWN]),
            promise.c.told_at >= _merged_at(one),
        )
        .order_by(promise.c.ordinal)
    ).all()
    drawn: list[dict[str, Any]] = []
    for row in words:
        ordinal = _next(conn, Promise, row, younger, LINE) + sum(_same(row, other, LINE) for other in drawn)
        drawn.append(_word(row, younger, ordinal, now))
    bulk_insert(conn, Promise, drawn)
    enter(conn, account_id, [str(row["id"]) for row in drawn], now)
    happened = select(occurrence).where(occurrence.c.account_id == account_id, occurrence.c.shipment_id == older)
    open_ones = conn.execute(happened.where(occurrence.c.closed_at.is_(None))).mappings()
    insert_once(conn, Occurrence, [dict(row) | {"id": new_id("occ"), "shipment_id": younger} for row in open_ones])


def _silent(conn: Connection, row: Row[Any], younger: str, now: datetime) -> dict[str, Any]:
    return dict(row._mapping) | {
        "id": new_id("ntc"),
        "shipment_id": younger,
        "ordinal": _next(conn, Notice, row, younger, ABOUT),
        "state": NoticeState.BASELINE,
        "why": [{"rule": PARTED, "passed": False, "text": WHY}],
        "created_at": now,
        "ended_at": now,
    }


def _word(row: Row[Any], younger: str, ordinal: int, now: datetime) -> dict[str, Any]:
    return dict(row._mapping) | {
        "id": new_id("prm"),
        "shipment_id": younger,
        "ordinal": ordinal,
        "state": PromiseState.BASELINE,
        "origin": Origin.MESSAGE,
        "notice_id": None,
        "message_id": None,
        "made_at": now,
        "told_at": None,
        "why": WHY,
        "outcome": None,
        "settled_at": None,
    }


def _next(conn: Connection, of: Any, row: Row[Any], younger: str, key: Sequence[str]) -> int:
    rows = table(of)
    same = [rows.c[name] == getattr(row, name) for name in key]
    last = select(func.max(rows.c.ordinal)).where(
        rows.c.account_id == row.account_id, rows.c.shipment_id == younger, *same
    )
    return (conn.execute(last).scalar() or 0) + 1


def _same(row: Row[Any], other: dict[str, Any], key: Sequence[str]) -> bool:
    return all(getattr(row, name) == other[name] for name in key)
