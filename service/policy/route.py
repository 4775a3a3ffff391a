"""Where a shipment goes: which place is origin, hub or destination, judged with all facts at hand.

A carrier's "departed" or "arrived" names a port, not what the port is to this shipment: at a hub it is a change of
ship. A role that its source gives wins, as long as the roles agree with one another: a journey begins once and ends
once, and many a source calls every port of departure an origin. Else the first place of departure is the origin, and
an arrival that is followed by a departure from the same place, or by an arrival elsewhere, was at a hub. Where nobody
calls a place the destination and the goods are due elsewhere, they are on the way there, and no more is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.policy.standing import content
from service.records.enums import Classifier, Milestone
from service.records.situation import FactView

DEPARTURES = frozenset({Milestone.DEPARTED, Milestone.TRANSSHIPMENT_DEPARTED})
ARRIVALS = frozenset({Milestone.ARRIVED_DESTINATION, Milestone.TRANSSHIPMENT_ARRIVED})
LOADINGS = frozenset({Milestone.LOADED, Milestone.TRANSSHIPMENT_LOADED})
UNLOADINGS = frozenset({Milestone.DISCHARGED, Milestone.TRANSSHIPMENT_UNLOADED})
AT_HUB = frozenset(
    {
        Milestone.TRANSSHIPMENT_ARRIVED,
        Milestone.TRANSSHIPMENT_UNLOADED,
        Milestone.TRANSSHIPMENT_LOADED,
        Milestone.TRANSSHIPMENT_DEPARTED,
    }
)
AT_ORIGIN = frozenset(
    {
        Milestone.STUFFED,
        Milestone.PICKED_UP,
        Milestone.RECEIVED_ORIGIN,
        Milestone.GATED_IN_ORIGIN,
        Milestone.EXPORT_CUSTOMS_CLEARED,
    }
)
PASSING = ARRIVALS | DEPARTURES | LOADINGS | AT_HUB
"""Moves after which the goods go on from a place."""

NEWS = frozenset({Milestone.ETA_CHANGED, Milestone.DELAYED, Milestone.EXCEPTION})
"""What may be said of a place before the goods were ever there."""

ROLES = frozenset({"origin", "transshipment", "destination"})
NEAR = timedelta(hours=24)
"""A fact without a place belongs to the stop whose own fact of that kind is at most so far off."""


@dataclass(frozen=True, slots=True)
class _Visit:
    """The best known time of one kind of move at one stop."""

    at: datetime
    stated: datetime
    actual: bool


@dataclass(frozen=True, slots=True)
class Route:
    """The places of one shipment. `aliases` maps a place's name to its code; `explicit` a stop to the role given.

    `doubtful` are places that the goods have reached and that may be a hub or the destination.
    """

    aliases: Mapping[str, str]
    explicit: Mapping[str, str]
    departures: Mapping[str, _Visit]
    arrivals: Mapping[str, _Visit]
    origin: str | None
    hubs: frozenset[str]
    doubtful: frozenset[str] = frozenset()

    def stop(self, fact: FactView) -> str:
        """The stop at which *fact* happened: a place code, else a name in capitals, else the nearest in time or ""."""
        named = _named(fact, self.aliases)
        if named or fact.classifier is not Classifier.ACTUAL:
            return named
        visits = self.departures if fact.milestone in DEPARTURES else self.arrivals
        if fact.milestone not in DEPARTURES | ARRIVALS:
            return named
        near = [(abs(visit.at - fact.when.start), stop) for stop, visit in visits.items() if stop]
        gap, stop = min(near, default=(NEAR, ""))
        return stop if gap < NEAR else ""

    def milestone(self, fact: FactView) -> Milestone | None:
        """What *fact* means on this route; None where it says nothing of the goods.

        That is so when a ship reaches the port of loading, or leaves the port of discharge.
        """
        kind = fact.milestone
        role = self._role(fact)
        stop = self.stop(fact)
        if kind in DEPARTURES:
            return self._departure(role, stop, fact)
        if kind in ARRIVALS:
            return self._arrival(role, stop)
        if kind in LOADINGS:
            return _either(role == "transshipment" or (role is None and stop in self.hubs), *_LOADS)
        if kind in UNLOADINGS:
            return _either(role == "transshipment" or (role is None and stop in self.hubs), *_UNLOADS)
        return kind

    def _role(self, fact: FactView) -> str | None:
        if fact.milestone in AT_HUB:
            return "transshipment"
        stop = _named(fact, self.aliases)
        if stop:
            return self.explicit.get(stop)
        return fact.place_role if fact.place_role in ROLES else None

    def _departure(self, role: str | None, stop: str, fact: FactView) -> Milestone | None:
        if role == "destination":
            return None
        if role is not None:
            return Milestone.DEPARTED if role == "origin" else Milestone.TRANSSHIPMENT_DEPARTED
        if stop == self.origin:
            return Milestone.DEPARTED
        if stop or self.origin is not None:
            return Milestone.TRANSSHIPMENT_DEPARTED
        before = any(visit.actual and visit.at < fact.when.start for visit in self.arrivals.values())
        return Milestone.TRANSSHIPMENT_DEPARTED if before else Milestone.DEPARTED

    def _arrival(self, role: str | None, stop: str) -> Milestone | None:
        if role == "origin" or (role is None and stop and stop == self.origin):
            return None
        if role == "destination":
            return Milestone.ARRIVED_DESTINATION
        if role == "transshipment" or stop in self.hubs:
            return Milestone.TRANSSHIPMENT_ARRIVED
        return Milestone.IN_TRANSIT if stop in self.doubtful else Milestone.ARRIVED_DESTINATION


_LOADS = (Milestone.TRANSSHIPMENT_LOADED, Milestone.LOADED)
_UNLOADS = (Milestone.TRANSSHIPMENT_UNLOADED, Milestone.DISCHARGED)


def route_of(facts: Iterable[FactView]) -> Route:
    """Judge every place that the standing *facts* name."""
    given = tuple(facts)
    aliases = {f.place_name.strip().upper(): f.place for f in given if f.place and f.place_name}
    departures = _visits(given, DEPARTURES, aliases)
    arrivals = _visits(given, ARRIVALS, aliases)
    explicit = _explicit(given, aliases, departures, arrivals)
    at_origin = {stop for f in given if f.milestone in AT_ORIGIN and (stop := _named(f, aliases))}
    origin = _origin(departures, arrivals, explicit, at_origin)
    hubs = {stop for stop, role in explicit.items() if role == "transshipment"}
    hubs |= {stop for stop in departures if stop and stop != origin and explicit.get(stop) is None}
    hubs |= {stop for stop in arrivals if explicit.get(stop) is None and _passed_through(stop, departures, arrivals)}
    given_up = _given_up(given, aliases, departures, arrivals)
    hubs = hubs - given_up - {origin, ""}
    doubtful = {
        stop
        for stop, here in arrivals.items()
        if here.actual and stop not in {"", origin, *hubs, *explicit} and _due_elsewhere(given, stop, here, aliases)
    }
    return Route(aliases, explicit, departures, arrivals, origin, frozenset(hubs), frozenset(doubtful - given_up))


def _due_elsewhere(facts: tuple[FactView, ...], stop: str, here: _Visit, aliases: Mapping[str, str]) -> bool:
    """Whether the goods are expected at another place well after they reached *stop*, and never were at this one."""
    expected = {
        _named(fact, aliases): fact.when.start
        for fact in facts
        if fact.milestone in ARRIVALS and fact.classifier is not Classifier.ACTUAL
    }
    return stop not in expected and any(place and at >= here.at + NEAR for place, at in expected.items())


def _given_up(
    facts: tuple[FactView, ...],
    aliases: Mapping[str, str],
    departures: Mapping[str, _Visit],
    arrivals: Mapping[str, _Visit],
) -> set[str]:
    """The destinations that their source has since replaced by another: nothing ever happened or goes on from there."""
    said: dict[str, dict[str, datetime]] = {}
    other: set[str] = set()
    for fact in facts:
        stop = _named(fact, aliases)
        if fact.milestone in ARRIVALS and fact.place_role == "destination" and stop:
            by_source = said.setdefault(fact.source_id, {})
            by_source[stop] = max(fact.stated_at, by_source.get(stop, fact.stated_at))
        elif fact.milestone in PASSING or (fact.classifier is Classifier.ACTUAL and fact.milestone not in NEWS):
            other.add(stop)
    given_up: set[str] = set()
    for by_source in said.values():
        last = max(by_source.values())
        given_up |= {stop for stop, stated in by_source.items() if stated < last}
    return {stop for stop in given_up - other - departures.keys() if not arrivals[stop].actual}


def _named(fact: FactView, aliases: Mapping[str, str]) -> str:
    if fact.place:
        return fact.place
    name = (fact.place_name or "").strip().upper()
    return aliases.get(name, name)[:60]


def _explicit(
    facts: tuple[FactView, ...],
    aliases: Mapping[str, str],
    departures: Mapping[str, _Visit],
    arrivals: Mapping[str, _Visit],
) -> dict[str, str]:
    """The role that sources give a stop, where it contradicts neither another one there nor another place's."""
    said: dict[str, set[str]] = {}
    for fact in facts:
        stop = _named(fact, aliases)
        role = "transshipment" if fact.milestone in AT_HUB else fact.place_role
        if stop and role in ROLES and not (role == "origin" and _under_way(fact, stop, departures)):
            said.setdefault(stop, set()).add(role)
    agreed = {
        stop: "transshipment" if "transshipment" in roles else next(iter(roles))
        for stop, roles in said.items()
        if len(roles) == 1 or "transshipment" in roles
    }
    origins = sorted(
        (departures[stop].at, stop) for stop, role in agreed.items() if role == "origin" and stop in departures
    )
    ends = [stop for stop, role in agreed.items() if role == "destination" and stop in arrivals]
    passed = {stop for stop in ends if any(_goes_on(arrivals[stop], arrivals[other]) for other in ends)}
    dropped = {stop for _, stop in origins[1:]} | passed
    return {stop: role for stop, role in agreed.items() if stop not in dropped}


