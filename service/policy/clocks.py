"""How exactly a date is said. A booked time, a window and the end of free time keep their clock; any other is a day."""

from __future__ import annotations

from dataclasses import replace

from service.policy.timing import zone_of
from service.records.enums import Line
from service.records.inbound import BOOKED
from service.records.situation import FactView
from service.records.when import When, at_minute


def as_said(fact: FactView, line: Line, zone: str, told: When | None = None) -> When:
    """The date of *fact* as a text prints it on *line*.

    Who was *told* a time for the door hears a time again, and the window itself while an estimate lies within it. Where
    the zone of the place is not known, the time is said on the reader's own clock, that of *zone*; and an instant
    without any zone or offset is the day that it is there.
    """
    when = fact.when
    known = told is not None and told.at is not None and line is Line.DELIVERY
    if when.at is None or not (known or _is_timed(fact, line)):
        return (when if when.at is None or when.day_known else at_minute(when.at, zone_of(zone).key)).as_day
    if told is not None and told.until is not None and not _is_timed(fact, line) and told.start <= when.at <= told.end:
        return told
    if when.zone and when.zone_known:
        return when
    return replace(at_minute(when.at, zone_of(zone).key), until=when.until)


def says_the_same(told: When, when: When) -> bool:
    """Whether whoever was *told* that knows *when* already, as exactly as it is known now."""
    if told.on != when.on:
        return False
    return when.at is None or (told.at, told.until) == (when.at, when.until)


def was_another(told: When, when: When) -> bool:
    """Whether *told* is worth printing beside *when*: another day, or another time of the same day."""
    if told.on != when.on:
        return True
    return told.at is not None and when.at is not None and (told.at, told.until) != (when.at, when.until)


def _is_timed(fact: FactView, line: Line) -> bool:
    if line is Line.DELIVERY:
        return fact.when.until is not None or BOOKED in fact.flags
    return line is Line.FREE_TIME
