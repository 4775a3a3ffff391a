"""What the tracking page reads: whom a link was sent to, and what that person has been handed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from notifiers.base import Channel
from service.records.enums import (
    Line,
    MessageKind,
    MessageState,
    NoticeCode,
    Origin,
    Outcome,
    PromiseState,
    ReferenceType,
    Stage,
)
from service.records.tables import Account, Contact, Message, MessageNotice, Notice, Promise, Reference, Shipment
from service.records.when import When
from service.store.tables import table

account = table(Account)
contact = table(Contact)
message = table(Message)
carried = table(MessageNotice)
notice = table(Notice)
promise = table(Promise)
reference = table(Reference)
shipment = table(Shipment)

HANDED = (MessageState.ACCEPTED, MessageState.DELIVERED)
"""The states of a message that a provider has taken and not given back."""

CALLED = (ReferenceType.PO, ReferenceType.REF, ReferenceType.HOUSE_BILL, ReferenceType.BOOKING)
"""What people call a shipment by, their own order first."""


@dataclass(frozen=True, slots=True)
class LinkedMessage:
    """The message in which a link stands: who it was for, in which stage, and the shipments that it spoke of.

    `zone` is the reader's, else the account's.
    """

    contact_id: str
    stage: Stage
    shipment_ids: tuple[str, ...]
    brand: str
    care_phone: str | None
    region: str
    zone: str
    language: str


@dataclass(frozen=True, slots=True)
class Head:
    """A shipment as it was folded last; `summary` is what the store keeps of it, `ref` what its people call it."""

    shipment_id: str
    ref: str
    status: str
    due_kind: str | None
    summary: dict[str, Any]


@dataclass(frozen=True, slots=True)
class HandedNotice:
    """A notice that this person was handed, once per message that carried it; `params` is what its text said."""

    notice_id: str
    shipment_id: str
    code: NoticeCode
    channel: Channel
    handed_at: datetime
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ToldWord:
    """A promise as this person was told it; `outcome` says how it ended, once it has."""

    line: Line
    when: When
    told_at: datetime
    outcome: Outcome | None
    origin: Origin
    notice_id: str | None
    unit_group: str
    ordinal: int


def linked_message(conn: Connection, account_id: str, message_id: str) -> LinkedMessage | None:
    """The message that carries a link, or None where it is gone or was written to nobody's shipment."""
    row = conn.execute(
        select(
            message.c.contact_id,
            message.c.stage,
            message.c.shipment_id,
            account.c.brand,
            account.c.care_phone,
            account.c.region,
            account.c.zone,
            contact.c.zone.label("own_zone"),
            contact.c.language,
        )
        .select_from(
            message.join(account, account.c.id == message.c.account_id).join(
                contact, and_(contact.c.account_id == message.c.account_id, contact.c.id == message.c.contact_id)
            )
        )
        .where(message.c.account_id == account_id, message.c.id == message_id)
    ).first()
    if row is None:
        return None
    told_of = _shipments_of(conn, account_id, message_id)
    if row.shipment_id and row.shipment_id not in told_of:
        told_of.append(row.shipment_id)
    if not told_of:
        return None
    return LinkedMessage(
        contact_id=row.contact_id,
        stage=row.stage,
        shipment_ids=tuple(told_of),
        brand=row.brand,
        care_phone=row.care_phone,
        region=row.region,
        zone=row.own_zone or row.zone,
        language=row.language,
    )


def _shipments_of(conn: Connection, account_id: str, message_id: str) -> list[str]:
    """The shipments of a message's notices, in the order in which it speaks of them."""
    rows = conn.execute(
        select(notice.c.shipment_id)
        .select_from(
            carried.join(notice, and_(notice.c.account_id == carried.c.account_id, notice.c.id == carried.c.notice_id))
        )
        .where(carried.c.account_id == account_id, carried.c.message_id == message_id)
        .order_by(carried.c.place, notice.c.id)
    )
    return list(dict.fromkeys(row.shipment_id for row in rows))


