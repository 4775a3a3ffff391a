"""Single cells of an export: places, moments, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from service.formats import places
from service.formats.base import Refused
from service.formats.csv import dates as csv_dates
from service.formats.csv.words import plain
from service.formats.fields import UNWANTED, shown, text
from service.formats.times import local, read_when
from service.records.enums import Transport
from service.records.when import When, at_minute

_MODES = {
    "sea": Transport.OCEAN,
    "ocean": Transport.OCEAN,
    "see": Transport.OCEAN,
    "mer": Transport.OCEAN,
    "maritime": Transport.OCEAN,
    "maritimo": Transport.OCEAN,
    "air": Transport.AIR,
    "luft": Transport.AIR,
    "aerien": Transport.AIR,
    "aereo": Transport.AIR,
    "rail": Transport.RAIL,
    "bahn": Transport.RAIL,
    "road": Transport.ROAD,
    "truck": Transport.ROAD,
    "lkw": Transport.ROAD,
    "route": Transport.ROAD,
    "carretera": Transport.ROAD,
}


class Way(NamedTuple):
    """How the account's exports are written: options of the source, read once for all rows."""

    declared: tuple[str, ...]
    zone: str | None
    options: Mapping[str, object]
    now: datetime


class Stop(NamedTuple):
    """Code, name and zone of a place; a town's name alone has neither code nor zone."""

    code: str | None = None
    name: str | None = None
    zone: str | None = None


def stop_of(said: str | None) -> Stop:
    """The place that a cell names; a code of a real country that the table lacks is taken."""
    if not said:
        return Stop()
    known = places.find(said) if len(said) <= 6 else None
    if known is not None:
        return Stop(known.code, known.name, known.zone)
    code = places.normal(said)
    land = places.country(code) if places.WELL_FORMED.fullmatch(code) and said.isupper() else None
    if land is not None:
        return Stop(code, land.name, land.zone)
    return Stop(None, " ".join(UNWANTED.sub(" ", said).split())[:120] or None, None)


def moment_of(said: str, clock: str | None, field: str, zone: str | None, way: Way) -> tuple[When, tuple[str, ...]]:
    """When it is. A time is one of the declared zone, else of the place's; without both it is a date."""
    if csv_dates.has_offset(said):
        return read_when(said.replace(" ", "T", 1), field, zone, way.now)
    day, at = csv_dates.read_day_and_time(said, way.declared, field)
    if clock is not None:
        at = csv_dates.read_time(clock, "time")
    if at is None or way.zone is None:
        return local(day, at, zone, field, way.now)
    when, flags = local(day, at, way.zone, field, way.now)
    return (at_minute(when.at, zone) if when.at and zone else when), flags


def common_of(row: Mapping[str, str]) -> dict[str, Any]:
    """What every fact of a row shares."""
    found: dict[str, Any] = {}
    if "vessel" in row:
        found["vessel"] = text(row["vessel"], "vessel", 60)
    if "flight_or_voyage" in row:
        found["voyage"] = text(row["flight_or_voyage"], "flight_or_voyage", 40)
    if "transport" in row:
        found["transport"] = _MODES.get(plain(row["transport"]), Transport.UNKNOWN)
    if "remark" in row:
        found["remark"] = " ".join(UNWANTED.sub(" ", row["remark"]).split())[:400] or None
    for field in ("pieces", "pieces_total"):
        if field in row:
            found[field] = _number(row[field], field)
    return found


def _number(said: str, field: str) -> int:
    if said.isascii() and said.isdigit() and len(said) < 8 and int(said) > 0:
        return int(said)
    raise Refused("bad_number", f"`{field}` {shown(said)} is no number of pieces.", "Write it as 12.", f"/{field}")
