"""Ports, airports and terminals by code, with their names and zones; the table is `places.tsv` beside this file."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from service.records.inbound import Place

WELL_FORMED = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")
"""The form of a UN/LOCODE: an ISO country and three letters (or digits 2 to 9)."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country by ISO code: English name, and the IANA zone that all of it keeps, or None where there are several."""

    code: str
    name: str
    zone: str | None


@cache
def _lines() -> list[bytes]:
    """The table's lines, sorted; about 5 MB, read once."""
    data = files("service.formats").joinpath("places.tsv").read_bytes()
    return [line for line in data.split(b"\n") if line and not line.startswith(b"#")]


def _row(code: str) -> list[str] | None:
    lines = _lines()
    key = code.encode("ascii", "replace") + b"\t"
    at = bisect_left(lines, key)
    if at < len(lines) and lines[at].startswith(key):
        return lines[at].decode("ascii").split("\t")
    return None


def normal(code: str) -> str:
    """*code* as the table writes it: upper case, no blanks (`cn ngb` is CNNGB)."""
    return "".join(code.split()).upper()


@lru_cache(maxsize=4096)
def find(code: str) -> Place | None:
    """The place with this UN/LOCODE (5 letters) or IATA airport or city code (3 letters), or None."""
    code = normal(code)
    if len(code) not in {3, 5} or (row := _row(code)) is None:
        return None
    return Place(code=code, name=row[1], country=row[2], zone=row[3])


@lru_cache(maxsize=512)
def country(code: str) -> Country | None:
    """The country of a UN/LOCODE, or of its first two letters, or None where no country has them."""
    prefix = normal(code)[:2]
    row = _row(prefix) if len(prefix) == 2 else None
    return Country(code=prefix, name=row[1], zone=row[3] or None) if row else None


def by_name(name: str) -> str | None:
    """The UN/LOCODE of a place with exactly this English name, to suggest it; slow, for error messages only."""
    wanted = f"\t{name.strip()}\t".lower().encode("ascii", "replace")
    for line in _lines():
        if line[5:6] == b"\t" and wanted in line.lower():
            return line[:5].decode("ascii")
    return None
