"""What flows answer to whoever called them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from notifiers.base import Channel
from service.records.decision import Verdict
from service.records.enums import Level, NoticeCode, Stage
from service.records.inbound import Problem


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source as intake needs it; `id` is "api" for native events posted with a key."""

    account_id: str
    id: str
    name: str
    format: str
    scheme: str = "api_key"
    options: dict[str, object] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of one item: accepted, duplicate, parked, ignored, unmapped or rejected (then with `problem`).

    An unmapped one has the `code` of its source (`source_id`) that stands in no table, and what the sender `says` of
    it. `warnings` are pointers with a sentence about what was perhaps not meant so.
    """

    index: int
    outcome: str
    event_id: str | None = None
    shipment_ids: tuple[str, ...] = ()
    followers: int | None = None
    problem: Problem | None = None
    reason: str = ""
    warnings: tuple[tuple[str, str], ...] = ()
    code: str | None = None
    says: str = ""
    source_id: str = ""


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What became of one call. With `unreadable` nothing could be read; the call is kept and can be replayed."""

    call_id: str
    items: tuple[ItemResult, ...] = ()
    unreadable: Problem | None = None

    @property
    def first_problem(self) -> Problem | None:
        """Why nothing could be read, else why the first item that was not taken could not."""
        return self.unreadable or next((item.problem for item in self.items if item.problem is not None), None)

    def count(self, outcome: str) -> int:
        """How many items ended so."""
        return sum(1 for item in self.items if item.outcome == outcome)


@dataclass(frozen=True, slots=True)
class WouldSend:
    """A message as it would leave now, for preview, shadow and plans.

    `text_version` is the version of the account's own words that it says, None for ours; `text_note` says why it is
    ours where there are own words.
    """

    shipment_ref: str
    contact_id: str | None
    to: str
    channel: Channel
    stage: Stage
    code: NoticeCode
    level: Level
    text: str
    segments: int
    language: str
    at: datetime
    send_before: datetime
    why: tuple[Verdict, ...]
    subject: str | None = None
    html: str | None = None
    held: bool = False
    text_version: int | None = None
    text_note: str = ""


@dataclass(frozen=True, slots=True)
class ReplyResult:
    """What became of a person's text: how it was read, and the words that we answered with, if any."""

    reply_id: str
    meaning: str
    thread_id: str | None = None
    answer: str | None = None
    repeated: bool = False
