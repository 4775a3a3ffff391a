"""Tables of customers, the people who follow shipments, and where they are reached."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlmodel import Field

from notifiers.base import Channel
from service.records.base import Owned, Record, instant, maybe_instant
from service.records.columns import Json, choice
from service.records.enums import Meaning, Mode, ThreadState


class Customer(Owned, table=True):
    """Who the forwarder's system means by a customer code. `mode` None follows the account.

    `rules` overrides rule numbers by name.
    """

    name: str = Field(default="", max_length=120)
    mode: Mode | None = Field(default=None, sa_type=choice(Mode), nullable=True)
    rules: Any = Field(default=None, sa_type=Json, nullable=True)
    created_at: datetime = instant()


class CustomerCode(Record, table=True):
    """One of the codes by which the forwarder's systems name a customer."""

    __tablename__ = "customer_code"
    __table_args__ = (ForeignKeyConstraint(["account_id", "customer_id"], ["customer.account_id", "customer.id"]),)
    account_id: str = Field(primary_key=True, max_length=40)
    code: str = Field(primary_key=True, max_length=80)
    customer_id: str = Field(max_length=40)


class Contact(Owned, table=True):
    """A person. `level` is the quietest level that reaches them; quiet hours are local times "HH:MM" in `zone`.

    Until `paused_until` only critical news reaches them; of delays only those above `late_over_days`; `names` holds
    their own names for orders, by reference. `digest` is "daily", "weekly" or empty: how often a list of what was not
    worth a text of its own comes by e-mail; with `digest_always` even if there is nothing in it.
    """

    name: str = Field(default="", max_length=120)
    language: str = Field(default="en", max_length=12)
    zone: str | None = Field(default=None, max_length=64)
    level: str = Field(default="info", max_length=16)
    quiet_from: str = Field(default="21:00", max_length=5)
    quiet_to: str = Field(default="08:00", max_length=5)
    paused_until: datetime | None = maybe_instant()
    late_over_days: int | None = None
    names: Any = Field(default=None, sa_type=Json, nullable=True)
    digest: str = Field(default="", max_length=8)
    digest_always: bool = False
    consent_basis: str = Field(default="", max_length=120)
    consent_how: str = Field(default="", max_length=120)
    consent_at: datetime | None = maybe_instant()
    created_at: datetime = instant()


class PreferenceChange(Owned, table=True):
    """What a person agreed to or chose: by whom it was noted, when, how and in which words; `detail` names the fields.

    Append-only. `detail` holds no name, phone or address.
    """

    __tablename__ = "preference_change"
    __table_args__ = (Index("ix_preference_change_contact", "account_id", "contact_id", "at"),)
    contact_id: str = Field(max_length=40)
    at: datetime = instant()
    by: str = Field(max_length=80)
    how: str = Field(max_length=120)
    wording: str = Field(default="", max_length=400)
    detail: Any = Field(default=None, sa_type=Json, nullable=True)


class Address(Owned, table=True):
    """Where a person is reached: an E.164 phone or an e-mail address, once per account; suppression stands here.

    Its row is what is locked when anything per person is decided.
    """

    __table_args__ = (Index("uq_address_channel_value", "account_id", "channel", "value", unique=True),)
    channel: Channel = Field(sa_type=choice(Channel))
    value: str = Field(max_length=254)
    suppressed_at: datetime | None = maybe_instant()
    suppressed_by: str | None = Field(default=None, max_length=80)
    suppressed_why: str | None = Field(default=None, max_length=200)
    created_at: datetime = instant()


class ContactAddress(Record, table=True):
    """Which addresses a contact has; the lowest `rank` is tried first. One phone may serve several contacts."""

    __tablename__ = "contact_address"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "contact_id"], ["contact.account_id", "contact.id"]),
        ForeignKeyConstraint(["account_id", "address_id"], ["address.account_id", "address.id"]),
        Index("ix_contact_address_address", "account_id", "address_id"),
    )
    account_id: str = Field(primary_key=True, max_length=40)
    contact_id: str = Field(primary_key=True, max_length=40)
    address_id: str = Field(primary_key=True, max_length=40)
    rank: int = 0


