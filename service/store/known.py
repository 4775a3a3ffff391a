"""The statements that read what deciding needs.

They are made once: making one anew for each look costs more than running it.
"""

from __future__ import annotations

from sqlalchemy import Integer, and_, bindparam, or_, select

from service.records.enums import NoticeState, ReferenceType
from service.records.tables import (
    Address,
    Contact,
    ContactAddress,
    Customer,
    Fact,
    FactShipment,
    Follow,
    Message,
    MessageNotice,
    Notice,
    Occurrence,
    Promise,
    Reference,
    Shipment,
    Source,
)
from service.store.among import among
from service.store.tables import table

shipment = table(Shipment)
source = table(Source)
customer = table(Customer)
reference = table(Reference)
fact = table(Fact)
fact_shipment = table(FactShipment)
follow = table(Follow)
contact = table(Contact)
contact_address = table(ContactAddress)
address = table(Address)
promise = table(Promise)
notice = table(Notice)
message = table(Message)
message_notice = table(MessageNotice)
occurrence = table(Occurrence)

SEEN = ("id", "seq", "created_at", "mode", "customer_id", "need_by", "owner", "first_load_at", "looks", "rules")
"""What deciding sees of a shipment's row; what earlier decisions made of it is left where it is."""

SOURCES = select(source.c.id, source.c.usual_lag_minutes, source.c.last_call_at).where(
    source.c.account_id == bindparam("account")
)

DUE = (
    select(shipment.c.account_id, shipment.c.id)
    .where(shipment.c.look_at <= bindparam("now"), shipment.c.merged_into.is_(None))
    .order_by(shipment.c.look_at)
    .limit(bindparam("limit", type_=Integer))
)

REFERENCES = (
    select(reference.c.shipment_id, reference.c.type, reference.c.shown)
    .where(
        reference.c.account_id == bindparam("account"),
        among(reference.c.shipment_id, "ids"),
        reference.c.valid_to.is_(None),
        reference.c.type != ReferenceType.SYSTEM_ID,
    )
    .order_by(reference.c.type, reference.c.value)
)

SHIPMENTS = (
    select(
        *(shipment.c[name] for name in SEEN),
        customer.c.mode.label("customer_mode"),
        customer.c.rules.label("customer_rules"),
    )
    .select_from(
        shipment.outerjoin(
            customer, and_(customer.c.account_id == shipment.c.account_id, customer.c.id == shipment.c.customer_id)
        )
    )
    .where(shipment.c.account_id == bindparam("account"), among(shipment.c.id, "ids"))
)

FACTS = (
    select(fact_shipment.c.shipment_id, fact)
    .select_from(
        fact_shipment.join(
            fact, and_(fact.c.account_id == fact_shipment.c.account_id, fact.c.id == fact_shipment.c.fact_id)
        )
    )
    .where(fact_shipment.c.account_id == bindparam("account"), among(fact_shipment.c.shipment_id, "ids"))
    .order_by(fact.c.id)
)

FOLLOWERS = (
    select(follow.c.subject_id, follow.c.since, follow.c.role, contact)
    .select_from(
        follow.join(contact, and_(contact.c.account_id == follow.c.account_id, contact.c.id == follow.c.contact_id))
    )
    .where(follow.c.account_id == bindparam("account"), among(follow.c.subject_id, "ids"), follow.c.ended_at.is_(None))
    .order_by(follow.c.subject_id, contact.c.id)
)

ADDRESSES = (
    select(contact_address.c.contact_id, address.c.id, address.c.channel, address.c.suppressed_at)
    .select_from(
        contact_address.join(
            address,
            and_(address.c.account_id == contact_address.c.account_id, address.c.id == contact_address.c.address_id),
        )
    )
    .where(contact_address.c.account_id == bindparam("account"), among(contact_address.c.contact_id, "ids"))
    .order_by(contact_address.c.contact_id, contact_address.c.rank, address.c.id)
)

WORDS = (
    select(promise)
    .where(promise.c.account_id == bindparam("account"), among(promise.c.shipment_id, "ids"))
    .order_by(promise.c.contact_id, promise.c.line, promise.c.unit_group, promise.c.ordinal)
)

CARRIED = (
    select(message_notice.c.notice_id, message.c.state)
    .select_from(
        message_notice.join(
            message,
            and_(message.c.account_id == message_notice.c.account_id, message.c.id == message_notice.c.message_id),
        ).join(
            notice,
            and_(notice.c.account_id == message_notice.c.account_id, notice.c.id == message_notice.c.notice_id),
        )
    )
    .where(
        message_notice.c.account_id == bindparam("account"),
        among(notice.c.shipment_id, "ids"),
        or_(notice.c.state == NoticeState.WAITING, notice.c.state == NoticeState.SAID),
    )
    .order_by(message.c.id)
)

NOTICES = (
    select(notice)
    .where(notice.c.account_id == bindparam("account"), among(notice.c.shipment_id, "ids"))
    .order_by(notice.c.id)
)

OCCURRENCES = (
    select(occurrence)
    .where(occurrence.c.account_id == bindparam("account"), among(occurrence.c.shipment_id, "ids"))
    .order_by(occurrence.c.milestone, occurrence.c.stop, occurrence.c.unit_group, occurrence.c.number)
)
