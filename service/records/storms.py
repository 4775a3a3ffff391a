"""Tables of storm safety: how fast texts leave, what went wrong, who tries a new text, and what left unknown to us."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from service.records.base import Record, instant, maybe_instant


class Pace(Record, table=True):
    """How many of an account's live messages one worker handed over in one minute.

    The minute comes first in the key: a look at the last two reads a handful of rows, whatever was sent before.
    """

    minute: datetime = instant(primary_key=True)
    account_id: str = Field(primary_key=True, max_length=40)
    worker_id: str = Field(primary_key=True, max_length=40)
    messages: int = 0


class Mishap(Record, table=True):
    """How often in one minute something of one kind went wrong with an account's live messages (see `MishapKind`)."""

    minute: datetime = instant(primary_key=True)
    account_id: str = Field(primary_key=True, max_length=40)
    kind: str = Field(primary_key=True, max_length=16)
    number: int = 0


class TrialText(Record, table=True):
    """A message that tries a changed text of an account's own."""

    __tablename__ = "trial_text"
    account_id: str = Field(primary_key=True, max_length=40)
    text_id: str = Field(primary_key=True, max_length=40)
    message_id: str = Field(primary_key=True, max_length=40)
    at: datetime = instant()


class Stray(Record, table=True):
    """A text that a provider lists under our sender and that we know nothing of, found after we were away.

    Where it is what a message of ours would say, that message is adopted as sent by it. `to` and `text` are a
    person's: they are emptied once it is adopted, and the row goes after some days.
    """

    __table_args__ = (
        Index(
            "ix_stray_open",
            "to",
            sqlite_where=text("adopted_at IS NULL"),
            postgresql_where=text("adopted_at IS NULL"),
        ),
    )
    notifier: str = Field(primary_key=True, max_length=40)
    provider_id: str = Field(primary_key=True, max_length=80)
    sender: str = Field(max_length=254)
    to: str = Field(max_length=254)
    text: str
    sent_at: datetime = instant()
    found_at: datetime = instant()
    adopted_at: datetime | None = maybe_instant()
    account_id: str | None = Field(default=None, max_length=40)
    message_id: str | None = Field(default=None, max_length=40)
