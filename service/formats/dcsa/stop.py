"""Where a DCSA event happened."""

from __future__ import annotations

from typing import Any, NamedTuple

from service.formats import places
from service.formats.base import Refused
from service.formats.fields import clip, shown, text


class Stop(NamedTuple):
    """UN/LOCODE, name as customers read it, IANA zone; each None where unknown."""

    code: str | None
    name: str | None
    zone: str | None


def read_stop(event: dict[str, Any], call: dict[str, Any]) -> Stop:
    """The place of *event*: its own location, else that of its transport call. Raises `Refused` for no UN/LOCODE."""
    own = _object(event.get("eventLocation"))
    its = _object(call.get("location"))
    for location, pointer in (
        (own, "/eventLocation/UNLocationCode"),
        (call, "/transportCall/UNLocationCode"),
        (its, "/transportCall/location/UNLocationCode"),
    ):
        said = text(location.get("UNLocationCode"), "UNLocationCode", 40, pointer)
        if said is not None:
            return _by_code(said, pointer, _name(own) or _name(its))
    return Stop(None, _name(own) or _name(its), None)


def _by_code(said: str, pointer: str, name: str | None) -> Stop:
    """A code that the table lacks is taken as long as its country exists: the event's time carries its offset."""
    code = places.normal(said)
    known = places.find(code) if len(code) == 5 else None
    if known is not None:
        return Stop(code, known.name, known.zone)
    land = places.country(code) if places.WELL_FORMED.fullmatch(code) else None
    if land is None:
        raise Refused(
            "unknown_place",
            f"`UNLocationCode` {shown(said)} is not a UN/LOCODE.",
            "Send two letters of a country and three of the place, such as NLRTM.",
            pointer,
        )
    return Stop(code, name or land.name, land.zone)


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _name(location: dict[str, Any]) -> str | None:
    """The town, else what the location is called. Street and person are never read."""
    return clip(_object(location.get("address")).get("city"), 120) or clip(location.get("locationName"), 120)