def heads(conn: Connection, account_id: str, shipment_ids: tuple[str, ...]) -> list[Head]:
    """These shipments in the order given, those that are there."""
    named: dict[str, dict[ReferenceType, str]] = {}
    for row in conn.execute(
        select(reference.c.shipment_id, reference.c.type, reference.c.shown)
        .where(
            reference.c.account_id == account_id,
            reference.c.shipment_id.in_(shipment_ids),
            reference.c.valid_to.is_(None),
        )
        .order_by(reference.c.valid_from, reference.c.id)
    ):
        named.setdefault(row.shipment_id, {}).setdefault(row.type, row.shown)
    rows = {
        row.id: row
        for row in conn.execute(
            select(shipment.c.id, shipment.c.status, shipment.c.due_kind, shipment.c.summary).where(
                shipment.c.account_id == account_id, shipment.c.id.in_(shipment_ids)
            )
        )
    }
    return [
        Head(
            shipment_id=key,
            ref=next((named[key][kind] for kind in CALLED if kind in named.get(key, ())), ""),
            status=rows[key].status,
            due_kind=rows[key].due_kind,
            summary=rows[key].summary or {},
        )
        for key in shipment_ids
        if key in rows
    ]


def handed_notices(
    conn: Connection, account_id: str, contact_id: str, stage: Stage, shipment_ids: tuple[str, ...]
) -> list[HandedNotice]:
    """What this person was handed about these shipments, latest first."""
    rows = conn.execute(
        select(
            notice.c.id,
            notice.c.shipment_id,
            notice.c.code,
            notice.c.params,
            message.c.channel,
            message.c.handed_at,
            message.c.updated_at,
        )
        .select_from(
            notice.join(
                carried, and_(carried.c.account_id == notice.c.account_id, carried.c.notice_id == notice.c.id)
            ).join(message, and_(message.c.account_id == carried.c.account_id, message.c.id == carried.c.message_id))
        )
        .where(
            notice.c.account_id == account_id,
            notice.c.shipment_id.in_(shipment_ids),
            notice.c.contact_id == contact_id,
            notice.c.stage == stage,
            message.c.kind == MessageKind.NOTICE,
            message.c.state.in_(HANDED),
        )
        .order_by(message.c.handed_at.desc(), message.c.id.desc())
    )
    return [
        HandedNotice(
            notice_id=row.id,
            shipment_id=row.shipment_id,
            code=row.code,
            channel=row.channel,
            handed_at=row.handed_at or row.updated_at,
            params=row.params or {},
        )
        for row in rows
    ]


def told_words(conn: Connection, account_id: str, contact_id: str, stage: Stage, shipment_id: str) -> list[ToldWord]:
    """The dates that this person was told about a shipment, first told first.

    Baselines were told to nobody, save those that the account declared.
    """
    rows = conn.execute(
        select(promise)
        .where(
            promise.c.account_id == account_id,
            promise.c.shipment_id == shipment_id,
            promise.c.contact_id == contact_id,
            promise.c.stage == stage,
            or_(
                promise.c.state == PromiseState.TOLD,
                and_(promise.c.state == PromiseState.BASELINE, promise.c.origin == Origin.DECLARED),
            ),
            promise.c.at_date.is_not(None),
        )
        .order_by(promise.c.ordinal, promise.c.line, promise.c.unit_group)
    )
    words = [
        ToldWord(
            line=row.line,
            when=When(
                on=row.at_date,
                at=row.at,
                precision=row.precision,
                zone=row.zone,
                zone_known=row.zone is not None,
                until=row.until,
            ),
            told_at=row.told_at or row.made_at,
            outcome=row.outcome,
            origin=row.origin,
            notice_id=row.notice_id,
            unit_group=row.unit_group,
            ordinal=row.ordinal,
        )
        for row in rows
    ]
    return sorted(words, key=lambda word: (word.told_at, word.ordinal))
