"""The time in a signature: the only hour that a notifier asks for. Nothing else is decided by it.

A call that was signed long ago may be a recording of a genuine one, so it counts only while its stamp is fresh.
"""

from __future__ import annotations

import time
from collections.abc import Callable

Seconds = Callable[[], float]
"""Seconds since 1970 (UTC), as a signature states them."""

TOLERANCE_SECONDS = 300.0
"""How far a stamp may lie before or after our own; the usual figure (Standard Webhooks, Stripe, Telnyx)."""


def machine() -> float:
    """The machine's own seconds."""
    return time.time()


def fresh(stamp: float, now: float) -> bool:
    """Whether *stamp* is near enough to *now*, in either direction; seconds since 1970."""
    return abs(now - stamp) <= TOLERANCE_SECONDS
