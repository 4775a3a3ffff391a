"""Dates, times and time codes of X12 (elements 373, 337 and 623)."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone

from service.formats.base import Refused
from service.formats.edi import Note
from service.formats.fields import shown
from service.formats.times import check_day, local
from service.formats.x12.places import Spot
from service.records.when import When, at_minute

ZONES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "AT": "America/Anchorage",
    "HT": "Pacific/Honolulu",
    "TT": "America/Halifax",
    "NT": "America/St_Johns",
}
"""Codes that follow the summer time of a zone."""

OFFSETS: dict[str, float] = {
    "ES": -5,
    "ED": -4,
    "CS": -6,
    "CD": -5,
    "MS": -7,
    "MD": -6,
    "PS": -8,
    "PD": -7,
    "AS": -9,
    "AD": -8,
    "HS": -10,
    "HD": -9,
    "TS": -4,
    "TD": -3,
    "NS": -3.5,
    "ND": -2.5,
    "UT": 0,
    "GM": 0,
    **{f"{hours:02}": hours for hours in range(1, 13)},
    **{f"{25 - hours:02}": -hours for hours in range(1, 13)},
}
"""Codes of a fixed distance from UTC; 01 to 12 are ahead of it, 13 to 24 behind (13 is -12)."""

_AMERICAN = frozenset({"US", "CA", "MX", "PR", ""})
_LOCAL = frozenset({"", "LT"})
_CLOCK = re.compile(r"([01]\d|2[0-3])([0-5]\d)(?:[0-5]\d\d{0,2})?", re.ASCII)


def read_time(
    day: str, clock: str, code: str, spot: Spot, now: datetime, note: Note, where: str
) -> tuple[When, tuple[str, ...]]:
    """The moment of a date, a time and a time code at *spot*, and flags about it. Raises `Refused` for no date.

    Without a code, or with LT, clocks of the place are meant. A code of a North American zone for a place elsewhere
    contradicts itself: then only the date is kept.
    """
    on = read_day(day, where, now)
    found = _CLOCK.fullmatch(clock)
    if found is None:
        if clock:
            note(where, f"{shown(clock)} is no time: only the date is kept.")
        return local(on, None, spot.zone, where, now)
    at = time(int(found[1]), int(found[2]))
    code = code.upper()
    if code in _LOCAL:
        return local(on, at, spot.zone, where, now)
    zone, offset = ZONES.get(code), OFFSETS.get(code)
    if zone is None and offset is None:
        note(where, f"The time code {shown(code)} is not known: the time is read as local.")
        return local(on, at, spot.zone, where, now)
    if code.isalpha() and code not in {"UT", "GM"} and spot.country not in _AMERICAN:
        note(where, f"The time code {code} does not fit a place in {spot.country}: only the date is kept.")
        when, flags = local(on, None, spot.zone, where, now)
        return when, (*flags, "zone_unknown")
    if zone is not None:
        when, flags = local(on, at, zone, where, now)
        return (at_minute(when.at, spot.zone) if when.at and spot.zone else when), flags
    check_day(on, where, now)
    moment = datetime.combine(on, at, timezone(timedelta(hours=offset or 0)))
    return at_minute(moment, spot.zone), ()


def read_day(day: str, where: str, now: datetime) -> date:
    """A date CCYYMMDD, or YYMMDD of this century. Raises `Refused`."""
    if not day:
        raise Refused("no_date", f"`{where}` is empty: when it happened is not said.", _form(now), f"/{where}")
    full = f"20{day}" if len(day) == 6 else day
    if len(full) != 8 or not (full.isascii() and full.isdigit()):
        raise Refused("bad_date", f"`{where}` {shown(day)} is not a date.", _form(now), f"/{where}")
    try:
        return date(int(full[:4]), int(full[4:6]), int(full[6:]))
    except ValueError:
        raise Refused(
            "impossible_date",
            f"`{where}` is {shown(day)}, and there is no such date.",
            _form(now),
            f"/{where}",
        ) from None


def _form(now: datetime) -> str:
    """How a date is written, with today as an example that nobody takes for what was meant."""
    return f"Send the day as CCYYMMDD: {now:%-d %B %Y} would be {now:%Y%m%d}."
