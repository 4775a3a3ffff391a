"""The day by which a shipment is needed, as people say it in a reply: noted with its trace, and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, select

from service.records.tables import MessageNotice, Notice, Reply, Shipment
from service.store import audit
from service.store.shipment_edits import edit
from service.store.tables import table

message_notice = table(MessageNotice)
notice = table(Notice)
reply = table(Reply)
shipment = table(Shipment)

ACTION = "shipment.need_by"


@dataclass(frozen=True, slots=True)
class Needed:
    """An open shipment that a text is about, with the day by which it is needed and the one on which it is due."""

    shipment_id: str
    need_by: date | None
    due: date | None


def needed(conn: Connection, account_id: str, message_id: str | None, shipment_id: str | None) -> Needed | None:
    """The one open shipment that an answer to this message can mean; None where it is closed, or told of several."""
    row = conn.execute(
        select(shipment.c.need_by, shipment.c.due_date).where(
            shipment.c.account_id == account_id,
            shipment.c.id == shipment_id,
            shipment.c.closed_at.is_(None),
            shipment.c.merged_into.is_(None),
        )
    ).one_or_none()
    if row is None or shipment_id is None or _tells_of_another(conn, account_id, message_id, shipment_id):
        return None
    return Needed(shipment_id, row.need_by, row.due_date)


def _tells_of_another(conn: Connection, account_id: str, message_id: str | None, shipment_id: str) -> bool:
    carried = message_notice.join(
        notice, and_(notice.c.account_id == message_notice.c.account_id, notice.c.id == message_notice.c.notice_id)
    )
    other = (
        select(notice.c.id)
        .select_from(carried)
        .where(
            message_notice.c.account_id == account_id,
            message_notice.c.message_id == message_id,
            notice.c.shipment_id != shipment_id,
        )
    )
    return conn.execute(other.limit(1)).first() is not None


def note_need(
    conn: Connection, account_id: str, shipment_id: str, on: date | None, reply_id: str, now: datetime
) -> None:
    """Set the day by which a shipment is needed, because a reply says so; it is looked at anew."""
    if edit(conn, account_id, shipment_id, now, need_by=on):
        detail = {"need_by": on.isoformat() if on else None}
        audit.record(conn, account_id, f"reply:{reply_id}", ACTION, shipment_id, "a person wrote it", detail, now)


def take_back(conn: Connection, account_id: str, reply_id: str, now: datetime) -> None:
    """Give a shipment the day back that it had before a reply, unless it has been changed since."""
    said = conn.execute(
        select(reply.c.shipment_id, reply.c.detail).where(reply.c.account_id == account_id, reply.c.id == reply_id)
    ).one()
    noted, before = said.detail["need_by"], said.detail["before"]
    now_set = conn.execute(
        select(shipment.c.need_by).where(shipment.c.account_id == account_id, shipment.c.id == said.shipment_id)
    ).scalar()
    if now_set == date.fromisoformat(noted):
        note_need(conn, account_id, said.shipment_id, date.fromisoformat(before) if before else None, reply_id, now)
