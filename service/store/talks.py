"""What is known when a text comes in: whose it is, what it is about, and whether it was heard before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from notifiers.base import Channel
from service.records.enums import Meaning, MessageState, ReferenceType, Stage, ThreadState
from service.records.own_names import own_name
from service.records.tables import Address, Contact, ContactAddress, Message, Reference, Reply, Shipment, Thread
from service.store.tables import table

address = table(Address)
contact = table(Contact)
contact_address = table(ContactAddress)
message = table(Message)
reference = table(Reference)
reply = table(Reply)
shipment = table(Shipment)
thread = table(Thread)


@dataclass(frozen=True, slots=True)
class Talk:
    """What is known when a text comes in: who wrote, about what, and whether a conversation is open."""

    account_id: str
    address_id: str
    suppressed: bool
    suppressed_by: str | None
    language: str
    contact_id: str | None = None
    message_id: str | None = None
    message_key: str | None = None
    shipment_id: str | None = None
    stage: Stage = Stage.REHEARSAL
    owner: str = "desk"
    ref: str = ""
    thread_id: str | None = None
    channel: Channel = Channel.SMS
    zone: str | None = None


def talk(conn: Connection, account_id: str, channel: Channel, value: str, sender: str) -> Talk | None:
    """What a text from *value* to our *sender* belongs to: the last message sent to it from there."""
    row = conn.execute(
        select(address).where(
            address.c.account_id == account_id, address.c.channel == channel, address.c.value == value
        )
    ).one_or_none()
    if row is None:
        return None
    last = _last_message(conn, account_id, row.id, sender)
    contact_id = last.contact_id if last else _first_contact(conn, account_id, row.id)
    shipment_id = last.shipment_id if last else None
    language, zone = _language(conn, account_id, contact_id)
    return Talk(
        account_id=account_id,
        address_id=row.id,
        suppressed=row.suppressed_at is not None,
        suppressed_by=row.suppressed_by,
        language=language,
        zone=zone,
        contact_id=contact_id,
        message_id=last.id if last else None,
        message_key=last.key if last else None,
        shipment_id=shipment_id,
        stage=last.stage if last else Stage.REHEARSAL,
        owner=owner_of(conn, account_id, shipment_id),
        ref=shipment_name(conn, account_id, shipment_id, contact_id),
        channel=channel,
        thread_id=_going_on(conn, account_id, row.id, shipment_id),
    )


HANDED = (
    MessageState.SENDING,
    MessageState.UNCERTAIN,
    MessageState.ACCEPTED,
    MessageState.DELIVERED,
    MessageState.UNDELIVERED,
)
"""States in which a person may have the text in hand."""


def _last_message(conn: Connection, account_id: str, address_id: str, sender: str) -> Row[Any] | None:
    return conn.execute(
        select(message)
        .where(
            message.c.account_id == account_id,
            message.c.address_id == address_id,
            message.c.sender == sender,
            message.c.state.in_(HANDED),
        )
        .order_by(message.c.updated_at.desc(), message.c.id.desc())
        .limit(1)
    ).one_or_none()


def _going_on(conn: Connection, account_id: str, address_id: str, shipment_id: str | None) -> str | None:
    """The conversation with this address about this shipment (or about none) that is not closed."""
    return conn.execute(
        select(thread.c.id)
        .where(
            thread.c.account_id == account_id,
            thread.c.address_id == address_id,
            thread.c.state.in_([ThreadState.OPEN, ThreadState.ANSWERED]),
            (thread.c.shipment_id == shipment_id) if shipment_id else thread.c.shipment_id.is_(None),
        )
        .order_by(thread.c.id.desc())
        .limit(1)
    ).scalar()


def _first_contact(conn: Connection, account_id: str, address_id: str) -> str | None:
    return conn.execute(
        select(contact_address.c.contact_id)
        .where(contact_address.c.account_id == account_id, contact_address.c.address_id == address_id)
        .order_by(contact_address.c.rank, contact_address.c.contact_id)
        .limit(1)
    ).scalar()


def _language(conn: Connection, account_id: str, contact_id: str | None) -> tuple[str, str | None]:
    """A person's language and zone."""
    found = conn.execute(
        select(contact.c.language, contact.c.zone).where(contact.c.account_id == account_id, contact.c.id == contact_id)
    ).one_or_none()
    return (found.language or "en", found.zone) if found else ("en", None)


def owner_of(conn: Connection, account_id: str, shipment_id: str | None) -> str:
    """Who looks after a shipment; the desk where nobody is named."""
    found = conn.execute(
        select(shipment.c.owner).where(shipment.c.account_id == account_id, shipment.c.id == shipment_id)
    ).scalar()
    return found or "desk"


def shipment_name(conn: Connection, account_id: str, shipment_id: str | None, contact_id: str | None = None) -> str:
    """The name that people use for a shipment: a contact's own, the order's, the account's, a bill or a box."""
    rows = conn.execute(
        select(reference.c.type, reference.c.shown)
        .where(
            reference.c.account_id == account_id,
            reference.c.shipment_id == shipment_id,
            reference.c.valid_to.is_(None),
        )
        .order_by(reference.c.id)
    ).all()
    own = conn.execute(
        select(contact.c.names).where(contact.c.account_id == account_id, contact.c.id == contact_id)
    ).scalar()
    if (name := own_name(own or {}, (row.shown for row in rows))) is not None:
        return name
    order = [
        ReferenceType.PO,
        ReferenceType.REF,
        ReferenceType.HOUSE_BILL,
        ReferenceType.BOOKING,
        ReferenceType.CONTAINER,
    ]
    for kind in order:
        for row in rows:
            if row.type is kind:
                return str(row.shown)
    return str(rows[0].shown) if rows else ""


@dataclass(frozen=True, slots=True)
class Heard:
    """A reply as it was kept when it first came."""

    reply_id: str
    meaning: Meaning
    thread_id: str | None


def heard(conn: Connection, account_ids: Sequence[str], notifier: str, provider_id: str) -> list[Heard]:
    """What these accounts kept of a text, by the provider's name for it; empty where it is new to all of them."""
    rows = conn.execute(
        select(reply.c.id, reply.c.meaning, reply.c.thread_id)
        .where(reply.c.account_id.in_(account_ids), reply.c.notifier == notifier, reply.c.provider_id == provider_id)
        .order_by(reply.c.account_id)
    )
    return [Heard(row.id, row.meaning, row.thread_id) for row in rows]
