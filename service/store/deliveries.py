"""What endpoints are told: deliveries written once, claimed by one process, settled, replayed and forgotten."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, update

from service.records.columns import UtcDateTime
from service.records.decision import NewTask
from service.records.ids import ALPHABET, new_id
from service.records.tables import MessageNotice, Notice, Shipment, Webhook, WebhookAttempt, WebhookDelivery
from service.records.webhooks import Born, Called, DeliveryState, Disabled, Ended, Endpoint, WebhookEvent
from service.store import webhooks
from service.store.audit import record
from service.store.bulk import bulk_insert
from service.store.changes import note_changes
from service.store.tables import table
from service.store.tasks import open_tasks
from service.store.views_changes import Position

webhook = table(Webhook)
delivery = table(WebhookDelivery)
attempt = table(WebhookAttempt)
shipment = table(Shipment)
notice = table(Notice)
message_notice = table(MessageNotice)

LOOKED_AT = 4
"""How many due deliveries are looked at for each that may leave: those about one subject go one after the other."""

PRUNED = 1000
"""Deliveries forgotten in one transaction."""

DIED = "The process stopped before the answer came."

MACHINE = "milepost"


def id_of(webhook_id: str, key: str) -> str:
    """The id of the delivery of one event to one endpoint: always the same, also where a database was put back."""
    number = int.from_bytes(hashlib.sha256(f"{webhook_id}\x1f{key}".encode()).digest()[:17], "big")
    return "whd_" + "".join(ALPHABET[(number >> shift) & 31] for shift in range(125, -5, -5))


def keep(conn: Connection, found: Endpoint, seen: Position, born: Sequence[Born], now: datetime) -> bool:
    """Write what an endpoint is told of the changes up to *seen*; False where somebody else did."""
    first = webhooks.move(conn, found, seen, len(born))
    if first is None:
        return False
    rows = [_row(found, one, first + place, now) for place, one in enumerate(born)]
    bulk_insert(conn, WebhookDelivery, rows, once=True)
    return True


def keep_test(conn: Connection, found: Endpoint, body: str, now: datetime) -> str:
    """Write a test, which is sent once, also to an endpoint that is off; returns its id."""
    number = conn.execute(
        update(webhook)
        .where(webhook.c.account_id == found.account_id, webhook.c.id == found.id)
        .values(numbered=webhook.c.numbered + 1)
        .returning(webhook.c.numbered)
    ).scalar_one()
    born = Born(WebhookEvent.WEBHOOK_TEST, f"test:{number}", found.id, None, now, body)
    conn.execute(insert(delivery), _row(found, born, number, now))
    return id_of(found.id, born.key)


def _row(found: Endpoint, one: Born, number: int, now: datetime) -> dict[str, Any]:
    return {
        "account_id": found.account_id,
        "id": id_of(found.id, one.key),
        "webhook_id": found.id,
        "number": number,
        "event": one.event,
        "subject_id": one.subject_id,
        "shipment_id": one.shipment_id,
        "at": one.at,
        "body": one.body,
        "state": DeliveryState.WAITING,
        "due_at": now,
        "began_at": now,
        "tries": 0,
        "calls": 0,
        "detail": "",
        "created_at": now,
    }


def told_last(conn: Connection, found: Endpoint, shipment_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """`data` of the last event that an endpoint was told of each shipment."""
    mine = (
        delivery.c.account_id == found.account_id,
        delivery.c.webhook_id == found.id,
        delivery.c.subject_id.in_(shipment_ids),
    )
    newest = select(func.max(delivery.c.number)).where(*mine).group_by(delivery.c.subject_id)
    rows = conn.execute(select(delivery.c.subject_id, delivery.c.body).where(*mine, delivery.c.number.in_(newest)))
    return {row.subject_id: json.loads(row.body)["data"] for row in rows}


def shipments_of(conn: Connection, account_id: str, message_ids: Sequence[str]) -> dict[str, set[str]]:
    """The shipments of the news that messages carry."""
    joined = message_notice.join(
        notice, and_(notice.c.account_id == message_notice.c.account_id, notice.c.id == message_notice.c.notice_id)
    )
    rows = conn.execute(
        select(message_notice.c.message_id, notice.c.shipment_id)
        .select_from(joined)
        .where(message_notice.c.account_id == account_id, message_notice.c.message_id.in_(message_ids))
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        if row.shipment_id:
            found.setdefault(row.message_id, set()).add(row.shipment_id)
    return found


def customers_of(conn: Connection, account_id: str, shipment_ids: Sequence[str]) -> dict[str, str]:
    """The customers of shipments, those that have one."""
    rows = conn.execute(
        select(shipment.c.id, shipment.c.customer_id).where(
            shipment.c.account_id == account_id, shipment.c.id.in_(shipment_ids), shipment.c.customer_id.is_not(None)
        )
    )
    return {row.id: row.customer_id for row in rows}


OLDEST = (
    select(func.min(delivery.c.due_at))
    .where(
        delivery.c.account_id == webhook.c.account_id,
        delivery.c.webhook_id == webhook.c.id,
        delivery.c.state == DeliveryState.WAITING,
        delivery.c.due_at <= bindparam("now", type_=UtcDateTime),
        or_(
            delivery.c.event == WebhookEvent.WEBHOOK_TEST,
            and_(
                webhook.c.disabled_at.is_(None),
                or_(webhook.c.held_until.is_(None), webhook.c.held_until <= bindparam("now", type_=UtcDateTime)),
            ),
        ),
    )
    .correlate(webhook)
    .scalar_subquery()
)
"""Since when something is due for an endpoint: one look into the index, however long its queue is."""

DUE = select(webhook.c.account_id, webhook.c.id, OLDEST.label("oldest")).where(OLDEST.is_not(None))


def due(conn: Connection, now: datetime) -> list[tuple[str, str]]:
    """(account id, endpoint id) of every endpoint that something is due for, who waits longest first."""
    rows = conn.execute(DUE.order_by("oldest", webhook.c.id), {"now": now})
    return [(row.account_id, row.id) for row in rows]


def claim(
    conn: Connection, account_id: str, webhook_id: str, seats: int, worker_id: str, now: datetime
) -> list[Called]:
    """Take at most as many due deliveries as *seats* are free, oldest first, no two about one subject at a time."""
    found = webhooks.lock(conn, account_id, webhook_id, wait=False)
    if found is None:
        return []
    mine = (delivery.c.account_id == account_id, delivery.c.webhook_id == webhook_id)
    busy = list(
        conn.execute(select(delivery.c.subject_id).where(*mine, delivery.c.state == DeliveryState.SENDING)).scalars()
    )
    free = seats - len(busy)
    if free <= 0:
        return []
    waiting = select(delivery).where(*mine, delivery.c.state == DeliveryState.WAITING, delivery.c.due_at <= now)
    if found.disabled_at is not None or (found.held_until is not None and found.held_until > now):
        waiting = waiting.where(delivery.c.event == WebhookEvent.WEBHOOK_TEST)
    ordered = waiting.order_by(delivery.c.due_at, delivery.c.number).limit(free * LOOKED_AT).with_for_update()
    taken: list[Called] = []
    subjects = set(busy)
    for row in conn.execute(ordered).all():
        if row.subject_id not in subjects and len(taken) < free:
            subjects.add(row.subject_id)
            taken.append(_take(conn, found, row, worker_id, now))
    return taken


def _take(conn: Connection, found: Endpoint, row: Any, worker_id: str, now: datetime) -> Called:
    one = Called(
        account_id=found.account_id,
        webhook_id=found.id,
        delivery_id=row.id,
        attempt_id=new_id("wha"),
        event=row.event,
        url=found.url,
        generation=found.generation,
        body=row.body,
        number=row.calls + 1,
        tries=row.tries + 1,
        began_at=row.began_at,
    )
    conn.execute(
        update(delivery)
        .where(*_this(one))
        .values(state=DeliveryState.SENDING, worker_id=worker_id, tries=one.tries, calls=one.number)
    )
    attempted = {"account_id": one.account_id, "id": one.attempt_id, "delivery_id": one.delivery_id}
    conn.execute(insert(attempt), attempted | {"number": one.number, "started_at": now, "detail": "", "said": ""})
    return one


def settle(conn: Connection, one: Called, ended: Ended, task: NewTask, now: datetime) -> bool:
    """Write how a call ended, and what that means for the endpoint; whether it was switched off, with *task*."""
    found = webhooks.lock(conn, one.account_id, one.webhook_id)
    if found is None:
        return False
    conn.execute(
        update(attempt)
        .where(attempt.c.account_id == one.account_id, attempt.c.id == one.attempt_id)
        .values(completed_at=now, ms=ended.ms, status=ended.status, detail=ended.detail[:200], said=ended.said[:300])
    )
    still = (delivery.c.state == DeliveryState.SENDING, delivery.c.calls == one.number)
    after = _after(ended, now)
    if after.get("state") is DeliveryState.WAITING and one.began_at < found.since:
        # It was born before what a person chose to skip while the call was under way.
        after |= {"state": DeliveryState.FAILED, "detail": webhooks.SKIPPED, "ended_at": now}
    conn.execute(update(delivery).where(*_this(one), *still).values(**after))
    if not ended.counts:
        return False
    webhooks.note_outcome(conn, found, ended, now)
    failing = (
        not ended.taken
        and ended.off_before is not None
        and found.failing_since is not None
        and found.failing_since <= ended.off_before
    )
    if found.disabled_at is not None or not (ended.gone or failing):
        return False
    _switch_off(conn, found, Disabled.GONE if ended.gone else Disabled.FAILING, task, now)
    return True


def _after(ended: Ended, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"status": ended.status, "detail": ended.detail[:200], "worker_id": None}
    if ended.taken:
        return values | {"state": DeliveryState.DELIVERED, "ended_at": now}
    if ended.due_at is None:
        return values | {"state": DeliveryState.FAILED, "ended_at": now}
    return values | {"state": DeliveryState.WAITING, "due_at": ended.due_at}


def _switch_off(conn: Connection, found: Endpoint, why: Disabled, task: NewTask, now: datetime) -> None:
    """Switch an endpoint off with a word to a person and to the account's other endpoints."""
    webhooks.disable(conn, found, why, now)
    record(conn, found.account_id, MACHINE, "webhook.disable", found.id, "", {"why": why.value}, now)
    open_tasks(conn, found.account_id, [task], now)
    note_changes(conn, found.account_id, [("webhook", found.id, None)], now)


