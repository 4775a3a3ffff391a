"""One status line of Cargo-IMP and the line of its waybill, taken apart; nothing is judged here.

A status is `CODE/…/DDMMM[HHMM]/AIRPORT[AIRPORT]/T10K250/S0900/A0915-N/…`: before the date stands the flight or a
carrier, after it the places, and everything else is told by its form. Names of people are passed over.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from service.formats.air.fsu_meaning import Route
from service.formats.base import Refused
from service.formats.fields import shown

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DATE = re.compile(r"(\d{1,2})([A-Z]{3})(\d{4})?", re.ASCII)
_QUANTITY = re.compile(r"([TPSDM])(\d{1,5})(?:[KL][\d.]+)?(?:T(\d{1,5}))?(?![A-Z]{2,} )", re.ASCII)
_TIME = re.compile(r"([SEA])(\d{4})(?:-([A-Z]))?", re.ASCII)
_FLIGHT = re.compile(r"[A-Z0-9]{2}[A-Z]?\d{1,4}[A-Z]?", re.ASCII)
_DISCREPANCY = re.compile(r"[A-Z]{4}")
_AIRPORTS = re.compile(r"([A-Z]{3})([A-Z]{3})?")
_WAYBILL = re.compile(r"(\d{3}[- ]?\d{4} ?\d{4})\s*(?:([A-Z]{3})[ -/]?([A-Z]{3}))?\s*(?:/(.*))?", re.ASCII)

_SHIFT = {"P": -1, "N": 1, "S": 2, "T": 3}
"""Signs of the day after a time: the day before, the next, the second, the third."""

_PAIRS = frozenset({"BKD", "PRE", "MAN", "DEP"})
"""Statuses of a flight, which name the airport where it begins and that where it ends."""

HAPPENED = timedelta(days=31)
PLANNED = timedelta(days=182)
"""How far ahead of today a date without a year may lie: of what has happened, and of a flight that is booked."""


class Waybill(NamedTuple):
    """The line of a waybill: number as written, the ends of the journey, pieces of the whole consignment."""

    number: str
    route: Route
    pieces: int | None


class Clock(NamedTuple):
    """A time of a flight: scheduled (S), estimated (E) or actual (A), so many days after the date of the line."""

    kind: str
    at: time
    days: int


class Status(NamedTuple):
    """A status line. `clock` is None for a date alone; `times` are those of departure and arrival."""

    code: str
    flight: str | None
    day: int
    month: int
    clock: time | None
    airports: tuple[str, ...]
    discrepancy: str | None
    part: bool
    pieces: int | None
    times: tuple[Clock, ...]

    @property
    def content(self) -> list[object]:
        """All of it as JSON values."""
        times = [[one.kind, one.at.isoformat(), one.days] for one in self.times]
        clock = self.clock.isoformat() if self.clock else None
        return [
            self.code,
            self.flight,
            self.day,
            self.month,
            clock,
            self.airports,
            self.discrepancy,
            self.part,
            self.pieces,
            times,
        ]


@lru_cache(maxsize=256)
def waybill(line: str) -> Waybill:
    """Take the line of a waybill apart. Raises `Refused` for one that names no waybill."""
    found = _WAYBILL.match(line)
    if found is None:
        raise Refused(
            "bad_waybill",
            f"The line of the air waybill cannot be read: {shown(line)}." if line else "No air waybill is named.",
            "Send it after the first line, such as 020-12345675FRAJFK/T10K250.",
        )
    quantity = _QUANTITY.match(found[4] or "")
    total = int(quantity[3] or quantity[2]) if quantity and (quantity[3] or quantity[1] == "T") else None
    return Waybill(found[1], Route(found[2], found[3]), total or None)


def status(line: str) -> Status:
    """Take a status line apart. Raises `Refused` where it has no date."""
    code, *fields = (field.strip() for field in line.split("/"))
    at = next((i for i, field in enumerate(fields[:5]) if _dated(field)), None)
    if at is None:
        raise Refused("no_date", f"{code} has no date.", "Send day and month after the flight, such as 16OCT1317.")
    parts = _DATE.fullmatch(fields[at])
    assert parts is not None
    airports, rest = _places(code, fields[at + 1 :])
    quantity = next((found for field in rest if (found := _QUANTITY.match(field))), None)
    flight = "".join(fields[:at])
    return Status(
        code=code,
        flight=flight if _FLIGHT.fullmatch(flight) else None,
        day=int(parts[1]),
        month=_MONTHS.index(parts[2]) + 1,
        clock=_time(parts[3]) if parts[3] else None,
        airports=airports,
        discrepancy=next((f for f in rest if _DISCREPANCY.fullmatch(f)), None) if code == "DIS" else None,
        part=quantity is not None and quantity[1] != "T",
        pieces=(int(quantity[2]) or None) if quantity else None,
        times=tuple(clock for field in rest if (clock := _clock(field)) is not None),
    )


def dated(day: int, month: int, today: date, ahead: timedelta) -> date:
    """The newest such day that is not more than *ahead* in front of *today*. Raises `Refused` where there is none."""
    for year in (today.year + 1, today.year, today.year - 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today + ahead:
            return found
    raise Refused(
        "impossible_date",
        f"{day} {_MONTHS[month - 1]} is no date of this year or the last.",
        "Send the day and the month of the event, such as 16OCT.",
    )


def _dated(field: str) -> bool:
    found = _DATE.fullmatch(field)
    return found is not None and found[2] in _MONTHS


def _places(code: str, fields: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """The airports right after the date, and what follows them."""
    first = _AIRPORTS.fullmatch(fields[0]) if fields else None
    if first is None:
        return (), fields
    if first[2]:
        return (first[1], first[2]), fields[1:]
    if code in _PAIRS and len(fields) > 1 and len(fields[1]) == 3 and _AIRPORTS.fullmatch(fields[1]):
        return (first[1], fields[1]), fields[2:]
    return (first[1],), fields[1:]


def _time(digits: str) -> time:
    try:
        return time(int(digits[:2]), int(digits[2:]))
    except ValueError:
        raise Refused(
            "impossible_time", f"{digits} is no time of day.", "Send hours and minutes, from 0000 to 2359."
        ) from None


def _clock(field: str) -> Clock | None:
    """The time of a flight, or None for another field, or a day's sign that is not known."""
    found = _TIME.fullmatch(field)
    if found is None or not found[2] < "2400" or not found[2][2:] < "60":
        return None
    days = _SHIFT.get(found[3]) if found[3] else 0
    return None if days is None else Clock(found[1], _time(found[2]), days)
