"""What happened: actual facts of one thing, from any source, gathered into one happening."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from service.policy.customs import LEFT_CUSTOMS, ORDER, Customs, customs_of, plain, touched
from service.policy.route import Route
from service.policy.standing import content
from service.records.enums import Classifier, Milestone, Precision, Reason, Transport
from service.records.inbound import PART
from service.records.situation import FactView
from service.records.when import When

T = TypeVar("T")
K = TypeVar("K")

APART = timedelta(hours=4)
"""Two attempts so far apart are two; reports of one attempt lie closer together."""

PLACED = frozenset(
    {
        Milestone.EMPTY_RELEASED,
        Milestone.STUFFED,
        Milestone.GATED_IN_ORIGIN,
        Milestone.LOADED,
        Milestone.DEPARTED,
        Milestone.TRANSSHIPMENT_ARRIVED,
        Milestone.TRANSSHIPMENT_UNLOADED,
        Milestone.TRANSSHIPMENT_LOADED,
        Milestone.TRANSSHIPMENT_DEPARTED,
        Milestone.ARRIVED_DESTINATION,
        Milestone.DISCHARGED,
        Milestone.RAIL_DEPARTED,
        Milestone.RAIL_ARRIVED,
    }
)
"""Milestones that happen once per stop. Any other happens once per shipment, whatever sources call its place."""

REPEATS = frozenset(
    {
        Milestone.IN_TRANSIT,
        Milestone.OUT_FOR_DELIVERY,
        Milestone.ARRIVED_DELIVERY_PLACE,
        Milestone.DELIVERY_ATTEMPT_FAILED,
        Milestone.BOOKING_CHANGED_CANCELLED,
        Milestone.DELAYED,
        Milestone.EXCEPTION,
    }
)
"""Milestones that may happen again on another day, or more than `APART` later."""

CUSTOMS = frozenset({Milestone.CUSTOMS_HOLD, Milestone.CUSTOMS_CLEARED})
"""What customs do in turn, container by container: the same may follow again."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, as all its standing facts tell it. `stop` is "" where the place does not matter.

    `known_at` is when it became known as it is now; `units_done` of `units` counts containers or pieces (0 of 0
    where none is named), and `who` are those that are named. `stands` is whether customs still hold, or have not held
    again, some of what they held or cleared then; so long `units_done` counts all that are held, or cleared, now.
    """

    milestone: Milestone
    stop: str
    when: When
    known_at: datetime
    stated_at: datetime
    place: str | None = None
    place_name: str | None = None
    vessel: str | None = None
    imo: str | None = None
    voyage: str | None = None
    transport: Transport = Transport.UNKNOWN
    reason: Reason | None = None
    flags: tuple[str, ...] = ()
    units_done: int = 0
    units: int = 0
    who: frozenset[str] = frozenset()
    stands: bool = True

    @property
    def complete(self) -> bool:
        """Whether every unit has done it."""
        return self.units_done >= self.units


def happenings(facts: Sequence[FactView], route: Route, units: frozenset[str]) -> tuple[Happening, ...]:
    """Gather the actual ones of the standing *facts*, by time; *units* are all the units of the shipment."""
    kinds: dict[Milestone, list[FactView]] = {}
    for fact in facts:
        if fact.classifier is Classifier.ACTUAL and fact.milestone is not Milestone.ETA_CHANGED:
            milestone = route.milestone(fact)
            if milestone is not None:
                kinds.setdefault(milestone, []).append(fact)
    customs = customs_of(kinds, units)
    found = []
    for milestone, group in kinds.items():
        for stop, ones in _split(milestone, group, route, customs):
            one = _gather(milestone, stop, ones, units)
            found.append(_as_it_stands(one, ones, customs) if milestone in CUSTOMS else one)
    if any(one.milestone in LEFT_CUSTOMS and one.complete for one in found):
        found = [replace(one, stands=False) if one.milestone is Milestone.CUSTOMS_HOLD else one for one in found]
    return tuple(sorted(found, key=lambda one: (one.when.start, ORDER[one.milestone], one.stop)))


def undenied(facts: Sequence[FactView]) -> tuple[FactView, ...]:
    """The standing *facts* without deliveries that a failed attempt denies: it came after them and was stated later."""
    failed = [
        one
        for one in facts
        if one.milestone is Milestone.DELIVERY_ATTEMPT_FAILED and one.classifier is Classifier.ACTUAL
    ]
    return tuple(fact for fact in facts if not any(_denies(one, fact) for one in failed))


def _denies(attempt: FactView, fact: FactView) -> bool:
    return (
        fact.milestone is Milestone.DELIVERED
        and fact.classifier is Classifier.ACTUAL
        and fact.unit == attempt.unit
        and fact.pieces is None
        and attempt.when.start >= fact.when.end
        and attempt.stated_at >= fact.stated_at
    )


def same_time(one: When, other: When) -> bool:
    """Whether two reports may speak of the same attempt: within `APART`, or on the same day where one is a date."""
    if one.at is not None and other.at is not None:
        return abs(one.at - other.at) <= APART
    return one.on == other.on


def _split(
    milestone: Milestone, facts: list[FactView], route: Route, customs: Customs
) -> list[tuple[str, list[FactView]]]:
    if milestone in REPEATS:
        return [("", group) for group in _by_time(facts)]
    if milestone in CUSTOMS:
        return [("", group) for group in _grouped(facts, lambda fact: customs.turns[fact]).values()]
    if milestone not in PLACED:
        return [("", facts)]
    stops = _grouped(facts, route.stop)
    if len(stops) > 1 and "" in stops:
        for fact in stops.pop(""):
            nearest = min(stops, key=lambda stop: (abs(stops[stop][0].when.start - fact.when.start), stop))
            stops[nearest].append(fact)
    return list(stops.items())


def _grouped(facts: Iterable[FactView], key: Callable[[FactView], K]) -> dict[K, list[FactView]]:
    groups: dict[K, list[FactView]] = {}
    for fact in facts:
        groups.setdefault(key(fact), []).append(fact)
    return groups


def _by_time(facts: list[FactView]) -> list[list[FactView]]:
    """Reports of the same attempt together: exact times first, then dates join the day they name."""
    groups: list[list[FactView]] = []
    ordered = sorted(facts, key=lambda fact: (fact.when.precision is Precision.DAY, fact.when.start, content(fact)))
    for fact in ordered:
        home = next((group for group in groups if same_time(group[0].when, fact.when)), None)
        if home is None:
            groups.append([fact])
        else:
            home.append(fact)
    return groups


def _gather(milestone: Milestone, stop: str, facts: list[FactView], units: frozenset[str]) -> Happening:
    per_unit = _grouped(facts, lambda fact: fact.unit)
    whole = per_unit.get(None)
    told = {None: whole} if whole else per_unit
    best = [min(group, key=_preference) for group in told.values()]
    main = max(best, key=lambda fact: (fact.when.start, content(fact)))
    done, total = _count(facts, whole is not None, units)
    known = [min(fact.received_at for fact in group) for group in told.values()]
    together = _together(facts)
    if together is not None and together[0] >= done:
        done, total, main = together
        known = [main.received_at]
    by_word = sorted(facts, key=content, reverse=True)
    return Happening(
        milestone=milestone,
        stop=stop,
        when=main.when,
        known_at=max(known) if done >= total else min(known),
        stated_at=max(fact.stated_at for fact in facts),
        place=_first(main.place, (fact.place for fact in by_word)),
        place_name=_first(main.place_name, (fact.place_name for fact in by_word)),
        vessel=_first(main.vessel, (fact.vessel for fact in by_word)),
        imo=_first(main.imo, (fact.imo for fact in by_word)),
        voyage=_voyage(main, by_word),
        transport=_transport(main, by_word),
        reason=_first(main.reason, (fact.reason for fact in by_word)),
        flags=tuple(sorted({flag for fact in facts for flag in fact.flags})),
        units_done=done,
        units=total,
        who=frozenset(plain(unit) for unit in units) if whole and done >= total else _named(facts),
    )


def _as_it_stands(one: Happening, facts: list[FactView], customs: Customs) -> Happening:
    """A hold or a clear as customs have left it: of several units, those that are held, or cleared, now."""
    about = frozenset(unit for fact in facts for unit in touched(fact, customs.units))
    now = customs.now(one.milestone)
    if not about & now:
        return replace(one, stands=False)
    return replace(one, units_done=len(now), who=now) if one.units == len(customs.units) > 1 else one


def _preference(fact: FactView) -> tuple[object, ...]:
    """Of several reports of one thing: the exact one, then the one whose zone is known, then the earliest."""
    return (fact.when.precision is Precision.DAY, not fact.when.zone_known, fact.when.start, content(fact))


def _count(facts: list[FactView], whole: bool, units: frozenset[str]) -> tuple[int, int]:
    by_pieces = whole and all(fact.pieces and fact.pieces_total for fact in facts if fact.unit is None)
    if len(units) > 1 and not by_pieces:
        seen = _named(facts) & {plain(unit) for unit in units}
        return (len(units) if whole else len(seen)), len(units)
    pieces = max((fact.pieces for fact in facts if fact.pieces), default=0)
    total = max((fact.pieces_total for fact in facts if fact.pieces_total), default=0)
    return (min(pieces, total), total) if pieces and total else (0, 0)


def _named(facts: Iterable[FactView]) -> frozenset[str]:
    return frozenset(plain(fact.unit) for fact in facts if fact.unit)


def _together(facts: list[FactView]) -> tuple[int, int, FactView] | None:
    """Pieces of the parts that were reported one by one, of how many, and the part that came last of those needed."""
    named = [fact for fact in facts if PART in fact.flags and fact.unit is None and fact.pieces and fact.pieces_total]
    parts = {(fact.when.start, fact.pieces): fact for fact in sorted(named, key=content, reverse=True)}
    total = max((fact.pieces_total or 0 for fact in named), default=0)
    done = 0
    for _, part in sorted(parts.items()):
        done += part.pieces or 0
        if done >= total:
            return total, total, part
    return (done, total, parts[max(parts)]) if parts else None


def _first(mine: T | None, others: Iterable[T | None]) -> T | None:
    return mine if mine is not None else next((one for one in others if one is not None), None)


def _voyage(main: FactView, others: Sequence[FactView]) -> str | None:
    """The voyage or flight of *main*; None where parts went on several, and no one of them carried the goods."""
    several = {fact.voyage for fact in others if PART in fact.flags and fact.voyage}
    return None if len(several) > 1 else _first(main.voyage, (fact.voyage for fact in others))


def _transport(main: FactView, others: Iterable[FactView]) -> Transport:
    known = (fact.transport for fact in (main, *others) if fact.transport is not Transport.UNKNOWN)
    return next(known, Transport.UNKNOWN)
