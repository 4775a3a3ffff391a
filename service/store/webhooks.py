"""Endpoints that an account's own systems listen at: made, changed, switched off and on again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from service.records.ids import new_id
from service.records.tables import Webhook, WebhookAttempt, WebhookDelivery
from service.records.webhooks import DeliveryState, Disabled, Ended, Endpoint, Payload, WebhookEvent, task_key
from service.store.tables import table
from service.store.tasks import finish_by_key
from service.store.views_changes import Position, latest

webhook = table(Webhook)
delivery = table(WebhookDelivery)
attempt = table(WebhookAttempt)

MOST = 50
"""Endpoints of one account."""

CHANGEABLE = frozenset({"url", "description", "events", "customer_id", "payload"})

SWITCHED_OFF = "Not sent: the endpoint was switched off."

SKIPPED = "Not sent: it was skipped when the endpoint was switched on again."


class TooMany(Exception):
    """The account has as many endpoints as it may."""


def create(
    conn: Connection,
    account_id: str,
    *,
    url: str,
    now: datetime,
    description: str = "",
    events: Sequence[WebhookEvent] = (),
    customer_id: str | None = None,
    payload: Payload = Payload.THIN,
) -> Endpoint:
    """Make an endpoint that is told of what changes from now on. Raises `TooMany`."""
    held = conn.execute(select(func.count()).select_from(webhook).where(webhook.c.account_id == account_id)).scalar()
    if (held or 0) >= MOST:
        raise TooMany
    seen = latest(conn, account_id)
    row = {
        "account_id": account_id,
        "id": new_id("whk"),
        "url": url,
        "description": description,
        "events": [event.value for event in events],
        "customer_id": customer_id,
        "payload": payload,
        "generation": 1,
        "numbered": 0,
        "seen_txid": seen[0],
        "seen_n": seen[1],
        "since": now,
        "created_at": now,
        "updated_at": now,
    }
    return _read(conn.execute(insert(webhook).returning(webhook), row).one())


def get(conn: Connection, account_id: str, webhook_id: str) -> Endpoint | None:
    """An endpoint of the account, or None."""
    row = conn.execute(select(webhook).where(*_this(account_id, webhook_id))).one_or_none()
    return _read(row) if row else None


def listed(conn: Connection, account_id: str) -> list[Endpoint]:
    """Every endpoint of the account, oldest first."""
    rows = conn.execute(select(webhook).where(webhook.c.account_id == account_id).order_by(webhook.c.id))
    return [_read(row) for row in rows]


def some(conn: Connection, account_id: str, ids: Sequence[str]) -> list[Endpoint]:
    """The endpoints with these ids."""
    rows = conn.execute(select(webhook).where(webhook.c.account_id == account_id, webhook.c.id.in_(ids)))
    return [_read(row) for row in rows]


def listening(conn: Connection) -> list[Endpoint]:
    """Every endpoint of every account that is not switched off."""
    rows = conn.execute(select(webhook).where(webhook.c.disabled_at.is_(None)).order_by(webhook.c.id))
    return [_read(row) for row in rows]


def change(conn: Connection, account_id: str, webhook_id: str, now: datetime, **changes: Any) -> Endpoint | None:
    """Change what *changes* names, which is some of `CHANGEABLE`; None where there is no such endpoint."""
    if strange := changes.keys() - CHANGEABLE:
        raise ValueError(f"not changeable: {sorted(strange)}")
    if "url" in changes:  # another place has not failed yet
        changes |= {"failing_since": None, "held_until": None}
    return _update(conn, account_id, webhook_id, now, **changes) if changes else get(conn, account_id, webhook_id)


def rotate(conn: Connection, account_id: str, webhook_id: str, now: datetime) -> Endpoint | None:
    """Put the next secret in force beside the one before it, which ends at the next rotation."""
    return _update(conn, account_id, webhook_id, now, generation=webhook.c.generation + 1)


def remove(conn: Connection, account_id: str, webhook_id: str, now: datetime) -> bool:
    """Take an endpoint away with all that it was told; False where there is none."""
    found = lock(conn, account_id, webhook_id)
    if found is None:
        return False
    mine = select(delivery.c.id).where(delivery.c.account_id == account_id, delivery.c.webhook_id == webhook_id)
    conn.execute(delete(attempt).where(attempt.c.account_id == account_id, attempt.c.delivery_id.in_(mine)))
    conn.execute(delete(delivery).where(delivery.c.account_id == account_id, delivery.c.webhook_id == webhook_id))
    conn.execute(delete(webhook).where(*_this(account_id, webhook_id)))
    _task_done(conn, found, now)
    return True


def lock(conn: Connection, account_id: str, webhook_id: str, *, wait: bool = True) -> Endpoint | None:
    """The endpoint, which nobody else changes until the transaction ends; None where there is none.

    Without *wait* also None while somebody else has it.
    """
    query = select(webhook).where(*_this(account_id, webhook_id)).with_for_update(skip_locked=not wait)
    row = conn.execute(query).one_or_none()
    return _read(row) if row else None


def disable(conn: Connection, found: Endpoint, why: Disabled, now: datetime) -> None:
    """Tell an endpoint nothing more, until a person switches it on again: what waits for it has failed by that."""
    conn.execute(
        update(webhook)
        .where(*_this(found.account_id, found.id))
        .values(disabled_at=now, disabled_why=why, updated_at=now)
    )
    _end_waiting(conn, found, SWITCHED_OFF, now)


def _end_waiting(conn: Connection, found: Endpoint, why: str, now: datetime) -> None:
    """What waits for an endpoint has failed; a test goes all the same."""
    mine = (delivery.c.account_id == found.account_id, delivery.c.webhook_id == found.id)
    waiting = (delivery.c.state == DeliveryState.WAITING, delivery.c.event != WebhookEvent.WEBHOOK_TEST)
    ended = {"state": DeliveryState.FAILED, "detail": why, "ended_at": now}
    conn.execute(update(delivery).where(*mine, *waiting).values(**ended))


def enable(conn: Connection, account_id: str, webhook_id: str, now: datetime, *, skip: bool) -> Endpoint | None:
    """Tell an endpoint of changes again: first of all that it missed, or with *skip* of none of that.

    None where there is no such endpoint; one that is on is left as it is.
    """
    found = lock(conn, account_id, webhook_id)
    if found is None or found.disabled_at is None:
        return found
    values: dict[str, Any] = {"disabled_at": None, "disabled_why": None, "failing_since": None, "held_until": None}
    if skip:
        _end_waiting(conn, found, SKIPPED, now)
        seen = latest(conn, account_id)
        values |= {"seen_txid": seen[0], "seen_n": seen[1], "since": now}
    else:
        replay_failed(conn, account_id, webhook_id, found.failing_since or found.disabled_at, now)
    _task_done(conn, found, now)
    return _update(conn, account_id, webhook_id, now, **values)


def release(conn: Connection, account_id: str, webhook_id: str) -> None:
    """Call an endpoint again although it asked to be left in peace: a person wants it."""
    conn.execute(update(webhook).where(*_this(account_id, webhook_id)).values(held_until=None))


def replay_failed(conn: Connection, account_id: str, webhook_id: str, since: datetime, now: datetime) -> int:
    """Send again whatever failed since an instant, under the same ids; returns how many deliveries."""
    mine = (delivery.c.account_id == account_id, delivery.c.webhook_id == webhook_id)
    failed = (delivery.c.state == DeliveryState.FAILED, delivery.c.event != WebhookEvent.WEBHOOK_TEST)
    release(conn, account_id, webhook_id)
    recent = or_(delivery.c.at >= since, delivery.c.ended_at >= since)
    return conn.execute(update(delivery).where(*mine, *failed, recent).values(**afresh(now))).rowcount


def afresh(now: datetime) -> dict[str, Any]:
    """What makes a delivery begin its tries again."""
    return {"state": DeliveryState.WAITING, "due_at": now, "began_at": now, "tries": 0, "ended_at": None}


def move(conn: Connection, found: Endpoint, seen: Position, added: int) -> int | None:
    """Let an endpoint stand at *seen* in the stream, with *added* numbers for deliveries; the first of them.

    None, and nothing changes, where it stands elsewhere by now or is switched off.
    """
    row = conn.execute(
        update(webhook)
        .where(
            *_this(found.account_id, found.id),
            webhook.c.seen_txid == found.seen[0],
            webhook.c.seen_n == found.seen[1],
            webhook.c.disabled_at.is_(None),
        )
        .values(seen_txid=seen[0], seen_n=seen[1], numbered=webhook.c.numbered + added)
        .returning(webhook.c.numbered)
    ).one_or_none()
    return row.numbered - added + 1 if row else None


def note_outcome(conn: Connection, found: Endpoint, ended: Ended, now: datetime) -> None:
    """Note that a call was taken, or that one failed: the first failure since a success is remembered."""
    if ended.taken:
        values: dict[str, Any] = {"taken_at": now, "failing_since": None}
    else:
        values = {"failing_since": found.failing_since or now}
    if ended.hold_until is not None:
        values["held_until"] = max(ended.hold_until, found.held_until or now)
    conn.execute(update(webhook).where(*_this(found.account_id, found.id)).values(**values))


def _task_done(conn: Connection, found: Endpoint, now: datetime) -> None:
    if found.disabled_at is not None:
        finish_by_key(conn, found.account_id, task_key(found.id, found.disabled_at), "milepost", now)


def _update(conn: Connection, account_id: str, webhook_id: str, now: datetime, **values: Any) -> Endpoint | None:
    row = conn.execute(
        update(webhook).where(*_this(account_id, webhook_id)).values(updated_at=now, **values).returning(webhook)
    ).one_or_none()
    return _read(row) if row else None


def _this(account_id: str, webhook_id: str) -> tuple[Any, Any]:
    return webhook.c.account_id == account_id, webhook.c.id == webhook_id


def _read(row: Row[Any]) -> Endpoint:
    return Endpoint(
        account_id=row.account_id,
        id=row.id,
        url=row.url,
        description=row.description,
        events=tuple(WebhookEvent(one) for one in row.events),
        customer_id=row.customer_id,
        payload=row.payload,
        generation=row.generation,
        numbered=row.numbered,
        seen=(row.seen_txid, row.seen_n),
        since=row.since,
        held_until=row.held_until,
        failing_since=row.failing_since,
        taken_at=row.taken_at,
        disabled_at=row.disabled_at,
        disabled_why=row.disabled_why,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
