"""The folded truth as the API and the pages show it."""

from __future__ import annotations

from service.policy.happenings import Happening
from service.policy.journey import Journey
from service.policy.path import done_stop
from service.records.decision import Summary


def summarise(journey: Journey) -> Summary:
    """The summary of *journey*: `late_days` is how far its date moved from the first one stated, or has passed."""
    truth = journey.headline
    when = truth.when if truth else None
    current = truth.current if truth else None
    first = truth.first if truth else None
    status = journey.status
    step = status.furthest
    return Summary(
        status=status.word,
        status_text=status.text,
        due_kind=truth.line.value if truth else None,
        due=when,
        due_place=(current.place_name or current.place) if current else None,
        reason=None if status.closed else journey.reason,
        late_days=max(journey.overdue_days, (when.on - first.on).days) if when and first else 0,
        last_fact_at=journey.last_fact_at,
        stops=journey.stops,
        step=done_stop(step) if step else None,
        units=len(journey.units),
        units_done=_done(step, len(journey.units)),
        flags=journey.flags,
        closed=status.closed,
        due_date=when.on if when else None,
    )


def _done(step: Happening | None, units: int) -> int:
    """How many of *units* have done *step*: a single one has where it is complete, also where only pieces counted."""
    if step is None:
        return 0
    if step.units == units:
        return step.units_done
    return units if units == 1 and step.complete else 0
