"""What every table shares."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from service.records.columns import UtcDateTime, metadata


class Record(SQLModel):
    """A row. Tables are inert: no relationship, no default that reads a clock."""

    metadata = metadata


class Owned(Record):
    """A row of one account; the account comes first in every key."""

    account_id: str = Field(primary_key=True, max_length=40)
    id: str = Field(primary_key=True, max_length=40)


def instant(**extra: Any) -> datetime:
    """A column for an instant that must be given."""
    return Field(sa_type=UtcDateTime, **extra)  # type: ignore[no-any-return]


def maybe_instant(**extra: Any) -> datetime | None:
    """A column for an instant that may be absent."""
    return Field(default=None, sa_type=UtcDateTime, nullable=True, **extra)  # type: ignore[no-any-return]