def _under_way(fact: FactView, stop: str, departures: Mapping[str, _Visit]) -> bool:
    """Whether *fact* begins a journey at *stop* after the goods had left elsewhere: a carrier of the last mile does."""
    return fact.milestone in AT_ORIGIN and any(
        visit.actual and other not in {stop, ""} and visit.at < fact.when.start for other, visit in departures.items()
    )


def _visits(facts: tuple[FactView, ...], kinds: frozenset[Milestone], aliases: Mapping[str, str]) -> dict[str, _Visit]:
    """The best time per stop: an actual if there is one, else the latest statement. Placeless plans name no stop."""
    best: dict[str, _Visit] = {}
    for fact in sorted((f for f in facts if f.milestone in kinds), key=content):
        actual = fact.classifier is Classifier.ACTUAL
        stop = _named(fact, aliases)
        if not stop and not actual:
            continue
        held = best.get(stop)
        if held is None or actual >= held.actual:
            best[stop] = _Visit(fact.when.start, fact.stated_at, actual)
    loose = best.get("")
    if loose and any(stop and abs(visit.at - loose.at) < NEAR for stop, visit in best.items()):
        del best[""]
    return best


def _origin(
    departures: Mapping[str, _Visit], arrivals: Mapping[str, _Visit], explicit: Mapping[str, str], known: set[str]
) -> str | None:
    """The stop where the journey begins: said by a source, or the first place of departure unless goods came there."""
    said = sorted(stop for stop, role in explicit.items() if role == "origin")
    if said:
        return said[0]
    open_ones = {stop: visit for stop, visit in departures.items() if explicit.get(stop) is None}
    if not open_ones:
        return None
    first = min(open_ones, key=lambda stop: (open_ones[stop].at, stop))
    came = arrivals.get(first)
    if came is not None and came.at <= open_ones[first].at and first not in known:
        return None
    return first


def _passed_through(stop: str, departures: Mapping[str, _Visit], arrivals: Mapping[str, _Visit]) -> bool:
    """Whether the journey goes on from *stop*: a later departure from it, or a later arrival stated no earlier."""
    here = arrivals[stop]
    leaves = departures.get(stop)
    if leaves is not None and leaves.at >= here.at:
        return True
    return any(_goes_on(here, visit) for other, visit in arrivals.items() if other not in {stop, ""})


def _goes_on(here: _Visit, there: _Visit) -> bool:
    """Whether an arrival elsewhere is later, and no leftover of an older plan."""
    if there.at <= here.at:
        return False
    if there.actual:
        return True
    return there.stated > here.stated if here.actual else there.stated >= here.stated


def _either(first: bool, yes: Milestone, no: Milestone) -> Milestone:
    return yes if first else no
