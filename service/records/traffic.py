"""How much an account sends, as the store counts it and policy judges it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flow:
    """Live messages that were asked to be taken: in the hour that runs, in the one before it, and in the `busiest`.

    The busiest is that of the week before those two hours. `segments` are those of texts since the month began.
    """

    this_hour: int = 0
    last_hour: int = 0
    busiest: int = 0
    segments: int = 0
