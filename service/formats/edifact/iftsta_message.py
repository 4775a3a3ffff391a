"""One status of an IFTSTA message, looked through: what it says, of what, where and when, not yet what it means."""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from service.formats.edi import clean
from service.formats.edifact.iftsta_times import Date
from service.formats.edifact.segments import Segment, get
from service.formats.x12.places import Spot, by_code, by_name

MODES = {"1": "ocean", "2": "rail", "3": "road", "4": "air", "8": "ocean"}
"""Element 8067: how the goods move. Inland water is said as a ship."""

MOST = 100
"""Dates, places and pieces of equipment of one status that are looked at."""

_OLD_YEARS = range(90, 98)


class Loc(NamedTuple):
    """A LOC: what the place is to the journey, the place, and where it stands: in the `head`, its `own`, in a `leg`."""

    qualifier: str
    spot: Spot
    stands: str


class Equipment(NamedTuple):
    """An EQD: its kind, number, and whether it is empty."""

    kind: str
    number: str
    empty: bool


class Head(NamedTuple):
    """What stands above a status: the message and its consignment."""

    function: str
    document: str
    original: str
    consignment: str
    written: Date | None
    pairs: list[tuple[str, str]]
    locs: list[Loc]


class Status(NamedTuple):
    """A status with all that stands around it; `pairs` are the references of its own, as sent."""

    head: Head
    sts: Segment
    pairs: list[tuple[str, str]]
    dates: list[Date]
    locs: list[Loc]
    leg: Segment | None
    equipment: list[Equipment]
    at_door: bool
    text: str

    @property
    def mode(self) -> str:
        """How the goods move: ocean, rail, road, air or nothing."""
        return MODES.get(get(self.leg, 3), "") if self.leg else ""


def is_old(version: str, release: str) -> bool:
    """Whether the directory has element 9011 in C555: up to D.98A. Later ones have 4405, with other meanings."""
    if version != "D":
        return True
    return release[:2].isdigit() and (int(release[:2]) in _OLD_YEARS or release == "98A")


def read_head(segments: list[Segment]) -> Head:
    """What the segments above a status say."""
    begin = next((segment for segment in segments if segment[0][0] == "BGM"), [])
    consignment = next((get(segment, 2) for segment in segments if segment[0][0] == "CNI"), "")
    dates = (_date(segment, "") for segment in segments if segment[0][0] == "DTM")
    pairs = [_pair(segment) for segment in segments if segment[0][0] == "RFF"]
    return Head(
        get(begin, 3),
        get(begin, 2),
        next((value for kind, value in pairs if kind == "ACW"), ""),
        consignment,
        next((date for date in dates if date.qualifier == "137"), None),
        [*pairs, ("CNI", consignment)],
        [_loc(segment, "head") for segment in islice((one for one in segments if one[0][0] == "LOC"), MOST)],
    )


def look_through(head: Head, segments: list[Segment]) -> Status:
    """The status that *segments* begin with."""
    pairs: list[tuple[str, str]] = []
    dates: list[Date] = []
    locs: list[Loc] = []
    equipment: list[Equipment] = []
    leg: Segment | None = None
    at_door, text = False, ""
    for segment in segments:
        tag = segment[0][0]
        if tag == "RFF":
            pairs.append(_pair(segment))
        elif tag == "DTM" and len(dates) < MOST:
            below = locs[-1].qualifier if locs and locs[-1].stands == "leg" else ""
            dates.append(_date(segment, below if leg else "here"))
        elif tag == "LOC" and len(locs) < MOST:
            locs.append(_loc(segment, "leg" if leg else "own"))
        elif tag == "TDT":
            leg = segment
        elif tag == "EQD" and len(equipment) < MOST:
            number = "".join(get(segment, 2).replace("-", "").split()).upper()
            equipment.append(Equipment(get(segment, 1), number, get(segment, 6) == "4"))
        elif tag == "NAD" and get(segment, 1) == "DP":
            at_door = True
        elif tag == "FTX" and not text:
            text = " ".join(filter(None, (get(segment, 4, n) for n in range(5))))
    return Status(head, segments[0], pairs, dates, [*locs, *head.locs], leg, equipment, at_door, text)


def _pair(segment: Segment) -> tuple[str, str]:
    return get(segment, 1).upper(), get(segment, 1, 1)


def _date(segment: Segment, place: str) -> Date:
    return Date(get(segment, 1), get(segment, 1, 1), get(segment, 1, 2), place)


def _loc(segment: Segment, stands: str) -> Loc:
    code, name = get(segment, 2), get(segment, 2, 3)
    town = name.split(",", 1)[0]
    return Loc(get(segment, 1), by_code(code, town) or by_name(clean(town, 120) or code), stands)
