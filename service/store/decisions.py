"""Writing a decision, whole or not at all, and only if the shipment is still as it was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, exists, func, insert, select, update

from notifiers.base import Channel
from service.records.decision import Decision, NewNotice, NewPromise
from service.records.enums import (
    MessageKind,
    MessageState,
    NoticeState,
    Origin,
    PromiseState,
    Stage,
)
from service.records.ids import new_id
from service.records.keys import message_key
from service.records.situation import Situation
from service.records.tables import (
    Address,
    Message,
    MessageNotice,
    Notice,
    Occurrence,
    Promise,
    Shipment,
)
from service.store.changes import note_changes
from service.store.sql import insert_once, lock_rows
from service.store.summaries import summary_to_json
from service.store.tables import table

shipment = table(Shipment)
occurrence = table(Occurrence)
notice = table(Notice)
promise = table(Promise)
message = table(Message)
message_notice = table(MessageNotice)
address = table(Address)


@dataclass(frozen=True, slots=True)
class Decided:
    """One shipment's situation, as it was read, and what was decided from it."""

    situation: Situation
    decision: Decision


def write_decisions(conn: Connection, decided: Sequence[Decided], now: datetime) -> list[bool]:
    """Write each decision whose shipment is still as it was seen; False where it has changed and wants another look."""
    _lock_addresses(conn, decided)
    return [_write(conn, one.situation, one.decision, now) for one in decided]


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


def _write(conn: Connection, situation: Situation, decision: Decision, now: datetime) -> bool:
    account_id, shipment_id = situation.account.id, situation.shipment.id
    summary = decision.summary
    unchanged = conn.execute(
        update(shipment)
        .where(
            shipment.c.account_id == account_id,
            shipment.c.id == shipment_id,
            shipment.c.seq == situation.shipment.seq,
        )
        .values(
            seen_seq=situation.shipment.seq,
            look_at=decision.look_at,
            status=summary.status,
            due_kind=summary.due_kind,
            due_date=summary.due.on if summary.due else None,
            late_days=summary.late_days,
            followers=len(situation.followers),
            summary=summary_to_json(decision),
            closed_at=func.coalesce(shipment.c.closed_at, now) if summary.closed else None,
            updated_at=now,
        )
    ).rowcount
    if unchanged != 1:
        return False
    _write_occurrences(conn, situation, decision, now)
    _end(conn, account_id, shipment_id, decision, now)
    for new in decision.notices:
        _add_notice(conn, situation, new, now)
    _add_promises(conn, account_id, shipment_id, decision.baselines, None, PromiseState.BASELINE, now)
    for promise_id, outcome in decision.settled:
        conn.execute(
            update(promise)
            .where(promise.c.account_id == account_id, promise.c.id == promise_id, promise.c.outcome.is_(None))
            .values(outcome=outcome, settled_at=now)
        )
    _stamp(conn, account_id, shipment_id, situation.shipment.seq)
    note_changes(conn, account_id, [("shipment", shipment_id, shipment_id)], now)
    return True


def _write_occurrences(conn: Connection, situation: Situation, decision: Decision, now: datetime) -> None:
    account_id = situation.account.id
    insert_once(
        conn,
        Occurrence,
        [
            {
                "account_id": account_id,
                "id": new_id("occ"),
                "shipment_id": situation.shipment.id,
                "milestone": new.milestone,
                "stop": new.stop,
                "unit_group": new.unit_group,
                "number": new.number,
                "opened_at": now,
            }
            for new in decision.opened
        ],
    )
    if decision.closed:
        conn.execute(
            update(occurrence)
            .where(occurrence.c.account_id == account_id, occurrence.c.id.in_(decision.closed))
            .values(closed_at=now)
        )


def _end(conn: Connection, account_id: str, shipment_id: str, decision: Decision, now: datetime) -> None:
    """Close waiting notices that are no longer owed, their unsaid words, and messages that are left with nothing."""
    for ended in decision.ended:
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
            end_promises(conn, account_id, [ended.notice_id], PromiseState.NEVER_TOLD, ended.why)
    if decision.ended:
        drop_empty_messages(conn, account_id, [ended.notice_id for ended in decision.ended], now)


def append_why(conn: Connection, account_id: str, notice_id: str, rule: str, *, passed: bool, text: str) -> None:
    """Add one verdict to a notice's reasons."""
    why = conn.execute(
        select(notice.c.why).where(notice.c.account_id == account_id, notice.c.id == notice_id)
    ).scalar_one()
    conn.execute(
        update(notice)
        .where(notice.c.account_id == account_id, notice.c.id == notice_id)
        .values(why=[*(why or []), {"rule": rule, "passed": passed, "text": text}])
    )


def end_promises(
    conn: Connection, account_id: str, notice_ids: Sequence[str], state: PromiseState, why: str
) -> None:
    """Close the words of notices that were not said."""
    conn.execute(
        update(promise)
        .where(
            promise.c.account_id == account_id,
            promise.c.notice_id.in_(notice_ids),
            promise.c.state == PromiseState.INTENDED,
        )
        .values(state=state, why=why[:200])
    )


def drop_empty_messages(conn: Connection, account_id: str, notice_ids: Sequence[str], now: datetime) -> None:
    """Supersede waiting messages all of whose notices have ended."""
    carriers = select(message_notice.c.message_id).where(
        message_notice.c.account_id == account_id, message_notice.c.notice_id.in_(notice_ids)
    )
    still = exists().where(
        and_(
            message_notice.c.account_id == message.c.account_id,
            message_notice.c.message_id == message.c.id,
            notice.c.account_id == message_notice.c.account_id,
            notice.c.id == message_notice.c.notice_id,
            notice.c.state == NoticeState.WAITING,
        )
    )
    conn.execute(
        update(message)
        .where(
            message.c.account_id == account_id,
            message.c.id.in_(carriers),
            message.c.state == MessageState.WAITING,
            ~still,
        )
        .values(state=MessageState.SUPERSEDED, detail="no longer true", updated_at=now, ended_at=now)
    )


