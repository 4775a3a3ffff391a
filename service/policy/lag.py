"""How long after a happening a source usually reports it: learned, once enough of its reports are known."""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import timedelta

ENOUGH = 30
"""Fewer reports than this say nothing about what is usual."""

SHARE = 0.9
"""So many of its reports were in by then: one that is later is late for this source."""

BACKFILL = timedelta(days=14)
"""What is reported later than this was loaded as history, and is no habit of the source."""


def usual_lag(reports: Collection[timedelta]) -> timedelta | None:
    """By when nine of ten *reports* (received less happened) were in, in whole minutes; None for too few.

    A report from before its happening says that a clock is wrong, or that a plan was called a fact.
    """
    known = sorted(one for one in reports if timedelta() <= one <= BACKFILL)
    if len(known) < ENOUGH:
        return None
    within = known[math.ceil(len(known) * SHARE) - 1]
    return timedelta(minutes=math.ceil(within / timedelta(minutes=1)))
