"""One status of an IFTSTA message, looked through: what it says, of what, where and when, not yet what it means."""

from __future__ import annotations

from typing import NamedTuple

from service.formats.edi import clean
from service.formats.edifact import Part, Segment, get
from service.formats.iftsta_times import Date
from service.formats.x12_places import Spot, by_code, by_name

MODES = {"1": "ocean", "2": "rail", "3": "road", "4": "air", "8": "ocean"}
"""Element 8067: how the goods move. Inland water is said as a ship."""

_OLD_YEARS = range(90, 98)


class Loc(NamedTuple):
    """A LOC: what the place is to the journey, the place, and whether it belongs to a leg (TDT)."""

    qualifier: str
    spot: Spot
    leg: bool


class Equipment(NamedTuple):
    """An EQD: its kind, number, and whether it is empty."""

    kind: str
    number: str
    empty: bool


class Status(NamedTuple):
    """A status with all that stands around it."""

    sts: Segment
    function: str
    document: str
    consignment: str
    written: Date | None
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
    year = release[:2]
    if not year.isdigit():
        return False
    return int(year) in _OLD_YEARS or release == "98A"


def look_through(part: Part) -> Status:
    """The status that begins the loop of *part*."""
    reader = _Reader()
    for segment in part.head:
        reader.head(segment)
    for segment in part.loop:
        reader.loop(segment)
    own = {kind for kind, _ in reader.own}
    return Status(
        sts=part.loop[0],
        function=reader.function,
        document=reader.document,
        consignment=reader.consignment,
        written=reader.written,
        pairs=[*reader.own, *(pair for pair in reader.above if pair[0] not in own)],
        dates=reader.dates,
        locs=reader.locs,
        leg=reader.leg,
        equipment=reader.equipment,
        at_door=reader.at_door,
        text=reader.text,
    )


class _Reader:
    """Collects what the segments of head and loop say."""

    def __init__(self) -> None:
        self.function = self.document = self.consignment = self.text = ""
        self.written: Date | None = None
        self.above: list[tuple[str, str]] = []
        self.own: list[tuple[str, str]] = []
        self.dates: list[Date] = []
        self.locs: list[Loc] = []
        self.leg: Segment | None = None
        self.equipment: list[Equipment] = []
        self.at_door = False

    def head(self, segment: Segment) -> None:
        """A segment above the status: message and consignment."""
        tag = segment[0][0]
        if tag == "BGM":
            self.document, self.function = get(segment, 2), get(segment, 3)
        elif tag == "RFF":
            self.above.append((get(segment, 1).upper(), get(segment, 1, 1)))
        elif tag == "LOC":
            self.locs.append(_loc(segment, leg=False))
        elif tag == "CNI":
            self.consignment = get(segment, 2)
            self.above.append(("CNI", self.consignment))
        elif tag == "DTM":
            date = _date(segment, "")
            if date.qualifier == "137":
                self.written = date

    def loop(self, segment: Segment) -> None:
        """A segment of the status itself."""
        tag = segment[0][0]
        if tag == "RFF":
            self.own.append((get(segment, 1).upper(), get(segment, 1, 1)))
        elif tag == "DTM":
            below = self.locs[-1].qualifier if self.leg and self.locs and self.locs[-1].leg else ""
            self.dates.append(_date(segment, below if self.leg else "here"))
        elif tag == "LOC":
            self.locs.append(_loc(segment, leg=self.leg is not None))
        elif tag == "TDT":
            self.leg = segment
        elif tag == "EQD":
            number = "".join(get(segment, 2).replace("-", "").split()).upper()
            self.equipment.append(Equipment(get(segment, 1), number, get(segment, 6) == "4"))
        elif tag == "NAD" and get(segment, 1) == "DP":
            self.at_door = True
        elif tag == "FTX" and not self.text:
            self.text = " ".join(filter(None, (get(segment, 4, n) for n in range(5))))


def _date(segment: Segment, place: str) -> Date:
    return Date(get(segment, 1), get(segment, 1, 1), get(segment, 1, 2), place)


def _loc(segment: Segment, *, leg: bool) -> Loc:
    code, name = get(segment, 2), get(segment, 2, 3)
    town = name.split(",", 1)[0]
    return Loc(get(segment, 1), by_code(code, town) or by_name(clean(town, 120) or code), leg)
