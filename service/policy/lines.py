"""The dates of a journey: for each line the estimate that holds, how it came to hold, and whether it is fulfilled.

Free time is a line too: until when the goods may stand. It says nothing of when they will be collected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.policy.happenings import Happening
from service.policy.route import Route
from service.policy.standing import RETRACTION, EventKey, content, expected_only, is_retracted, retractions
from service.records.enums import Classifier, Line, Milestone
from service.records.inbound import BOOKED, FREE_TIME
from service.records.situation import FactView
from service.records.when import When

DATED = (Line.DEPARTURE, Line.ARRIVAL, Line.READY, Line.DELIVERY)
"""The lines that carry a date of the journey, nearest first."""

LINES = (*DATED, Line.FREE_TIME)
"""Every line that facts give a date."""

_SOURCES: Mapping[Milestone, Line] = {
    Milestone.DEPARTED: Line.DEPARTURE,
    Milestone.ARRIVED_DESTINATION: Line.ARRIVAL,
    Milestone.ETA_CHANGED: Line.ARRIVAL,
    Milestone.AVAILABLE_PICKUP: Line.READY,
    Milestone.DELIVERED: Line.DELIVERY,
    Milestone.ARRIVED_DELIVERY_PLACE: Line.DELIVERY,
}

_AT_THE_DOOR = frozenset(
    {
        Milestone.OUT_FOR_DELIVERY,
        Milestone.ARRIVED_DELIVERY_PLACE,
        Milestone.DELIVERY_ATTEMPT_FAILED,
        Milestone.DELIVERED,
        Milestone.EMPTY_RETURNED,
        Milestone.RETURNED_SHIPPER,
    }
)
_COLLECTED = _AT_THE_DOOR | {Milestone.AVAILABLE_PICKUP, Milestone.GATED_OUT_DESTINATION}
_ARRIVED = _COLLECTED | {Milestone.ARRIVED_DESTINATION, Milestone.DISCHARGED}
_LEFT = _ARRIVED | {
    Milestone.DEPARTED,
    Milestone.TRANSSHIPMENT_ARRIVED,
    Milestone.TRANSSHIPMENT_UNLOADED,
    Milestone.TRANSSHIPMENT_LOADED,
    Milestone.TRANSSHIPMENT_DEPARTED,
}
FULFILLED_BY: Mapping[Line, frozenset[Milestone]] = {
    Line.DEPARTURE: _LEFT,
    Line.ARRIVAL: _ARRIVED,
    Line.READY: _COLLECTED,
    Line.DELIVERY: frozenset({Milestone.DELIVERED, Milestone.EMPTY_RETURNED, Milestone.RETURNED_SHIPPER}),
    Line.FREE_TIME: _AT_THE_DOOR | {Milestone.GATED_OUT_DESTINATION},
}
"""What settles a line: its own milestone, or a step that cannot be reached without it."""


@dataclass(frozen=True, slots=True)
class LineTruth:
    """One line of the truth.

    `history` is every estimate that ever held, as (since received, fact or None), oldest first; `first` is the
    date stated first.
    """

    line: Line
    current: FactView | None
    history: tuple[tuple[datetime, FactView | None], ...]
    first: When | None
    fulfilled: bool

    @property
    def when(self) -> When | None:
        """The date that holds, None where none is known or the thing has happened."""
        return None if self.current is None or self.fulfilled else self.current.when


def lines_of(
    facts: Iterable[FactView], standing: Sequence[FactView], route: Route, done: Sequence[Happening], now: datetime
) -> dict[Line, LineTruth]:
    """Fold every line. *facts* are all that arrived (for the history), *standing* those that hold."""
    by_line: dict[Line, list[FactView]] = {}
    for fact in standing:
        line = _line(fact, route)
        if line is not None and fact.classifier is not Classifier.ACTUAL:
            by_line.setdefault(line, []).append(fact)
    if not by_line:
        return {}
    in_order = sorted(facts, key=lambda fact: (fact.received_at, content(fact)))
    arrived = [(fact, _line(fact, route)) for fact in in_order]
    taken = retractions(in_order)
    gone = frozenset(
        fact.unit
        for fact in standing
        if fact.unit and fact.classifier is Classifier.ACTUAL and fact.milestone in FULFILLED_BY[Line.FREE_TIME]
    )
    changed = last_change(done)
    current = {line: _holds(line, _since(changed, line, ones), gone) for line, ones in by_line.items()}
    reached = {one.milestone for one in done if one.complete or one.milestone is not Milestone.DELIVERED}
    whole = {one.milestone for one in done if one.complete}
    return {
        line: LineTruth(
            line=line,
            current=current[line],
            history=_ended(_history(line, arrived, now), line, current[line], changed),
            first=_first(line, arrived, taken, now),
            fulfilled=bool((whole if line is Line.FREE_TIME else reached) & FULFILLED_BY[line])
            or (line is Line.ARRIVAL and _cleared_there(current[line], done))
            or (line is Line.FREE_TIME and all(fact.unit in gone for fact in ones)),
        )
        for line, ones in sorted(by_line.items(), key=lambda item: LINES.index(item[0]))
    }


def last_change(done: Iterable[Happening]) -> Happening | None:
    """When the booking was changed or cancelled last: nothing that was planned before still stands."""
    changes = (one for one in done if one.milestone is Milestone.BOOKING_CHANGED_CANCELLED)
    return max(changes, key=lambda one: one.stated_at, default=None)


def _since(changed: Happening | None, line: Line, ones: Iterable[FactView]) -> list[FactView]:
    """Those of *ones* that the booking as it is now stands behind. Free time is the terminal's, whatever is booked."""
    return [one for one in ones if changed is None or line is Line.FREE_TIME or one.stated_at >= changed.stated_at]


