"""Whether a date has passed without word that it was kept: then nobody may call it as planned."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from service.policy.lines import FULFILLED_BY
from service.records.enums import Line, Milestone
from service.records.when import When

AFTER = timedelta(minutes=1)
"""How long after the end of its day a date is looked at again."""


def overdue_days(line: Line, due: When, reached: Collection[Milestone], now: datetime) -> int:
    """The days since *due* ended, begun ones counted, where nothing *reached* settles its *line*; else 0.

    A date ends with its day in its zone.
    """
    if due.end >= now or not FULFILLED_BY.get(line, frozenset()).isdisjoint(reached):
        return 0
    return -(-(now - due.end) // timedelta(days=1))
