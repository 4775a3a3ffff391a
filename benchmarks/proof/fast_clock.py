"""A clock that runs faster than the machine's, and on which several processes agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from service.clock import utc_now

MORNING = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)
"""When a run begins by its own clock: nobody's night comes in between."""

PACE = 30.0
"""Seconds of the clock in one of the machine's. The quarantine of 120 s is 4 s, the second look comes 2 s later."""


@dataclass(frozen=True, slots=True)
class FastClock:
    """Stands at `start` when the machine's clock shows `began`, and runs `pace` times as fast."""

    began: datetime
    start: datetime = MORNING
    pace: float = PACE

    def __call__(self) -> datetime:
        """The present instant, in UTC."""
        return self.start + (utc_now() - self.began) * self.pace

    def real(self, span: timedelta) -> float:
        """How many of the machine's seconds *span* takes."""
        return span.total_seconds() / self.pace

    def as_json(self) -> dict[str, object]:
        """What another process needs to agree."""
        return {"began": self.began.isoformat(), "start": self.start.isoformat(), "pace": self.pace}


def from_json(given: dict[str, str | float]) -> FastClock:
    """The clock that `as_json` told of."""
    return FastClock(
        datetime.fromisoformat(str(given["began"])), datetime.fromisoformat(str(given["start"])), float(given["pace"])
    )
