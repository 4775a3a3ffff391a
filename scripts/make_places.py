"""Write service/formats/places.tsv: ports, airports, rail and inland terminals with their zones and coordinates.

Needs packages that the service itself does not use; run it in an environment of its own:

    uv venv /tmp/places && uv pip install --python /tmp/places/bin/python -r scripts/make_places.txt
    /tmp/places/bin/python scripts/make_places.py

Sources and licences stand in the head of the written file. A zone comes from, in this order: the country, where all
of it keeps one time; the place's coordinates (in the sea: the nearest airfield of the same country); its airport; the
district, where all its other places agree; an airfield at a town of the same name; a line below. A place for which all
of these are silent is left out: a wrong zone is worse than none.

Coordinates are those of the list, else those of the port, else those of the place's airport. The lists have slips of
the pen (a minus lost, two digits changed): coordinates that lie neither in the country nor near an airfield of it count
for nothing.
"""

from __future__ import annotations

import csv
import json
import math
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import airportsdata
import tzfpy
from babel import Locale

OUT = Path(__file__).parent.parent / "service" / "formats" / "places.tsv"

HEAD = """\
# Places that customers read about: code, English name, ISO country, IANA zone, degrees north, degrees east;
# sorted by code. Degrees have two decimals, about a kilometre, or nothing where they are not known.
# Written by scripts/make_places.py: change it there.
# 2 letters: a country, with the zone that all of it keeps, or nothing.
# 3 letters: an IATA airport or city; a city has its airports in one more column. 5 letters: a UN/LOCODE.
# UN/LOCODE 2023-1: United Nations Economic Commission for Europe, published for free use;
# read from pyunlocode 0.1.0 (Artistic-2.0).
# Airports and city codes with their coordinates: airportsdata (MIT). Ports that the list does not locate: searoute
# (Apache-2.0). Countries and their zones: tz database (public domain).
# Country names: Unicode CLDR through Babel (Unicode-3.0).
# Zones at coordinates: tzfpy (MIT), from boundaries (c) OpenStreetMap contributors (ODbL 1.0).
"""

KEPT_FUNCTIONS = frozenset("1246")
"""UN/LOCODE functions: 1 port, 2 rail terminal, 4 airport, 6 inland depot. The others (road, post) are countless."""

ENGLISH = {
    "ATVIE": "Vienna",
    "BEANR": "Antwerp",
    "BEBRU": "Brussels",
    "CHBSL": "Basel",
    "CHGVA": "Geneva",
    "CNCAN": "Guangzhou",
    "CNNSA": "Nansha",
    "CNSHA": "Shanghai",
    "CZPRG": "Prague",
    "DECGN": "Cologne",
    "DEHAJ": "Hanover",
    "DEMUC": "Munich",
    "DENUE": "Nuremberg",
    "DKCPH": "Copenhagen",
    "EGALY": "Alexandria",
    "EGCAI": "Cairo",
    "EGPSD": "Port Said",
    "ESSVQ": "Seville",
    "FIHEL": "Helsinki",
    "GBLEE": "Leeds",
    "GRATH": "Athens",
    "GRPIR": "Piraeus",
    "GRSKG": "Thessaloniki",
    "INNSA": "Nhava Sheva",
    "ITGOA": "Genoa",
    "ITLIV": "Leghorn",
    "ITMIL": "Milan",
    "ITNAP": "Naples",
    "ITROM": "Rome",
    "ITVCE": "Venice",
    "MXMEX": "Mexico City",
    "NLRTM": "Rotterdam",
    "NLTHG": "The Hague",
    "NLVLI": "Flushing",
    "PLGDN": "Gdansk",
    "PLWAW": "Warsaw",
    "PTLIS": "Lisbon",
    "ROBUH": "Bucharest",
    "RSBEG": "Belgrade",
    "SEGOT": "Gothenburg",
    "TRIST": "Istanbul",
    "USLAX": "Los Angeles",
    "USNYC": "New York",
}
"""Where the list writes a name that English texts do not use, or adds a remark to it."""

GIVEN = {"ESALG": "Europe/Madrid"}
"""Zones of places for which every source is silent."""

MORE_AIRPORTS = {
    "CHI": ["RFD"],
    "LON": ["SEN"],
    "MOW": ["ZIA"],
    "NYC": ["EWR"],
    "PAR": ["BVA"],
    "STO": ["NYO", "VST"],
    "WAS": ["BWI"],
}
"""Airports that IATA counts to a city and the source does not."""

