"""Tables of what happened: sources, calls as received, facts, shipments and their references."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, text
from sqlmodel import Field

from service.records.base import Owned, Record, instant, maybe_instant
from service.records.columns import Json, choice
from service.records.enums import (
    CallOutcome,
    Classifier,
    Milestone,
    Mode,
    Precision,
    Reason,
    ReferenceType,
    Transport,
)


class Source(Owned, table=True):
    """A logistics system that posts. `secrets` holds up to two live secrets; `mapping` the account's own codes.

    `usual_lag_minutes` is how long after a happening it usually reports, learned from `lag_samples` facts.
    """

    __table_args__ = (Index("uq_source_name", "account_id", "name", unique=True),)
    name: str = Field(max_length=80)
    format: str = Field(max_length=40)
    scheme: str = Field(default="api_key", max_length=40)
    options: Any = Field(default=None, sa_type=Json, nullable=True)
    secrets: Any = Field(default=None, sa_type=Json, nullable=True)
    mapping: Any = Field(default=None, sa_type=Json, nullable=True)
    usual_lag_minutes: int | None = Field(default=None)
    lag_samples: int = 0
    last_call_at: datetime | None = maybe_instant()
    created_at: datetime = instant()


class InboundCall(Owned, table=True):
    """One HTTP call as received. Headers that carry secrets are never kept."""

    __tablename__ = "inbound_call"
    __table_args__ = (Index("ix_inbound_call_received", "account_id", "received_at"),)
    source_id: str | None = Field(default=None, max_length=40)
    received_at: datetime = instant()
    content_type: str = Field(default="", max_length=120)
    headers: Any = Field(default=None, sa_type=Json, nullable=True)
    body: bytes = Field(sa_type=LargeBinary)
    outcome: CallOutcome = Field(sa_type=choice(CallOutcome))
    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    unmapped: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    problem: Any = Field(default=None, sa_type=Json, nullable=True)


class FactKey(Record, table=True):
    """The idempotency ledger: a source's key with its revision, once; never partitioned, never pruned while in use."""

    __tablename__ = "fact_key"
    account_id: str = Field(primary_key=True, max_length=40)
    source_id: str = Field(primary_key=True, max_length=40)
    key: str = Field(primary_key=True, max_length=200)
    digest: str = Field(max_length=64)
    fact_id: str = Field(max_length=40)


class Fact(Owned, table=True):
    """A milestone event in canonical words, append-only.

    `event_key` is the source's event without its revision: of several facts with the same one the latest
    `stated_at` holds. `part` tells apart the facts that one event states (the milestone itself, its eta, its due).
    A window lasts from `at` to `until`. `charge` is what a day costs after free time ("GBP 95"); `needs` lists the
    kinds of papers that are missing.
    """

    source_id: str = Field(max_length=40)
    call_id: str = Field(max_length=40)
    event_key: str = Field(max_length=200)
    part: str = Field(default="", max_length=16)
    milestone: Milestone = Field(sa_type=choice(Milestone))
    classifier: Classifier = Field(sa_type=choice(Classifier))
    at: datetime | None = maybe_instant()
    at_date: date | None = Field(default=None)
    precision: Precision = Field(sa_type=choice(Precision))
    zone: str | None = Field(default=None, max_length=64)
    zone_known: bool = True
    until: datetime | None = maybe_instant()
    unit: str | None = Field(default=None, max_length=40)
    place: str | None = Field(default=None, max_length=10)
    place_name: str | None = Field(default=None, max_length=120)
    place_role: str | None = Field(default=None, max_length=16)
    transport: Transport = Field(default=Transport.UNKNOWN, sa_type=choice(Transport))
    vessel: str | None = Field(default=None, max_length=60)
    imo: str | None = Field(default=None, max_length=10)
    voyage: str | None = Field(default=None, max_length=40)
    reason: Reason | None = Field(default=None, sa_type=choice(Reason), nullable=True)
    remark: str | None = Field(default=None, max_length=400)
    pieces: int | None = None
    pieces_total: int | None = None
    charge: str | None = Field(default=None, max_length=16)
    needs: Any = Field(default=None, sa_type=Json, nullable=True)
    retracts: str | None = Field(default=None, max_length=200)
    flags: Any = Field(default=None, sa_type=Json, nullable=True)
    stated_at: datetime = instant()
    received_at: datetime = instant()


class FactShipment(Record, table=True):
    """Which shipments a fact reaches: a shared container reaches several."""

    __tablename__ = "fact_shipment"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "shipment_id"], ["shipment.account_id", "shipment.id"]),
        Index("ix_fact_shipment_fact", "account_id", "fact_id"),
    )
    account_id: str = Field(primary_key=True, max_length=40)
    shipment_id: str = Field(primary_key=True, max_length=40)
    fact_id: str = Field(primary_key=True, max_length=40)


class ParkedFact(Record, table=True):
    """A fact that waits, or waited, for a shipment to hold its shared reference, once per such reference.

    `named` is whom the event named, to follow the shipment once it is known: {"contacts": [ids], "customer": id,
    "owner": id}; and its sender's own ids, by which later events may name the shipment: {"ids": [as written]}.
    """

    __tablename__ = "parked_fact"
    __table_args__ = (Index("ix_parked_fact_fact", "account_id", "fact_id"),)
    account_id: str = Field(primary_key=True, max_length=40)
    type: ReferenceType = Field(primary_key=True, sa_type=choice(ReferenceType))
    value: str = Field(primary_key=True, max_length=80)
    fact_id: str = Field(primary_key=True, max_length=40)
    parked_at: datetime = instant()
    named: Any = Field(default=None, sa_type=Json, nullable=True)