class Follow(Record, table=True):
    """A contact follows a customer (all its shipments) or one shipment: `subject_id` is a `cus_…` or a `shp_…`."""

    __table_args__ = (
        ForeignKeyConstraint(["account_id", "contact_id"], ["contact.account_id", "contact.id"]),
        Index("ix_follow_contact", "account_id", "contact_id"),
    )
    account_id: str = Field(primary_key=True, max_length=40)
    subject_id: str = Field(primary_key=True, max_length=40)
    contact_id: str = Field(primary_key=True, max_length=40)
    role: str = Field(default="", max_length=40)
    since: datetime = instant()
    ended_at: datetime | None = maybe_instant()


class Sender(Owned, table=True):
    """A number or mailbox that we write from; without `two_way` nobody can answer it (an alphanumeric name)."""

    __table_args__ = (Index("uq_sender_channel_value", "account_id", "channel", "value", unique=True),)
    channel: Channel = Field(sa_type=choice(Channel))
    value: str = Field(max_length=254)
    notifier: str = Field(max_length=40)
    two_way: bool = True
    created_at: datetime = instant()


class Thread(Owned, table=True):
    """A conversation with one address about one shipment, owned by an operator (the desk where nobody is named)."""

    __table_args__ = (Index("ix_thread_address", "account_id", "address_id", "state"),)
    address_id: str = Field(max_length=40)
    contact_id: str | None = Field(default=None, max_length=40)
    shipment_id: str | None = Field(default=None, max_length=40)
    owner: str = Field(default="desk", max_length=40)
    state: ThreadState = Field(sa_type=choice(ThreadState))
    answer_by: datetime | None = maybe_instant()
    opened_at: datetime = instant()
    answered_at: datetime | None = maybe_instant()


class Choice(Owned, table=True):
    """A digit that was offered to one address by one sender; while it is open it names one message only.

    `does` is the service that it asks for. It closes when it was taken, when it expired, or when a colleague took it.
    """

    __table_args__ = (
        Index(
            "uq_choice_open",
            "account_id",
            "address_id",
            "sender",
            "digit",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_choice_message", "account_id", "message_id"),
        Index("ix_choice_shipment", "account_id", "shipment_id"),
    )
    address_id: str = Field(max_length=40)
    contact_id: str = Field(max_length=40)
    sender: str = Field(max_length=254)
    digit: str = Field(max_length=2)
    does: str = Field(max_length=40)
    message_id: str = Field(max_length=40)
    notice_id: str | None = Field(default=None, max_length=40)
    shipment_id: str | None = Field(default=None, max_length=40)
    opened_at: datetime = instant()
    expires_at: datetime = instant()
    closed_at: datetime | None = maybe_instant()
    closed_why: str | None = Field(default=None, max_length=40)


class Reply(Owned, table=True):
    """What a person sent us. The provider's id makes a repeated callback a no-op."""

    __table_args__ = (
        Index("uq_reply_provider", "account_id", "notifier", "provider_id", unique=True),
        Index("ix_reply_thread", "account_id", "thread_id"),
    )
    thread_id: str | None = Field(default=None, max_length=40)
    message_id: str | None = Field(default=None, max_length=40)
    shipment_id: str | None = Field(default=None, max_length=40)
    address_id: str = Field(max_length=40)
    notifier: str = Field(max_length=40)
    provider_id: str = Field(max_length=80)
    sender: str = Field(max_length=254)
    text: str = Field(max_length=4000)
    meaning: Meaning = Field(sa_type=choice(Meaning))
    received_at: datetime = instant()
    detail: Any = Field(default=None, sa_type=Json, nullable=True)


class Rating(Owned, table=True):
    """How a person found it: a score from 1 (poor) to 5 (great), or only words, which are kept as they came."""

    __table_args__ = (Index("ix_rating_shipment", "account_id", "shipment_id"),)
    contact_id: str | None = Field(default=None, max_length=40)
    shipment_id: str | None = Field(default=None, max_length=40)
    reply_id: str | None = Field(default=None, max_length=40)
    score: int | None = None
    words: str = Field(default="", max_length=4000)
    at: datetime = instant()
