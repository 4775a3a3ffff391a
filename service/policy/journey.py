"""The journey: any set of facts, in any order of arrival, folded into the truth about one shipment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from service.policy.customs import plain
from service.policy.happenings import Happening, happenings, undenied
from service.policy.lines import FULFILLED_BY, LineTruth, in_the_way, last_change, lines_of
from service.policy.overdue import AFTER, overdue_days
from service.policy.path import path
from service.policy.route import route_of
from service.policy.standing import next_truth, standing
from service.policy.status import Status, ends_delay, status_of
from service.records.decision import Stop
from service.records.enums import Line, Milestone, Reason, ReferenceType, Transport
from service.records.situation import FactView, RefView
from service.records.when import When

HEADLINES = (Line.DELIVERY, Line.READY, Line.ARRIVAL)
"""The one date that heads a shipment, first choice first."""


@dataclass(frozen=True, slots=True)
class Journey:
    """The folded truth. `done` is by time; `changes_at` is when the clock alone will change it.

    `overdue_days` is how long ago its date ended, begun days counted, where nothing says that it was kept.
    """

    done: tuple[Happening, ...]
    lines: Mapping[Line, LineTruth]
    status: Status
    stops: tuple[Stop, ...]
    units: frozenset[str]
    facts: tuple[FactView, ...]
    reason: Reason | None = None
    last_fact_at: datetime | None = None
    flags: tuple[str, ...] = ()
    changes_at: datetime | None = None
    overdue_days: int = 0

    @property
    def transport(self) -> Transport:
        """How the goods move now: as the date that heads them says, else as the last that happened does."""
        current = self.headline.current if self.headline else None
        said = [current.transport] if current else []
        said += [one.transport for one in reversed(self.done)]
        return next((one for one in said if one is not Transport.UNKNOWN), Transport.UNKNOWN)

    @property
    def headline(self) -> LineTruth | None:
        """The line that heads the shipment: delivery if that can hold, else ready, else arrival; None at the end."""
        if self.status.closed:
            return None
        return _heading(self.lines)

    def reached(self, *milestones: Milestone) -> bool:
        """Whether any of *milestones* has happened."""
        return any(one.milestone in milestones for one in self.done)


DATE_OPEN = "date_open"
"""The flag of a shipment that is late without a new date: the last one stated no longer stands."""


BOOKING_OPEN = "booking_open"
"""The flag of a shipment whose booking was changed or cancelled, and for which no date has been stated since."""

PROBLEM = "problem"
"""The flag of a shipment of which a problem is the last that was reported."""

OVERDUE = "overdue"
"""The flag of a shipment whose date has passed without word."""


def date_is_open(delay: Happening, truth: LineTruth | None) -> bool:
    """Whether a delay was stated after the date of *truth*, so that nobody knows the new one yet."""
    return truth is None or truth.current is None or truth.current.stated_at < delay.stated_at


def _is_open(done: tuple[Happening, ...], truth: LineTruth | None) -> bool:
    """Whether the booking was changed on the way, and what holds now is not known."""
    there = any(one.milestone in FULFILLED_BY[Line.ARRIVAL] for one in done)
    return truth is None and not there and last_change(done) is not None


def _is_in_trouble(done: tuple[Happening, ...], lines: Mapping[Line, LineTruth]) -> bool:
    """Whether a problem was reported, and neither a step nor a date since."""
    since = max((one.stated_at for one in done if one.milestone is Milestone.EXCEPTION), default=None)
    if since is None:
        return False
    stated = [one.stated_at for one in done if one.milestone is not Milestone.EXCEPTION]
    stated += [truth.current.stated_at for truth in lines.values() if truth.current]
    return all(at <= since for at in stated)


def _is_over(delay: Happening, done: Iterable[Happening]) -> bool:
    """Whether what was late is there."""
    return any(ends_delay(one, delay) for one in done)


def _heading(lines: Mapping[Line, LineTruth]) -> LineTruth | None:
    """The first of the headlines that has a date which can still hold."""
    dated = (truth for line in HEADLINES if (truth := lines.get(line)) and truth.when)
    return next((truth for truth in dated if in_the_way(lines, truth.line) is None), None)


def fold(facts: Iterable[FactView], now: datetime, refs: Iterable[RefView] = ()) -> Journey:
    """Fold *facts* as they stand at *now*, of a shipment with the references *refs*."""
    given = tuple(facts)
    held = undenied(standing(given, now))
    route = route_of(held)
    units = _units(held, refs)
    done = happenings(held, route, units)
    lines = lines_of(given, held, route, done, now)
    flags = {flag for fact in held for flag in fact.flags if flag == "future_actual"}
    flags |= {flag for one in done if one.milestone is Milestone.EXCEPTION for flag in one.flags}
    truth = _heading(lines)
    booking_open = _is_open(done, truth)
    status = status_of(done, booking_open=booking_open)
    due = truth.when if truth and not status.closed else None
    late = overdue_days(truth.line, due, (), now) if truth and due else 0
    if late:
        flags.add(OVERDUE)
    late_still = [one for one in done if one.milestone is Milestone.DELAYED and not _is_over(one, done)]
    if not status.closed and any(date_is_open(one, truth) for one in late_still):
        flags.add(DATE_OPEN)
    if not status.closed and booking_open:
        flags.add(BOOKING_OPEN)
    if not status.closed and _is_in_trouble(done, lines):
        flags.add(PROBLEM)
    return Journey(
        done=done,
        lines=lines,
        status=status,
        stops=path(held, route, done, lines),
        units=units,
        facts=held,
        reason=_reason(held, lines),
        last_fact_at=max((fact.received_at for fact in given), default=None),
        flags=tuple(sorted(flags)),
        changes_at=_changes_at(next_truth(given, now), due, now),
        overdue_days=late,
    )


def _units(facts: Iterable[FactView], refs: Iterable[RefView]) -> frozenset[str]:
    """The units that facts name; where one of them is a container of the shipment, its other containers too."""
    named = {plain(unit): unit for unit in sorted((fact.unit for fact in facts if fact.unit), reverse=True)}
    containers = {plain(ref.shown): ref.shown for ref in refs if ref.type is ReferenceType.CONTAINER}
    if named.keys().isdisjoint(containers):
        return frozenset(named.values())
    return frozenset((containers | named).values())


def _changes_at(truth: datetime | None, due: When | None, now: datetime) -> datetime | None:
    """When an "actual" that lies ahead comes true, or the date ends without word that it was kept."""
    ends = due.end + AFTER if due is not None and due.end >= now else None
    return min((at for at in (truth, ends) if at is not None), default=None)


def _reason(facts: tuple[FactView, ...], lines: Mapping[Line, LineTruth]) -> Reason | None:
    """Why the date is what it is: the reason given with the headline, else the last one given for a delay."""
    truth = next((lines[line] for line in HEADLINES if line in lines), None)
    if truth is not None and truth.current is not None and truth.current.reason is not None:
        return truth.current.reason
    told = [fact for fact in facts if fact.reason and fact.milestone in {Milestone.DELAYED, Milestone.ETA_CHANGED}]
    return max(told, key=lambda fact: (fact.stated_at, fact.reason or "")).reason if told else None
