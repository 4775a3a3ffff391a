"""What providers say of attempts: kept once, and moved onto the message only forward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select, update

from notifiers.base import Receipt, ReceiptStatus
from service.records.enums import AttemptOutcome, MessageState, Stage
from service.records.ids import new_id
from service.records.signs import MishapKind
from service.records.tables import Attempt, Message, ReceiptRow
from service.store.accounts import all_ids
from service.store.changes import note_changes
from service.store.fallback import hand_on
from service.store.outbox import suppress_address
from service.store.settling import mark_told
from service.store.signs import went_wrong
from service.store.sql import insert_once
from service.store.tables import table

message = table(Message)
attempt = table(Attempt)

PROVIDER, COMPLAINT = "provider", "complaint"
"""Who stops an address here; a complaint is not lifted by START, for the person never wrote to us."""


@dataclass(frozen=True, slots=True)
class Attempted:
    """An attempt and the state that its message is in."""

    account_id: str
    attempt_id: str
    message_id: str
    state: MessageState
    provider_id: str | None
    trace_id: str | None
    to: str | None


def attempted(conn: Connection, account_id: str, attempt_id: str) -> Attempted | None:
    """The attempt that a receipt names; None where the account has none of that id."""
    row = conn.execute(
        select(
            attempt.c.id,
            attempt.c.message_id,
            message.c.state,
            attempt.c.provider_id,
            message.c.trace_id,
            message.c.to,
        )
        .select_from(
            attempt.join(
                message, and_(message.c.account_id == attempt.c.account_id, message.c.id == attempt.c.message_id)
            )
        )
        .where(attempt.c.account_id == account_id, attempt.c.id == attempt_id)
    ).one_or_none()
    if row is None:
        return None
    return Attempted(account_id, row.id, row.message_id, row.state, row.provider_id, row.trace_id, row.to)


def by_provider(conn: Connection, notifier: str, provider_id: str) -> Attempted | None:
    """The attempt that the provider knows by its own id."""
    row = conn.execute(
        select(
            attempt.c.account_id,
            attempt.c.id,
            attempt.c.message_id,
            message.c.state,
            attempt.c.provider_id,
            message.c.trace_id,
            message.c.to,
        )
        .select_from(
            message.join(
                attempt, and_(attempt.c.account_id == message.c.account_id, attempt.c.message_id == message.c.id)
            )
        )
        .where(message.c.provider_id == provider_id, attempt.c.notifier == notifier)
        .order_by(attempt.c.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Attempted(row.account_id, row.id, row.message_id, row.state, row.provider_id, row.trace_id, row.to)


def by_message(conn: Connection, notifier: str, message_id: str) -> Attempted | None:
    """The last attempt at the message of that id, in whichever account it is."""
    for account_id in all_ids(conn):
        row = conn.execute(
            select(attempt.c.id)
            .where(
                attempt.c.account_id == account_id,
                attempt.c.message_id == message_id,
                attempt.c.notifier == notifier,
                attempt.c.outcome.not_in([AttemptOutcome.TEMPORARY, AttemptOutcome.UNAVAILABLE]),
            )
            .order_by(attempt.c.number.desc())
            .limit(1)
        ).one_or_none()
        if row is not None:
            return attempted(conn, account_id, row.id)
    return None


def apply_receipt(
    conn: Connection,
    seen: Attempted,
    receipt: Receipt,
    becomes: MessageState | None,
    mishap: MishapKind,
    now: datetime,
) -> bool:
    """Keep *receipt* and move the message from the state in which it was seen; False where it has moved meanwhile.

    A receipt also proves that the provider took the message, whatever our own bookkeeping has come to. Where it says
    that the text did not arrive, *mishap* is what the breaker counts. A complaint comes when the message has long been
    delivered, and counts all the same.
    """
    new = _keep(conn, seen, receipt, now)
    if new and receipt.status is ReceiptStatus.COMPLAINED:
        _suppress(conn, seen, receipt, COMPLAINT, now)
    if becomes is None:
        return True
    moved = conn.execute(
        update(message)
        .where(
            message.c.account_id == seen.account_id,
            message.c.id == seen.message_id,
            message.c.state == seen.state,
        )
        .values(_values(becomes, receipt, now))
    ).rowcount
    if not moved:
        return False
    _taken(conn, seen, receipt, now)
    _follow_up(conn, seen, receipt, becomes, mishap, now)
    return True


def _keep(conn: Connection, seen: Attempted, receipt: Receipt, now: datetime) -> bool:
    """Whether this attempt had no receipt of that status yet."""
    row = {
        "account_id": seen.account_id,
        "id": new_id("rcp"),
        "message_id": seen.message_id,
        "attempt_id": seen.attempt_id,
        "status": receipt.status,
        "code": receipt.code,
        "detail": receipt.detail[:300],
        "received_at": now,
    }
    return bool(insert_once(conn, ReceiptRow, [row]))


def _taken(conn: Connection, seen: Attempted, receipt: Receipt, now: datetime) -> None:
    """An attempt of which nothing was known was taken after all."""
    conn.execute(
        update(attempt)
        .where(
            attempt.c.account_id == seen.account_id,
            attempt.c.id == seen.attempt_id,
            attempt.c.outcome.in_([AttemptOutcome.STARTED, AttemptOutcome.UNCERTAIN]),
        )
        .values(outcome=AttemptOutcome.ACCEPTED, provider_id=receipt.provider_id, completed_at=now)
    )


def _values(becomes: MessageState, receipt: Receipt, now: datetime) -> dict[str, object]:
    values: dict[str, object] = {"state": becomes, "provider_id": receipt.provider_id, "updated_at": now}
    if receipt.detail or receipt.code:
        values["detail"] = f"{receipt.code or ''} {receipt.detail}".strip()[:300]
    if becomes in (MessageState.DELIVERED, MessageState.UNDELIVERED):
        values |= {"ended_at": now, "receipt_by": None}
    # A receipt may outrun our own bookkeeping: it, too, says that the text was handed over.
    values["handed_at"] = func.coalesce(message.c.handed_at, now)
    return values


def _suppress(conn: Connection, seen: Attempted, receipt: Receipt, by: str, now: datetime) -> None:
    """Write to the address no more: it is dead, or the person has complained. A first reason stays."""
    address_id = conn.execute(
        select(message.c.address_id).where(message.c.account_id == seen.account_id, message.c.id == seen.message_id)
    ).scalar()
    why = f"{receipt.code or ''} {receipt.detail}".strip() or "the provider says so"
    if address_id:
        suppress_address(conn, seen.account_id, address_id, by, why, now)


def _follow_up(
    conn: Connection, seen: Attempted, receipt: Receipt, becomes: MessageState, mishap: MishapKind, now: datetime
) -> None:
    row = conn.execute(
        select(message.c.address_id, message.c.shipment_id, message.c.stage).where(
            message.c.account_id == seen.account_id, message.c.id == seen.message_id
        )
    ).one()
    if receipt.suppress:
        _suppress(conn, seen, receipt, PROVIDER, now)
    if becomes is MessageState.UNDELIVERED:
        if row.stage is Stage.LIVE:
            went_wrong(conn, seen.account_id, mishap, now)
        hand_on(conn, seen.account_id, seen.message_id, receipt.detail or f"code {receipt.code}", now)
    else:
        mark_told(conn, seen.account_id, [seen.message_id], now)
    note_changes(conn, seen.account_id, [("message", seen.message_id, row.shipment_id)], now)
