"""Who is to be asked how it was: the few to whom a delivery, or the end of a delay, was said some time ago."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from notifiers.base import Channel
from service.records.enums import MessageKind, MessageState, Mode, NoticeCode, NoticeState, Stage
from service.records.tables import (
    Address,
    Choice,
    Contact,
    ContactAddress,
    Customer,
    Follow,
    Message,
    MessageNotice,
    Notice,
    Shipment,
)
from service.store.sql import lock_rows
from service.store.tables import table
from service.store.threads import Outgoing, add_outgoing

address = table(Address)
choice = table(Choice)
contact = table(Contact)
contact_address = table(ContactAddress)
customer = table(Customer)
follow = table(Follow)
message = table(Message)
asked = table(Message).alias("asked")
message_notice = table(MessageNotice)
notice = table(Notice)
later = table(Notice).alias("later")
shipment = table(Shipment)

ENDS = (NoticeCode.DELIVERED, NoticeCode.RECOVERED)
"""What people are asked after: the delivery, and the end of a delay that they had been told of."""

LATE_AGAIN = (
    NoticeCode.ETA_SLIP,
    NoticeCode.ETA_SLIP_AGAIN,
    NoticeCode.OVERDUE_NO_NEWS,
    NoticeCode.SILENCE,
    NoticeCode.ROLLED_BOOKING,
    NoticeCode.MISSED_TRANSSHIP,
    NoticeCode.DELAY_NO_DATE,
    NoticeCode.PROBLEM,
)
"""News after which a delay is not over."""

LATEST = timedelta(days=7)
"""So long after its first hour may a notice still leave, by another channel and after a late receipt."""

FEW = 200
"""How many are read at one time; the next look takes the rest."""


@dataclass(frozen=True, slots=True)
class End:
    """What was said to a person, who may be asked about it under `key`; `mode` is that of the shipment now."""

    key: str
    code: NoticeCode
    contact_id: str
    shipment_id: str
    stage: Stage
    mode: Mode


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as they are asked: their first way, and what stands against it."""

    address_id: str
    channel: Channel
    suppressed: bool
    language: str
    zone: str | None
    quiet_from: str
    quiet_to: str
    paused_until: datetime | None
    business: bool
    open_question: bool
    asked_at: datetime | None


def _key() -> ColumnElement[str]:
    """The key of the message that asks: once for each person, shipment and kind of news."""
    return (
        literal("S05:", String)
        .concat(cast(notice.c.code, String))
        .concat(literal(":", String))
        .concat(notice.c.shipment_id)
        .concat(literal(":", String))
        .concat(notice.c.contact_id)
    )


_RELAPSED = exists().where(
    later.c.account_id == notice.c.account_id,
    later.c.shipment_id == notice.c.shipment_id,
    later.c.contact_id == notice.c.contact_id,
    later.c.stage == notice.c.stage,
    later.c.code.in_(LATE_AGAIN),
    later.c.created_at > notice.c.created_at,
)

_HANDED = exists().where(
    message_notice.c.account_id == notice.c.account_id,
    message_notice.c.notice_id == notice.c.id,
    message.c.account_id == message_notice.c.account_id,
    message.c.id == message_notice.c.message_id,
    message.c.state.in_([MessageState.ACCEPTED, MessageState.DELIVERED]),
    message.c.created_at > bindparam("since"),
    message.c.created_at <= bindparam("until"),
    message.c.handed_at <= bindparam("until"),
    message.c.kind == MessageKind.NOTICE,
)

_CODES: list[ColumnElement[str]] = [literal_column(f"'{code.value}'") for code in ENDS]
"""Written out, so that the planner knows before it is run that the index of these notices will do."""

