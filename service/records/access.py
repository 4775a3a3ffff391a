"""Tables of who may call, who works here and what was changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field

from service.records.base import Owned, Record, instant, maybe_instant
from service.records.columns import Json, choice
from service.records.enums import Mode


class Account(Record, table=True):
    """A forwarder. `hours` maps weekday 0–6 to [["08:00", "18:00"], …]; `rules` overrides rule numbers by name.

    `lanes` overrides them for a lane: [{"from": "CNNGB", "to": "GB", "rules": {…}}]. `services` lists the choices that
    people are offered by digits; `budget` is {"segments": most in a month, "prices": {"GB": price of a segment}}.
    `test`: it is the test account beside another, and nothing of it ever leaves.
    """

    id: str = Field(primary_key=True, max_length=40)
    brand: str = Field(max_length=11)
    care_phone: str | None = Field(default=None, max_length=20)
    care_email: str | None = Field(default=None, max_length=254)
    zone: str = Field(default="UTC", max_length=64)
    region: str = Field(default="GB", max_length=2)
    hours: Any = Field(default=None, sa_type=Json, nullable=True)
    holidays: Any = Field(default=None, sa_type=Json, nullable=True)
    rules: Any = Field(default=None, sa_type=Json, nullable=True)
    lanes: Any = Field(default=None, sa_type=Json, nullable=True)
    services: Any = Field(default=None, sa_type=Json, nullable=True)
    budget: Any = Field(default=None, sa_type=Json, nullable=True)
    mode: Mode = Field(default=Mode.SHADOW, sa_type=choice(Mode))
    test: bool = False
    live_since: datetime | None = maybe_instant()
    created_at: datetime = instant()


class Directory(Record, table=True):
    """The only look-up before the account is known: `kind` is api_key, source, sender, link …; `key` names the row."""

    kind: str = Field(primary_key=True, max_length=16)
    key: str = Field(primary_key=True, max_length=80)
    account_id: str = Field(max_length=40)
    target_id: str = Field(max_length=40)


class ApiKey(Owned, table=True):
    """A key is kept as its SHA-256 digest and its last four characters; `scopes` is a list of scope names."""

    __tablename__ = "api_key"
    name: str = Field(max_length=80)
    digest: str = Field(max_length=64)
    tail: str = Field(max_length=4)
    test: bool = False
    scopes: Any = Field(sa_type=Json)
    created_at: datetime = instant()
    last_used_at: datetime | None = maybe_instant()
    expires_at: datetime | None = maybe_instant()
    revoked_at: datetime | None = maybe_instant()


class Operator(Owned, table=True):
    """A person at the forwarder. The desk is the operator `desk`, which every account has."""

    name: str = Field(max_length=80)
    phone: str | None = Field(default=None, max_length=20)
    email: str | None = Field(default=None, max_length=254)


class Audit(Owned, table=True):
    """Who changed what, when and why; `by` names a key, an operator or a command, never a customer."""

    at: datetime = instant()
    by: str = Field(max_length=80)
    action: str = Field(max_length=60)
    subject: str = Field(max_length=80)
    why: str = Field(default="", max_length=400)
    detail: Any = Field(default=None, sa_type=Json, nullable=True)


class Switch(Owned, table=True):
    """A pause; `scope` is one of `records.pauses.SCOPES`, `value` what it names.

    Once it is lifted, `rate` is how many of the messages that waited behind it leave in a minute.
    """

    scope: str = Field(max_length=16)
    value: str = Field(default="", max_length=80)
    since: datetime = instant()
    until: datetime | None = maybe_instant()
    lifted_at: datetime | None = maybe_instant()
    by: str = Field(default="", max_length=80)
    why: str = Field(default="", max_length=400)
    rate: int | None = None


class Plan(Owned, table=True):
    """A plan for going live: what was shown, so that applying it can say what changed since."""

    created_at: datetime = instant()
    scope: Any = Field(sa_type=Json)
    shown: Any = Field(sa_type=Json)
    applied_at: datetime | None = maybe_instant()
    result: Any = Field(default=None, sa_type=Json, nullable=True)
