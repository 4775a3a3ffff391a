"""Dates and date-times as sources write them. A date stays a date; a local time needs its place's zone."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.formats.base import Refused
from service.formats.fields import kind, shown
from service.records.enums import Classifier, Precision
from service.records.when import When, at_minute, on_day

FIRST_YEAR = 2000
"""Nothing that is tracked happened before."""

YEARS_AHEAD = 3
"""How far ahead a plan can reach before it is taken for a slip of the pen."""

SKEW = timedelta(minutes=15)
"""How far a source's clock may run ahead of ours before "it has happened" is read as "it will"."""

_EARLIEST_ZONE = timedelta(hours=14)
"""A date begins in UTC+14 this long before it begins in UTC."""

_FORM = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII | re.IGNORECASE,
)


def read_when(
    value: object,
    field: str,
    zone: str | None,
    now: datetime,
    *,
    pointer: str | None = None,
    place_helps: bool = True,
    day_too: bool = True,
) -> tuple[When, tuple[str, ...]]:
    """The moment that *value* (RFC 3339, or a date) names, and flags about it.

    *zone* is the IANA zone of the place, where known: a local time is read in it. In the hour that a change of
    clocks repeats, the first of the two instants is meant (flag `clock_change_repeated`); a time that it skips is
    read with the offset from before the change (flag `clock_change_skipped`). Raises `Refused` for what is no
    moment, is out of range, or is local with no zone; *place_helps* says whether adding `place` would be the fix,
    *day_too* whether a date would do.
    """
    pointer = f"/{field}" if pointer is None else pointer
    if not isinstance(value, str):
        raise Refused("bad_time", f"`{field}` must be text, not {kind(value)}.", f"Send {_example(now)}.", pointer)
    value = value.strip()
    parts = _FORM.fullmatch(value)
    if parts is None:
        raise Refused(
            "bad_time",
            f"`{field}` is not a date or a date-time: {shown(value)}.",
            f"Send {_example(now)}, or {now.date()} where only the date is known."
            if day_too
            else f"Send {_example(now)}.",
            pointer,
        )
    _check_year(int(parts[1]), field, now, pointer)
    if parts[4] is None:
        return on_day(_day(value, field, pointer), zone), ()
    _day(value[:10], field, pointer)
    try:
        moment = datetime.fromisoformat(value.upper())
    except ValueError:
        raise Refused(
            "impossible_time",
            f"`{field}` is {shown(value)}, and there is no such time.",
            f"Hours go from 00 to 23, minutes and seconds to 59, offsets to 14:00. Send {_example(now)}.",
            pointer,
        ) from None
    if moment.tzinfo is None:
        if zone is None:
            raise _no_zone(value, field, pointer, place_helps)
        return _at_place(moment, zone)
    if abs(moment.utcoffset() or timedelta()) > timedelta(hours=14):
        raise Refused(
            "impossible_time", f"`{field}` has the offset {parts[5]}.", "Offsets go from -14:00 to +14:00.", pointer
        )
    return at_minute(moment, zone), ()


def local(day: date, clock: time | None, zone: str | None, field: str, now: datetime) -> tuple[When, tuple[str, ...]]:
    """The moment at which clocks of *zone* show *day* and *clock*, and flags about it.

    Without a zone nobody knows which moment a clock time is: the date is kept, with the zone marked unknown and the
    flag `zone_unknown`. Changes of clocks are read as `read_when` does. Raises `Refused` for a year out of range.
    """
    check_day(day, field, now)
    if clock is None:
        return on_day(day, zone), ()
    if zone is None:
        return on_day(day), ("zone_unknown",)
    return _at_place(datetime.combine(day, clock), zone)


def read_instant(value: object, field: str, now: datetime, *, pointer: str | None = None) -> datetime | None:
    """An instant in UTC, or None for null. Raises `Refused` for a date, or for a time without an offset."""
    if value is None:
        return None
    when, _ = read_when(value, field, None, now, pointer=pointer, place_helps=False, day_too=False)
    if when.at is None:
        pointer = f"/{field}" if pointer is None else pointer
        raise Refused("no_time", f"`{field}` is a date without a time.", f"Send {_example(now)}.", pointer)
    return when.at


def check_day(day: date, field: str, now: datetime, pointer: str | None = None) -> date:
    """*day*, if it lies in the years of which anything can be said. Raises `Refused` with their bounds."""
    _check_year(day.year, field, now, f"/{field}" if pointer is None else pointer)
    return day


def settled(classifier: Classifier, when: When, now: datetime) -> tuple[Classifier, tuple[str, ...]]:
    """What is said to have happened and lies in the future is an estimate, flagged `future_actual`."""
    if classifier is not Classifier.ACTUAL:
        return classifier, ()
    slack = _EARLIEST_ZONE if when.precision is Precision.DAY and when.zone is None else SKEW
    if when.start > now + slack:
        return Classifier.ESTIMATED, ("future_actual",)
    return classifier, ()


def has_offset(value: str) -> bool:
    """Whether *value* is a date-time that carries its offset from UTC."""
    parts = _FORM.fullmatch(value.strip())
    return parts is not None and parts[5] is not None


def is_zone(name: str) -> bool:
    """Whether *name* is an IANA zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _at_place(moment: datetime, zone: str) -> tuple[When, tuple[str, ...]]:
    local = moment.replace(tzinfo=ZoneInfo(zone))
    when = at_minute(local.astimezone(UTC), zone)
    if local.utcoffset() == local.replace(fold=1).utcoffset():
        return when, ()
    exists = when.at is not None and when.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == moment
    return when, ("clock_change_repeated" if exists else "clock_change_skipped",)


def _check_year(year: int, field: str, now: datetime, pointer: str) -> None:
    last = now.year + YEARS_AHEAD
    if not FIRST_YEAR <= year <= last:
        raise Refused(
            "year_out_of_range",
            f"`{field}` is in the year {year}.",
            f"Send a year from {FIRST_YEAR} to {last}.",
            pointer,
        )


def _day(value: str, field: str, pointer: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        year, month = int(value[:4]), int(value[5:7])
        fix = "Months go from 01 to 12."
        if 1 <= month <= 12:
            fix = f"That month has {monthrange(year, month)[1]} days."
        raise Refused(
            "impossible_date", f"`{field}` is {shown(value)}, and there is no such date.", fix, pointer
        ) from None


def _no_zone(value: str, field: str, pointer: str, place_helps: bool) -> Refused:
    more = ", or add `place` and we use its zone" if place_helps else ", with the offset of its place"
    return Refused("no_zone", f"`{field}` has no zone.", f"Send {value.replace(' ', 'T')}+08:00{more}.", pointer)


def _example(now: datetime) -> str:
    return f"{now.date()}T21:10+08:00"
