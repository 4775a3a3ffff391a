"""Where something happened, as X12 says it: a UN/LOCODE, or a town with its state and country."""

from __future__ import annotations

from typing import NamedTuple

from service.formats import places
from service.formats.edi import Segment, clean, element
from service.formats.states import state_zone

_COUNTRIES = {"USA": "US", "CAN": "CA", "MEX": "MX"}


class Spot(NamedTuple):
    """A place: UN/LOCODE, name as customers read it, IANA zone, ISO country; each empty or None where unknown."""

    code: str | None = None
    name: str | None = None
    zone: str | None = None
    country: str = ""


NOWHERE = Spot()


def by_code(code: str, name: str = "") -> Spot | None:
    """The place of a UN/LOCODE; one that the list lacks is taken where its country exists. None for no UN/LOCODE."""
    code = places.normal(code)
    if len(code) != 5:
        return None
    known = places.find(code)
    if known is not None:
        return Spot(code, known.name, known.zone, known.country)
    land = places.country(code) if places.WELL_FORMED.fullmatch(code) else None
    return Spot(code, clean(name, 120) or land.name, land.zone, land.code) if land else None


def by_name(name: str, state: str = "", country: str = "") -> Spot:
    """The place of a town's name; without a country, a state of the United States is one."""
    state = state.upper()
    country = country.upper()
    country = _COUNTRIES.get(country, country)
    if not country and state_zone("US", state):
        country = "US"
    land = places.country(country) if len(country) == 2 else None
    zone = state_zone(country, state, name) or (land.zone if land else None)
    town = clean(name, 116)
    shown = f"{town}, {state}" if town and len(state) == 2 and country in {"US", "CA"} else town
    return Spot(None, shown, zone, country if land else "")


def of_port(port: Segment) -> Spot:
    """The place of an R4: function, qualifier, code, name, country, terminal, pier, state."""
    code, name = element(port, 3), element(port, 4)
    found = by_code(code, name) if element(port, 2).upper() in {"UN", ""} else None
    return found or by_name(name, element(port, 8), element(port, 5))
