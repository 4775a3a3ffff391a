"""Tables of what was told: occurrences, promises, notices, messages, attempts and receipts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlmodel import Field

from notifiers.base import Channel, ReceiptStatus
from service.records.base import Owned, Record, instant, maybe_instant
from service.records.columns import Json, choice
from service.records.enums import (
    AttemptOutcome,
    Level,
    Line,
    MessageKind,
    MessageState,
    Milestone,
    NoticeCode,
    NoticeState,
    Origin,
    Outcome,
    Precision,
    PromiseState,
    Reason,
    Stage,
)


class Occurrence(Owned, table=True):
    """One happening of a milestone at a stop of the journey; `number` is given once and never changes."""

    __table_args__ = (
        ForeignKeyConstraint(["account_id", "shipment_id"], ["shipment.account_id", "shipment.id"]),
        Index(
            "uq_occurrence_number",
            "account_id",
            "shipment_id",
            "milestone",
            "stop",
            "unit_group",
            "number",
            unique=True,
        ),
    )
    shipment_id: str = Field(max_length=40)
    milestone: Milestone = Field(sa_type=choice(Milestone))
    stop: str = Field(default="", max_length=60)
    unit_group: str = Field(default="", max_length=60)
    number: int
    opened_at: datetime = instant()
    closed_at: datetime | None = maybe_instant()


class Promise(Owned, table=True):
    """A word of a line of speech. `key` is (contact, shipment, unit group, stage, line, ordinal), never the date."""

    __table_args__ = (
        ForeignKeyConstraint(["account_id", "shipment_id"], ["shipment.account_id", "shipment.id"]),
        Index(
            "uq_promise_line",
            "account_id",
            "shipment_id",
            "contact_id",
            "stage",
            "line",
            "unit_group",
            "ordinal",
            unique=True,
        ),
        Index("ix_promise_notice", "account_id", "notice_id"),
    )
    shipment_id: str = Field(max_length=40)
    contact_id: str = Field(max_length=40)
    stage: Stage = Field(sa_type=choice(Stage))
    line: Line = Field(sa_type=choice(Line))
    unit_group: str = Field(default="", max_length=60)
    ordinal: int
    state: PromiseState = Field(sa_type=choice(PromiseState))
    origin: Origin = Field(default=Origin.MESSAGE, sa_type=choice(Origin))
    at: datetime | None = maybe_instant()
    at_date: date | None = None
    precision: Precision = Field(default=Precision.DAY, sa_type=choice(Precision))
    zone: str | None = Field(default=None, max_length=64)
    until: datetime | None = maybe_instant()
    place: str | None = Field(default=None, max_length=10)
    reason: Reason | None = Field(default=None, sa_type=choice(Reason), nullable=True)
    notice_id: str | None = Field(default=None, max_length=40)
    message_id: str | None = Field(default=None, max_length=40)
    made_at: datetime = instant()
    told_at: datetime | None = maybe_instant()
    why: str = Field(default="", max_length=200)
    outcome: Outcome | None = Field(default=None, sa_type=choice(Outcome), nullable=True)
    settled_at: datetime | None = maybe_instant()


class Notice(Owned, table=True):
    """One decision: this person is owed this news. `subject` is the occurrence or promise key, `ordinal` the repeat.

    `params` is what its text may say; `why` a list of rule verdicts with the numbers compared.
    """

    __table_args__ = (
        ForeignKeyConstraint(["account_id", "shipment_id"], ["shipment.account_id", "shipment.id"]),
        Index(
            "uq_notice_key",
            "account_id",
            "shipment_id",
            "contact_id",
            "stage",
            "code",
            "subject",
            "ordinal",
            unique=True,
        ),
        Index(
            "ix_notice_end",
            "account_id",
            "not_before",
            sqlite_where=text("code IN ('M20', 'D13')"),
            postgresql_where=text("code IN ('M20', 'D13')"),
        ),
    )
    shipment_id: str = Field(max_length=40)
    contact_id: str = Field(max_length=40)
    stage: Stage = Field(sa_type=choice(Stage))
    code: NoticeCode = Field(sa_type=choice(NoticeCode))
    subject: str = Field(max_length=120)
    ordinal: int = 1
    cause: str = Field(max_length=160)
    level: Level = Field(sa_type=choice(Level))
    state: NoticeState = Field(sa_type=choice(NoticeState))
    not_before: datetime = instant()
    send_before: datetime = instant()
    truth_version: int
    params: Any = Field(sa_type=Json)
    why: Any = Field(sa_type=Json)
    created_at: datetime = instant()
    ended_at: datetime | None = maybe_instant()


class MessageNotice(Record, table=True):
    """Which notices a message carries."""

    __tablename__ = "message_notice"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "message_id"], ["message.account_id", "message.id"]),
        Index("ix_message_notice_notice", "account_id", "notice_id"),
    )
    account_id: str = Field(primary_key=True, max_length=40)
    message_id: str = Field(primary_key=True, max_length=40)
    notice_id: str = Field(primary_key=True, max_length=40)
    place: int = 0


class Message(Owned, table=True):
    """One text to one person on one channel: the outbox row. Rendered when claimed; the body as sent is kept.

    By `receipt_by` a receipt is waited for before its news goes by another channel too.
    `held_by` is the pause that it waits behind, or waited behind when it ended, or `drain` where it waits for its turn.
    `key` is its first notice's id and channel (or what else asked for it), so that planning twice inserts once.
    """

    __table_args__ = (
        Index("uq_message_key", "account_id", "key", unique=True),
        Index(
            "ix_message_due",
            "due_at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_message_address", "account_id", "address_id", "state"),
        Index("ix_message_provider", "provider_id"),
        Index("ix_message_shipment", "account_id", "shipment_id"),
        Index("ix_message_state", "account_id", "state", "created_at"),
        Index(
            "ix_message_doubt",
            "send_before",
            sqlite_where=text("state = 'uncertain'"),
            postgresql_where=text("state = 'uncertain'"),
        ),
        Index(
            "ix_message_receipt",
            "receipt_by",
            sqlite_where=text("receipt_by IS NOT NULL"),
            postgresql_where=text("receipt_by IS NOT NULL"),
        ),
        Index(
            "ix_message_held",
            "held_by",
            sqlite_where=text("held_by IS NOT NULL"),
            postgresql_where=text("held_by IS NOT NULL"),
        ),
    )
    key: str = Field(max_length=120)
    kind: MessageKind = Field(default=MessageKind.NOTICE, sa_type=choice(MessageKind))
    stage: Stage = Field(sa_type=choice(Stage))
    channel: Channel = Field(sa_type=choice(Channel))
    contact_id: str | None = Field(default=None, max_length=40)
    address_id: str | None = Field(default=None, max_length=40)
    shipment_id: str | None = Field(default=None, max_length=40)
    thread_id: str | None = Field(default=None, max_length=40)
    notifier: str | None = Field(default=None, max_length=40)
    sender: str | None = Field(default=None, max_length=254)
    to: str | None = Field(default=None, max_length=254)
    cause: str = Field(default="", max_length=160)
    code: NoticeCode | None = Field(default=None, sa_type=choice(NoticeCode), nullable=True)
    level: Level = Field(sa_type=choice(Level))
    state: MessageState = Field(sa_type=choice(MessageState))
    due_at: datetime = instant()
    send_before: datetime = instant()
    tries: int = 0
    refusals: int = 0
    body: str | None = None
    subject: str | None = Field(default=None, max_length=200)
    html: str | None = None
    calendar: str | None = None
    segments: int | None = None
    language: str = Field(default="en", max_length=12)
    text_version: int | None = None
    provider_id: str | None = Field(default=None, max_length=80)
    detail: str = Field(default="", max_length=300)
    params: Any = Field(default=None, sa_type=Json, nullable=True)
    trace_id: str | None = Field(default=None, max_length=40)
    created_at: datetime = instant()
    updated_at: datetime = instant()
    handed_at: datetime | None = maybe_instant()
    receipt_by: datetime | None = maybe_instant()
    held_by: str | None = Field(default=None, max_length=40)
    ended_at: datetime | None = maybe_instant()


class Attempt(Owned, table=True):
    """One call of a notifier: written before the call with the body sent, completed once after it.

    Where its end is not known, it was looked for in the provider's list at `looked_at`, and was absent that many times.
    `words` is the digest of what the body says, without link and digits (`wording.words`); None where it is no news.
    """

    __table_args__ = (
        ForeignKeyConstraint(["account_id", "message_id"], ["message.account_id", "message.id"]),
        Index("uq_attempt_number", "account_id", "message_id", "number", unique=True),
        Index("ix_attempt_address", "account_id", "address_id", "started_at"),
        Index(
            "ix_attempt_started",
            "worker_id",
            sqlite_where=text("outcome = 'started'"),
            postgresql_where=text("outcome = 'started'"),
        ),
    )
    message_id: str = Field(max_length=40)
    number: int
    address_id: str | None = Field(default=None, max_length=40)
    level: Level = Field(sa_type=choice(Level))
    worker_id: str = Field(max_length=40)
    notifier: str = Field(max_length=40)
    body: str
    words: str | None = Field(default=None, max_length=32)
    started_at: datetime = instant()
    completed_at: datetime | None = maybe_instant()
    outcome: AttemptOutcome = Field(sa_type=choice(AttemptOutcome))
    looked_at: datetime | None = maybe_instant()
    absent: int = 0
    provider_id: str | None = Field(default=None, max_length=80)
    code: str | None = Field(default=None, max_length=20)
    detail: str = Field(default="", max_length=300)


class ReceiptRow(Owned, table=True):
    """What a provider said of an attempt, once per status."""

    __tablename__ = "receipt"
    __table_args__ = (Index("uq_receipt_status", "account_id", "attempt_id", "status", unique=True),)
    message_id: str = Field(max_length=40)
    attempt_id: str = Field(max_length=40)
    status: ReceiptStatus = Field(sa_type=choice(ReceiptStatus))
    code: str | None = Field(default=None, max_length=20)
    detail: str = Field(default="", max_length=300)
    received_at: datetime = instant()


class TextOverride(Owned, table=True):
    """An account's own words for a text, one version after the other; the latest one that is `active` is used.

    `trial` is where its trial stands (see `TrialState`); `tried` counts the messages that try it.
    """

    __tablename__ = "text_override"
    __table_args__ = (
        Index("uq_text_override_version", "account_id", "code", "language", "channel", "version", unique=True),
    )
    code: NoticeCode = Field(sa_type=choice(NoticeCode))
    language: str = Field(max_length=12)
    channel: Channel = Field(sa_type=choice(Channel))
    version: int
    body: str
    subject: str | None = Field(default=None, max_length=200)
    active: bool = True
    by: str = Field(max_length=80)
    created_at: datetime = instant()
    trial: str = Field(default="", max_length=8)
    tried: int = 0


class LedgerEntry(Record, table=True):
    """What became of a promise, in order, append-only: ids, kinds, dates and times only, never a person's data."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        Index("ix_ledger_entry_promise", "account_id", "promise_id"),
        Index(
            "ix_ledger_entry_open",
            "account_id",
            "id",
            sqlite_where=text("seal IS NULL"),
            postgresql_where=text("seal IS NULL"),
        ),
    )
    account_id: str = Field(primary_key=True, max_length=40)
    id: str = Field(primary_key=True, max_length=40)
    promise_id: str = Field(max_length=40)
    event: str = Field(max_length=20)
    entered_at: datetime = instant()
    content: Any = Field(sa_type=Json)
    seal: int | None = None


