"""Everything that happened around one shipment: facts, promises, notices, messages and replies."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, select

from service.records.tables import (
    Fact,
    FactShipment,
    Message,
    Notice,
    Promise,
    Rating,
    Reply,
    Source,
    Thread,
)
from service.store.tables import table
from service.store.views_messages import carrying_ids

fact = table(Fact)
fact_shipment = table(FactShipment)
source = table(Source)
promise = table(Promise)
notice = table(Notice)
message = table(Message)
rating = table(Rating)
reply = table(Reply)
thread = table(Thread)

MOST = 2000
"""The newest rows of each kind that one timeline shows."""

Found = dict[str, Any]


def facts(conn: Connection, account_id: str, shipment_id: str) -> list[Found]:
    """The facts that reach a shipment, with the name of their source."""
    joined = fact_shipment.join(
        fact, and_(fact.c.account_id == fact_shipment.c.account_id, fact.c.id == fact_shipment.c.fact_id)
    ).outerjoin(source, and_(source.c.account_id == fact.c.account_id, source.c.id == fact.c.source_id))
    return _rows(
        conn,
        select(fact, source.c.name.label("source_name"))
        .select_from(joined)
        .where(fact_shipment.c.account_id == account_id, fact_shipment.c.shipment_id == shipment_id)
        .order_by(fact.c.id.desc()),
    )


def promises(conn: Connection, account_id: str, shipment_id: str) -> list[Found]:
    """Every word of every line, whatever became of it."""
    mine = and_(promise.c.account_id == account_id, promise.c.shipment_id == shipment_id)
    return _rows(conn, select(promise).where(mine).order_by(promise.c.id.desc()))


def notices(conn: Connection, account_id: str, shipment_id: str) -> list[Found]:
    """The decisions to tell somebody something."""
    mine = and_(notice.c.account_id == account_id, notice.c.shipment_id == shipment_id)
    return _rows(conn, select(notice).where(mine).order_by(notice.c.id.desc()))


def messages(conn: Connection, account_id: str, shipment_id: str) -> list[Found]:
    """The messages of a shipment: its own, and those of another shipment that carry news of this one."""
    carrying = carrying_ids(account_id, shipment_id)
    return _rows(
        conn,
        select(message)
        .where(
            message.c.account_id == account_id,
            (message.c.shipment_id == shipment_id) | message.c.id.in_(carrying),
        )
        .order_by(message.c.id.desc()),
    )


def replies(conn: Connection, account_id: str, shipment_id: str) -> list[Found]:
    """What people answered, with the state of the thread it stands on."""
    joined = reply.outerjoin(thread, and_(thread.c.account_id == reply.c.account_id, thread.c.id == reply.c.thread_id))
    return _rows(
        conn,
        select(reply, thread.c.state.label("thread_state"), thread.c.owner.label("thread_owner"))
        .select_from(joined)
        .where(
            reply.c.account_id == account_id,
            (reply.c.shipment_id == shipment_id) | (thread.c.shipment_id == shipment_id),
        )
        .order_by(reply.c.id.desc()),
    )


def ratings(conn: Connection, account_id: str, shipment_id: str) -> list[Found]:
    """How people found it."""
    mine = and_(rating.c.account_id == account_id, rating.c.shipment_id == shipment_id)
    return _rows(conn, select(rating).where(mine).order_by(rating.c.id.desc()))


def _rows(conn: Connection, statement: Any) -> list[Found]:
    return [dict(row) for row in conn.execute(statement.limit(MOST)).mappings()]
