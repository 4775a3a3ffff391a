"""Where a parcel was scanned: a town as people read it, and the zone where its country or state keeps one only."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from babel.core import get_global

from service.formats import places
from service.formats.fields import UNWANTED
from service.formats.states import state_zone

_NUMBER = re.compile(r"\d")


class Spot(NamedTuple):
    """`name` as customers read it, `zone` where known, `written` as it was sent, to tell one place from another."""

    name: str | None
    zone: str | None
    written: str


NOWHERE = Spot(None, None, "")


def spot(city: object, state: object = None, country: object = None, *more: object) -> Spot:
    """A place from its parts; *more* (postal code and the like) only tell places apart. Streets are left out."""
    town, region, land = (line(part, 80) for part in (city, state, country))
    written = "|".join(line(part, 80) or "" for part in (city, state, country, *more))
    name = _town(town)
    if name and region and len(region) <= 3 and region.isalpha() and not name.upper().endswith(region.upper()):
        name = f"{name}, {region.upper()}"
    zone = _zone(land, region or "", town or "") if land else None
    return Spot(name, zone, written if written.strip("|") else "")


def line(value: object, limit: int) -> str | None:
    """Text of a carrier that is shown but never compared: one line, cut at *limit*; None for no text."""
    if not isinstance(value, str):
        return None
    return " ".join(UNWANTED.sub(" ", value[: 4 * limit]).split())[:limit].strip() or None


def _town(said: str | None) -> str | None:
    """The last part without a number: a location may begin with a street."""
    if said is None:
        return None
    parts = [part.strip() for part in said.split(",")]
    named = [part for part in parts if part and not _NUMBER.search(part)]
    if len(named) < len(parts):
        named = named[:1]
    name = ", ".join(named)
    return (name.title() if name.isupper() and len(name) > 3 else name) or None


@lru_cache(maxsize=512)
def _zone(country: str, state: str, town: str) -> str | None:
    """The zone of a country by its ISO code of two or three letters, or of its state where it has several."""
    code = country.upper()
    if len(code) == 3:
        code = next(iter(get_global("territory_aliases").get(code, ())), "")
    found = places.country(code) if len(code) == 2 else None
    return (found.zone or state_zone(code, state, town)) if found else None