def _ended(
    history: tuple[tuple[datetime, FactView | None], ...],
    line: Line,
    current: FactView | None,
    changed: Happening | None,
) -> tuple[tuple[datetime, FactView | None], ...]:
    """*history* with what a change of the booking made of it at its end."""
    if changed is None or line is Line.FREE_TIME or not history or history[-1][1] is current:
        return history
    return (*history, (current.received_at if current else changed.known_at, current))


def _cleared_there(due: FactView | None, done: Iterable[Happening]) -> bool:
    """Whether customs cleared the goods where and when they were due: before that day they may still be at sea."""
    return due is not None and any(
        one.milestone is Milestone.CUSTOMS_CLEARED
        and one.when.on >= due.when.on
        and (one.place is None or due.place is None or one.place == due.place)
        for one in done
    )


def rank(fact: FactView) -> tuple[object, ...]:
    """Which estimate holds: an estimate or a booking before a plan, then the latest statement, then a booking."""
    is_booked = BOOKED in fact.flags
    return (fact.classifier is not Classifier.PLANNED or is_booked, fact.stated_at, is_booked, *content(fact))


def _holds(line: Line, ones: Iterable[FactView], gone: frozenset[str] = frozenset()) -> FactView | None:
    """The one of *ones* that holds. Free time ends with that of the first unit which is not *gone* yet."""
    if line is not Line.FREE_TIME:
        return max(ones, key=rank, default=None)
    latest: dict[str | None, FactView] = {}
    for fact in sorted(ones, key=content):
        latest[fact.unit] = fact
    here = [fact for unit, fact in latest.items() if unit not in gone] or list(latest.values())
    return min(here, key=lambda fact: (fact.when.end, content(fact)), default=None)


def in_the_way(lines: Mapping[Line, LineTruth], line: Line) -> LineTruth | None:
    """The nearer step that is expected only after the date of *line* and was stated no earlier; None without any.

    The goods cannot be at a door before they are off the ship, so the date of *line* does not hold any more.
    """
    date = lines.get(line)
    if date is None or date.when is None or date.current is None:
        return None
    for nearer in reversed(DATED[: DATED.index(line)]):
        truth = lines.get(nearer)
        if truth is None or truth.when is None or truth.current is None or truth.when.on <= date.when.on:
            continue
        if truth.current.stated_at >= date.current.stated_at:
            return truth
    return None


def line_of(fact: FactView) -> Line | None:
    """The line of speech that *fact* is about, whatever part its place plays on the way."""
    if FREE_TIME in fact.flags:
        return Line.FREE_TIME
    if fact.milestone is Milestone.ETA_CHANGED and fact.place_role == "delivery":
        return Line.DELIVERY
    return _SOURCES.get(fact.milestone)


def _line(fact: FactView, route: Route) -> Line | None:
    if fact.milestone is Milestone.ETA_CHANGED or FREE_TIME in fact.flags:
        return line_of(fact)
    milestone = route.milestone(fact)
    return None if milestone is None else _SOURCES.get(milestone)


def _first(
    line: Line, arrived: Iterable[tuple[FactView, Line | None]], taken: dict[EventKey, datetime], now: datetime
) -> When | None:
    """The date of *line* that was stated first, also where its sender has stated another under the same name since."""
    ones = (
        fact
        for fact, about in arrived
        if about is line and fact.part != RETRACTION and expected_only(fact, now) and not is_retracted(fact, taken)
    )
    first = min(ones, key=content, default=None)
    return first.when if first else None


def _history(
    line: Line, arrived: Sequence[tuple[FactView, Line | None]], now: datetime
) -> tuple[tuple[datetime, FactView | None], ...]:
    """Replay the arrivals: each time another estimate came to hold, by a statement, a revision or a retraction.

    *arrived* are the facts in the order in which they came, each with the line that it is about.
    """
    live: dict[tuple[str, str, str], FactView] = {}
    taken: dict[EventKey, datetime] = {}
    current: FactView | None = None
    steps: list[tuple[datetime, FactView | None]] = []
    for fact, about in arrived:
        replaced = _take_back(fact, live, taken)
        if fact.part != RETRACTION and not is_retracted(fact, taken):
            key = (fact.source_id, fact.event_key, fact.part)
            held = live.get(key)
            if held is None or content(held) < content(fact):
                replaced = replaced or live.pop(key, None) is not None
                if about is line and expected_only(fact, now):
                    live[key] = fact
                    replaced = replaced or line is Line.FREE_TIME
                    current = fact if current is None or rank(fact) > rank(current) else current
        if replaced:
            current = _holds(line, live.values())
        if not steps or steps[-1][1] is not current:
            steps.append((fact.received_at, current))
    return tuple(steps)


def _take_back(fact: FactView, live: dict[tuple[str, str, str], FactView], taken: dict[EventKey, datetime]) -> bool:
    """Drop from *live* what *fact* takes back, if anything; whether something went."""
    if fact.retracts is None:
        return False
    event = (fact.source_id, fact.retracts)
    taken[event] = max(taken.get(event, fact.stated_at), fact.stated_at)
    gone = [key for key, one in live.items() if key[:2] == event and is_retracted(one, taken)]
    for key in gone:
        del live[key]
    return bool(gone)
