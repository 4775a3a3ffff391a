"""Write service/formats/places.tsv: ports, airports, rail and inland terminals with their IANA time zones.

Needs packages that the service itself does not use; run it in an environment of its own:

    uv venv /tmp/places && uv pip install --python /tmp/places/bin/python -r scripts/make_places.txt
    /tmp/places/bin/python scripts/make_places.py

Sources and licences stand in the head of the written file. A zone comes from, in this order: the country, where all
of it keeps one time; the place's coordinates (in the sea: the nearest airfield of the same country); its airport; the
district, where all its other places agree; an airfield at a town of the same name; a line below. A place for which all
of these are silent is left out: a wrong zone is worse than none.
"""

from __future__ import annotations

import csv
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
# Places that customers read about: code, English name, ISO country, IANA zone; sorted by code.
# Written by scripts/make_places.py: change it there.
# 2 letters: a country, with the zone that all of it keeps, or nothing.
# 3 letters: an IATA airport or city. 5 letters: a UN/LOCODE.
# UN/LOCODE 2023-1: United Nations Economic Commission for Europe, published for free use;
# read from pyunlocode 0.1.0 (Artistic-2.0).
# Airports and city codes: airportsdata (MIT). Countries and their zones: tz database (public domain).
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

    def at(self, country: str, where: tuple[float, float] | None) -> str | None:
        """The zone at *where* (degrees north, east) in *country*."""
        if country in self.sole:
            return self.sole[country]
        if where is None:
            return None
        lat, lon = where
        zone = tzfpy.get_tz(lon, lat)
        if zone in self.by_country.get(country, ()):
            return zone
        fields = self._fields.get(country)
        if not fields:
            return None
        shrink = math.cos(math.radians(lat))
        return min(fields, key=lambda f: (f[0] - lat) ** 2 + ((f[1] - lon) * shrink) ** 2)[2]


def degrees(text: str) -> tuple[float, float] | None:
    """'4851N 00221E' in degrees, or None where the list has no coordinates."""
    if len(text) != 12:
        return None
    lat = int(text[:2]) + int(text[2:4]) / 60
    lon = int(text[6:9]) + int(text[9:11]) / 60
    return (-lat if text[4] == "S" else lat, -lon if text[11] == "W" else lon)


Rows = dict[str, tuple[str, str, str]]
"""Code to name, country, zone."""


@dataclass(frozen=True)
class Listed:
    """A line of the UN/LOCODE list that is kept."""

    code: str
    name: str
    district: str
    functions: str
    where: tuple[float, float] | None

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


def unanimous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What each key stands with, where it always stands with the same."""
    seen: dict[str, set[str]] = {}
    for key, value in pairs:
        seen.setdefault(key, set()).add(value)
    return {key: next(iter(values)) for key, values in seen.items() if len(values) == 1}


def codes_of_air(airports: list[dict[str, Any]]) -> Rows:
    """IATA airport and city codes: name, country, zone."""
    by_iata = {a["iata"]: a for a in airports if a["iata"] and a["tz"]}
    rows = {iata: (plain(a["city"] or a["name"]), a["country"], a["tz"]) for iata, a in by_iata.items()}
    for city, mac in airportsdata.load_iata_macs().items():
        zone = next((by_iata[x]["tz"] for x in mac["airports"] if x in by_iata), None)
        if zone:
            rows.setdefault(city, (plain(mac["name"]), mac["country"], zone))
    return rows


def codes_of_towns(zones: Zones, airports: list[dict[str, Any]], air: Rows) -> Rows:
    """UN/LOCODEs: name, country, zone; *air* has the IATA codes."""
    towns = unanimous((a["country"] + plain(a["city"]).upper(), a["tz"]) for a in airports if a["city"] and a["tz"])
    places = list(locodes())
    found = {p.code: zone for p in places if (zone := zones.at(p.country, p.where))}
    districts = unanimous((p.district, found[p.code]) for p in places if p.code in found and len(p.district) > 2)
    rows = {}
    for p in places:
        town, country, its_zone = air.get(p.code[2:], ("", "", None))
        if country != p.country or "4" not in p.functions:
            town, its_zone = "", None
        zone = found.get(p.code) or its_zone or districts.get(p.district)
        zone = zone or towns.get(p.country + plain(p.name).upper()) or GIVEN.get(p.code)
        shown = ENGLISH.get(p.code) or (town if p.name.endswith(" Apt") else "") or plain(p.name)
        if zone and shown:
            rows[p.code] = (shown, p.country, zone)
    return rows


def main() -> int:
    """Write the table and say how many of each kind it holds."""
    airports = [dict(a) for a in airportsdata.load("ICAO").values()]
    zones = Zones(airports)
    names = Locale("en").territories
    rows = {country: (plain(names[country]), country, zones.sole.get(country, "")) for country in zones.by_country}
    air = codes_of_air(airports)
    rows |= air | codes_of_towns(zones, airports, air)
    text = HEAD + "".join("\t".join((code, *row)) + "\n" for code, row in sorted(rows.items()))
    OUT.write_text(text, encoding="ascii")
    counts = {n: sum(len(code) == n for code in rows) for n in (2, 3, 5)}
    sys.stdout.write(f"{OUT}: {len(text):,} bytes; countries {counts[2]}, airports {counts[3]}, locodes {counts[5]}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
