"""Writing decisions, each whole or not at all, and only for a shipment that still is as it was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from service.records.decision import Decision
from service.records.enums import MessageState, NoticeState, Outcome, PromiseState
from service.records.ids import new_id
from service.records.situation import Situation
from service.records.tables import Address, Message, MessageNotice, Notice, Occurrence, Promise, Shipment
from service.store.among import among
from service.store.bulk import bulk_insert, bulk_update
from service.store.changes import note_changes
from service.store.endings import append_why, drop_empty_messages, drop_outdated, end_promises
from service.store.ledger import REOPENED, enter_all
from service.store.planned import add_notices, add_promises
from service.store.sql import lock_rows
from service.store.summaries import summary_to_json
from service.store.tables import table
from service.store.tasks import finish_keys, open_tasks

shipment = table(Shipment)
notice = table(Notice)
message = table(Message)
message_notice = table(MessageNotice)

SEEN = select(shipment.c.account_id, shipment.c.id, shipment.c.seq, shipment.c.looks, shipment.c.closed_at).where(
    shipment.c.account_id == bindparam("account"), among(shipment.c.id, "ids")
)


CARRIERS = select(message_notice.c.message_id).where(
    message_notice.c.account_id == bindparam("account"), among(message_notice.c.notice_id, "ids")
)

STATES = select(message.c.state).where(message.c.account_id == bindparam("account"), among(message.c.id, "ids"))

IN_FLIGHT = {MessageState.SENDING, MessageState.UNCERTAIN}
"""States in which a provider may have the text."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One shipment's situation, as it was read, and what was decided from it."""

    situation: Situation
    decision: Decision


def write_decisions(conn: Connection, decided: Sequence[Decided], now: datetime) -> list[bool]:
    """Write each decision whose shipment is still as it was seen; False where it has changed and wants another look."""
    _lock_addresses(conn, decided)
    closed = _unchanged(conn, decided)
    for flown in _flown(conn, [one for one in decided if _key(one) in closed]):
        del closed[flown]
    kept = [one for one in decided if _key(one) in closed]
    bulk_update(conn, Shipment, [_shipment_row(one, closed[_key(one)], now) for one in kept])
    bulk_insert(conn, Occurrence, [row for one in kept for row in _occurrence_rows(one, now)], once=True)
    bulk_update(
        conn,
        Occurrence,
        [
            {"account_id": one.situation.account.id, "id": ended, "closed_at": now}
            for one in kept
            for ended in one.decision.closed
        ],
    )
    ended = [(one.situation.account.id, word) for one in kept for word in _end(conn, one, now)]
    _settle(conn, kept, now)
    closed_words = add_notices(conn, [(one.situation, new) for one in kept for new in one.decision.notices], now)
    silent = [(one.situation, word, None, PromiseState.BASELINE) for one in kept for word in one.decision.baselines]
    closed_words += add_promises(conn, silent, now)
    enter_all(conn, [*ended, *closed_words], now)
    for account_id, keys in _closing(kept).items():
        finish_keys(conn, account_id, keys, "milepost", now)
    for one in kept:
        open_tasks(conn, one.situation.account.id, one.decision.tasks, now)
        _stamp(conn, one)
        shipment_id = one.situation.shipment.id
        note_changes(conn, one.situation.account.id, [("shipment", shipment_id, shipment_id)], now)
    return [_key(one) in closed for one in decided]


def _closing(kept: Sequence[Decided]) -> dict[str, list[str]]:
    """The keys of the tasks that need not be done any more, by account."""
    found: dict[str, list[str]] = {}
    for one in kept:
        if one.decision.closes:
            found.setdefault(one.situation.account.id, []).extend(one.decision.closes)
    return found


def _key(one: Decided) -> tuple[str, str]:
    return one.situation.account.id, one.situation.shipment.id


def _lock_addresses(conn: Connection, decided: Sequence[Decided]) -> None:
    """Whatever is decided about a person is decided under that person's addresses, always in the same order."""
    by_account: dict[str, set[str]] = {}
    for one in decided:
        ids = by_account.setdefault(one.situation.account.id, set())
        for new in one.decision.notices:
            ids.update(address_id for _, address_id in (*new.channels, *new.also))
    for account_id, ids in sorted(by_account.items()):
        if ids:
            lock_rows(conn, Address, account_id, ids)


