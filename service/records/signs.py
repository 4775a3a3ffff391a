"""Signs of trouble, as the store counts them and policy judges them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MishapKind(StrEnum):
    """What can go wrong with a message that was handed over.

    Filtered: not delivered because somebody on the way took it for spam.
    """

    UNKNOWN = "unknown"
    UNDELIVERED = "undelivered"
    FILTERED = "filtered"
    REPEATED = "repeated"


class TrialState(StrEnum):
    """Where the trial of a changed text stands; released texts are said to everybody."""

    RELEASED = ""
    TRYING = "trying"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of the live messages of one account, or of all.

    `pace` is the busier of the minute that runs and the one before it; `usual` the busiest minutes of the same hour on
    earlier days; `day` and `hour` the messages of the last 24 hours and of the last hour or two; `mishaps` those of the
    last 24 hours by kind, `fresh` those of the last hour. What a person has seen and lifted is not counted any more.
    """

    pace: int = 0
    usual: tuple[int, ...] = ()
    day: int = 0
    hour: int = 0
    mishaps: Mapping[MishapKind, int] = field(default_factory=dict)
    fresh: Mapping[MishapKind, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of the messages that try a text: `failed` did not arrive, `stopped` were answered with STOP.

    `pending` have no final word of the provider yet; the last one was handed over at `last_at`.
    """

    number: int
    failed: int
    stopped: int
    pending: int
    last_at: datetime | None = None