NEAR = 2.0
"""Degrees from an airfield of its country within which a place is believed: off the coast, or at a border."""

Where = tuple[float, float]
"""Degrees north and degrees east."""

ONE_TIME = {"CN": "Asia/Shanghai"}
"""Countries of several zones in the tz database whose freight runs on one."""


def plain(name: str) -> str:
    """*name* in letters that an SMS carries as one character each: accents go, remarks in brackets go."""
    name = re.split(r"[(/,]", name)[0].replace("’", "'").replace("ß", "ss").replace("ø", "o").replace("Ø", "O")
    name = "".join(c for c in unicodedata.normalize("NFKD", name) if c.isascii() and c.isprintable())
    for tail in (" Pt", " Apt", " International", " SAR China"):
        name = name.removesuffix(tail)
    return " ".join(name.split())[:60]


def zones_of_countries() -> dict[str, list[str]]:
    """Country to its zones, most populous first, from the tz database's own table."""
    found: dict[str, list[str]] = {}
    for line in files("tzdata.zoneinfo").joinpath("zone.tab").read_text().splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return found


def one_time(zones: list[str]) -> str | None:
    """The zone that stands for all of *zones*: they agree on every day of these years."""
    day = datetime(2024, 1, 1, 12, tzinfo=UTC)
    for _ in range(1500):
        if len({day.astimezone(ZoneInfo(zone)).utcoffset() for zone in zones}) > 1:
            return None
        day += timedelta(days=1)
    return zones[0]


class Zones:
    """Finds the zone of a place."""

    def __init__(self, airports: list[dict[str, Any]]) -> None:
        self.by_country = zones_of_countries()
        sole = {country: one_time(zones) for country, zones in self.by_country.items()}
        self.sole = {country: zone for country, zone in sole.items() if zone} | ONE_TIME
        self._fields: dict[str, list[tuple[float, float, str]]] = {}
        for a in airports:
            if a["tz"]:
                self._fields.setdefault(a["country"], []).append((a["lat"], a["lon"], a["tz"]))

    def at(self, country: str, where: Where | None) -> str | None:
        """The zone at *where* (degrees north, east) in *country*."""
        if country in self.sole:
            return self.sole[country]
        if where is None or not self.believed(country, where):
            return None
        lat, lon = where
        zone = tzfpy.get_tz(lon, lat)
        if zone in self.by_country.get(country, ()):
            return zone
        fields = self._fields.get(country)
        if not fields:
            return None
        return min(fields, key=lambda f: apart(f[:2], where))[2]

    def believed(self, country: str, where: Where) -> bool:
        """Whether *where* can be a place of *country*."""
        if tzfpy.get_tz(where[1], where[0]) in self.by_country.get(country, ()):
            return True
        return any(apart(field[:2], where) <= NEAR for field in self._fields.get(country, ()))


def apart(one: Where, other: Where) -> float:
    """Degrees between two places, well enough for near ones."""
    shrink = math.cos(math.radians(other[0]))
    return math.hypot(one[0] - other[0], (one[1] - other[1]) * shrink)


def degrees(text: str) -> Where | None:
    """'4851N 00221E' in degrees, or None where the list has no coordinates."""
    if len(text) != 12:
        return None
    lat = int(text[:2]) + int(text[2:4]) / 60
    lon = int(text[6:9]) + int(text[9:11]) / 60
    return (-lat if text[4] == "S" else lat, -lon if text[11] == "W" else lon)


Rows = dict[str, tuple[str, str, str, Where | None]]
"""Code to name, country, zone, coordinates."""


@dataclass(frozen=True)
class Listed:
    """A line of the UN/LOCODE list that is kept."""

    code: str
    name: str
    district: str
    functions: str
    where: Where | None

    @property
    def country(self) -> str:
        """The ISO country."""
        return self.code[:2]


def locodes() -> Iterator[Listed]:
    """The UN/LOCODEs at which freight changes hands."""
    for part in sorted(files("pyunlocode").joinpath("csv").iterdir(), key=lambda p: p.name):
        if "CodeList" not in part.name:
            continue
        with part.open(encoding="cp1252", newline="") as lines:
            for row in csv.reader(lines):
                if len(row) > 10 and row[2] and row[7] != "XX" and KEPT_FUNCTIONS & set(row[6]):
                    yield Listed(row[1] + row[2], row[4], row[1] + row[5], row[6], degrees(row[10]))