def _unchanged(conn: Connection, decided: Sequence[Decided]) -> dict[tuple[str, str], datetime | None]:
    """The shipments that still are as they were seen, with when they were closed; locked until the transaction ends."""
    seen = {_key(one): (one.situation.shipment.seq, one.situation.shipment.looks) for one in decided}
    by_account: dict[str, list[str]] = {}
    for account_id, shipment_id in sorted(seen):
        by_account.setdefault(account_id, []).append(shipment_id)
    found: dict[tuple[str, str], datetime | None] = {}
    for account_id, ids in by_account.items():
        lock_rows(conn, Shipment, account_id, ids)
        for row in conn.execute(SEEN, {"account": account_id, "ids": ids}):
            if (row.seq, row.looks) == seen[(row.account_id, row.id)]:
                found[(row.account_id, row.id)] = row.closed_at
    return found


def _flown(conn: Connection, decided: Sequence[Decided]) -> set[tuple[str, str]]:
    """The shipments of which a notice that should end is being sent since they were seen: it may have been taken."""
    found: set[tuple[str, str]] = set()
    for one in decided:
        waited = {seen.id for seen in one.situation.spoken if seen.message is MessageState.WAITING}
        ids = sorted(waited & {ended.notice_id for ended in one.decision.ended})
        if not ids:
            continue
        account_id = one.situation.account.id
        carriers = set(conn.execute(CARRIERS, {"account": account_id, "ids": ids}).scalars())
        lock_rows(conn, Message, account_id, carriers)
        states = conn.execute(STATES, {"account": account_id, "ids": sorted(carriers)}).scalars()
        if IN_FLIGHT & set(states):
            found.add(_key(one))
    return found


def _shipment_row(one: Decided, closed_at: datetime | None, now: datetime) -> dict[str, object]:
    seen, summary = one.situation.shipment, one.decision.summary
    return {
        "account_id": one.situation.account.id,
        "id": seen.id,
        "seen_seq": seen.seq,
        "looks": seen.looks + 1,
        "look_at": one.decision.look_at,
        "status": summary.status,
        "due_kind": summary.due_kind,
        "due_date": summary.due.on if summary.due else None,
        "late_days": summary.late_days,
        "followers": len(one.situation.followers),
        "summary": summary_to_json(one.decision),
        "closed_at": (closed_at or now) if summary.closed else None,
        "updated_at": now,
    }


def _occurrence_rows(one: Decided, now: datetime) -> list[dict[str, object]]:
    return [
        {
            "account_id": one.situation.account.id,
            "id": new_id("occ"),
            "shipment_id": one.situation.shipment.id,
            "milestone": new.milestone,
            "stop": new.stop,
            "unit_group": new.unit_group,
            "number": new.number,
            "opened_at": now,
        }
        for new in one.decision.opened
    ]


def _end(conn: Connection, one: Decided, now: datetime) -> list[str]:
    """Close waiting notices that are no longer owed, their unsaid words, and messages that are left with nothing.

    Returns the ids of the words.
    """
    account_id = one.situation.account.id
    words: list[str] = []
    for ended in one.decision.ended:
        closed = conn.execute(
            update(notice)
            .where(
                notice.c.account_id == account_id,
                notice.c.id == ended.notice_id,
                notice.c.state == NoticeState.WAITING,
            )
            .values(state=ended.state, ended_at=now)
        ).rowcount
        if closed:
            append_why(conn, account_id, ended.notice_id, "N10", passed=False, text=ended.why)
            words += end_promises(conn, account_id, [ended.notice_id], PromiseState.NEVER_TOLD, ended.why)
    if one.decision.ended:
        drop_empty_messages(conn, account_id, [ended.notice_id for ended in one.decision.ended], now)
    if one.decision.outdated:
        drop_outdated(conn, account_id, one.decision.outdated, now)
    return words


def _settle(conn: Connection, kept: Sequence[Decided], now: datetime) -> None:
    """Note how told words ended, or that they are open again."""
    settled = [(one.situation.account.id, word, outcome) for one in kept for word, outcome in one.decision.settled]
    bulk_update(
        conn,
        Promise,
        [
            {
                "account_id": account_id,
                "id": word,
                "outcome": Outcome(outcome) if outcome else None,
                "settled_at": now if outcome else None,
            }
            for account_id, word, outcome in settled
        ],
    )
    enter_all(conn, [(account_id, word) for account_id, word, outcome in settled if outcome], now)
    enter_all(conn, [(account_id, word) for account_id, word, outcome in settled if not outcome], now, REOPENED)


def _stamp(conn: Connection, one: Decided) -> None:
    """What still waits about this shipment has just been found true at the version that was seen."""
    if one.decision.still:
        conn.execute(
            update(notice)
            .where(
                notice.c.account_id == one.situation.account.id,
                notice.c.id.in_(one.decision.still),
                notice.c.state.in_([NoticeState.WAITING, NoticeState.SAID]),
            )
            .values(truth_version=one.situation.shipment.seq)
        )
