"""Ports, airports and terminals by code, with names, zones and coordinates; the table is `places.tsv` beside it."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from math import cos, hypot, radians

from service.records.inbound import Place

WELL_FORMED = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")
"""The form of a UN/LOCODE: an ISO country and three letters (or digits 2 to 9)."""

_SERVES_KM = 60.0
"""An airport stands at most so far from the town whose code it has: Narita is not that of Tokyo."""

_EARTH_KM = 6371.0

_SUGGESTED = 4
"""So many places of one name are suggested; the rest are "another"."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country by ISO code: English name, and the IANA zone that all of it keeps, or None where there are several."""

    code: str
    name: str
    zone: str | None


@cache
def _table() -> tuple[bytes, array[int]]:
    """The table as it lies in its file, and where each line begins; about 2 MB, read once."""
    data = files("service.formats").joinpath("places.tsv").read_bytes()
    starts = array("I")
    at = 0
    for line in data.splitlines(keepends=True):
        if not line.startswith(b"#"):
            starts.append(at)
        at += len(line)
    return data, starts


def _row(code: str) -> list[str] | None:
    data, starts = _table()
    key = code.encode("ascii", "replace") + b"\t"
    found = bisect_left(starts, key, key=lambda start: data[start : start + len(key)])
    if found < len(starts) and data.startswith(key, starts[found]):
        return data[starts[found] : data.index(b"\n", starts[found])].decode("ascii").split("\t")
    return None


def normal(code: str) -> str:
    """*code* as the table writes it: upper case, no blanks (`cn ngb` is CNNGB)."""
    return "".join(code.split()).upper()


@lru_cache(maxsize=4096)
def find(code: str) -> Place | None:
    """The place with this UN/LOCODE (5 letters) or IATA airport or city code (3 letters), or None.

    An airport that has a UN/LOCODE too is given by that, under the name that airlines give it: SIN is SGSIN, so that
    the airline and the forwarder of one shipment name one stop.
    """
    code = normal(code)
    if len(code) not in {3, 5} or (row := _row(code)) is None:
        return None
    airport = _place(row)
    twin = _row(airport.country + code) if len(code) == 3 else None
    return replace(airport, code=twin[0]) if twin is not None and _is_one(airport, _place(twin)) else airport


def _place(row: list[str]) -> Place:
    latitude, longitude = (float(degrees) if degrees else None for degrees in row[4:6])
    return Place(code=row[0], name=row[1], country=row[2], zone=row[3], latitude=latitude, longitude=longitude)


def _is_one(airport: Place, town: Place) -> bool:
    """Whether a UN/LOCODE that ends in an airport's code is its own: mostly it is, but LCY is no GBLCY (Lochgelly)."""
    if airport.zone != town.zone:
        return False
    if None not in (airport.latitude, town.latitude) and _km(airport, town) <= _SERVES_KM:
        return True
    return airport.name == town.name


def _km(one: Place, other: Place) -> float:
    """Kilometres between two places that are located, well enough for near ones."""
    south, west, north, east = (
        radians(d or 0.0) for d in (one.latitude, one.longitude, other.latitude, other.longitude)
    )
    return hypot(north - south, (east - west) * cos(north)) * _EARTH_KM


@lru_cache(maxsize=4096)
def same_city(one: str, other: str) -> bool:
    """Whether two IATA codes are one airport, or an airport and its city: LHR is in LON, and not in LGW."""
    return one == other or one in _airports(other) or other in _airports(one)


def _airports(city: str) -> list[str]:
    row = _row(city)
    return row[6].split() if row is not None and len(row) > 6 else []


@lru_cache(maxsize=512)
def country(code: str) -> Country | None:
    """The country of a UN/LOCODE, or of its first two letters, or None where no country has them."""
    prefix = normal(code)[:2]
    row = _row(prefix) if len(prefix) == 2 else None
    return Country(code=prefix, name=row[1], zone=row[3] or None) if row else None


def named(name: str) -> tuple[Place, ...]:
    """The places with a UN/LOCODE and exactly this English name, to suggest them; slow, for error messages only.

    Several towns of the world bear most names: that with most airports comes first, and an airport itself last.
    """
    found: dict[str, Place] = {}
    for spelling in dict.fromkeys((name.strip(), name.strip().title())):
        found |= {code: place for code in _codes(spelling) if (place := find(code)) is not None}
    served = Counter(place.country for code, place in found.items() if len(code) == 3)
    towns = [place for code, place in found.items() if len(code) == 5]
    return tuple(
        sorted(
            towns,
            key=lambda one: (_is_airport(one), -served[one.country], one.latitude is None, one.code),
        )
    )


def meant(name: str) -> str:
    """A sentence with the codes of the places that bear *name*, as a fix, or "" where none does."""
    found = [f"{one.code} ({_land(one)})" for one in named(name)]
    if len(found) < 2:
        return f"{name.strip()} may be {found[0]}: send that if it is meant." if found else ""
    *others, last = found[:_SUGGESTED] + ["another" for _ in found[_SUGGESTED : _SUGGESTED + 1]]
    return f"{name.strip()} may be {', '.join(others)} or {last}: send the code of the one that is meant."


def _land(place: Place) -> str:
    land = country(place.code)
    return land.name if land else place.country


def _codes(name: str) -> Iterator[str]:
    data, _ = _table()
    wanted = b"\t" + name.encode("ascii", "replace") + b"\t"
    at = data.find(wanted)
    while at >= 0:
        yield data[data.rindex(b"\n", 0, at) + 1 : at].decode("ascii")
        at = data.find(wanted, at + 1)


def _is_airport(place: Place) -> bool:
    """Whether a UN/LOCODE stands exactly where the airport with its last three letters stands."""
    airport = find(place.code[2:])
    where = (place.latitude, place.longitude)
    return airport is not None and where == (airport.latitude, airport.longitude)
