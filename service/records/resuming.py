"""What stands behind a pause, what came of lifting it, and what lifting it would mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from service.records.pauses import SwitchRow


@dataclass(frozen=True, slots=True)
class Standing:
    """A pause in force, how many messages wait behind it, and the ref or name of what it holds where there is one."""

    pause: SwitchRow
    waiting: int
    called: str = ""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The pauses that were lifted, and how many messages then wait for their turn; the last has it at `last_at`."""

    lifted: tuple[SwitchRow, ...]
    leaving: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Untrue:
    """A message that would not leave: the truth has changed since."""

    message_id: str
    shipment_id: str
    why: str


@dataclass(frozen=True, slots=True)
class ResumePlan:
    """What lifting pauses would mean: `leaving` messages, `per_minute` of them, from `first_at` to `last_at`.

    `untrue` are no longer true and `late` worth nothing any more at their turn; what is still owed then is decided
    afresh. `ended` counts, by state, what ended while it waited. `others` are pauses that stay in force. Of the
    shipments that are spoken of, `looked` were looked at.
    """

    pauses: tuple[SwitchRow, ...]
    leaving: int
    per_minute: int
    first_at: datetime | None = None
    last_at: datetime | None = None
    late: int = 0
    untrue: tuple[Untrue, ...] = ()
    looked: int = 0
    shipments: int = 0
    ended: dict[str, int] = field(default_factory=dict)
    others: tuple[SwitchRow, ...] = ()
