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
class WayState:
    """One notifier of a channel. Of several each has a `share` of the messages, in points, and rests at `resting`.

    `paused_until` is set while nothing is handed to it, `trying` while one message finds out whether it is back; `why`
    says what was wrong. `moved_at` and `moved_why` are of the last move of its share, where it is not at rest.
    """

    channel: str
    name: str
    share: int
    resting: int
    alone: bool
    paused_until: datetime | None = None
    trying: bool = False
    why: str = ""
    moved_at: datetime | None = None
    moved_why: str = ""

    @property
    def down(self) -> bool:
        """Whether nothing has passed since it was paused."""
        return self.paused_until is not None or self.trying


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
    ways: tuple[WayState, ...] = ()

    @property
    def headline(self) -> str:
        """The state in one line."""
        owed = len(self.unanswered)
        noun = "shipment" if self.shipments == 1 else "shipments"
        return f"{self.shipments} {noun}, {self.late} late, {owed} unanswered"
