"""The stops of a journey as people see them: what is done, then what is expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from service.policy.happenings import PLACED, Happening
from service.policy.lines import DATED, LineTruth, rank
from service.policy.route import Route
from service.policy.status import index, overtakes
from service.records.decision import Stop
from service.records.enums import Classifier, Line, Milestone
from service.records.situation import FactView

SHOWN = frozenset(
    {
        Milestone.BOOKING_CONFIRMED,
        Milestone.PICKED_UP,
        Milestone.DEPARTED,
        Milestone.TRANSSHIPMENT_ARRIVED,
        Milestone.TRANSSHIPMENT_DEPARTED,
        Milestone.ARRIVED_DESTINATION,
        Milestone.DISCHARGED,
        Milestone.RAIL_DEPARTED,
        Milestone.RAIL_ARRIVED,
        Milestone.CUSTOMS_HOLD,
        Milestone.CUSTOMS_CLEARED,
        Milestone.AVAILABLE_PICKUP,
        Milestone.OUT_FOR_DELIVERY,
        Milestone.DELIVERY_ATTEMPT_FAILED,
        Milestone.DELIVERED,
        Milestone.RETURNED_SHIPPER,
    }
)
"""The steps that make a path worth reading."""

_LINE_STEP: Mapping[Line, Milestone] = {
    Line.DEPARTURE: Milestone.DEPARTED,
    Line.ARRIVAL: Milestone.ARRIVED_DESTINATION,
    Line.READY: Milestone.AVAILABLE_PICKUP,
    Line.DELIVERY: Milestone.DELIVERED,
}

_ON_THE_WAY = (PLACED & SHOWN) - frozenset(_LINE_STEP.values())
"""The steps at a stop between: they are expected from estimates of their own."""


def path(
    facts: Sequence[FactView], route: Route, done: Sequence[Happening], lines: Mapping[Line, LineTruth]
) -> tuple[Stop, ...]:
    """The stops in order; each has `state` done or expected."""
    past = [one for one in done if one.milestone in SHOWN and not (_is_part_cleared(one) and _is_held(done))]
    stops = [done_stop(one) for one in sorted(past, key=lambda one: (_at(one, past), index(one.milestone)))]
    ahead = [_expected(_LINE_STEP[line], lines[line].current) for line in DATED if line in lines and lines[line].when]
    ahead += [_expected(milestone, fact) for milestone, fact in _hubs(facts, route, done)]
    known = [stop for stop in ahead if stop is not None]
    return (*stops, *sorted(known, key=lambda stop: (stop.when.start if stop.when else None, index(stop.milestone))))


def _at(one: Happening, past: Sequence[Happening]) -> datetime:
    """Where *one* stands among the others: of which only the day is known, after what comes before it on the way."""
    if one.when.at is not None:
        return one.when.start
    earlier = (
        other.when.start
        for other in past
        if index(other.milestone) < index(one.milestone)
        and (other.when.on == one.when.on or one.when.start <= other.when.start < one.when.end)
        and not (other.milestone is Milestone.CUSTOMS_HOLD and other.stands)
    )
    return max((one.when.start, *earlier))


def _is_held(done: Sequence[Happening]) -> bool:
    return any(one.milestone is Milestone.CUSTOMS_HOLD and one.stands for one in done)


def _is_part_cleared(one: Happening) -> bool:
    return one.milestone is Milestone.CUSTOMS_CLEARED and one.stands and not one.complete


def done_stop(one: Happening) -> Stop:
    """A step that has happened."""
    part = (0, 0) if one.complete else (one.units_done, one.units)
    return Stop(one.milestone, one.place, one.place_name, one.when, "done", one.vessel, *part)


def _expected(milestone: Milestone, fact: FactView | None) -> Stop | None:
    if fact is None:
        return None
    return Stop(milestone, fact.place, fact.place_name, fact.when, "expected", fact.vessel)


def _hubs(facts: Sequence[FactView], route: Route, done: Sequence[Happening]) -> list[tuple[Milestone, FactView]]:
    """The latest estimate for each hub that the journey has not passed."""
    best: dict[tuple[Milestone, str], FactView] = {}
    for fact in facts:
        if fact.classifier is Classifier.ACTUAL:
            continue
        milestone = route.milestone(fact)
        if milestone not in _ON_THE_WAY:
            continue
        key = (milestone, route.stop(fact))
        if key not in best or rank(fact) > rank(best[key]):
            best[key] = fact
    return [
        (milestone, fact)
        for (milestone, stop), fact in best.items()
        if not any(_passed(one, milestone, stop, fact) for one in done)
    ]


def _passed(one: Happening, milestone: Milestone, stop: str, fact: FactView) -> bool:
    if one.milestone is milestone and one.stop == stop:
        return True
    planned = Happening(milestone, stop, fact.when, fact.received_at, fact.stated_at)
    return overtakes(one, planned)
