"""What customs hold and what they cleared, container by container, in whatever order it is reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.records.enums import Milestone
from service.records.inbound import compared
from service.records.situation import FactView

ORDER = {milestone: place for place, milestone in enumerate(Milestone)}
"""Of two that happened at the same time, the one that comes first on the way."""

_BY_CUSTOMS = (Milestone.CUSTOMS_HOLD, Milestone.CUSTOMS_CLEARED)

_TURNS = (*_BY_CUSTOMS, Milestone.AVAILABLE_PICKUP)
"""What begins and ends a hold in its time: what may be collected is held no more, until customs hold it again."""

LEFT_CUSTOMS = (
    Milestone.GATED_OUT_DESTINATION,
    Milestone.OUT_FOR_DELIVERY,
    Milestone.ARRIVED_DELIVERY_PLACE,
    Milestone.DELIVERY_ATTEMPT_FAILED,
    Milestone.DELIVERED,
    Milestone.EMPTY_RETURNED,
    Milestone.RETURNED_SHIPPER,
)
"""Whatever did this has left customs behind."""

_ALL = ""
"""The only unit of a shipment of which none is named."""


@dataclass(frozen=True, slots=True)
class Customs:
    """The units that are held and those that are cleared now, and the turn to which each hold and clear belongs.

    Holds with no release between them are one turn, and so are clears with no new hold between them. A hold that names
    a container is a new one even if a hold of all came first.
    """

    units: frozenset[str]
    held: frozenset[str]
    cleared: frozenset[str]
    turns: Mapping[FactView, int]

    def now(self, milestone: Milestone) -> frozenset[str]:
        """The units in the state that *milestone* brings."""
        return self.held if milestone is Milestone.CUSTOMS_HOLD else self.cleared


def plain(unit: str) -> str:
    """A container, pallet or parcel as it is compared."""
    return compared(unit)


def touched(fact: FactView, units: frozenset[str]) -> frozenset[str]:
    """The units that *fact* is about: its own, or all where it names none."""
    return frozenset({plain(fact.unit)}) if fact.unit else units


def customs_of(kinds: Mapping[Milestone, Sequence[FactView]], units: frozenset[str]) -> Customs:
    """What customs did, from the actual facts of each kind; *units* are all the units of the shipment."""
    every = frozenset(plain(unit) for unit in units) or frozenset({_ALL})
    done = [
        (kind, fact) for kind in _TURNS for fact in kinds.get(kind, ()) if kind in _BY_CUSTOMS or not _is_part(fact)
    ]
    held: dict[str, int] = {}
    cleared: dict[str, int] = {}
    turns: dict[FactView, int] = {}
    named: set[str] = set()
    releases = holds = 0
    for kind, fact in sorted(done, key=lambda one: (_moment(one[0], one[1], kinds), ORDER[one[0]])):
        about = touched(fact, every)
        if kind is Milestone.CUSTOMS_HOLD:
            if fact.unit and not about <= named:
                _drop(held, about)
                named |= about
            holds += bool(about - held.keys())
            turns[fact] = _enter(held, cleared, about, releases)
        else:
            releases += bool(about & held.keys())
            named -= about
            if kind is Milestone.CUSTOMS_CLEARED:
                turns[fact] = _enter(cleared, held, about, holds)
            else:
                _drop(held, about)
    for fact in (fact for kind in LEFT_CUSTOMS for fact in kinds.get(kind, ()) if not _is_part(fact)):
        _drop(held, touched(fact, every))
    return Customs(every, frozenset(held), frozenset(cleared), turns)


def _moment(kind: Milestone, fact: FactView, kinds: Mapping[Milestone, Sequence[FactView]]) -> datetime:
    """When *fact* counts.

    A release of which only the day is known is the one of that day of which another source knows the time; where there
    is none, it comes after the holds of the day that had begun when it was stated.
    """
    start = fact.when.start
    if kind is Milestone.CUSTOMS_HOLD or fact.when.at is not None:
        return start
    of_the_day = [
        (of, one)
        for of in (kind, Milestone.CUSTOMS_HOLD)
        for one in kinds.get(of, ())
        if one.when.on == fact.when.on and start < one.when.start <= fact.stated_at and _same_unit(one, fact)
    ]
    held = [one.when.start for of, one in of_the_day if of is Milestone.CUSTOMS_HOLD]
    timed = [one.when.start for of, one in of_the_day if of is kind and one.source_id != fact.source_id]
    return max(timed or held, default=start)


def _same_unit(one: FactView, other: FactView) -> bool:
    """Whether they may be about the same unit: one that names none is about all."""
    return not one.unit or not other.unit or plain(one.unit) == plain(other.unit)


def _enter(state: dict[str, int], other: dict[str, int], about: frozenset[str], turn: int) -> int:
    """Bring the units *about* from the *other* state into this one; what is in it already stays in its turn."""
    _drop(other, about)
    for unit in about:
        state.setdefault(unit, turn)
    return max(state[unit] for unit in about)


def _drop(state: dict[str, int], about: frozenset[str]) -> None:
    for unit in about:
        state.pop(unit, None)


def _is_part(fact: FactView) -> bool:
    """Whether it is about some of the pieces only: the others may still be held."""
    return bool(fact.pieces and fact.pieces_total and fact.pieces < fact.pieces_total)
