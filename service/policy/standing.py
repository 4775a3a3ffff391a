"""Which facts stand: what was retracted or replaced by a later revision is dropped, in whatever order it arrived."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from service.records.enums import Classifier, Milestone
from service.records.situation import FactView

SKEW = timedelta(minutes=15)
"""How far a source's clock may run ahead of ours before an "actual" is only an expectation."""

RETRACTION = "retraction"
"""The part of a fact that takes another back and states nothing itself."""

EventKey = tuple[str, str]


def content(fact: FactView) -> tuple[object, ...]:
    """A total order on facts by what they say, latest statement last; never by when or as which row they came.

    Of two dates stated at the same instant the later one stands: whoever hopes for less is not let down.
    """
    return (
        fact.stated_at,
        fact.source_id,
        fact.part,
        fact.milestone,
        fact.classifier,
        fact.when.start,
        fact.when.precision,
        fact.place or "",
        fact.unit or "",
        fact.vessel or "",
        fact.voyage or "",
        fact.reason or "",
        fact.event_key,
        fact.id,
    )


def retractions(facts: Iterable[FactView]) -> dict[EventKey, datetime]:
    """For each event that was taken back, by source and event key, when its source last said so."""
    taken: dict[EventKey, datetime] = {}
    for fact in facts:
        if fact.retracts is not None:
            key = (fact.source_id, fact.retracts)
            taken[key] = max(taken.get(key, fact.stated_at), fact.stated_at)
    return taken


def is_retracted(fact: FactView, taken: dict[EventKey, datetime]) -> bool:
    """Whether *fact* was taken back, by a statement that is not older than it."""
    said = taken.get((fact.source_id, fact.event_key))
    return said is not None and fact.stated_at <= said


def expected_only(fact: FactView, now: datetime) -> bool:
    """Whether *fact* speaks of what has not happened: by its classifier, or because its time is still to come.

    A new date ("eta changed") that lay ahead when it was received stays an expectation after it has passed.
    """
    if fact.classifier is not Classifier.ACTUAL:
        return True
    seen = fact.received_at if fact.milestone is Milestone.ETA_CHANGED else now
    return fact.when.start > seen + SKEW


def standing(facts: Iterable[FactView], now: datetime) -> tuple[FactView, ...]:
    """The facts that hold, by time.

    A pure retraction states nothing; of an event's revisions the latest statement holds; an "actual" more than `SKEW`
    ahead of *now* is returned as an estimate.
    """
    given = tuple(facts)
    taken = retractions(given)
    latest: dict[tuple[str, str, str], FactView] = {}
    for fact in given:
        if fact.part == RETRACTION or is_retracted(fact, taken):
            continue
        key = (fact.source_id, fact.event_key, fact.part)
        held = latest.get(key)
        if held is None or content(fact) > content(held):
            latest[key] = fact
    kept = (_as_of(fact, now) for fact in latest.values())
    return tuple(sorted(kept, key=lambda fact: (fact.when.start, content(fact))))


def next_truth(facts: Iterable[FactView], now: datetime) -> datetime | None:
    """When the next "actual" that lies ahead will count as happened; None where none does."""
    ahead = [
        fact.when.start - SKEW
        for fact in facts
        if fact.classifier is Classifier.ACTUAL
        and fact.part != RETRACTION
        and fact.milestone is not Milestone.ETA_CHANGED
        and fact.when.start > now + SKEW
    ]
    return min(ahead, default=None)


def _as_of(fact: FactView, now: datetime) -> FactView:
    if fact.classifier is Classifier.ACTUAL and expected_only(fact, now):
        return replace(fact, classifier=Classifier.ESTIMATED, flags=(*fact.flags, "future_actual"))
    return fact