def sends(conn: Connection, worker_id: str) -> bool:
    """Whether a worker has called an endpoint and not written down the answer."""
    mine = delivery.c.state == DeliveryState.SENDING, delivery.c.worker_id == worker_id
    return conn.execute(select(delivery.c.id).where(*mine).limit(1)).first() is not None


def recover(conn: Connection, workers: Sequence[str], now: datetime) -> int:
    """What dead workers were sending is due at once, under the same id; returns how many deliveries."""
    theirs = delivery.c.state == DeliveryState.SENDING, delivery.c.worker_id.in_(workers)
    values = {"state": DeliveryState.WAITING, "worker_id": None, "due_at": now, "detail": DIED}
    return conn.execute(update(delivery).where(*theirs).values(**values)).rowcount


def let_go(conn: Connection, worker_id: str, under_way: Collection[str], now: datetime) -> int:
    """What a living worker took and is not calling, because it could not tell whether it had taken it, is due again."""
    mine = delivery.c.state == DeliveryState.SENDING, delivery.c.worker_id == worker_id
    values = {"state": DeliveryState.WAITING, "worker_id": None, "due_at": now}
    return conn.execute(update(delivery).where(*mine, delivery.c.id.not_in(under_way)).values(**values)).rowcount


def replay(conn: Connection, account_id: str, webhook_id: str, delivery_id: str, now: datetime) -> bool:
    """Send one delivery again under its id, whatever came of it before; False where there is none.

    One that waits goes at once; one that is on its way is left to it.
    """
    mine = (delivery.c.account_id == account_id, delivery.c.id == delivery_id, delivery.c.webhook_id == webhook_id)
    webhooks.release(conn, account_id, webhook_id)
    idle = delivery.c.state != DeliveryState.SENDING
    conn.execute(update(delivery).where(*mine, idle).values(**webhooks.afresh(now)))
    return conn.execute(select(delivery.c.id).where(*mine)).first() is not None


def prune(conn: Connection, before: datetime) -> int:
    """Forget deliveries that ended before *before*, with their calls; returns how many, at most `PRUNED`."""
    old = select(delivery.c.account_id, delivery.c.id).where(delivery.c.ended_at < before).limit(PRUNED)
    rows = conn.execute(old).all()
    by_account: dict[str, list[str]] = {}
    for row in rows:
        by_account.setdefault(row.account_id, []).append(row.id)
    for account_id, ids in sorted(by_account.items()):
        conn.execute(delete(attempt).where(attempt.c.account_id == account_id, attempt.c.delivery_id.in_(ids)))
        conn.execute(delete(delivery).where(delivery.c.account_id == account_id, delivery.c.id.in_(ids)))
    return len(rows)


def _this(one: Called) -> tuple[Any, Any]:
    return delivery.c.account_id == one.account_id, delivery.c.id == one.delivery_id
