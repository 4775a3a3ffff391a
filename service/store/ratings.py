"""Ratings: who is to be asked how it was, which question waits for its answer, and what people said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from service.records.enums import NoticeCode
from service.records.tables import Message, Rating
from service.store.tables import table
from service.store.talks import HANDED

message = table(Message)
rating = table(Rating)

Found = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """A question how it was, as it was handed over at an instant."""

    message_id: str
    shipment_id: str | None
    contact_id: str | None
    at: datetime


def asked(conn: Connection, account_id: str, address_id: str, sender: str, since: datetime) -> Question | None:
    """The latest question that this sender put to the address since *since*, if nobody has answered it."""
    at = func.coalesce(message.c.handed_at, message.c.updated_at)
    row = conn.execute(
        select(message.c.id, message.c.shipment_id, message.c.contact_id, message.c.handed_at, message.c.updated_at)
        .where(
            message.c.account_id == account_id,
            message.c.address_id == address_id,
            message.c.state.in_(HANDED),
            message.c.code == NoticeCode.CSAT,
            message.c.sender == sender,
            at >= since,
        )
        .order_by(message.c.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    one = Question(row.id, row.shipment_id, row.contact_id, row.handed_at or row.updated_at)
    answered = select(rating.c.id).where(
        rating.c.account_id == account_id,
        rating.c.shipment_id == one.shipment_id,
        rating.c.contact_id == one.contact_id,
        rating.c.at >= one.at,
    )
    return None if conn.execute(answered.limit(1)).first() else one


def page(
    conn: Connection,
    account_id: str,
    *,
    shipment: str | None = None,
    score: int | None = None,
    since: datetime | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[Found]:
    """At most `limit` + 1 ratings, newest first."""
    found = select(rating).where(*_which(account_id, shipment, score, since))
    if after is not None:
        found = found.where(rating.c.id < after)
    return [dict(row) for row in conn.execute(found.order_by(rating.c.id.desc()).limit(limit + 1)).mappings()]


def distribution(
    conn: Connection, account_id: str, *, shipment: str | None = None, since: datetime | None = None
) -> dict[int | None, int]:
    """How many ratings there are of each score; None counts those in words alone."""
    counted = select(rating.c.score, func.count().label("n")).where(*_which(account_id, shipment, None, since))
    return {row.score: row.n for row in conn.execute(counted.group_by(rating.c.score))}


def _which(account_id: str, shipment: str | None, score: int | None, since: datetime | None) -> list[Any]:
    conditions = [rating.c.account_id == account_id]
    if shipment is not None:
        conditions.append(rating.c.shipment_id == shipment)
    if score is not None:
        conditions.append(rating.c.score == score)
    if since is not None:
        conditions.append(rating.c.at >= since)
    return conditions
