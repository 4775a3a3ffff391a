"""Tables by which processes know of each other and of time: ticks, workers, pulses, channels, changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer
from sqlmodel import Field

from service.records.base import Record, instant, maybe_instant

Counter = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only where the key is a plain INTEGER."""


class Tick(Record, table=True):
    """A scheduled check, once per due instant whatever the number of processes."""

    job: str = Field(primary_key=True, max_length=40)
    due_at: datetime = instant(primary_key=True)
    done_at: datetime | None = maybe_instant()


class Worker(Record, table=True):
    """A process that sends; whether it lives is proven by its lock, never by a time-out."""

    id: str = Field(primary_key=True, max_length=40)
    started_at: datetime = instant()
    stopped_at: datetime | None = maybe_instant()


class Pulse(Record, table=True):
    """When something was last alive: `engine`, or `source:<id>`."""

    name: str = Field(primary_key=True, max_length=60)
    beat_at: datetime = instant()
    gap_from: datetime | None = maybe_instant()
    gap_to: datetime | None = maybe_instant()


class Mailbox(Record, table=True):
    """How far a mailbox that we poll was read: the folder's UIDVALIDITY and the highest UID seen (RFC 3501)."""

    name: str = Field(primary_key=True, max_length=80)
    validity: int = Field(sa_type=BigInteger)
    uid: int = Field(sa_type=BigInteger)
    read_at: datetime = instant()


class Traffic(Record, table=True):
    """What one worker handed over of an account's live messages in one hour; `segments` counts those of texts."""

    __table_args__ = (Index("ix_traffic_hour", "hour"),)
    account_id: str = Field(primary_key=True, max_length=40)
    hour: datetime = instant(primary_key=True)
    worker_id: str = Field(primary_key=True, max_length=40)
    messages: int = 0
    segments: int = 0


class ChannelState(Record, table=True):
    """Whether a notifier can be used, and what it takes of its channel's messages.

    Paused until an instant, with the reason, after it said that nothing passes; down `since`, with `failures` pauses in
    a row. When a pause has ended one call finds out: the probe. `share` is None where it is as configured.
    """

    __tablename__ = "channel_state"
    notifier: str = Field(primary_key=True, max_length=40)
    paused_until: datetime | None = maybe_instant()
    failures: int = 0
    reason: str = Field(default="", max_length=300)
    changed_at: datetime = instant()
    since: datetime | None = maybe_instant()
    probe_account: str | None = Field(default=None, max_length=40)
    probe_attempt: str | None = Field(default=None, max_length=40)
    share: int | None = None
    share_at: datetime | None = maybe_instant()
    share_why: str = Field(default="", max_length=300)


class Change(Record, table=True):
    """The stream of what changed, in order, for people and machines that watch; holds ids only.

    `txid` is the writing transaction on PostgreSQL (0 on SQLite): readers stop below the oldest one still running.
    """

    __table_args__ = (Index("ix_change_account", "account_id", "txid", "n"),)
    n: int = Field(default=None, primary_key=True, sa_type=Counter)
    account_id: str = Field(max_length=40)
    topic: str = Field(max_length=40)
    subject_id: str = Field(max_length=40)
    shipment_id: str | None = Field(default=None, max_length=40)
    at: datetime = instant()
    txid: int = Field(default=0, sa_type=BigInteger)
