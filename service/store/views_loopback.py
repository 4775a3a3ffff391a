"""What the phone, the inbox, the decision tape and the scorecard read: rehearsal as it stands in the records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from notifiers.base import Channel
from service.records.enums import MessageState, Stage
from service.records.simulated import SIMULATOR
from service.records.tables import (
    Address,
    InboundCall,
    Message,
    MessageNotice,
    Notice,
    Reference,
    Reply,
    Shipment,
)
from service.store.tables import table

address = table(Address)
call = table(InboundCall)
carried = table(MessageNotice)
message = table(Message)
notice = table(Notice)
reference = table(Reference)
reply = table(Reply)
shipment = table(Shipment)

SHOWN = 300
"""The most messages that a page shows; older ones stay in the records."""

HERE = ("loopback", SIMULATOR)
"""The notifiers of what never leaves this machine."""

TAKEN = (MessageState.ACCEPTED, MessageState.DELIVERED)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that was handed to loopback, or to the simulator."""

    id: str
    at: datetime
    sender: str
    to: str
    text: str
    kind: str
    code: str | None
    subject: str | None = None
    html: str | None = None
    calendar: str | None = None
    segments: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A text that came back from the phone page; `sender` is the person's number."""

    id: str
    at: datetime
    sender: str
    text: str


@dataclass(frozen=True, slots=True)
class TapeFact:
    """A call as it was posted."""

    id: str
    at: datetime
    body: bytes
    outcome: str
    accepted: int
    duplicate: int
    rejected: int


@dataclass(frozen=True, slots=True)
class TapeNotice:
    """A decision that was kept; `messages` are (channel, state, body), `handed_at` is when the first was taken."""

    id: str
    at: datetime
    shipment_id: str
    contact_id: str
    code: str
    level: str
    state: str
    not_before: datetime
    ended_at: datetime | None
    why: list[dict[str, Any]]
    params: dict[str, Any]
    messages: tuple[tuple[str, str, str | None], ...]
    handed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TapeHeld:
    """News that rules hold back at the last look at a shipment; `until` is an ISO instant."""

    shipment_id: str
    at: datetime
    stage: str
    code: str
    until: str | None
    why: list[dict[str, Any]]


def shown(conn: Connection, account_id: str, channel: Channel) -> list[Shown]:
    """What was handed to loopback on *channel*, oldest first."""
    rows = conn.execute(
        select(message)
        .where(
            message.c.account_id == account_id,
            message.c.stage == Stage.REHEARSAL,
            message.c.notifier.in_(HERE),
            message.c.channel == channel,
            message.c.state.in_(TAKEN),
        )
        .order_by(message.c.handed_at.desc(), message.c.id.desc())
        .limit(SHOWN)
    )
    return [
        Shown(
            id=row.id,
            at=row.handed_at or row.updated_at,
            sender=row.sender or "",
            to=row.to or "",
            text=row.body or "",
            kind=row.kind.value,
            code=row.code.value if row.code else None,
            subject=row.subject,
            html=row.html,
            calendar=row.calendar,
            segments=row.segments,
        )
        for row in reversed(rows.all())
    ]


def one_shown(conn: Connection, account_id: str, message_id: str) -> Shown | None:
    """One e-mail that was handed to loopback."""
    return next((mail for mail in shown(conn, account_id, Channel.EMAIL) if mail.id == message_id), None)


def heard(conn: Connection, account_id: str) -> list[Heard]:
    """What was typed on the phone page, oldest first."""
    rows = conn.execute(
        select(reply.c.id, reply.c.received_at, reply.c.text, address.c.value)
        .select_from(
            reply.join(address, and_(address.c.account_id == reply.c.account_id, address.c.id == reply.c.address_id))
        )
        .where(reply.c.account_id == account_id, reply.c.notifier.in_(HERE))
        .order_by(reply.c.received_at.desc(), reply.c.id.desc())
        .limit(SHOWN)
    )
    return [Heard(row.id, row.received_at, row.value, row.text) for row in reversed(rows.all())]


def posted(conn: Connection, account_id: str) -> list[TapeFact]:
    """Every call that was kept, oldest first."""
    rows = conn.execute(
        select(call).where(call.c.account_id == account_id).order_by(call.c.received_at, call.c.id).limit(1000)
    )
    return [
        TapeFact(row.id, row.received_at, row.body, row.outcome.value, row.accepted, row.duplicate, row.rejected)
        for row in rows
    ]