def _add_notice(conn: Connection, situation: Situation, new: NewNotice, now: datetime) -> None:
    account_id, shipment_id = situation.account.id, situation.shipment.id
    notice_id = new_id("ntc")
    waiting = new.state is NoticeState.WAITING
    added = insert_once(
        conn,
        Notice,
        [
            {
                "account_id": account_id,
                "id": notice_id,
                "shipment_id": shipment_id,
                "contact_id": new.contact_id,
                "stage": new.stage,
                "code": new.code,
                "subject": new.subject,
                "ordinal": new.ordinal,
                "cause": new.cause,
                "level": new.level,
                "state": new.state,
                "not_before": new.not_before,
                "send_before": new.send_before,
                "truth_version": situation.shipment.seq,
                "params": dict(new.params),
                "why": [verdict.as_json() for verdict in new.why],
                "created_at": now,
                "ended_at": None if waiting else now,
            }
        ],
    )
    if not added:
        return
    state = PromiseState.INTENDED if waiting else PromiseState.BASELINE
    _add_promises(conn, account_id, shipment_id, new.promises, notice_id, state, now)
    if not waiting:
        return
    for channel, address_id in (*new.channels[:1], *new.also):
        _carry(conn, account_id, shipment_id, notice_id, new, channel, address_id, now)


def _carry(
    conn: Connection,
    account_id: str,
    shipment_id: str,
    notice_id: str,
    new: NewNotice,
    channel: Channel,
    address_id: str,
    now: datetime,
) -> None:
    """Join the notice to a waiting message of the same cause, or open one."""
    message_id = _joinable(conn, account_id, new, channel, address_id) if new.joins else None
    if message_id is None:
        message_id = open_message(
            conn,
            account_id,
            shipment_id=shipment_id,
            contact_id=new.contact_id,
            address_id=address_id,
            channel=channel,
            stage=new.stage,
            new=new,
            now=now,
        )
    insert_once(
        conn,
        MessageNotice,
        [{"account_id": account_id, "message_id": message_id, "notice_id": notice_id, "place": 0}],
    )


def _joinable(conn: Connection, account_id: str, new: NewNotice, channel: Channel, address_id: str) -> str | None:
    return conn.execute(
        select(message.c.id)
        .where(
            message.c.account_id == account_id,
            message.c.address_id == address_id,
            message.c.channel == channel,
            message.c.stage == new.stage,
            message.c.cause == new.cause,
            message.c.contact_id == new.contact_id,
            message.c.state == MessageState.WAITING,
            message.c.kind == MessageKind.NOTICE,
        )
        .order_by(message.c.id)
        .limit(1)
    ).scalar()


def open_message(
    conn: Connection,
    account_id: str,
    *,
    shipment_id: str,
    contact_id: str,
    address_id: str,
    channel: Channel,
    stage: Stage,
    new: NewNotice,
    now: datetime,
) -> str:
    """Add the outbox row of a notice's first message on *channel*; planning it again adds nothing."""
    message_id = new_id("msg")
    conn.execute(
        insert(message).values(
            account_id=account_id,
            id=message_id,
            key=message_key(
                shipment_id=shipment_id,
                contact_id=contact_id,
                stage=stage,
                code=new.code,
                subject=new.subject,
                ordinal=new.ordinal,
                channel=channel,
                address_id=address_id,
            ),
            kind=MessageKind.NOTICE,
            stage=stage,
            channel=channel,
            contact_id=contact_id,
            address_id=address_id,
            shipment_id=shipment_id,
            cause=new.cause,
            code=new.code,
            level=new.level,
            state=MessageState.WAITING,
            due_at=new.not_before,
            send_before=new.send_before,
            tries=0,
            refusals=0,
            language="en",
            detail="",
            created_at=now,
            updated_at=now,
        )
    )
    return message_id


def _add_promises(
    conn: Connection,
    account_id: str,
    shipment_id: str,
    words: Sequence[NewPromise],
    notice_id: str | None,
    state: PromiseState,
    now: datetime,
) -> None:
    insert_once(
        conn,
        Promise,
        [
            {
                "account_id": account_id,
                "id": new_id("prm"),
                "shipment_id": shipment_id,
                "contact_id": word.contact_id,
                "stage": word.stage,
                "line": word.line,
                "unit_group": word.unit_group,
                "ordinal": word.ordinal,
                "state": state,
                "origin": Origin.MESSAGE,
                "at": word.when.at if word.when else None,
                "at_date": word.when.on if word.when else None,
                "precision": word.when.precision if word.when else "day",
                "zone": word.when.zone if word.when else None,
                "place": word.place,
                "reason": word.reason,
                "notice_id": notice_id,
                "made_at": now,
                "why": word.why[:200],
            }
            for word in words
        ],
    )


def _stamp(conn: Connection, account_id: str, shipment_id: str, seq: int) -> None:
    """Everything still waiting about this shipment has just been found true at *seq*."""
    conn.execute(
        update(notice)
        .where(
            notice.c.account_id == account_id,
            notice.c.shipment_id == shipment_id,
            notice.c.state == NoticeState.WAITING,
        )
        .values(truth_version=seq)
    )
