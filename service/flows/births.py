"""Events are born: what changed is written down for each endpoint that wants to know, each once and in order."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from service.flows.kit import Kit
from service.policy import webhooks as policy
from service.records.webhooks import Born, Endpoint, Payload, WebhookEvent
from service.store import deliveries, views_changes, webhooks
from service.store.engine import Connection
from service.store.errors import StoreError

log = logging.getLogger(__name__)

BATCH = 200
"""Changes read at a time for one endpoint."""

TOPICS = ("shipment", "message", "reply", "task", "webhook")
"""Topics of the stream of changes that become events."""

Row = dict[str, Any]


class Shapes(Protocol):
    """The API's own shapes, so that an event shows what a call would."""

    def shown(self, conn: Connection, account_id: str, topic: str, ids: Sequence[str]) -> dict[str, Row]:
        """What the API shows of these, by id; whoever is not there any more is left out."""
        ...

    def encoded(self, value: object) -> bytes:
        """*value* as the API writes JSON."""
        ...


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that changed, as the API shows it now; `at` and `number` are of its last change."""

    topic: str
    id: str
    data: Row
    at: datetime
    number: int
    shipment_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened, before it is known who is told of it."""

    topic: str
    event: WebhookEvent
    key: str
    subject_id: str
    shipment_ids: frozenset[str]
    at: datetime
    data: Row


def bear(kit: Kit, shapes: Shapes) -> int:
    """Write what endpoints are told of the changes that they have not seen; returns how many changes were read."""
    with kit.database.read() as conn:
        found = webhooks.listening(conn)
    return sum(_guarded(kit, shapes, one) for one in found)


def _guarded(kit: Kit, shapes: Shapes, found: Endpoint) -> int:
    """One endpoint's share: what goes wrong there must not keep others waiting."""
    try:
        return _for(kit, shapes, found)
    except StoreError:
        raise
    except Exception:
        log.exception("events for the webhook %s could not be written; it is tried again", found.id)
        return 0


def _for(kit: Kit, shapes: Shapes, found: Endpoint) -> int:
    with kit.database.read() as conn:
        changed = views_changes.since(conn, found.account_id, found.seen, limit=BATCH)
        born = _born(conn, shapes, found, changed) if changed else []
    if not changed:
        return 0
    seen = (changed[-1]["txid"], changed[-1]["n"])
    now = kit.clock()
    kit.database.write(lambda conn: deliveries.keep(conn, found, seen, born, now))
    if born:
        kit.database.wake("webhooks")
    return len(changed)


def _born(conn: Connection, shapes: Shapes, found: Endpoint, changed: Sequence[Row]) -> list[Born]:
    happened = _happened(conn, shapes, found, changed)
    about = {one for each in happened for one in each.shipment_ids}
    owners = deliveries.customers_of(conn, found.account_id, sorted(about)) if found.customer_id else {}
    born: list[Born] = []
    for one in happened:
        customers = {owners.get(shipment, "") for shipment in one.shipment_ids}
        if one.at >= found.since and policy.wanted(one.event, found.events, found.customer_id, customers):
            born.append(_worded(shapes, found, one))
    return born


def _happened(conn: Connection, shapes: Shapes, found: Endpoint, changed: Sequence[Row]) -> list[Happened]:
    """What the changes come to, in the order of the last change of each thing."""
    messages = [row["subject_id"] for row in changed if row["topic"] == "message"]
    carried = deliveries.shipments_of(conn, found.account_id, messages) if messages else {}
    last: dict[tuple[str, str], Row] = {}
    for row in changed:
        for topic, subject in _touched(row, carried):
            last.pop((topic, subject), None)
            last[(topic, subject)] = row
    ids = {topic: [one for kind, one in last if kind == topic] for topic in TOPICS}
    shown = {topic: shapes.shown(conn, found.account_id, topic, mine) for topic, mine in ids.items() if mine}
    before = deliveries.told_last(conn, found, ids["shipment"]) if ids["shipment"] else {}
    happened: list[Happened] = []
    for (topic, subject), row in last.items():
        data = shown[topic].get(subject)
        if data is not None:
            about = {subject} if topic == "shipment" else carried.get(subject, set()) | {data.get("shipment_id")}
            one = Subject(topic, subject, data, row["at"], row["n"], frozenset(each for each in about if each))
            happened += _of(shapes, found, one, before)
    return happened


def _touched(row: Row, carried: dict[str, set[str]]) -> list[tuple[str, str]]:
    """(topic, id) of what a change is about. What becomes of a message changes what is told of its shipments."""
    if row["topic"] not in TOPICS:
        return []
    own = (row["topic"], row["subject_id"])
    if row["topic"] != "message":
        return [own]
    return [own, *(("shipment", one) for one in sorted(carried.get(row["subject_id"], ())))]


def _of(shapes: Shapes, found: Endpoint, one: Subject, before: dict[str, Row]) -> list[Happened]:
    """The events that a thing stands for by now: those that were told before are kept once by their key."""

    def event(kind: WebhookEvent, at: datetime, more: str = "", **extra: object) -> Happened:
        data = {**one.data, **extra}
        return Happened(one.topic, kind, f"{kind}:{one.id}{more}", one.id, one.shipment_ids, at, data)

    if one.topic == "shipment":
        plain: Row = json.loads(shapes.encoded(one.data))
        news = policy.changed(before.get(one.id), plain)
        more = f":{one.at.isoformat()}:{one.number}"
        return [event(WebhookEvent.SHIPMENT_UPDATED, one.at, more, changed=news)] if news else []
    if one.topic == "message":
        return [event(kind, at) for kind, at in policy.message_events(one.data)]
    if one.topic == "task":
        return [event(kind, at) for kind, at in policy.task_events(one.data)]
    if one.topic == "reply":
        return [event(WebhookEvent.REPLY_RECEIVED, one.data["at"])]
    off = one.data["disabled_at"]
    return [event(WebhookEvent.WEBHOOK_DISABLED, off, f":{off.isoformat()}")] if off and one.id != found.id else []


def _worded(shapes: Shapes, found: Endpoint, one: Happened) -> Born:
    """The event in the words that are sent; the same for each call."""
    thin = found.payload is Payload.THIN or one.topic in policy.ALWAYS_THIN
    data = policy.thin(one.topic, one.data) if thin else dict(one.data)
    if "changed" in one.data:
        data["changed"] = one.data["changed"]
    body = shapes.encoded({"type": one.event, "timestamp": one.at, "data": data}).decode()
    shipment = next(iter(one.shipment_ids)) if len(one.shipment_ids) == 1 else None
    return Born(one.event, one.key, one.subject_id, shipment, one.at, body)
