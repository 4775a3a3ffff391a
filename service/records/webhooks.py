"""Webhooks out: where an account's own systems are told of events, and each telling with its calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field

from service.records.base import Owned, instant, maybe_instant
from service.records.columns import Json, choice


class WebhookEvent(StrEnum):
    """What an endpoint can be told."""

    SHIPMENT_UPDATED = "shipment.updated"
    MESSAGE_ACCEPTED = "message.accepted"
    MESSAGE_DELIVERED = "message.delivered"
    MESSAGE_UNDELIVERED = "message.undelivered"
    MESSAGE_FAILED = "message.failed"
    MESSAGE_EXPIRED = "message.expired"
    MESSAGE_CANCELLED = "message.cancelled"
    MESSAGE_UNKNOWN = "message.unknown"
    REPLY_RECEIVED = "reply.received"
    TASK_OPENED = "task.opened"
    TASK_DONE = "task.done"
    WEBHOOK_DISABLED = "webhook.disabled"
    WEBHOOK_TEST = "webhook.test"


CHOOSABLE = tuple(event for event in WebhookEvent if event is not WebhookEvent.WEBHOOK_TEST)
"""What an endpoint may ask for; a test is sent whatever it asks for."""


class Payload(StrEnum):
    """How much an event carries: ids, states, dates and references, or the whole of what the API shows."""

    THIN = "thin"
    FULL = "full"


class DeliveryState(StrEnum):
    """The life of a delivery: waiting → sending → delivered, or failed after the last try."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Disabled(StrEnum):
    """Why an endpoint is off: a person said so, it answered 410, or nothing but failures came for days."""

    PERSON = "person"
    GONE = "gone"
    FAILING = "failing"


class Webhook(Owned, table=True):
    """An endpoint. `events` are the kinds it wants, [] for all; with `customer_id` only of that customer's shipments.

    (`seen_txid`, `seen_n`) is where in the stream of changes it stands. `generation` counts its secrets, which are
    derived and not kept; `numbered` is the number of its last delivery. `failing_since` is the first failure since the
    last success. What happened before `since` is never told. Until `held_until` it asked to be left in peace.
    """

    url: str = Field(max_length=2000)
    description: str = Field(default="", max_length=120)
    events: Any = Field(sa_type=Json)
    customer_id: str | None = Field(default=None, max_length=40)
    payload: Payload = Field(default=Payload.THIN, sa_type=choice(Payload))
    generation: int = 1
    numbered: int = Field(default=0, sa_type=BigInteger)
    seen_txid: int = Field(sa_type=BigInteger)
    seen_n: int = Field(sa_type=BigInteger)
    since: datetime = instant()
    held_until: datetime | None = maybe_instant()
    failing_since: datetime | None = maybe_instant()
    taken_at: datetime | None = maybe_instant()
    disabled_at: datetime | None = maybe_instant()
    disabled_why: Disabled | None = Field(default=None, sa_type=choice(Disabled), nullable=True)
    created_at: datetime = instant()
    updated_at: datetime = instant()


class WebhookDelivery(Owned, table=True):
    """One event to one endpoint: the row is the queue. Its id, made of both, is the `webhook-id` of every call.

    `tries` counts the calls since it was last (re)played, `calls` all of them; `began_at` is when those tries began.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index(
            "ix_webhook_delivery_due",
            "account_id",
            "webhook_id",
            "due_at",
            "number",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_webhook_delivery_sending",
            "account_id",
            "webhook_id",
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index("ix_webhook_delivery_webhook", "account_id", "webhook_id", "number"),
        Index("ix_webhook_delivery_subject", "account_id", "webhook_id", "subject_id", "number"),
        Index(
            "ix_webhook_delivery_ended",
            "ended_at",
            sqlite_where=text("ended_at IS NOT NULL"),
            postgresql_where=text("ended_at IS NOT NULL"),
        ),
    )
    webhook_id: str = Field(max_length=40)
    number: int = Field(sa_type=BigInteger)
    event: WebhookEvent = Field(sa_type=choice(WebhookEvent))
    subject_id: str = Field(max_length=40)
    shipment_id: str | None = Field(default=None, max_length=40)
    at: datetime = instant()
    body: str = Field(sa_type=Text)
    state: DeliveryState = Field(default=DeliveryState.WAITING, sa_type=choice(DeliveryState))
    due_at: datetime = instant()
    began_at: datetime = instant()
    tries: int = 0
    calls: int = 0
    worker_id: str | None = Field(default=None, max_length=40)
    status: int | None = None
    detail: str = Field(default="", max_length=200)
    created_at: datetime = instant()
    ended_at: datetime | None = maybe_instant()


class WebhookAttempt(Owned, table=True):
    """One call of an endpoint: `status` None where no answer came, `said` the beginning of one that is no 2xx."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (Index("ix_webhook_attempt_delivery", "account_id", "delivery_id", "number"),)
    delivery_id: str = Field(max_length=40)
    number: int
    started_at: datetime = instant()
    completed_at: datetime | None = maybe_instant()
    ms: int | None = None
    status: int | None = None
    detail: str = Field(default="", max_length=200)
    said: str = Field(default="", max_length=300)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint as kept; see `Webhook`. Whoever prints one leaves the URL out of logs: it may hold a token."""

    account_id: str
    id: str
    url: str = field(repr=False)
    description: str
    events: tuple[WebhookEvent, ...]
    customer_id: str | None
    payload: Payload
    generation: int
    numbered: int
    seen: tuple[int, int]
    since: datetime
    held_until: datetime | None
    failing_since: datetime | None
    taken_at: datetime | None
    disabled_at: datetime | None
    disabled_why: Disabled | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Born:
    """An event for one endpoint, in the words that are sent; `key` is what it is about, so that it is kept once."""

    event: WebhookEvent
    key: str
    subject_id: str
    shipment_id: str | None
    at: datetime
    body: str


@dataclass(frozen=True, slots=True)
class Called:
    """A delivery that is being handed over, its call `number`; this is try `tries` of the round begun at `began_at`."""

    account_id: str
    webhook_id: str
    delivery_id: str
    attempt_id: str
    event: WebhookEvent
    url: str = field(repr=False)
    generation: int
    body: str = field(repr=False)
    number: int
    tries: int
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended. Without `taken` it is tried again at `due_at`, or has failed where that is None.

    Nothing else is sent before `hold_until`, which the endpoint asked for.
    `gone` and `off_before` (the endpoint has failed since then or longer) switch the endpoint off; a call that does
    not `count` changes nothing but its own delivery.
    """

    taken: bool
    status: int | None
    detail: str
    said: str
    ms: int
    due_at: datetime | None = None
    hold_until: datetime | None = None
    gone: bool = False
    off_before: datetime | None = None
    counts: bool = True


def task_key(webhook_id: str, disabled_at: datetime) -> str:
    """The key of the task that a person looks after an endpoint and switches it on again."""
    return f"webhook:{webhook_id}:{disabled_at:%Y%m%dT%H%M%S}"


def secret_name(account_id: str, webhook_id: str) -> str:
    """What the secrets of an endpoint are derived for."""
    return f"{account_id}:{webhook_id}"
