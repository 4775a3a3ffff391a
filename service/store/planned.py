"""Writing what decide plans: notices, the words they promise, and the messages that carry them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from notifiers.base import Channel
from service.records.decision import NewNotice, NewPromise
from service.records.enums import MessageKind, MessageState, NoticeState, Origin, Precision, PromiseState
from service.records.ids import new_id
from service.records.keys import message_key
from service.records.situation import Situation
from service.records.tables import Message, MessageNotice, Notice, Promise
from service.store.bulk import bulk_insert
from service.store.gathering import gather
from service.store.sql import insert_once
from service.store.tables import table

message = table(Message)


@dataclass(frozen=True, slots=True)
class Planned:
    """A new notice of one shipment, with the id that it gets."""

    situation: Situation
    notice: NewNotice
    id: str


def add_notices(conn: Connection, fresh: Sequence[tuple[Situation, NewNotice]], now: datetime) -> list[tuple[str, str]]:
    """Keep new notices with their words and messages; one that is there already adds nothing.

    Returns its baselines as `add_promises` does.
    """
    planned = [Planned(situation, new, new_id("ntc")) for situation, new in fresh]
    if not planned:
        return []
    added = {row.id for row in insert_once(conn, Notice, [_notice_row(one, now) for one in planned])}
    mine = [one for one in planned if one.id in added]
    words = [(one.situation, word, one.id, _word_state(one.notice)) for one in mine for word in one.notice.promises]
    baselines = add_promises(conn, words, now)
    _carry(conn, [one for one in mine if one.notice.state is NoticeState.WAITING], now)
    return baselines


def _word_state(new: NewNotice) -> PromiseState:
    return PromiseState.INTENDED if new.state is NoticeState.WAITING else PromiseState.BASELINE


def _notice_row(one: Planned, now: datetime) -> dict[str, Any]:
    new = one.notice
    return {
        "account_id": one.situation.account.id,
        "id": one.id,
        "shipment_id": one.situation.shipment.id,
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
        "truth_version": one.situation.shipment.seq,
        "params": dict(new.params),
        "why": [verdict.as_json() for verdict in new.why],
        "created_at": now,
        "ended_at": None if new.state is NoticeState.WAITING else now,
    }


def add_promises(
    conn: Connection, words: Sequence[tuple[Situation, NewPromise, str | None, PromiseState]], now: datetime
) -> list[tuple[str, str]]:
    """Keep words as (situation, word, notice id, state); a word of the same line and ordinal is kept once.

    Returns the baselines as (account id, id), which the caller enters in the ledger.
    """
    rows: list[dict[str, Any]] = [
        {
            "account_id": situation.account.id,
            "id": new_id("prm"),
            "shipment_id": situation.shipment.id,
            "contact_id": word.contact_id,
            "stage": word.stage,
            "line": word.line,
            "unit_group": word.unit_group,
            "ordinal": word.ordinal,
            "state": state,
            "origin": Origin.MESSAGE,
            "at": word.when.at if word.when else None,
            "at_date": word.when.on if word.when else None,
            "precision": word.when.precision if word.when else Precision.DAY,
            "zone": word.when.zone if word.when else None,
            "until": word.when.until if word.when else None,
            "place": word.place,
            "reason": word.reason,
            "notice_id": notice_id,
            "made_at": now,
            "why": word.why[:200],
        }
        for situation, word, notice_id, state in words
    ]
    bulk_insert(conn, Promise, rows, once=True)
    return [(row["account_id"], row["id"]) for row in rows if row["state"] is PromiseState.BASELINE]


def _carry(conn: Connection, planned: Sequence[Planned], now: datetime) -> None:
    """Join each notice to a waiting message of the same cause, or open one per channel that carries it at once."""
    messages: list[Mapping[str, Any]] = []
    links: list[dict[str, Any]] = []
    opened: dict[tuple[str, ...], str] = {}
    for one in planned:
        new = one.notice
        for channel, address_id in (*new.channels[:1], *new.also):
            cause = (one.situation.account.id, address_id, channel.value, new.stage.value, new.cause, new.contact_id)
            message_id = (opened.get(cause) or _joinable(conn, cause)) if new.joins else None
            if message_id is None:
                message_id = new_id("msg")
                opened[cause] = message_id
                messages.append(_message_row(one, message_id, channel, address_id, now))
            links.append(
                {
                    "account_id": one.situation.account.id,
                    "message_id": message_id,
                    "notice_id": one.id,
                    "place": len(links),
                }
            )
    bulk_insert(conn, Message, messages)
    bulk_insert(conn, MessageNotice, links)
    waiting = {
        (one.situation.account.id, address_id, one.notice.not_before)
        for one in planned
        if one.notice.gathers
        for _, address_id in (*one.notice.channels[:1], *one.notice.also)
    }
    for account_id, address_id, due_at in sorted(waiting):
        gather(conn, account_id, address_id, due_at, now)


def _joinable(conn: Connection, cause: tuple[str, ...]) -> str | None:
    account_id, address_id, channel, stage, name, contact_id = cause
    return conn.execute(
        select(message.c.id)
        .where(
            message.c.account_id == account_id,
            message.c.address_id == address_id,
            message.c.channel == channel,
            message.c.stage == stage,
            message.c.cause == name,
            message.c.contact_id == contact_id,
            message.c.state == MessageState.WAITING,
            message.c.kind == MessageKind.NOTICE,
        )
        .order_by(message.c.id)
        .limit(1)
    ).scalar()


def _message_row(one: Planned, message_id: str, channel: Channel, address_id: str, now: datetime) -> Mapping[str, Any]:
    new, shipment_id = one.notice, one.situation.shipment.id
    return {
        "account_id": one.situation.account.id,
        "id": message_id,
        "key": message_key(
            shipment_id=shipment_id,
            contact_id=new.contact_id,
            stage=new.stage,
            code=new.code,
            subject=new.subject,
            ordinal=new.ordinal,
            channel=channel,
            address_id=address_id,
        ),
        "kind": MessageKind.NOTICE,
        "stage": new.stage,
        "channel": channel,
        "contact_id": new.contact_id,
        "address_id": address_id,
        "shipment_id": shipment_id,
        "cause": new.cause,
        "code": new.code,
        "level": new.level,
        "state": MessageState.WAITING,
        "due_at": new.not_before,
        "send_before": new.send_before,
        "tries": 0,
        "refusals": 0,
        "language": "en",
        "detail": "",
        "trace_id": _trace(one.situation),
        "created_at": now,
        "updated_at": now,
    }


def _trace(situation: Situation) -> str | None:
    """The call that brought the newest fact: what is written because of it is found by its id."""
    newest = max(situation.facts, key=lambda fact: (fact.received_at, fact.id), default=None)
    return newest.call_id or None if newest else None
