"""Counting one account's day."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, exists, func, or_, select

from notifiers.base import Channel
from service.records.countries import country_of
from service.records.enums import MessageKind, MessageState, PromiseState, ReferenceType, Stage, ThreadState
from service.records.situation import AccountView
from service.records.status import FeedState, HeldMessage, Named, StatusReport
from service.records.tables import Follow, Message, Promise, Reference, Shipment, Source, Thread
from service.store.switches import active_switches
from service.store.tables import table

message = table(Message)
promise = table(Promise)
shipment = table(Shipment)
source = table(Source)
thread = table(Thread)
follow = table(Follow)
reference = table(Reference)

DAY = timedelta(days=1)
MOST = 20
"""How many of a kind are named; the rest is counted."""


def status_report(conn: Connection, account: AccountView, now: datetime) -> StatusReport:
    """Everything that `milepost status` and the desk e-mail say of an account."""
    states = _states(conn, account.id, now)
    handed = sum(states[s] for s in (MessageState.ACCEPTED, MessageState.DELIVERED, MessageState.UNDELIVERED))
    unfollowed = _unfollowed(conn, account.id)
    return StatusReport(
        mode=account.mode,
        feeds=_feeds(conn, account.id),
        sent=handed,
        delivered=states[MessageState.DELIVERED],
        failed=states[MessageState.FAILED] + states[MessageState.UNDELIVERED],
        uncertain=states[MessageState.UNCERTAIN] + states[MessageState.UNKNOWN],
        waiting=states[MessageState.WAITING] + states[MessageState.SENDING],
        held=_held(conn, account.id, now),
        due_today=_due_today(conn, account, now),
        late=_count(conn, account.id, shipment.c.late_days > 0),
        shipments=_count(conn, account.id),
        unfollowed=unfollowed[:MOST],
        unfollowed_count=len(unfollowed),
        unanswered=_unanswered(conn, account.id),
        segments=_segments(conn, account, now),
        paused=_paused(conn, account.id, now),
    )


def _paused(conn: Connection, account_id: str, now: datetime) -> tuple[str, ...]:
    """The pauses in force, shipments by the name that people use, each with its reason."""
    found = active_switches(conn, account_id, now)
    names = _names(conn, account_id, [one.value for one in found if one.scope == "shipment"])
    return tuple(f"{one.scope} {names.get(one.value, one.value)}".strip() + f" ({one.why})" for one in found)


def _feeds(conn: Connection, account_id: str) -> tuple[FeedState, ...]:
    rows = conn.execute(
        select(source.c.name, source.c.last_call_at).where(source.c.account_id == account_id).order_by(source.c.name)
    )
    return tuple(FeedState(row.name, row.last_call_at) for row in rows)


def _states(conn: Connection, account_id: str, now: datetime) -> Counter[MessageState]:
    rows = conn.execute(
        select(message.c.state, func.count().label("number"))
        .where(
            message.c.account_id == account_id,
            message.c.kind != MessageKind.DESK,
            or_(message.c.updated_at > now - DAY, message.c.state == MessageState.WAITING),
        )
        .group_by(message.c.state)
    )
    return Counter({row.state: row.number for row in rows})


def _held(conn: Connection, account_id: str, now: datetime) -> tuple[HeldMessage, ...]:
    rows = conn.execute(
        select(message.c.id, message.c.shipment_id, message.c.channel, message.c.due_at, message.c.detail)
        .where(message.c.account_id == account_id, message.c.state == MessageState.WAITING, message.c.due_at > now)
        .order_by(message.c.due_at, message.c.id)
        .limit(MOST)
    ).all()
    names = _names(conn, account_id, [row.shipment_id for row in rows if row.shipment_id])
    return tuple(
        HeldMessage(
            row.id,
            names.get(row.shipment_id, ""),
            row.channel.value,
            row.due_at,
            row.detail or "quiet hours, or waiting for news of the same cause",
        )
        for row in rows
    )


def _due_today(conn: Connection, account: AccountView, now: datetime) -> int:
    """Live words whose date is today and whose outcome is open."""
    today = now.astimezone(ZoneInfo(account.zone)).date()
    return int(
        conn.execute(
            select(func.count()).where(
                promise.c.account_id == account.id,
                promise.c.stage == Stage.LIVE,
                promise.c.state == PromiseState.TOLD,
                promise.c.outcome.is_(None),
                promise.c.at_date == today,
            )
        ).scalar_one()
    )


def _count(conn: Connection, account_id: str, *which: object) -> int:
    query = select(func.count()).where(
        shipment.c.account_id == account_id, shipment.c.closed_at.is_(None), shipment.c.merged_into.is_(None)
    )
    return int(conn.execute(query.where(*which)).scalar_one())  # type: ignore[arg-type]


def _unfollowed(conn: Connection, account_id: str) -> tuple[Named, ...]:
    """Open shipments that nobody would hear of."""
    somebody = exists().where(
        and_(
            follow.c.account_id == shipment.c.account_id,
            follow.c.ended_at.is_(None),
            or_(follow.c.subject_id == shipment.c.id, follow.c.subject_id == shipment.c.customer_id),
        )
    )
    ids = list(
        conn.execute(
            select(shipment.c.id)
            .where(
                shipment.c.account_id == account_id,
                shipment.c.closed_at.is_(None),
                shipment.c.merged_into.is_(None),
                ~somebody,
            )
            .order_by(shipment.c.id)
        ).scalars()
    )
    names = _names(conn, account_id, ids[:MOST])
    return tuple(Named(i, names.get(i, "")) for i in ids)


def _unanswered(conn: Connection, account_id: str) -> tuple[Named, ...]:
    rows = conn.execute(
        select(thread.c.id, thread.c.shipment_id)
        .where(thread.c.account_id == account_id, thread.c.state == ThreadState.OPEN)
        .order_by(thread.c.answer_by, thread.c.id)
        .limit(MOST)
    ).all()
    names = _names(conn, account_id, [row.shipment_id for row in rows if row.shipment_id])
    return tuple(Named(row.id, names.get(row.shipment_id, "")) for row in rows)


def _segments(conn: Connection, account: AccountView, now: datetime) -> tuple[tuple[str, int], ...]:
    """Segments of live texts handed over since this month began, by the country of the number."""
    place = ZoneInfo(account.zone)
    first = datetime.combine(now.astimezone(place).date().replace(day=1), time(), place)
    counted: Counter[str] = Counter()
    for row in conn.execute(
        select(message.c.to, message.c.segments).where(
            message.c.account_id == account.id,
            message.c.stage == Stage.LIVE,
            message.c.channel == Channel.SMS,
            message.c.handed_at >= first,
        )
    ):
        counted[country_of(row.to) or "unknown"] += row.segments or 1
    return tuple(sorted(counted.items()))


def _names(conn: Connection, account_id: str, ids: list[str]) -> dict[str, str]:
    if not ids:
        return {}
    best = {ReferenceType.PO: 0, ReferenceType.REF: 1, ReferenceType.HOUSE_BILL: 2, ReferenceType.BOOKING: 3}
    rows = conn.execute(
        select(reference.c.shipment_id, reference.c.type, reference.c.shown).where(
            reference.c.account_id == account_id, reference.c.shipment_id.in_(ids), reference.c.valid_to.is_(None)
        )
    ).all()
    found: dict[str, str] = {}
    for row in sorted(rows, key=lambda r: (best.get(r.type, 9), r.shown)):
        found.setdefault(row.shipment_id, row.shown)
    return found
