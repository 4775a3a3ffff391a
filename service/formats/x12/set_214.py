"""ANSI X12 214: what a road carrier says of a shipment, many statuses to a set. See docs/integrations/x12.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import chain
from typing import ClassVar, NamedTuple

from service.formats.base import Refused
from service.formats.edi import Nothing, Segment, Table, clean, element, names_of
from service.formats.refs import MAX_REFS, looks_like_container, unique
from service.formats.times import settled
from service.formats.vocabulary import Vocabulary
from service.formats.x12 import element_1650 as codes
from service.formats.x12 import element_1651 as reasons
from service.formats.x12.places import NOWHERE, Spot, by_name
from service.formats.x12.reading import Context, Read, item_of, read_body
from service.formats.x12.refs import KINDS, read_refs
from service.formats.x12.segments import Part
from service.formats.x12.times import read_time
from service.records.enums import Classifier, Milestone, Reason, ReferenceType, Transport
from service.records.inbound import BOOKED, FactDraft, Item, Reading, RefValue

_CODES, _APPOINTMENTS, _REASONS = Table(codes.LIST), Table(codes.APPOINTMENTS), Table(reasons.LIST)
_RAIL = frozenset({Milestone.RAIL_DEPARTED, Milestone.RAIL_ARRIVED})
_WITH_STATUS = frozenset({"MS1", "MS2"})


class X12Road:
    """Transportation carrier shipment status: sets 214 of one or more interchanges."""

    name: ClassVar[str] = "x12_214"
    title: ClassVar[str] = "X12 214, status of road shipments"
    content_types: ClassVar[tuple[str, ...]] = ("application/edi-x12", "text/plain")
    answer_status: ClassVar[int] = 202
    default_scheme: ClassVar[str] = "api_key"
    options: ClassVar[Mapping[str, str]] = {
        "bill_is_house": "true reads bills of lading (BM) as house bills, for the feed of a forwarder."
    }
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = (codes.LIST, codes.APPOINTMENTS, reasons.LIST)

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the sets of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        return read_body(body, "214", ("LX", "AT7"), _Loops(), now=now, options=options)


class _Status(NamedTuple):
    """An AT7 with the segments that belong to it, and what its loop names, as sent.

    `order` is the number of the loop's own order: several loops of a load are delivered each by itself.
    """

    status: Segment
    place: Segment | None
    equipment: Segment | None
    pairs: list[tuple[str, str]]
    order: str | None


class _Loops:
    """The statuses of one loop after the other. What the head of a set names is read once for all of them."""

    def __init__(self) -> None:
        self._head: list[Segment] | None = None
        self._refs: tuple[RefValue, ...] | None = None
        self._names: tuple[str, ...] = ()

    def __call__(self, part: Part) -> Iterator[Read]:
        """Each AT7 of the loop; without any, the set says nothing."""
        own = _named(part.loop)
        order = next((clean(value, 40) for kind, value in own if KINDS.get(kind.upper()) is ReferenceType.PO), None)
        found: list[_Status] = []
        for segment in chain(part.head, part.loop) if part.head is not self._head else part.loop:
            if segment[0] == "AT7":
                found.append(_Status(segment, None, None, own, order))
            elif segment[0] in _WITH_STATUS and found:
                last = found[-1]
                found[-1] = last._replace(place=segment) if segment[0] == "MS1" else last._replace(equipment=segment)
        if part.head is not self._head:
            self._head, self._refs = part.head, None
        for status in found:
            yield partial(self._item, status, part.head)
        if not found:
            yield _silent

    def _item(self, said: _Status, head: list[Segment], context: Context) -> Item:
        if self._refs is None:
            self._refs = read_refs(_named(head), context.options, context.note, "L11")
            self._names = names_of(self._refs)
        own = read_refs(said.pairs, context.options, context.note, "L11")
        if not own:
            return _item(said, self._refs, self._names, context)
        return _item(said, unique([*self._refs, *own])[:MAX_REFS], None, context)


def _silent(context: Context) -> Item:
    raise Nothing(f"It holds no status (AT7), set {clean(context.of.control, 20)}.")


def _named(segments: list[Segment]) -> list[tuple[str, str]]:
    """(qualifier, value) of L11, and the two numbers of B10: the carrier's own, and that of the load as tendered."""
    found: list[tuple[str, str]] = []
    for segment in segments:
        if segment[0] == "B10":
            found += [("CN", element(segment, 1)), ("FN", element(segment, 2))]
        elif segment[0] == "L11":
            kind, value = element(segment, 2), element(segment, 1)
            if kind.upper() != "EQ" or looks_like_container(value.upper()):
                found.append((kind, value))
    return found


def _item(said: _Status, refs: tuple[RefValue, ...], names: tuple[str, ...] | None, context: Context) -> Item:
    status = _modern(said.status)
    code, appointment = element(status, 1).upper(), element(status, 3).upper()
    if not code and not appointment:
        raise Refused("no_status", "`AT701` and `AT703` are empty.", "Send the status code in AT701.", "/AT701")
    table, where = (_CODES, "AT701") if code else (_APPOINTMENTS, "AT703")
    milestone, reason = table.meaning(code or appointment, context.options, lambda _: True, pointer=f"/{where}")
    spot = _spot(said.place)
    day, clock = element(status, 5), element(status, 6)
    when, flags = read_time(day, clock, element(status, 7), spot, context.now, context.note, "AT705")
    classifier, more = settled(_classifier(code), when, context.now)
    rail = milestone in _RAIL
    fact = FactDraft(
        milestone,
        classifier,
        when,
        unit=_unit(said),
        place_name=spot.name,
        transport=Transport.RAIL if rail else Transport.ROAD,
        reason=_reason(status, code, milestone, reason, context),
        flags=(*flags, *more, *(() if code else (BOOKED,))),
    )
    identity = ("214", fact.unit, code or f"~{appointment}", element(status, 2), spot.name)
    return item_of((fact,), refs, context, identity, f"{day}/{clock}/{element(status, 7)}", names)


def _classifier(code: str) -> Classifier:
    if not code:
        return Classifier.PLANNED
    return Classifier.ESTIMATED if code in codes.ESTIMATES else Classifier.ACTUAL


def _reason(status: Segment, code: str, milestone: Milestone, reason: Reason | None, context: Context) -> Reason | None:
    """The reason that the status names, or that its code has."""
    number = 2 if code else 4
    unless = reasons.CLEARANCES if milestone is Milestone.CUSTOMS_HOLD else frozenset[str]()
    said = element(status, number).upper()
    return _REASONS.reason(said, context.options, context.note, f"AT70{number}", unless) or reason


def _modern(status: Segment) -> Segment:
    """Before 4010 the century stood between date and time: `*971117*19*0830*` is `*19971117*0830*`."""
    century = element(status, 6)
    if len(century) == 2 and century.isdigit() and len(element(status, 5)) == 6:
        return [*status[:5], century + element(status, 5), *status[7:]]
    return status


def _spot(place: Segment | None) -> Spot:
    """The town of an MS1; one that only has a latitude and longitude says nothing that can be read aloud."""
    if place is None or not element(place, 1):
        return NOWHERE
    return by_name(element(place, 1), element(place, 2), element(place, 3))


def _unit(said: _Status) -> str | None:
    """The container that is carried, else the loop's order. Trucks and trailers change on the way."""
    number = "".join((element(said.equipment, 1) + element(said.equipment, 2)).split()) if said.equipment else ""
    carried = next((one for one in (number.upper(), number[4:].upper()) if looks_like_container(one)), None)
    return carried or said.order
