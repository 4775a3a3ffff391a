"""Dates of EDIFACT (C507): which qualifier says what, and the formats 101 to 304 with their zones."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple

from service.formats.base import Refused
from service.formats.edi import Note
from service.formats.fields import shown
from service.formats.times import check_day, local
from service.records.enums import Classifier
from service.records.when import When, at_minute

ACTUAL = ("334", "78", "178", "186", "35", "200", "405", "11", "50", "136", "7")
"""Qualifiers of what has happened; the first that an event has is its time."""

ESTIMATED = ("132", "133", "17", "191", "69", "395")
PLANNED = ("189", "232", "76", "393")

CLASSIFIERS = {
    **dict.fromkeys(ACTUAL, Classifier.ACTUAL),
    **dict.fromkeys(ESTIMATED, Classifier.ESTIMATED),
    **dict.fromkeys(PLANNED, Classifier.PLANNED),
}
"""How sure a date is by its qualifier (element 2005), in the order in which they count."""

ZONES = {
    "UTC": 0.0,
    "GMT": 0,
    "Z": 0,
    "WET": 0,
    "WEST": 1,
    "CET": 1,
    "MEZ": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "SGT": 8,
    "HKT": 8,
    "JST": 9,
    "KST": 9,
    "EST": -5,
    "EDT": -4,
    "CDT": -5,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
}
"""Hours from UTC of zones whose name has one meaning. IST, BST, CST and AST have several."""

_ANY = datetime(2026, 1, 1, tzinfo=UTC)
_FORM = re.compile(r"(\d{8})(?:(\d\d)(\d\d)(?:\d\d)?)?([^\d].*|)", re.ASCII)
_OFFSET = re.compile(r"([+-])?(\d\d):?(\d\d)?", re.ASCII)
_SHORT = frozenset({"101", "201", "202", "301", "302"})
_KNOWN = frozenset({"", "102", "203", "204", "205", "303", "304"}) | _SHORT


class Date(NamedTuple):
    """A DTM: qualifier, value and format, and the qualifier of the place that it stands below, if any."""

    qualifier: str
    value: str
    form: str
    place: str


def read_time(
    said: Date, zone: str | None, now: datetime, note: Note, where: str = "DTM"
) -> tuple[When, tuple[str, ...]]:
    """The moment of *said* at a place in *zone*, and flags about it. Raises `Refused` for what is no date.

    Formats 203 and 204 have no zone: clocks of the place are meant. 205, 303 and 304 carry theirs.
    """
    on, clock, rest = _parts(said, where, now)
    if clock is None:
        return local(on, None, zone, where, now)
    offset = _offset(rest) if rest else None
    if rest and offset is None:
        note(where, f"The zone {shown(rest)} has no one meaning: the time is read as local.")
    if offset is None:
        return local(on, clock, zone, where, now)
    check_day(on, where, now)
    return at_minute(datetime.combine(on, clock, timezone(offset)), zone), ()


def stated(said: Date | None) -> datetime | None:
    """When a message was written; without a zone, as UTC. None for what cannot be read."""
    if said is None:
        return None
    try:
        on, clock, rest = _parts(said, "DTM", _ANY)
    except Refused:
        return None
    return datetime.combine(on, clock or time(), timezone(_offset(rest) or timedelta())).astimezone(UTC)


def _parts(said: Date, where: str, now: datetime) -> tuple[date, time | None, str]:
    value = said.value.replace(" ", "")
    found = _FORM.fullmatch(f"20{value}" if said.form in _SHORT else value)
    if found is None or said.form not in _KNOWN:
        raise Refused(
            "bad_date",
            f"`{where}` {shown(said.value)} with the format {shown(said.form)} is not a date.",
            f"{_form(now)} with the format 203, or 303 with its zone.",
            f"/{where}",
        )
    day, rest = found[1], found[4]
    try:
        on = date(int(day[:4]), int(day[4:6]), int(day[6:]))
        clock = time(int(found[2]), int(found[3])) if found[2] else None
    except ValueError:
        raise Refused(
            "impossible_date",
            f"`{where}` is {shown(said.value)}, and there is no such date or time.",
            f"{_form(now)}.",
            f"/{where}",
        ) from None
    return on, clock, rest


def _form(now: datetime) -> str:
    """How a date is written, with today as an example that nobody takes for what was meant."""
    return f"Send CCYYMMDDHHMM ({now:%-d %B %Y}, 14:05 would be {now:%Y%m%d}1405)"


def _offset(said: str) -> timedelta | None:
    """The distance from UTC of a zone by name or as `+0100`; None where it has no one meaning."""
    said = said.strip().upper()
    if said in ZONES:
        return timedelta(hours=ZONES[said])
    found = _OFFSET.fullmatch(said.removeprefix("UTC").removeprefix("GMT"))
    if found is None or found[1] is None:
        return None
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if ahead > timedelta(hours=14):
        return None
    return -ahead if found[1] == "-" else ahead
