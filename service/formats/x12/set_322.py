"""ANSI X12 322: what a terminal or a rail ramp says of a container. See docs/integrations/x12.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import islice
from typing import ClassVar, NamedTuple

from service.formats.base import Refused
from service.formats.edi import Nothing, Segment, Table, clean, element
from service.formats.refs import looks_like_container
from service.formats.times import settled
from service.formats.vocabulary import Vocabulary
from service.formats.x12 import set_322_codes as codes
from service.formats.x12.places import NOWHERE, Spot, by_name, of_port
from service.formats.x12.reading import Context, Read, first, item_of, read_body
from service.formats.x12.refs import completed, read_refs
from service.formats.x12.segments import Part
from service.formats.x12.times import read_time
from service.records.enums import Classifier, Milestone, Transport
from service.records.inbound import FactDraft, Item, Reading

_CODES = Table(codes.LIST)
_ESTIMATED_ARRIVAL = "371"
_MOST_STOPS = 50
_OCEAN = frozenset({Milestone.LOADED, Milestone.DISCHARGED, Milestone.ARRIVED_DESTINATION, Milestone.DEPARTED})
_ACTIVITY, _ORIGIN, _DESTINATION = "5", "6", "7"


class X12Ramp:
    """Terminal operations and intermodal ramp activity: sets 322 of one or more interchanges."""

    name: ClassVar[str] = "x12_322"
    title: ClassVar[str] = "X12 322, activity of terminals and rail ramps"
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
        return read_body(body, "322", ("N7", "ST"), _events, now=now, options=options)


class _Move(NamedTuple):
    """A status and the container that it is about."""

    status: Segment
    spot: Spot
    ports: dict[str, Spot]
    unit: str | None
    empty: bool

    def fits(self, when: str) -> bool:
        """Whether a condition of the table holds."""
        if when == codes.EMPTY:
            return self.empty
        here = self.spot.code
        at_origin = here is not None and here == self._code(_ORIGIN)
        at_destination = here is not None and here == self._code(_DESTINATION)
        if when == codes.AT_DESTINATION:
            return at_destination and not at_origin
        if when == codes.ELSEWHERE_THAN_ORIGIN:
            return not at_origin or at_destination
        return not at_destination or at_origin

    def _code(self, function: str) -> str | None:
        return self.ports.get(function, NOWHERE).code


def _events(part: Part) -> Iterator[Read]:
    yield partial(_item, [*part.head, *part.loop])


def _item(segments: list[Segment], context: Context) -> Item:
    status = first(segments, "Q5")
    if status is None or not element(status, 1):
        raise Refused(
            "no_status", "The set has no status: `Q501` is missing.", "Send Q5 with its status code.", "/Q501"
        )
    code = element(status, 1).upper()
    stops = list(islice((one for one in segments if one[0] == "R4"), _MOST_STOPS))
    ports = {element(one, 1): of_port(one) for one in reversed(stops)}
    move = _Move(status, _spot(status, ports), ports, _unit(segments), _is_empty(segments))
    refs = read_refs(
        [(element(one, 1), element(one, 2)) for one in segments if one[0] == "N9"], context.options, context.note, "N9"
    )
    named = move.unit is not None and looks_like_container(move.unit)
    if move.unit is not None and named and all(ref.value != move.unit for ref in refs):
        refs = (*refs, *read_refs([("EQ", move.unit)], context.options, context.note, "N702"))
    expected = () if move.empty else _expected(segments, move, context)
    try:
        facts = (_fact(move, code, context), *expected)
    except Nothing:
        if not expected:
            raise
        facts = expected
    moment = "/".join([element(status, 2), element(status, 3), *(fact.when.on.isoformat() for fact in expected)])
    return item_of(facts, refs, context, ("322", move.unit, code, move.spot.code or move.spot.name), moment)


def _fact(move: _Move, code: str, context: Context) -> FactDraft:
    milestone, reason = _CODES.meaning(code, context.options, move.fits, pointer="/Q501")
    day, clock, zone = (element(move.status, number) for number in (2, 3, 4))
    when, flags = read_time(day, clock, zone, move.spot, context.now, context.note, "Q502")
    classifier, more = settled(Classifier.ACTUAL, when, context.now)
    return FactDraft(
        milestone,
        classifier,
        when,
        unit=move.unit,
        place=move.spot.code,
        place_name=move.spot.name,
        transport=Transport.OCEAN if milestone in _OCEAN else Transport.RAIL,
        reason=reason,
        flags=(*flags, *more),
    )


def _expected(segments: list[Segment], move: _Move, context: Context) -> tuple[FactDraft, ...]:
    """The day on which the train is expected at the ramp of destination."""
    spot = move.ports.get(_DESTINATION)
    date = next((one for one in segments if one[0] == "DTM" and element(one, 1) == _ESTIMATED_ARRIVAL), None)
    if spot is None or date is None:
        return ()
    try:
        when, flags = read_time(
            element(date, 2), element(date, 3), element(date, 4), spot, context.now, context.note, "DTM02"
        )
    except Refused as refused:
        context.note("DTM02", f"{refused.message} The expected date was left out.")
        return ()
    return (
        FactDraft(
            Milestone.RAIL_ARRIVED,
            Classifier.ESTIMATED,
            when,
            part="eta",
            unit=move.unit,
            place=spot.code,
            place_name=spot.name,
            transport=Transport.RAIL,
            flags=flags,
        ),
    )


def _spot(status: Segment, ports: dict[str, Spot]) -> Spot:
    """The place of activity, else the town of the status."""
    if _ACTIVITY in ports:
        return ports[_ACTIVITY]
    town = element(status, 6)
    return by_name(town, element(status, 7), element(status, 8)) if town else NOWHERE


def _unit(segments: list[Segment]) -> str | None:
    """The container of N7; its check digit is worked out where only six digits are sent."""
    equipment = first(segments, "N7") or first(segments, "W2") or []
    owner, number = element(equipment, 1).upper(), element(equipment, 2)
    if not number:
        return None
    joined = "".join((owner + number).replace("-", "").split()).upper()
    return clean(completed(joined), 40)


def _is_empty(segments: list[Segment]) -> bool:
    """W2 says whether the container is loaded (L) or empty (E)."""
    equipment = first(segments, "W2")
    return equipment is not None and element(equipment, 5).upper() == "E"