def ports() -> dict[str, Where]:
    """UN/LOCODEs of ports to where they lie."""
    listed = json.loads(files("searoute").joinpath("data/ports.geojson").read_text(encoding="utf-8"))["features"]
    return {one["properties"]["port"]: tuple(one["geometry"]["coordinates"][1::-1]) for one in listed}


def unanimous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What each key stands with, where it always stands with the same."""
    seen: dict[str, set[str]] = {}
    for key, value in pairs:
        seen.setdefault(key, set()).add(value)
    return {key: next(iter(values)) for key, values in seen.items() if len(values) == 1}


def codes_of_air(airports: list[dict[str, Any]]) -> Rows:
    """IATA airport and city codes; a city stands where its first airport does."""
    by_iata = {a["iata"]: a for a in airports if a["iata"] and a["tz"]}
    rows: Rows = {
        iata: (plain(a["city"] or a["name"]), a["country"], a["tz"], (a["lat"], a["lon"]))
        for iata, a in by_iata.items()
    }
    for city, mac in airportsdata.load_iata_macs().items():
        first = next((by_iata[x] for x in mac["airports"] if x in by_iata), None)
        if first:
            where = (first["lat"], first["lon"])
            rows.setdefault(city, (plain(mac["name"]), mac["country"], first["tz"], where))
    return rows


def codes_of_towns(zones: Zones, airports: list[dict[str, Any]], air: Rows) -> Rows:
    """UN/LOCODEs; *air* has the IATA codes."""
    towns = unanimous((a["country"] + plain(a["city"]).upper(), a["tz"]) for a in airports if a["city"] and a["tz"])
    places = list(locodes())
    harbours = ports()
    found = {p.code: zone for p in places if (zone := zones.at(p.country, p.where))}
    districts = unanimous((p.district, found[p.code]) for p in places if p.code in found and len(p.district) > 2)
    rows: Rows = {}
    for p in places:
        town, country, its_zone, its_field = air.get(p.code[2:], ("", "", "", None))
        if country != p.country or "4" not in p.functions:
            town, its_zone, its_field = "", "", None
        zone = found.get(p.code) or its_zone or districts.get(p.district)
        zone = zone or towns.get(p.country + plain(p.name).upper()) or GIVEN.get(p.code)
        shown = ENGLISH.get(p.code) or (town if p.name.endswith(" Apt") else "") or plain(p.name)
        listed = (where for where in (p.where, harbours.get(p.code)) if where and zones.believed(p.country, where))
        if zone and shown:
            rows[p.code] = (shown, p.country, zone, next(listed, its_field))
    return rows


def line(code: str, name: str, country: str, zone: str, where: Where | None, airports: str | None) -> str:
    """A row of the table."""
    north, east = (f"{degree:.2f}" for degree in where) if where else ("", "")
    more = (airports,) if airports else ()
    return "\t".join((code, name, country, zone, north, east, *more)) + "\n"


def main() -> int:
    """Write the table and say how many of each kind it holds."""
    airports = [dict(a) for a in airportsdata.load("ICAO").values()]
    zones = Zones(airports)
    names = Locale("en").territories
    rows: Rows = {
        country: (plain(names[country]), country, zones.sole.get(country, ""), None) for country in zones.by_country
    }
    air = codes_of_air(airports)
    rows |= air | codes_of_towns(zones, airports, air)
    cities = {
        city: " ".join(sorted({*mac["airports"], *MORE_AIRPORTS.get(city, ())}))
        for city, mac in airportsdata.load_iata_macs().items()
    }
    text = HEAD + "".join(line(code, *row, cities.get(code)) for code, row in sorted(rows.items()))
    OUT.write_text(text, encoding="ascii")
    counts = {n: sum(len(code) == n for code in rows) for n in (2, 3, 5)}
    placed = sum(row[3] is not None for row in rows.values())
    sys.stdout.write(
        f"{OUT}: {len(text):,} bytes; countries {counts[2]}, airports {counts[3]}, locodes {counts[5]}; "
        f"{placed} with coordinates\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
