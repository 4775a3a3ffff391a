"""A call whose end is not known, as the store reads it and policy judges it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from notifiers.base import Channel
from service.records.enums import Stage


@dataclass(frozen=True, slots=True)
class Doubt:
    """An uncertain message with its last call. `absent` counts the looks in vain, the last of them at `looked_at`.

    `tries` are the calls that may have been taken, `sender` as it was handed over.
    """

    account_id: str
    message_id: str
    attempt_id: str
    stage: Stage
    channel: Channel
    notifier: str
    sender: str
    to: str
    body: str
    started_at: datetime
    send_before: datetime
    tries: int
    absent: int = 0
    looked_at: datetime | None = None