ENDED = (
    select(
        _key().label("key"),
        notice.c.code,
        notice.c.contact_id,
        notice.c.shipment_id,
        notice.c.stage,
        shipment.c.mode,
        customer.c.mode.label("customer_mode"),
    )
    .select_from(
        notice.join(
            shipment, and_(shipment.c.account_id == notice.c.account_id, shipment.c.id == notice.c.shipment_id)
        ).outerjoin(
            customer, and_(customer.c.account_id == shipment.c.account_id, customer.c.id == shipment.c.customer_id)
        )
    )
    .where(
        notice.c.account_id == bindparam("account"),
        notice.c.code.in_(_CODES),
        notice.c.not_before > bindparam("earliest"),
        notice.c.state == NoticeState.SAID,
        ~exists().where(asked.c.account_id == notice.c.account_id, asked.c.key == _key()),
        or_(notice.c.code != NoticeCode.DELIVERED, shipment.c.status == "delivered"),
        or_(notice.c.code != NoticeCode.RECOVERED, ~_RELAPSED),
        _HANDED,
    )
    .order_by(notice.c.not_before.desc(), notice.c.id.desc())
    .limit(FEW)
)


def ended(conn: Connection, account_id: str, mode: Mode, since: datetime, until: datetime) -> list[End]:
    """What was said from *since* to *until* and nobody was asked about, the newest first; *mode* is the account's."""
    times = {"since": since, "until": until, "earliest": since - LATEST}
    rows = conn.execute(ENDED, {"account": account_id, **times})
    return [
        End(row.key, row.code, row.contact_id, row.shipment_id, row.stage, row.mode or row.customer_mode or mode)
        for row in rows
    ]


def person(conn: Connection, account_id: str, one: End, now: datetime) -> Person | None:
    """Whoever is asked, by their first way; None where they have none."""
    who = conn.execute(
        select(contact, address.c.id.label("address_id"), address.c.channel, address.c.suppressed_at)
        .select_from(
            contact.join(
                contact_address,
                and_(
                    contact_address.c.account_id == contact.c.account_id, contact_address.c.contact_id == contact.c.id
                ),
            ).join(
                address,
                and_(address.c.account_id == contact.c.account_id, address.c.id == contact_address.c.address_id),
            )
        )
        .where(contact.c.account_id == account_id, contact.c.id == one.contact_id)
        .order_by(contact_address.c.rank, address.c.id)
    ).all()
    if not who:
        return None
    first, ways = who[0], [row.address_id for row in who]
    return Person(
        address_id=first.address_id,
        channel=first.channel,
        suppressed=first.suppressed_at is not None,
        language=first.language,
        zone=first.zone,
        quiet_from=first.quiet_from,
        quiet_to=first.quiet_to,
        paused_until=first.paused_until,
        business=_at_work(conn, account_id, one),
        open_question=_open_question(conn, account_id, first.address_id, now),
        asked_at=_asked_at(conn, account_id, ways, one.stage),
    )


def _at_work(conn: Connection, account_id: str, one: End) -> bool:
    """Whether they follow the shipment as somebody at its customer."""
    follows = follow.join(
        shipment, and_(shipment.c.account_id == follow.c.account_id, shipment.c.customer_id == follow.c.subject_id)
    )
    found = (
        select(follow.c.contact_id)
        .select_from(follows)
        .where(
            follow.c.account_id == account_id,
            follow.c.contact_id == one.contact_id,
            follow.c.ended_at.is_(None),
            shipment.c.id == one.shipment_id,
        )
    )
    return conn.execute(found.limit(1)).first() is not None


def _open_question(conn: Connection, account_id: str, address_id: str, now: datetime) -> bool:
    found = select(choice.c.id).where(
        choice.c.account_id == account_id,
        choice.c.address_id == address_id,
        choice.c.closed_at.is_(None),
        choice.c.expires_at > now,
    )
    return conn.execute(found.limit(1)).first() is not None


def _asked_at(conn: Connection, account_id: str, address_ids: Sequence[str], stage: Stage) -> datetime | None:
    """When one of these addresses was last asked, whoever of its people was meant."""
    latest: datetime | None = conn.execute(
        select(func.max(message.c.created_at)).where(
            message.c.account_id == account_id,
            message.c.address_id.in_(address_ids),
            message.c.code == NoticeCode.CSAT,
            message.c.stage == stage,
        )
    ).scalar()
    return latest


def ask(conn: Connection, account_id: str, one: End, seen: Person, outgoing: Outgoing, now: datetime) -> bool:
    """Put the question into the outbox; False where the person is not as they were seen any more."""
    lock_rows(conn, Address, account_id, [seen.address_id])
    if person(conn, account_id, one, now) != seen:
        return False
    add_outgoing(conn, account_id, outgoing, now)
    return True
