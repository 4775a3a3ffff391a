"""Texts on trial: who tries them, what became of those messages, and how the trial ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, or_, select, update

from notifiers.base import Channel
from service.records.enums import MessageState, NoticeCode
from service.records.outbox import Claim
from service.records.signs import TrialState, Tried
from service.records.tables import Address, Message, TextOverride, TrialText
from service.store.bulk import bulk_insert
from service.store.sql import lock_rows
from service.store.tables import table

own = table(TextOverride)
trial = table(TrialText)
message = table(Message)
address = table(Address)

BAD = (MessageState.FAILED, MessageState.UNDELIVERED)
PENDING = (MessageState.WAITING, MessageState.SENDING, MessageState.UNCERTAIN, MessageState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class OnTrial:
    """A text in use that has not been released, and how its trial stands."""

    account_id: str
    id: str
    code: NoticeCode
    language: str
    channel: Channel
    version: int
    trial: TrialState


def take(conn: Connection, account_id: str, claims: Sequence[Claim], now: datetime) -> list[Claim]:
    """Give messages that would try a text their places, exactly as many as there are; the others are not claimed."""
    ids = sorted({one.trial for one in claims if one.trial})
    if not ids:
        return list(claims)
    lock_rows(conn, TextOverride, account_id, ids)
    rows = conn.execute(
        select(own.c.id, own.c.trial, own.c.tried).where(own.c.account_id == account_id, own.c.id.in_(ids))
    )
    stands = {row.id: [row.trial, row.tried] for row in rows}
    its = select(trial.c.text_id, trial.c.message_id).where(trial.c.account_id == account_id, trial.c.text_id.in_(ids))
    placed = {(row.text_id, row.message_id) for row in conn.execute(its)}
    held, taken = [], []
    for one in claims:
        if one.trial is None or (one.trial, one.candidate.message_id) in placed:
            held.append(one)
            continue
        state, tried = stands[one.trial]
        if state == TrialState.TRYING and tried < one.trial_places:
            stands[one.trial][1] += 1
            taken.append(one)
            held.append(one)
        elif state == TrialState.RELEASED:
            held.append(one)
    for text_id, (_, tried) in stands.items():
        conn.execute(update(own).where(own.c.account_id == account_id, own.c.id == text_id).values(tried=tried))
    rows_ = [
        {"account_id": account_id, "text_id": one.trial, "message_id": one.candidate.message_id, "at": now}
        for one in taken
    ]
    bulk_insert(conn, TrialText, rows_, once=True)
    return held


def give_back(conn: Connection, account_id: str, message_ids: Sequence[str]) -> None:
    """Free the places of messages that wait again: nobody has read the text in them."""
    mine = trial.c.account_id == account_id, trial.c.message_id.in_(message_ids)
    freed = Counter(conn.execute(delete(trial).where(*mine).returning(trial.c.text_id)).scalars())
    for text_id, number in sorted(freed.items()):
        text = own.c.account_id == account_id, own.c.id == text_id
        conn.execute(update(own).where(*text).values(tried=own.c.tried - number))


def trying(conn: Connection) -> list[OnTrial]:
    """Every text in use that is being tried, in every account."""
    rows = conn.execute(select(own).where(own.c.active, own.c.trial == TrialState.TRYING).order_by(own.c.id))
    return [_row(row) for row in rows]


def current(conn: Connection, account_id: str, code: NoticeCode, language: str, channel: Channel) -> OnTrial | None:
    """The text that is in use for these, None where ours is."""
    row = conn.execute(select(own).where(*_use(account_id, code, language, channel), own.c.active)).one_or_none()
    return _row(row) if row else None


def outcome(conn: Connection, account_id: str, text_id: str) -> Tried:
    """What became of the messages that tried a text."""
    state = message.c.state
    stopped = and_(address.c.suppressed_by != "provider", address.c.suppressed_at >= trial.c.at)
    row = conn.execute(
        select(
            func.count().label("number"),
            func.count().filter(state.in_(BAD)).label("failed"),
            func.count().filter(and_(stopped, state.not_in(BAD))).label("stopped"),
            func.count()
            .filter(and_(state.in_(PENDING), or_(~stopped, address.c.suppressed_at.is_(None))))
            .label("pending"),
            func.max(trial.c.at).label("last_at"),
        )
        .select_from(
            trial.join(
                message, and_(message.c.account_id == trial.c.account_id, message.c.id == trial.c.message_id)
            ).outerjoin(
                address, and_(address.c.account_id == message.c.account_id, address.c.id == message.c.address_id)
            )
        )
        .where(trial.c.account_id == account_id, trial.c.text_id == text_id)
    ).one()
    return Tried(row.number, row.failed, row.stopped, row.pending, row.last_at)


def end(conn: Connection, account_id: str, text_id: str, state: TrialState, *, since: TrialState) -> bool:
    """Release or hold a text whose trial stands at *since*; False where it has moved meanwhile."""
    mine = (own.c.account_id == account_id, own.c.id == text_id, own.c.active, own.c.trial == since)
    return bool(conn.execute(update(own).where(*mine).values(trial=state)).rowcount)


def withdraw(conn: Connection, account_id: str, code: NoticeCode, language: str, channel: Channel) -> tuple[str, int]:
    """Say the last released version before the one in use, ours where there is none.

    Returns the id of the one withdrawn, empty where ours was said, and the version that is said now, 0 for ours.
    """
    there = current(conn, account_id, code, language, channel)
    if there is None:
        return "", 0
    conn.execute(update(own).where(own.c.account_id == account_id, own.c.id == there.id).values(active=False))
    before = conn.execute(
        select(own.c.id, own.c.version)
        .where(
            *_use(account_id, code, language, channel),
            own.c.version < there.version,
            own.c.trial == TrialState.RELEASED,
        )
        .order_by(own.c.version.desc())
        .limit(1)
    ).one_or_none()
    if before is None:
        return there.id, 0
    conn.execute(update(own).where(own.c.account_id == account_id, own.c.id == before.id).values(active=True))
    return there.id, int(before.version)


def _use(account_id: str, code: NoticeCode, language: str, channel: Channel) -> tuple[Any, ...]:
    return (
        own.c.account_id == account_id,
        own.c.code == code,
        own.c.language == language,
        own.c.channel == channel,
    )


def _row(row: Any) -> OnTrial:
    return OnTrial(row.account_id, row.id, row.code, row.language, row.channel, row.version, TrialState(row.trial))
