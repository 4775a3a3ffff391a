"""How often something may happen: token buckets in memory, one per key and process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

MOST = 100_000
"""Buckets kept; full ones are dropped first, and a full one is what a new one would be."""


class Buckets:
    """Each name may act `per_minute` times a minute, all at once or spread out; the bucket refills steadily."""

    def __init__(self, per_minute: int, *, ticks: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._size = float(per_minute)
        self._per_second = per_minute / 60
        self._ticks = ticks
        self._levels: dict[str, tuple[float, float]] = {}
        self._gate = threading.Lock()

    def take(self, name: str) -> float:
        """Take one; returns 0 where there was one, else the seconds until there is."""
        now = self._ticks()
        with self._gate:
            level, at = self._levels.get(name, (self._size, now))
            level = min(self._size, level + (now - at) * self._per_second)
            if level < 1:
                self._levels[name] = (level, now)
                return (1 - level) / self._per_second
            if len(self._levels) >= MOST:
                self._drop_full(now)
            self._levels[name] = (level - 1, now)
            return 0.0

    def _drop_full(self, now: float) -> None:
        self._levels = {
            name: (level, at)
            for name, (level, at) in self._levels.items()
            if level + (now - at) * self._per_second < self._size
        }