class LedgerSeal(Record, table=True):
    """A link of the chain: the digest of the entries `first_id` to `last_id`, made with the digest before it."""

    __tablename__ = "ledger_seal"
    account_id: str = Field(primary_key=True, max_length=40)
    number: int = Field(primary_key=True)
    first_id: str = Field(max_length=40)
    last_id: str = Field(max_length=40)
    entries: int
    digest: str = Field(max_length=64)
    previous: str = Field(max_length=64)
    sealed_at: datetime = instant()


class Task(Owned, table=True):
    """Something that a person of ours must do by a time; `key` makes it once."""

    __table_args__ = (
        Index("uq_task_key", "account_id", "key", unique=True),
        Index("ix_task_open", "account_id", "done_at", "due_at"),
    )
    key: str = Field(max_length=160)
    kind: str = Field(max_length=40)
    shipment_id: str | None = Field(default=None, max_length=40)
    contact_id: str | None = Field(default=None, max_length=40)
    owner: str = Field(default="desk", max_length=40)
    text: str = Field(max_length=400)
    due_at: datetime | None = maybe_instant()
    opened_at: datetime = instant()
    mailed_at: datetime | None = maybe_instant()
    done_at: datetime | None = maybe_instant()
    done_by: str | None = Field(default=None, max_length=80)
