"""Where something happened, as platforms say it: a code that may not be in our table, a name, and the zone there."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from service.formats import places
from service.formats.fields import clip
from service.formats.times import has_offset, read_when
from service.records.when import When, on_day


class Spot(NamedTuple):
    """UN/LOCODE or IATA code, name as customers read it, IANA zone; each None where unknown."""

    code: str | None
    name: str | None
    zone: str | None


def spot(code: object, name: object) -> Spot:
    """The place with that *code*; one that the table lacks keeps its name, and a code that is none is left out."""
    said, called = clip(code, 10), clip(name, 120)
    said = places.normal(said) if said else None
    known = places.find(said) if said else None
    if said is not None and known is not None:
        return Spot(said, known.name, known.zone)
    land = places.country(said) if said and places.WELL_FORMED.fullmatch(said) else None
    return Spot(said if land else None, called, land.zone if land else None)


def read_there(value: object, field: str, there: Spot, now: datetime, pointer: str) -> tuple[When, tuple[str, ...]]:
    """The time in *value*; a local one is read in the zone of *there*, and only its date kept where none is known.

    Raises `Refused` for what is no time.
    """
    if there.zone is not None or not isinstance(value, str) or has_offset(value):
        return read_when(value, field, there.zone, now, pointer=pointer)
    when, _ = read_when(value, field, "UTC", now, pointer=pointer)
    return on_day(when.on), () if when.at is None else ("zone_unknown",)
