"""ANSI X12 315: what an ocean carrier says of a container, one status to a set. See docs/integrations/x12.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import ClassVar, NamedTuple

from service.formats.base import Refused
from service.formats.edi import Nothing, Segment, Table, clean, element
from service.formats.legs import at_wrong_end, placed
from service.formats.refs import is_imo
from service.formats.times import settled
from service.formats.vocabulary import Vocabulary
from service.formats.x12 import element_157 as codes
from service.formats.x12.places import NOWHERE, Spot, by_code, by_name, of_port
from service.formats.x12.reading import Context, Read, first, item_of, read_body
from service.formats.x12.refs import completed, container, read_refs
from service.formats.x12.segments import Part
from service.formats.x12.times import read_time
from service.records.enums import Classifier, Milestone, Reason, ReferenceType, Transport
from service.records.inbound import BOOKED, FactDraft, Item, Reading, RefValue

_CODES = Table(codes.LIST)
_ESTIMATED = "139"
_MOST_STOPS = 50
_RAIL = frozenset({Milestone.RAIL_DEPARTED, Milestone.RAIL_ARRIVED})


class X12Ocean:
    """Status details (ocean): sets 315 of one or more interchanges."""

    name: ClassVar[str] = "x12_315"
    title: ClassVar[str] = "X12 315, status of ocean shipments"
    content_types: ClassVar[tuple[str, ...]] = ("application/edi-x12", "text/plain")
    answer_status: ClassVar[int] = 202
    default_scheme: ClassVar[str] = "api_key"
    options: ClassVar[Mapping[str, str]] = {
        "bill_is_house": "true reads bills of lading (BM) as house bills, for the feed of a forwarder."
    }
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (codes.LIST,)

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the sets of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        return read_body(body, "315", ("", "ST"), _events, now=now, options=options)


class _Stop(NamedTuple):
    """A port of the journey and the dates that stand below it."""

    function: str
    spot: Spot
    dates: list[Segment]


class _Ship(NamedTuple):
    """Name, IMO number and voyage."""

    name: str | None = None
    imo: str | None = None
    voyage: str | None = None


class _Set(NamedTuple):
    """A set, looked through once."""

    status: Segment
    ship: _Ship
    stops: list[_Stop]
    spot: Spot
    unit: str | None
    empty: bool

    def code_at(self, *functions: str) -> str | None:
        """The UN/LOCODE of the first port with one of *functions*."""
        return next((stop.spot.code for name in functions for stop in self.stops if stop.function == name), None)

    @property
    def route(self) -> codes.Route:
        """What the conditions of the table ask about."""
        origins, destinations = ({self.code_at(one) for one in names} for names in (("L", "R"), ("D", "E")))
        return codes.Route(
            self.spot.code,
            frozenset(one for one in origins if one),
            frozenset(one for one in destinations if one),
            self.code_at("D"),
            self.empty,
        )


def _events(part: Part) -> Iterator[Read]:
    def read(context: Context) -> Item:
        return _item(part.head, context)

    yield read


def _item(segments: list[Segment], context: Context) -> Item:
    status = first(segments, "B4")
    if status is None or not element(status, 3):
        raise Refused(
            "no_status", "The set has no status: `B403` is missing.", "Send B4 with its status code.", "/B403"
        )
    code = element(status, 3).upper()
    refs = read_refs(
        [(element(one, 1), element(one, 2)) for one in segments if one[0] == "N9"], context.options, context.note, "N9"
    )
    unit, refs = _unit(status, refs, context)
    stops = _stops(segments)
    looked = _Set(
        status,
        _ship(first(segments, "Q2") or [], context),
        stops,
        _spot(status, stops),
        unit,
        element(status, 9) == "E",
    )
    expected = () if looked.empty else _expected(looked, context)
    try:
        milestone, reason = _CODES.meaning(code, context.options, looked.route.fits, pointer="/B403")
        facts = (*_facts(looked, code, milestone, reason, context), *expected)
    except Nothing:
        if not expected:
            raise
        facts = expected
    moment = "/".join([element(status, 4), element(status, 5), *(fact.when.on.isoformat() for fact in expected)])
    return item_of(facts, refs, context, ("315", unit, code, looked.spot.code or looked.spot.name), moment)


def _facts(
    looked: _Set, code: str, milestone: Milestone, reason: Reason | None, context: Context
) -> tuple[FactDraft, ...]:
    day, clock, zone, where = element(looked.status, 4), element(looked.status, 5), "", "B404"
    if not day:
        day, clock, zone, where = _activity(looked)
    when, flags = read_time(day, clock, zone, looked.spot, context.now, context.note, where)
    expected = Classifier.PLANNED if code in codes.BOOKINGS else Classifier.ESTIMATED
    said = expected if code in codes.ESTIMATES | codes.BOOKINGS else Classifier.ACTUAL
    classifier, more = settled(said, when, context.now)
    if reason_not := at_wrong_end(milestone, looked.spot.code, looked.route.origins, looked.route.destinations):
        raise Nothing(f"{reason_not} ({code})")
    ends = (looked.code_at("R"), looked.code_at("E"))
    at, role = placed(milestone, looked.spot.code, looked.code_at("L"), looked.code_at("D"), ends)
    booked = (BOOKED,) if code in codes.BOOKINGS else ()
    rail = milestone in _RAIL
    ship = _Ship() if rail else looked.ship
    one = FactDraft(
        at,
        classifier,
        when,
        unit=looked.unit,
        place=looked.spot.code,
        place_name=looked.spot.name,
        place_role=role,
        transport=Transport.RAIL if rail else Transport.OCEAN,
        reason=reason,
        flags=(*flags, *more, *booked),
        vessel=ship.name,
        imo=ship.imo,
        voyage=ship.voyage,
    )
    if code not in codes.BOTH:
        return (one,)
    return one, FactDraft(
        codes.BOTH[code],
        classifier,
        when,
        part="customs",
        unit=one.unit,
        place=one.place,
        place_name=one.place_name,
        transport=one.transport,
        flags=one.flags,
    )


def _expected(looked: _Set, context: Context) -> tuple[FactDraft, ...]:
    """The dates on which the ship is expected to leave the port of loading and to reach the port of discharge."""
    found = []
    for function, milestone, part, role in (
        ("L", Milestone.DEPARTED, "etd", "origin"),
        ("D", Milestone.ARRIVED_DESTINATION, "eta", "destination"),
    ):
        stop = next((one for one in looked.stops if one.function == function), None)
        date = next((one for one in stop.dates if element(one, 1) == _ESTIMATED), None) if stop else None
        if stop is None or date is None:
            continue
        try:
            when, flags = read_time(
                element(date, 2), element(date, 3), element(date, 4), stop.spot, context.now, context.note, "DTM02"
            )
        except Refused as refused:
            context.note("DTM02", f"{refused.message} The expected date was left out.")
            continue
        found.append(
            FactDraft(
                milestone,
                Classifier.ESTIMATED,
                when,
                part=part,
                unit=looked.unit,
                place=stop.spot.code,
                place_name=stop.spot.name,
                place_role=role,
                transport=Transport.OCEAN,
                flags=flags,
                vessel=looked.ship.name,
                imo=looked.ship.imo,
                voyage=looked.ship.voyage,
            )
        )
    return tuple(found)


def _stops(segments: list[Segment]) -> list[_Stop]:
    stops: list[_Stop] = []
    for segment in segments:
        if segment[0] == "R4" and len(stops) < _MOST_STOPS:
            stops.append(_Stop(element(segment, 1).upper(), of_port(segment), []))
        elif segment[0] == "DTM" and stops and len(stops[-1].dates) < _MOST_STOPS:
            stops[-1].dates.append(segment)
    return stops


def _spot(status: Segment, stops: list[_Stop]) -> Spot:
    """Where it happened: the status itself, else the place of activity."""
    code, kind = element(status, 11), element(status, 12).upper()
    activity = next((stop.spot for stop in stops if stop.function == "5"), None)
    found = by_code(code) if kind in {"UN", ""} else None
    found = found or (by_code(element(status, 6)) if element(status, 6) else None)
    if found is not None:
        return found
    if activity is not None:
        return activity
    # Schedule D and K are numbers of their own, which no table here has.
    return by_name(code) if code and not code.isdigit() else NOWHERE


def _activity(looked: _Set) -> tuple[str, str, str, str]:
    """The date of the place of activity, for a status without one."""
    for stop in looked.stops:
        for date in stop.dates if stop.function == "5" else ():
            return element(date, 2), element(date, 3), element(date, 4), "DTM02"
    return "", "", "", "B404"


def _unit(status: Segment, refs: tuple[RefValue, ...], context: Context) -> tuple[str | None, tuple[RefValue, ...]]:
    """The container of the status, and the references with it in place of what N9 says where the two differ.

    B4 has owner and number, and the check digit apart or not at all: then the whole number of N9 is the same box.
    """
    owner, number, digit = element(status, 7), element(status, 8), element(status, 13)
    said = "".join((owner + number).replace("-", "").split()).upper()
    named = [ref.value for ref in refs if ref.type is ReferenceType.CONTAINER]
    if not number:
        return (named[0] if len(named) == 1 else None), refs
    if len(said) == 10:
        whole = (value for value in named if len(value) == 11 and value.startswith(said))
        said = said + digit if len(digit) == 1 else next(whole, said)
    unit = clean(completed(said), 40)
    if unit is None or unit in named:
        return unit, refs
    if named:
        context.note("B408", f"B4 names {unit}, N9 {named[0]}: the status itself counts.")
    others = tuple(ref for ref in refs if ref.type is not ReferenceType.CONTAINER)
    return unit, (*others, container(unit, context.note, "B408"))


def _ship(segment: Segment, context: Context) -> _Ship:
    """Name, IMO number and voyage; a wrong IMO number is left out with a warning."""
    imo: str | None = element(segment, 1) if element(segment, 12).upper() in {"L", ""} else None
    if imo and not is_imo(imo):
        context.note("Q201", f"{clean(imo, 20)} is not an IMO number: left out.")
        imo = None
    return _Ship(clean(element(segment, 13), 60), imo or None, clean(element(segment, 9), 40))
