"""Time as an argument: flows hold a clock, nothing else asks what time it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Returns the present instant in UTC."""


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is moved: for tests, the demo and a week played in a minute."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock starts at an instant with a zone")
        self._now = start.astimezone(UTC)
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        """The instant at which it stands."""
        with self._lock:
            return self._now

    def advance(self, step: timedelta) -> datetime:
        """Move on by *step* and return the new present."""
        with self._lock:
            self._now += step
            return self._now

    def set(self, now: datetime) -> None:
        """Stand at *now*."""
        with self._lock:
            self._now = now.astimezone(UTC)
