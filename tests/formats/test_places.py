"""The table of places: what must be in it, and that every zone exists."""

from __future__ import annotations

from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from service.formats import places


@pytest.mark.parametrize(
    ("code", "name", "zone"),
    [
        ("CNNGB", "Ningbo", "Asia/Shanghai"),
        ("CNSHA", "Shanghai", "Asia/Shanghai"),
        ("GBFXT", "Felixstowe", "Europe/London"),
        ("GBSOU", "Southampton", "Europe/London"),
        ("GBLEE", "Leeds", "Europe/London"),
        ("GBMNC", "Manchester", "Europe/London"),
        ("SGSIN", "Singapore", "Asia/Singapore"),
        ("NLRTM", "Rotterdam", "Europe/Amsterdam"),
        ("DEHAM", "Hamburg", "Europe/Berlin"),
        ("DEMUC", "Munich", "Europe/Berlin"),
        ("USLAX", "Los Angeles", "America/Los_Angeles"),
        ("USNYC", "New York", "America/New_York"),
        ("USCHI", "Chicago", "America/Chicago"),
        ("USSAV", "Savannah", "America/New_York"),
        ("USHOU", "Houston", "America/Chicago"),
        ("CAVAN", "Vancouver", "America/Vancouver"),
        ("HKHKG", "Hong Kong", "Asia/Hong_Kong"),
        ("THLCH", "Laem Chabang", "Asia/Bangkok"),
        ("FRLEH", "Le Havre", "Europe/Paris"),
        ("FRPAR", "Paris", "Europe/Paris"),
        ("BEANR", "Antwerp", "Europe/Brussels"),
        ("ESVLC", "Valencia", "Europe/Madrid"),
        ("ESALG", "Algeciras", "Europe/Madrid"),
        ("ITGOA", "Genoa", "Europe/Rome"),
        ("AEJEA", "Jebel Ali", "Asia/Dubai"),
        ("INNSA", "Nhava Sheva", "Asia/Kolkata"),
        ("BRSSZ", "Santos", "America/Sao_Paulo"),
        ("ZADUR", "Durban", "Africa/Johannesburg"),
        ("AUSYD", "Sydney", "Australia/Sydney"),
        ("JPTYO", "Tokyo", "Asia/Tokyo"),
        ("KRPUS", "Busan", "Asia/Seoul"),
        ("LHR", "London", "Europe/London"),
        ("MUC", "Munich", "Europe/Berlin"),
        (" gb fxt ", "Felixstowe", "Europe/London"),
    ],
)
def test_known_places(code: str, name: str, zone: str) -> None:
    place = places.find(code)
    assert place is not None
    assert (place.name, place.zone) == (name, zone)
    assert place.code.endswith(places.normal(code))


@pytest.mark.parametrize(
    ("airport", "code"),
    [
        ("SIN", "SGSIN"),
        ("LHR", "GBLHR"),
        ("NYC", "USNYC"),
        ("JFK", "USJFK"),
        ("NRT", "JPNRT"),
        ("PVG", "CNPVG"),
        ("LCY", "LCY"),  # GBLCY is Lochgelly
        ("SDF", "SDF"),  # there is no USSDF
    ],
)
def test_an_airport_goes_by_its_unlocode(airport: str, code: str) -> None:
    """So that an airline's SIN and a forwarder's SGSIN are one stop."""
    found = places.find(airport)
    assert found is not None
    assert found.code == code
    assert places.find(code) is not None


@pytest.mark.parametrize(
    ("code", "north", "east"),
    [
        ("CNNGB", 29.87, 121.56),
        ("GBFXT", 51.96, 1.34),
        ("LHR", 51.47, -0.46),
        ("LON", 51.51, 0.06),
        ("USNYC", 40.7, -74.0),
        ("BRSSZ", -23.93, -46.32),
        ("AUCUN", None, None),
    ],
)
def test_coordinates_are_those_of_the_place_or_unknown(code: str, north: float | None, east: float | None) -> None:
    place = places.find(code)
    assert place is not None
    assert (place.latitude, place.longitude) == (north, east)


@pytest.mark.parametrize("code", ["", "GB", "XYABC", "GBZZ9", "GBFXTX", "ÄÖÜ", "#LHR", "L\tR", "GBFX\n", "# Pl"])
def test_unknown_places(code: str) -> None:
    assert places.find(code) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("LHR", "LHR", True),
        ("LHR", "LON", True),
        ("NYC", "EWR", True),
        ("LHR", "LGW", False),
        ("LHR", "NYC", False),
        ("QQQ", "LON", False),
    ],
)
def test_an_airport_lies_in_its_city(one: str, other: str, same: bool) -> None:
    assert places.same_city(one, other) is same


def test_countries() -> None:
    assert places.country("GBXXX") == places.Country("GB", "United Kingdom", "Europe/London")
    assert places.country("US") == places.Country("US", "United States", None)
    assert places.country("XYABC") is None
    assert places.country("G") is None


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("felixstowe", ["GBFXT"]),
        ("London", ["GBLON", "CALOD", "USLOZ"]),
        ("Los Angeles", ["USLAX", "CLLSQ"]),
        ("Valencia", ["ESVLC", "ECVLC", "USVLC", "VEVLN"]),
        ("Shanghai", ["CNSGH", "CNSHA", "CNSHG", "CNPVG"]),
        ("nowhere at all", []),
    ],
)
def test_a_name_finds_every_code_that_it_may_mean_and_airports_last(name: str, codes: list[str]) -> None:
    assert [place.code for place in places.named(name)] == codes


def test_a_name_of_several_places_is_never_taken_for_one() -> None:
    assert places.meant("London") == (
        "London may be GBLON (United Kingdom), CALOD (Canada) or USLOZ (United States): "
        "send the code of the one that is meant."
    )
    assert places.meant("HAMBURG").endswith(" or another: send the code of the one that is meant.")
    assert places.meant("Felixstowe") == "Felixstowe may be GBFXT (United Kingdom): send that if it is meant."
    assert places.meant("nowhere at all") == ""


def test_every_row_is_whole_and_every_zone_exists() -> None:
    text = files("service.formats").joinpath("places.tsv").read_text(encoding="ascii")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    codes = [row[0] for row in rows]
    assert codes == sorted(set(codes))
    assert len(rows) > 40_000
    assert {len(row) for row in rows} == {6, 7}
    assert {len(row[0]) for row in rows if len(row) > 6} == {3}
    assert all(row[1] and row[2] for row in rows)
    assert all(row[0][:2] == row[2] for row in rows if len(row[0]) == 5)
    placed = [(float(row[4]), float(row[5])) for row in rows if row[4] or row[5]]
    assert len(placed) > 45_000
    assert all(-90 <= north <= 90 and -180 <= east <= 180 for north, east in placed)
    zones = {row[3] for row in rows if row[3] or len(row[0]) > 2}
    assert all(ZoneInfo(zone).key == zone for zone in zones)
