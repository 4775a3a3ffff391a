"""What an operator looks at first: what is paused, which channels pass, what is in doubt and what is owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.records.resuming import Standing


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A notifier in use. It rests until `rests_until` because of `reason`; None while it passes."""

    channel: str
    notifier: str
    rests_until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A message of which nobody can say whether it arrived, with what was looked at."""

    message_id: str
    state: str
    since: datetime
    evidence: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The controls and the doubts of one account. `in_turn` messages leave one by one until `last_turn`.

    `doubtful` names the newest of `uncertain` and `unknown`; `to_do` counts open tasks. `parked` facts wait for a
    shipment, the oldest since `parked_since`; `unmapped` codes wait for somebody to say what they mean.
    """

    pauses: tuple[Standing, ...]
    channels: tuple[ChannelView, ...]
    waiting: int
    in_turn: int
    last_turn: datetime | None
    uncertain: int
    unknown: int
    doubtful: tuple[Doubtful, ...]
    to_do: int
    parked: int = 0
    parked_since: datetime | None = None
    unmapped: int = 0
