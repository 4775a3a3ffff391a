"""What is true, what was told and what we owe, in one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.records.enums import Mode


@dataclass(frozen=True, slots=True)
class FeedState:
    """A source and when it last called."""

    name: str
    last_call_at: datetime | None


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message that waits, until when, and why."""

    message_id: str
    ref: str
    channel: str
    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Named:
    """A shipment by its id and the name that people use."""

    id: str
    ref: str


@dataclass(frozen=True, slots=True)
class StatusReport:
    """One account's state. Counts of messages are of the last 24 hours; segments of this month, by country."""

    mode: Mode
    feeds: tuple[FeedState, ...]
    sent: int
    delivered: int
    failed: int
    uncertain: int
    waiting: int
    held: tuple[HeldMessage, ...]
    due_today: int
    late: int
    shipments: int
    unfollowed: tuple[Named, ...]
    unfollowed_count: int
    unanswered: tuple[Named, ...]
    segments: tuple[tuple[str, int], ...]
    paused: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """The state in one line."""
        owed = len(self.unanswered)
        noun = "shipment" if self.shipments == 1 else "shipments"
        return f"{self.shipments} {noun}, {self.late} late, {owed} unanswered"