class UnmappedCode(Record, table=True):
    """A code of a source that no table has, with how often it came. Decided once the source's `mapping` has it."""

    __tablename__ = "unmapped_code"
    account_id: str = Field(primary_key=True, max_length=40)
    source_id: str = Field(primary_key=True, max_length=40)
    code: str = Field(primary_key=True, max_length=200)
    says: str = Field(default="", max_length=200)
    first_seen: datetime = instant()
    last_seen: datetime = instant()
    count: int = 0
    decided_at: datetime | None = maybe_instant()


class UnmappedCall(Record, table=True):
    """A call that holds items with such a code; while it does its raw bytes cannot go.

    It is `due` to be read again once the code was decided.
    """

    __tablename__ = "unmapped_call"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "call_id"], ["inbound_call.account_id", "inbound_call.id"]),
        Index("ix_unmapped_call_code", "account_id", "source_id", "code"),
        Index(
            "ix_unmapped_call_due", "account_id", "call_id", sqlite_where=text("due = 1"), postgresql_where=text("due")
        ),
    )
    account_id: str = Field(primary_key=True, max_length=40)
    call_id: str = Field(primary_key=True, max_length=40)
    code: str = Field(primary_key=True, max_length=200)
    source_id: str = Field(max_length=40)
    items: int = 1
    due: bool = False


class Shipment(Owned, table=True):
    """What people ask about. Due for a look when `look_at` has come; `seq` counts whatever can change what is owed.

    `looks` counts the decisions written, so that of two that were made from the same sight only one is kept.
    `told_date` is the date that the account says it had promised before Milepost knew of the shipment.
    The columns from `status` on are the folded truth as decide last wrote it.
    """

    __table_args__ = (
        Index(
            "ix_shipment_look",
            "look_at",
            sqlite_where=text("look_at IS NOT NULL"),
            postgresql_where=text("look_at IS NOT NULL"),
        ),
        Index("ix_shipment_updated", "account_id", "updated_at", "id"),
        Index("ix_shipment_customer", "account_id", "customer_id"),
        Index("ix_shipment_due", "account_id", "due_date"),
    )
    seq: int = 0
    seen_seq: int = 0
    looks: int = 0
    look_at: datetime | None = maybe_instant()
    owner: str = Field(default="desk", max_length=40)
    customer_id: str | None = Field(default=None, max_length=40)
    mode: Mode | None = Field(default=None, sa_type=choice(Mode), nullable=True)
    need_by: date | None = None
    rules: Any = Field(default=None, sa_type=Json, nullable=True)
    told_date: date | None = None
    first_load_at: datetime | None = maybe_instant()
    merged_into: str | None = Field(default=None, max_length=40)
    closed_at: datetime | None = maybe_instant()
    created_at: datetime = instant()
    updated_at: datetime = instant()
    status: str = Field(default="registered", max_length=40)
    due_kind: str | None = Field(default=None, max_length=16)
    due_date: date | None = None
    late_days: int = 0
    followers: int = 0
    summary: Any = Field(default=None, sa_type=Json, nullable=True)


class Reference(Owned, table=True):
    """A name of a shipment, with the time for which it holds (container numbers and bills are used again)."""

    __table_args__ = (
        ForeignKeyConstraint(["account_id", "shipment_id"], ["shipment.account_id", "shipment.id"]),
        Index("ix_reference_value", "account_id", "value", "type"),
        Index("ix_reference_shipment", "account_id", "shipment_id"),
        Index(
            "uq_reference_identity",
            "account_id",
            "type",
            "value",
            unique=True,
            sqlite_where=text("identity AND valid_to IS NULL"),
            postgresql_where=text("identity AND valid_to IS NULL"),
        ),
    )
    shipment_id: str = Field(max_length=40)
    type: ReferenceType = Field(sa_type=choice(ReferenceType))
    value: str = Field(max_length=80)
    shown: str = Field(max_length=80)
    identity: bool = False
    valid_from: datetime = instant()
    valid_to: datetime | None = maybe_instant()


class ShipmentMerge(Owned, table=True):
    """Two shipments that are one: asked for, then made, and perhaps taken apart again.

    `refs` are the names that an event gave both, as (type, shown). Until `ended_at` it is to be made (`merged_at` is
    None) or holds; `moved` is what went from the younger to the older, so that a split finds it again. `outcome` is how
    it ended: `split`, `doubt` (a person has to say), or `known` (the two were one already).
    """

    __tablename__ = "shipment_merge"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "older_id"], ["shipment.account_id", "shipment.id"]),
        ForeignKeyConstraint(["account_id", "younger_id"], ["shipment.account_id", "shipment.id"]),
        Index(
            "uq_shipment_merge_pair",
            "account_id",
            "older_id",
            "younger_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_shipment_merge_younger", "account_id", "younger_id"),
        Index(
            "ix_shipment_merge_asked",
            "asked_at",
            sqlite_where=text("merged_at IS NULL AND ended_at IS NULL"),
            postgresql_where=text("merged_at IS NULL AND ended_at IS NULL"),
        ),
    )
    older_id: str = Field(max_length=40)
    younger_id: str = Field(max_length=40)
    by: str = Field(max_length=80)
    why: str = Field(default="", max_length=400)
    refs: Any = Field(default=None, sa_type=Json, nullable=True)
    asked_at: datetime = instant()
    merged_at: datetime | None = maybe_instant()
    moved: Any = Field(default=None, sa_type=Json, nullable=True)
    ended_at: datetime | None = maybe_instant()
    outcome: str = Field(default="", max_length=16)