def decided(conn: Connection, account_id: str) -> list[TapeNotice]:
    """Every notice of the rehearsal with its messages, oldest first."""
    ways: dict[str, list[tuple[str, str, str | None]]] = {}
    handed: dict[str, datetime] = {}
    for row in conn.execute(
        select(carried.c.notice_id, message.c.channel, message.c.state, message.c.body, message.c.handed_at)
        .select_from(
            carried.join(
                message, and_(message.c.account_id == carried.c.account_id, message.c.id == carried.c.message_id)
            )
        )
        .where(carried.c.account_id == account_id)
        .order_by(message.c.id)
    ):
        ways.setdefault(row.notice_id, []).append((row.channel.value, row.state.value, row.body))
        if row.state in TAKEN and row.handed_at:
            handed[row.notice_id] = min(handed.get(row.notice_id, row.handed_at), row.handed_at)
    rows = conn.execute(
        select(notice)
        .where(notice.c.account_id == account_id, notice.c.stage == Stage.REHEARSAL)
        .order_by(notice.c.created_at, notice.c.id)
        .limit(1000)
    )
    return [
        TapeNotice(
            id=row.id,
            at=row.created_at,
            shipment_id=row.shipment_id,
            contact_id=row.contact_id,
            code=row.code.value,
            level=row.level.value,
            state=row.state.value,
            not_before=row.not_before,
            ended_at=row.ended_at,
            why=list(row.why or ()),
            params=dict(row.params or {}),
            messages=tuple(ways.get(row.id, ())),
            handed_at=handed.get(row.id),
        )
        for row in rows
    ]


def held(conn: Connection, account_id: str) -> list[TapeHeld]:
    """What rules hold back now, as each shipment's last look left it."""
    rows = conn.execute(
        select(shipment.c.id, shipment.c.updated_at, shipment.c.summary).where(
            shipment.c.account_id == account_id, shipment.c.summary.is_not(None)
        )
    )
    return [
        TapeHeld(row.id, row.updated_at, one["stage"], one["code"], one["until"], list(one["why"]))
        for row in rows
        for one in row.summary.get("held") or ()
    ]


def names(conn: Connection, account_id: str) -> dict[str, str]:
    """Each shipment's name as people write it, by id: its own reference, else the first it has."""
    found: dict[str, str] = {}
    for row in conn.execute(
        select(reference.c.shipment_id, reference.c.shown)
        .where(reference.c.account_id == account_id, reference.c.valid_to.is_(None))
        .order_by(reference.c.identity.desc(), reference.c.valid_from, reference.c.id)
    ):
        found.setdefault(row.shipment_id, row.shown)
    return found


def sent_to(conn: Connection, account_id: str, number: str) -> list[Shown]:
    """The texts that *number* was sent, oldest first."""
    return [one for one in shown(conn, account_id, Channel.SMS) if one.to == number]


def next_due(conn: Connection, after: datetime) -> datetime | None:
    """The next instant after *after* at which a shipment wants a look or a message may leave."""
    looks = conn.execute(select(func.min(shipment.c.look_at)).where(shipment.c.look_at > after)).scalar()
    ways = conn.execute(
        select(func.min(message.c.due_at)).where(message.c.state == MessageState.WAITING, message.c.due_at > after)
    ).scalar()
    return min((at for at in (looks, ways) if at is not None), default=None)


def unfinished(conn: Connection, now: datetime) -> int:
    """How much is due at *now* and not done: shipments to look at, messages to hand over or under way."""
    looks = conn.execute(select(func.count()).select_from(shipment).where(shipment.c.look_at <= now)).scalar_one()
    ways = conn.execute(
        select(func.count())
        .select_from(message)
        .where(
            or_(
                and_(message.c.state == MessageState.WAITING, message.c.due_at <= now),
                message.c.state == MessageState.SENDING,
            )
        )
    ).scalar_one()
    return int(looks + ways)


def counted(conn: Connection, account_id: str) -> dict[str, int]:
    """How many messages stand in each state, by channel: `sms.accepted`."""
    rows = conn.execute(
        select(message.c.channel, message.c.state, func.count())
        .where(message.c.account_id == account_id)
        .group_by(message.c.channel, message.c.state)
    )
    return {f"{row[0].value}.{row[1].value}": row[2] for row in rows}
