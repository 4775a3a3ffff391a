"""Making one shipment of two: in one transaction everything of the younger goes to the older, or nothing does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from service.records.enums import IDENTITY, MessageState, NoticeState, PromiseState
from service.records.ids import new_id
from service.records.inbound import RefValue
from service.records.merging import MergePlan
from service.records.situation import Situation
from service.records.tables import Message, MessageNotice, Notice, Reference, Shipment, ShipmentMerge, Task
from service.store import audit, situations
from service.store.changes import note_changes
from service.store.endings import append_why, drop_empty_messages, end_promises
from service.store.homes import add_references, hold_names
from service.store.ledger import enter
from service.store.merges import Merge
from service.store.moving import (
    ALONG,
    Moved,
    inherit,
    move_along,
    move_facts,
    move_followers,
    move_names,
    move_pauses,
    move_told,
)
from service.store.sql import insert_once, lock_rows
from service.store.tables import table
from service.store.tasks import finish_keys
from service.store.touch import touch_shipments

shipment = table(Shipment)
reference = table(Reference)
notice = table(Notice)
message_notice = table(MessageNotice)
task = table(Task)
merge = table(ShipmentMerge)


@dataclass(frozen=True, slots=True)
class Two:
    """Two shipments as they were read, and what is to become of what was told of them."""

    older: Situation
    younger: Situation
    plan: MergePlan

    @property
    def account_id(self) -> str:
        """Whose they are."""
        return self.older.account.id


def make_one(conn: Connection, two: Two, one: Merge, now: datetime) -> bool:
    """Move everything of the younger to the older; False, and nothing changed, where either is not as it was read."""
    account_id, older, younger = two.account_id, two.older.shipment.id, two.younger.shipment.id
    lock_both(conn, account_id, [older, younger])
    if not _unchanged(conn, two):
        return False
    _end(conn, account_id, two.plan.ended, now)
    moved: Moved = {"before": inherit(conn, account_id, older, younger, now)}
    moved |= move_told(conn, account_id, older, two.plan, now)
    moved |= move_facts(conn, account_id, older, younger)
    moved |= move_names(conn, account_id, older, younger, now)
    moved |= move_followers(conn, account_id, older, younger, now)
    silent = conn.execute(
        select(task.c.key).where(
            task.c.account_id == account_id, task.c.done_at.is_(None), task.c.key.startswith(f"silence:{younger}:")
        )
    ).scalars()
    finish_keys(conn, account_id, list(silent), "milepost", now)
    moved |= {table(of).name: move_along(conn, of, account_id, older, younger) for of in ALONG}
    moved["switch"] = move_pauses(conn, account_id, older, younger)
    moved["merged"] = list(
        conn.execute(
            update(shipment)
            .where(shipment.c.account_id == account_id, shipment.c.merged_into == younger)
            .values(merged_into=older)
            .returning(shipment.c.id)
        ).scalars()
    )
    conn.execute(
        update(shipment)
        .where(shipment.c.account_id == account_id, shipment.c.id == younger)
        .values(merged_into=older, look_at=None, seq=shipment.c.seq + 1, updated_at=now)
    )
    add_references(conn, account_id, [(older, ref) for ref in one.refs if ref.type not in IDENTITY], now)
    _keep(conn, two, one, moved, now)
    touch_shipments(conn, account_id, now, ids=[older])
    note_changes(conn, account_id, [("shipment", each, each) for each in (older, younger)], now)
    return True


def lock_both(conn: Connection, account_id: str, ids: Sequence[str]) -> None:
    """Hold two shipments, their names and what is on its way about them, until the transaction ends.

    Whoever places an event takes the same locks on its names first, so none is left behind.
    """
    if conn.dialect.name != "postgresql":
        return
    names = conn.execute(
        select(reference.c.type, reference.c.shown).where(
            reference.c.account_id == account_id,
            reference.c.shipment_id.in_(ids),
            reference.c.valid_to.is_(None),
        )
    )
    hold_names(conn, account_id, [RefValue(row.type, row.shown) for row in names])
    lock_rows(conn, Shipment, account_id, ids)
    carriers = conn.execute(
        select(message_notice.c.message_id)
        .select_from(
            message_notice.join(
                notice,
                (notice.c.account_id == message_notice.c.account_id) & (notice.c.id == message_notice.c.notice_id),
            )
        )
        .where(
            notice.c.account_id == account_id,
            notice.c.shipment_id.in_(ids),
            notice.c.state == NoticeState.WAITING,
        )
    ).scalars()
    lock_rows(conn, Message, account_id, set(carriers))


def _unchanged(conn: Connection, two: Two) -> bool:
    seen = {one.shipment.id: one for one in (two.older, two.younger)}
    apart = conn.execute(
        select(shipment.c.id).where(
            shipment.c.account_id == two.account_id, shipment.c.id.in_(sorted(seen)), shipment.c.merged_into.is_(None)
        )
    ).all()
    found = situations.situations(conn, [(two.account_id, one) for one in sorted(seen)])
    return len(apart) == len(found) == len(seen) and all(_told(one) == _told(seen[one.shipment.id]) for one in found)


def _told(one: Situation) -> tuple[object, ...]:
    return one.shipment, one.spoken, one.words, one.occurrences, one.facts


def _end(conn: Connection, account_id: str, notice_ids: Sequence[str], now: datetime) -> None:
    """Close waiting notices of the younger whose news the older says itself."""
    if not notice_ids:
        return
    conn.execute(
        update(notice)
        .where(notice.c.account_id == account_id, notice.c.id.in_(notice_ids))
        .values(state=NoticeState.SUPERSEDED, ended_at=now)
    )
    for one in notice_ids:
        why = "the shipment is one with another, which says the same"
        append_why(conn, account_id, one, "N10", passed=False, text=why)
    words = end_promises(conn, account_id, notice_ids, PromiseState.NEVER_TOLD, "another shipment says the same")
    enter(conn, account_id, words, now)
    drop_empty_messages(conn, account_id, notice_ids, now)


def _keep(conn: Connection, two: Two, one: Merge, moved: Moved, now: datetime) -> None:
    """What was done, so that it can be undone, and who said so.

    It may be another pair than was asked for, where one of the two had become part of a third meanwhile.
    """
    account_id, older, younger = two.account_id, two.older.shipment.id, two.younger.shipment.id
    merge_id = one.id or new_id("mrg")
    pair = merge.c.account_id == account_id, merge.c.older_id == older, merge.c.younger_id == younger
    others = update(merge).where(*pair, merge.c.id != merge_id, merge.c.ended_at.is_(None))
    conn.execute(others.values(ended_at=now, outcome="known"))
    values = {"older_id": older, "younger_id": younger, "merged_at": now, "moved": moved}
    if one.id:
        asked = merge.c.account_id == account_id, merge.c.id == merge_id
        conn.execute(update(merge).where(*asked).values(**values))
    else:
        row = {"account_id": account_id, "id": merge_id, "by": one.by[:80], "why": one.why[:400], "asked_at": now}
        insert_once(conn, ShipmentMerge, [row | values | {"outcome": ""}])
    detail = {"merged": younger, "into": older, "merge": merge_id}
    audit.record(conn, account_id, one.by, "shipment.merge", older, one.why, detail, now)


def in_flight(conn: Connection, account_id: str, shipment_id: str) -> bool:
    """Whether a provider may have a text about this shipment, of which nobody knows yet."""
    flying: Iterable[str] = (MessageState.SENDING, MessageState.UNCERTAIN)
    messages = table(Message)
    found = (
        select(messages.c.id)
        .select_from(
            messages.join(
                message_notice,
                (message_notice.c.account_id == messages.c.account_id) & (message_notice.c.message_id == messages.c.id),
            ).join(
                notice,
                (notice.c.account_id == message_notice.c.account_id) & (notice.c.id == message_notice.c.notice_id),
            )
        )
        .where(notice.c.account_id == account_id, notice.c.shipment_id == shipment_id, messages.c.state.in_(flying))
        .limit(1)
    )
    return conn.execute(found).scalar() is not None
