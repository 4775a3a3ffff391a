"""Times of parcel platforms: dates dressed as midnight, local times without a zone, numbers of seconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time

from service.formats.base import Refused
from service.formats.times import local, read_when
from service.records.when import When

_MIDNIGHT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ]00:00(?::00(?:\.0{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?", re.ASCII | re.IGNORECASE
)
_NAIVE = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d{1,9})?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d)?(?: ?([AP])\.?M\.?)?", re.ASCII | re.IGNORECASE)


def moment(
    value: object, field: str, zone: str | None, now: datetime, pointer: str | None = None
) -> tuple[When, tuple[str, ...]]:
    """The moment that *value* names, and flags about it.

    Midnight is a date: platforms dress a date as one. A local time is an instant where the zone of its place is
    known, else only its date is. Raises `Refused`.
    """
    if isinstance(value, str):
        said = value.strip()
        if found := _MIDNIGHT.fullmatch(said):
            return read_when(found[1], field, zone, now, pointer=pointer)
        if zone is None and (found := _NAIVE.fullmatch(said)):
            day, _ = read_when(found[1], field, None, now, pointer=pointer)
            read_when(f"{said}Z", field, None, now, pointer=pointer)
            return local(day.on, time(), None, field, now)
    return read_when(value, field, zone, now, pointer=pointer, place_helps=False)


def joined(day: object, clock: object) -> object:
    """A date and a clock time, which a platform sends apart, as one local time; the date alone for no clock time."""
    if not isinstance(day, str) or not isinstance(clock, str):
        return day
    found = _CLOCK.fullmatch(clock.strip())
    if found is None:
        return day
    hour = int(found[1])
    if found[3]:
        hour = hour % 12 + (12 if found[3].upper() == "P" else 0)
    return f"{day.strip()}T{hour:02}:{found[2]}"


def when_stated(value: object, now: datetime) -> datetime | None:
    """When a platform wrote something, from text or seconds since 1970; None for what is neither."""
    if type(value) is int and 0 < value < 2**33:
        return datetime.fromtimestamp(value, UTC)
    try:
        when, _ = read_when(value, "updated_at", None, now)
    except Refused:
        return None
    return when.at
