"""Texts that a provider lists and that we know nothing of: kept after we were away, adopted by what would say them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from notifiers.base import Seen
from service.records.enums import AttemptOutcome, Level, MessageState
from service.records.ids import new_id
from service.records.outbox import Candidate
from service.records.tables import Address, Attempt, Message, Stray
from service.store.among import among
from service.store.bulk import bulk_insert
from service.store.changes import note_changes
from service.store.claiming import calls_begun
from service.store.settling import mark_told
from service.store.sql import insert_once, lock_rows
from service.store.tables import table

stray = table(Stray)
message = table(Message)

KEPT = timedelta(days=7)
"""How long such a text is kept: by then every source has sent again what it sent since the backup."""

OPEN = select(stray).where(stray.c.adopted_at.is_(None))
OPEN_TO = OPEN.where(among(stray.c.to, "to"))


@dataclass(frozen=True, slots=True)
class StrayRow:
    """A text that left our sender, by whom and when, and of which we have no message."""

    notifier: str
    provider_id: str
    sender: str
    to: str
    text: str
    sent_at: datetime


def keep(conn: Connection, notifier: str, found: Iterable[Seen], now: datetime) -> int:
    """Keep each of these texts once; returns how many are new."""
    rows = [
        {
            "notifier": notifier,
            "provider_id": one.provider_id,
            "sender": one.sender,
            "to": one.to,
            "text": one.text,
            "sent_at": one.at,
            "found_at": now,
        }
        for one in found
    ]
    return len(insert_once(conn, Stray, rows))


def any_open(conn: Connection) -> bool:
    """Whether there is any: nearly always there is none, and then nothing else is asked."""
    return conn.execute(select(stray.c.provider_id).where(stray.c.adopted_at.is_(None)).limit(1)).first() is not None


def open_ones(conn: Connection) -> list[StrayRow]:
    """All that nothing has adopted yet, oldest first."""
    return [_row(row) for row in conn.execute(OPEN.order_by(stray.c.sent_at, stray.c.provider_id))]


def open_to(conn: Connection, recipients: Collection[str]) -> dict[str, list[StrayRow]]:
    """Those that went to these recipients, by recipient, oldest first."""
    found: dict[str, list[StrayRow]] = defaultdict(list)
    rows = conn.execute(OPEN_TO.order_by(stray.c.sent_at, stray.c.provider_id), {"to": sorted(recipients)})
    for row in rows if recipients else ():
        found[row.to].append(_row(row))
    return found


def counts(conn: Connection) -> tuple[int, int]:
    """How many were adopted, and how many still are not."""
    open_now = func.count().filter(stray.c.adopted_at.is_(None))
    total, left = conn.execute(select(func.count(), open_now).select_from(stray)).one()
    return int(total) - int(left), int(left)


def adopt(conn: Connection, one: Candidate, by: StrayRow, words: str | None, worker_id: str, now: datetime) -> bool:
    """Take a waiting message as sent by the text *by*; False where either has moved meanwhile.

    It counts for the caps from when it left, its receipts find it, and its words are told.
    """
    if one.address_id:
        lock_rows(conn, Address, one.account_id, [one.address_id])
    lock_rows(conn, Message, one.account_id, [one.message_id])
    mine = (
        message.c.account_id == one.account_id,
        message.c.id == one.message_id,
        message.c.state == MessageState.WAITING,
        message.c.updated_at == one.updated_at,
    )
    if conn.execute(select(message.c.id).where(*mine)).first() is None:
        return False
    taken = conn.execute(
        update(stray)
        .where(stray.c.notifier == by.notifier, stray.c.provider_id == by.provider_id, stray.c.adopted_at.is_(None))
        .values(adopted_at=now, account_id=one.account_id, message_id=one.message_id, to="", text="")
    ).rowcount
    if not taken:
        return False
    conn.execute(update(message).where(*mine).values(_sent(one, by, now)))
    bulk_insert(conn, Attempt, [_attempt(one, by, words, worker_id, calls_begun(conn, one) + 1, now)])
    mark_told(conn, one.account_id, [one.message_id], now)
    note_changes(conn, one.account_id, [("message", one.message_id, one.shipment_id)], now)
    return True


def prune(conn: Connection, now: datetime) -> None:
    """Forget old ones: they hold what a person was told."""
    conn.execute(delete(stray).where(stray.c.found_at < now - KEPT))


def _sent(one: Candidate, by: StrayRow, now: datetime) -> dict[str, object]:
    return {
        "state": MessageState.ACCEPTED,
        "tries": one.tries + 1,
        "notifier": by.notifier,
        "sender": by.sender,
        "to": by.to,
        "body": by.text,
        "provider_id": by.provider_id,
        "detail": f"{by.notifier} lists these words as sent before a backup was put back; adopted, not sent again",
        "handed_at": by.sent_at,
        "updated_at": now,
    }


def _attempt(
    one: Candidate, by: StrayRow, words: str | None, worker_id: str, number: int, now: datetime
) -> dict[str, object]:
    return {
        "account_id": one.account_id,
        "id": new_id("att"),
        "message_id": one.message_id,
        "number": number,
        "address_id": one.address_id,
        "level": Level.SYS if one.in_digest else one.level,
        "worker_id": worker_id,
        "notifier": by.notifier,
        "body": by.text,
        "words": words,
        "started_at": by.sent_at,
        "completed_at": now,
        "outcome": AttemptOutcome.ACCEPTED,
        "provider_id": by.provider_id,
        "detail": "adopted from the provider's list",
    }


def _row(row: object) -> StrayRow:
    return StrayRow(**{name: getattr(row, name) for name in StrayRow.__slots__})
