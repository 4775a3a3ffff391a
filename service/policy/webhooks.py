"""Webhooks out: which events a change is, what a thin event holds, when a call is repeated, when an endpoint is off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from notifiers.schedules import WEBHOOK_RETRIES
from service.records.decision import NewTask
from service.records.enums import MessageKind, MessageState
from service.records.webhooks import Called, Ended, WebhookEvent, task_key

Row = Mapping[str, Any]

LONGEST_WAIT = timedelta(hours=24)
"""More than this is not waited for, whatever `Retry-After` says."""

OFF_AFTER = timedelta(days=5)
"""After so long with nothing but failures an endpoint is switched off (as Svix does) ..."""

OFF_TRIED = timedelta(hours=12)
"""... once the same event has been tried for so long: two bad moments far apart are no five bad days."""

KEPT = timedelta(days=30)
"""How long a delivery can be looked at and replayed after it has ended."""

GONE = 410

MESSAGE_EVENTS: Mapping[MessageState, WebhookEvent] = MappingProxyType(
    {
        MessageState.DELIVERED: WebhookEvent.MESSAGE_DELIVERED,
        MessageState.UNDELIVERED: WebhookEvent.MESSAGE_UNDELIVERED,
        MessageState.FAILED: WebhookEvent.MESSAGE_FAILED,
        MessageState.EXPIRED: WebhookEvent.MESSAGE_EXPIRED,
        MessageState.CANCELLED: WebhookEvent.MESSAGE_CANCELLED,
        MessageState.UNKNOWN: WebhookEvent.MESSAGE_UNKNOWN,
    }
)
"""What the end of a message is told as."""

THIN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "shipment": (
            *("id", "refs", "status", "status_text", "late", "due", "told", "delay", "units", "flags"),
            *("customer", "owner", "need_by", "merged_into", "closed_at", "updated_at", "links"),
        ),
        "message": (
            *("id", "message_kind", "state", "state_text", "stage", "channel", "code", "level", "contact_id"),
            *("shipment_id", "thread_id", "segments", "language", "handed_at", "ended_at", "created_at", "links"),
        ),
        "reply": (
            *("id", "at", "meaning", "channel", "contact_id", "contact_ids", "message_id", "thread_id", "shipment_id"),
            "links",
        ),
        "task": ("id", "kind", "owner", "shipment_id", "contact_id", "due_at", "opened_at", "done_at"),
        "webhook": ("id", "description", "disabled_at", "disabled_why", "links"),
    }
)
"""The members of a thin event, by topic: the API's own, without names, addresses, texts and links that open a page."""

INNER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"customer": ("id",), "owner": ("id",), "links": ("self", "timeline", "messages", "thread", "contact", "enable")}
)
"""Of these members only so much."""

ALWAYS_THIN = frozenset({"webhook"})
"""Topics of which only this much is ever told: an endpoint's URL may hold a token of its own."""

NOT_NEWS = frozenset({"id", "updated_at", "links"})
"""Members of a shipment whose change alone is no event."""


def thin(topic: str, shown: Row) -> dict[str, Any]:
    """What a thin event carries of *shown*, the API's own shape."""
    return {name: _less(name, shown.get(name)) for name in THIN[topic]}


def _less(name: str, value: object) -> object:
    inner = INNER.get(name)
    if inner is None or not isinstance(value, Mapping):
        return value
    return {key: value[key] for key in inner if key in value}


def changed(before: Row | None, after: Row) -> list[str]:
    """The members of a shipment that differ between two events, as JSON values; every one where there was none."""
    names = [name for name in THIN["shipment"] if name not in NOT_NEWS]
    if before is None:
        return names
    old, new = thin("shipment", before), thin("shipment", after)
    return [name for name in names if old[name] != new[name]]


def message_events(shown: Row) -> list[tuple[WebhookEvent, datetime]]:
    """What has happened to a message so far, oldest first, each event once in its life.

    Mail to our own desk is no event, and neither is a message whose place another one took.
    """
    if shown["message_kind"] == MessageKind.DESK:
        return []
    found: list[tuple[WebhookEvent, datetime]] = []
    if shown["handed_at"] is not None:
        found.append((WebhookEvent.MESSAGE_ACCEPTED, shown["handed_at"]))
    end = MESSAGE_EVENTS.get(MessageState(shown["state"]))
    if end is not None and shown["ended_at"] is not None:
        found.append((end, shown["ended_at"]))
    return found


def task_events(shown: Row) -> list[tuple[WebhookEvent, datetime]]:
    """What has happened to a task so far."""
    found = [(WebhookEvent.TASK_OPENED, shown["opened_at"])]
    if shown["done_at"] is not None:
        found.append((WebhookEvent.TASK_DONE, shown["done_at"]))
    return found


def wanted(event: WebhookEvent, events: tuple[WebhookEvent, ...], customer: str | None, customers: set[str]) -> bool:
    """Whether an endpoint is told of *event*, which is about shipments of *customers*.

    One that is about a customer's shipments alone hears nothing that is also about somebody else's.
    """
    return (not events or event in events) and (customer is None or customers == {customer})


def ended(
    event: WebhookEvent,
    status: int | None,
    *,
    detail: str,
    said: str,
    ms: int,
    retry_after: float | None,
    tries: int,
    began_at: datetime,
    now: datetime,
) -> Ended:
    """What the answer to the call number *tries* means; *status* is None where none came, *retry_after* in seconds.

    As Standard Webhooks has it: whatever is no 2xx is a failure, redirects too, and 410 says never again.
    """
    test = event is WebhookEvent.WEBHOOK_TEST
    if status is not None and 200 <= status < 300:
        return Ended(True, status, detail, said, ms, counts=not test)
    again = None if test or status == GONE else next_try(tries, retry_after, now)
    tried_long = now - began_at >= OFF_TRIED
    return Ended(
        False,
        status,
        detail,
        said,
        ms,
        due_at=again,
        hold_until=now + asked(retry_after) if retry_after else None,
        gone=status == GONE and not test,
        off_before=now - OFF_AFTER if tried_long else None,
        counts=not test,
    )


def next_try(tries: int, retry_after: float | None, now: datetime) -> datetime | None:
    """When to call again after *tries* failed calls; None after the last."""
    if tries >= len(WEBHOOK_RETRIES):
        return None
    return now + max(WEBHOOK_RETRIES[tries], asked(retry_after))


def asked(retry_after: float | None) -> timedelta:
    """How long a `Retry-After`, in seconds, is heeded."""
    return timedelta(seconds=min(retry_after or 0.0, LONGEST_WAIT.total_seconds()))


def switched_off(one: Called, outcome: Ended, now: datetime) -> NewTask:
    """The task of whoever looks after an endpoint that is switched off *now*; of its URL no more than the host."""
    host = urlsplit(one.url).hostname or "an address without a name"
    days = OFF_AFTER.days
    why = "it answered that it is gone" if outcome.gone else f"for {days} days nothing but failures came back"
    text = f"The webhook to {host} is switched off: {why}. Mend it, then run: milepost webhooks enable {one.webhook_id}"
    return NewTask(key=task_key(one.webhook_id, now), kind="webhook", text=text)
