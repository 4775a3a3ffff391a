"""The statements that read what leaves next.

They are made once: making one anew for each look costs more than running it.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, func, literal_column, or_, select

from service.records.enums import AttemptOutcome, MessageState, NoticeState, PromiseState
from service.records.outbox import HELD
from service.records.tables import (
    Address,
    Attempt,
    Contact,
    Follow,
    Message,
    MessageNotice,
    Notice,
    Promise,
    Shipment,
)
from service.store.among import among
from service.store.tables import table

message = table(Message)
message_notice = table(MessageNotice)
notice = table(Notice)
promise = table(Promise)
attempt = table(Attempt)
address = table(Address)
contact = table(Contact)
shipment = table(Shipment)
looked = shipment.alias("looked")
follow = table(Follow)

WINDOW = timedelta(days=7)
"""The longest span over which any cap counts."""

REFUSED = (
    AttemptOutcome.TEMPORARY,
    AttemptOutcome.PERMANENT,
    AttemptOutcome.UNAVAILABLE,
    AttemptOutcome.ABSENT,
)
"""Calls that certainly reached nobody: they count for no cap."""

UNHEARD = (MessageState.FAILED, MessageState.UNDELIVERED, MessageState.UNKNOWN)
"""What became of words that nobody can be said to have heard: they may be said again."""

SAYABLE = (NoticeState.WAITING, NoticeState.SAID)
"""What a waiting message may say: what was not said yet, and what was said by another channel only."""

FRESH = (
    select(literal_column("1"))
    .select_from(message_notice, notice, looked)
    .where(
        message_notice.c.account_id == message.c.account_id,
        message_notice.c.message_id == message.c.id,
        notice.c.account_id == message_notice.c.account_id,
        notice.c.id == message_notice.c.notice_id,
        notice.c.state.in_(SAYABLE),
        looked.c.account_id == notice.c.account_id,
        looked.c.id == notice.c.shipment_id,
        or_(notice.c.truth_version != looked.c.seq, looked.c.look_at <= bindparam("now")),
    )
    .correlate(message)
    .limit(1)
    .scalar_subquery()
    .is_(None)
)
"""The condition that a message carries no news of a shipment that is due for a look.

A question about one message, which a planner must ask message by message: told as "not exists" it is answered for the
whole queue first, of which one look takes a few.
"""

TRIED = timedelta(hours=6)
"""Calls before this belong to another day: what they met says nothing of the channel now."""

TRIED_SINCE = (
    select(func.min(attempt.c.started_at))
    .where(
        attempt.c.account_id == message.c.account_id,
        attempt.c.message_id == message.c.id,
        attempt.c.started_at > bindparam("tried"),
        or_(attempt.c.code.is_(None), attempt.c.code != HELD),
    )
    .correlate(message)
    .scalar_subquery()
)
"""When the first call of a message was made that is still of interest."""

WAITING: ColumnElement[str] = literal_column(f"'{MessageState.WAITING.value}'")
"""Written out, so that the planner knows before it is run that the index of waiting messages will do."""

WITH_ITS_WAY = select(
    message,
    address.c.value.label("address_value"),
    address.c.suppressed_at,
    contact.c.language.label("contact_language"),
    contact.c.zone,
    contact.c.quiet_from,
    contact.c.quiet_to,
    shipment.c.customer_id,
    follow.c.subject_id.label("followed_customer"),
    case((message.c.tries + message.c.refusals > 0, TRIED_SINCE)).label("tried_since"),
).select_from(
    message.outerjoin(address, and_(address.c.account_id == message.c.account_id, address.c.id == message.c.address_id))
    .outerjoin(contact, and_(contact.c.account_id == message.c.account_id, contact.c.id == message.c.contact_id))
    .outerjoin(shipment, and_(shipment.c.account_id == message.c.account_id, shipment.c.id == message.c.shipment_id))
    .outerjoin(
        follow,
        and_(
            follow.c.account_id == message.c.account_id,
            follow.c.subject_id == shipment.c.customer_id,
            follow.c.contact_id == message.c.contact_id,
            follow.c.ended_at.is_(None),
        ),
    )
)
"""Messages with their address, their person, their shipment's customer and whether that person follows for it."""

FIRST = (
    select(message.c.account_id, message.c.id)
    .where(message.c.state == WAITING, message.c.due_at <= bindparam("now"), FRESH)
    .order_by(message.c.due_at, message.c.id)
    .limit(bindparam("limit", type_=Integer))
    .subquery("first")
)
"""Which are due, in their order. Found by themselves, so that of a long queue no more is read than is taken."""

DUE = WITH_ITS_WAY.join(FIRST, and_(FIRST.c.account_id == message.c.account_id, FIRST.c.id == message.c.id)).order_by(
    message.c.due_at, message.c.id
)

WAITING_FOR = WITH_ITS_WAY.where(message.c.state == WAITING, among(address.c.value, "to")).order_by(
    message.c.due_at, message.c.id
)
"""What waits for given recipients, due or not."""

CARRIED = (
    select(
        message_notice.c.message_id,
        notice.c.id,
        notice.c.shipment_id,
        notice.c.code,
        notice.c.params,
        notice.c.truth_version,
        notice.c.created_at,
        shipment.c.seq,
        shipment.c.look_at,
    )
    .select_from(
        message_notice.join(
            notice,
            and_(notice.c.account_id == message_notice.c.account_id, notice.c.id == message_notice.c.notice_id),
        ).join(shipment, and_(shipment.c.account_id == notice.c.account_id, shipment.c.id == notice.c.shipment_id))
    )
    .where(
        message_notice.c.account_id == bindparam("account"),
        among(message_notice.c.message_id, "ids"),
        notice.c.state.in_(SAYABLE),
    )
    .order_by(message_notice.c.message_id, notice.c.id)
)

ORDINALS = select(promise.c.notice_id, promise.c.ordinal).where(
    promise.c.account_id == bindparam("account"), among(promise.c.notice_id, "ids")
)

CALLS = (
    select(
        attempt.c.address_id,
        attempt.c.started_at,
        attempt.c.level,
        attempt.c.words,
        attempt.c.message_id,
        message.c.shipment_id,
        message.c.contact_id,
        message.c.state,
    )
    .select_from(
        attempt.join(message, and_(message.c.account_id == attempt.c.account_id, message.c.id == attempt.c.message_id))
    )
    .where(
        attempt.c.account_id == bindparam("account"),
        among(attempt.c.address_id, "ids"),
        attempt.c.started_at > bindparam("since"),
        attempt.c.outcome.not_in(REFUSED),
    )
    .order_by(attempt.c.started_at.desc())
)

TOLD = (
    select(
        promise.c.contact_id,
        promise.c.shipment_id,
        promise.c.told_at,
        promise.c.line,
        promise.c.at_date,
        promise.c.place,
    )
    .where(
        promise.c.account_id == bindparam("account"),
        among(promise.c.shipment_id, "ids"),
        promise.c.state == PromiseState.TOLD,
        promise.c.told_at.is_not(None),
        promise.c.at_date.is_not(None),
    )
    .order_by(promise.c.told_at.desc(), promise.c.id.desc())
)
