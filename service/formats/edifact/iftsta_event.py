"""What one status of an IFTSTA message means."""

from __future__ import annotations

from service.formats.base import Refused
from service.formats.edi import Nothing, Table, clean, hash_of
from service.formats.edifact import element_9013 as reasons
from service.formats.edifact import iftsta_times as times
from service.formats.edifact.iftsta_meaning import OCEAN, Context, code_at, code_of, meaning_of, route_of, table_of
from service.formats.edifact.iftsta_message import Status, is_old
from service.formats.edifact.iftsta_refs import joined, named, units_of
from service.formats.edifact.segments import get
from service.formats.legs import placed
from service.formats.refs import is_imo
from service.formats.roles import TRANSSHIPMENT
from service.formats.times import settled
from service.formats.x12 import element_157 as x12_157
from service.formats.x12.places import NOWHERE, Spot
from service.formats.x12.refs import completed
from service.records.enums import Classifier, Milestone, Reason, Transport
from service.records.inbound import FactDraft, Item

_REASONS = Table(reasons.LIST)

TAKEN_BACK = frozenset({"1", "3", "17", "39", "40", "50"})
"""Element 1225: cancellation, deletion, and their like."""

SAYS_NOTHING = {"13": "It asks for a status.", "16": "It is a proposal.", "53": "It is a test message."}
"""Element 1225: messages that state nothing. Every other function states the status, or states it again."""

_LEFT, _CAME = ("186", "136", "133", "189"), ("178", "132", "232")
_OF_LEG = {
    Milestone.DEPARTED: _LEFT,
    Milestone.RAIL_DEPARTED: _LEFT,
    Milestone.ARRIVED_DESTINATION: _CAME,
    Milestone.RAIL_ARRIVED: _CAME,
}
"""Which dates of a leg are those of a milestone."""

_RAIL = frozenset({Milestone.RAIL_DEPARTED, Milestone.RAIL_ARRIVED})


def item_of(said: Status, context: Context) -> Item:
    """The item that a status states. Raises `Nothing`, `Unknown` or `Refused`."""
    function = said.head.function
    if function in SAYS_NOTHING:
        raise Nothing(f"{SAYS_NOTHING[function]} (BGM {function})")
    spot = _spot(said)
    numbers = [one.number for one in said.equipment if one.number]
    boxes = [completed(one.number) for one in said.equipment if one.number and one.kind in {"CN", ""}]
    refs, names = joined(boxes, named(said.pairs, context.options, context.note), context.above, context.note)
    if not refs:
        raise Nothing("It names no booking, bill, container or order.")
    code, text = code_of(said)
    units = units_of(numbers, refs)
    written = times.stated(said.head.written) or context.of.stated
    event_key = _event_key(said, context, (code or text, spot.code or spot.name, *units), names)
    stated = min(written, context.now) if written else None
    revision = f"{event_key}@{written:%Y%m%dT%H%M%S}" if written else event_key
    if function in TAKEN_BACK:
        return Item(event_key, f"{revision}.x", hash_of(revision, "x"), (), refs, stated, retracts=event_key)
    facts = _facts(said, context, spot, units)
    moments = (f"{date.qualifier}{date.value}{date.form}" for date in said.dates)
    whole = hash_of(event_key, *moments, str(said.sts[2:]))
    return Item(event_key, f"{revision}.{whole[:16]}", whole, facts, refs, stated)


def _event_key(said: Status, context: Context, what: tuple[str | None, ...], names: tuple[str, ...]) -> str:
    """The identity of a status: its document, and what happened to what and where.

    Its date is no part of it, because a corrected message has another one; where there is no document to correct, it
    is. The second of two equal statuses in one message is another event than the first.
    """
    head = said.head
    document = head.original if head.original and head.function not in {"", "9"} else head.document
    moments = () if document else tuple(f"{date.qualifier}{date.value}" for date in said.dates)
    found = hash_of("iftsta", document, head.consignment, *what, *moments, *names)
    place = f"{context.of.interchange}/{context.of.message}/{found}"
    nth = context.seen[place] = context.seen.get(place, 0) + 1
    return found if nth == 1 or not document else f"{found}.{nth}"


def _facts(said: Status, context: Context, spot: Spot, units: tuple[str, ...]) -> tuple[FactDraft, ...]:
    expected = _expected(said, context, units[0] if len(units) == 1 else None)
    route = route_of(said, spot)
    try:
        milestone, reason = meaning_of(said, context, route)
    except Nothing:
        if not expected:
            raise
        return expected
    date = _main_date(said, milestone)
    when, flags = times.read_time(date, spot.zone, context.now, context.note)
    classifier, more = settled(_classifier(said, date, table_of(said, context)), when, context.now)
    ends = (code_at(said, "88"), code_at(said, "7", "8"))
    at, role = placed(milestone, spot.code, code_at(said, "9", "76"), code_at(said, "11", "12"), ends)
    vessel, imo, voyage = (None, None, None) if at in _RAIL else _ship(said)
    one = FactDraft(
        at,
        classifier,
        when,
        unit=units[0] if units else None,
        place=spot.code,
        place_name=spot.name,
        # A leg's ports of loading and discharge may be hubs of the journey: only "neither of them" is certain.
        place_role=role if role == TRANSSHIPMENT else None,
        transport=_transport(said, at),
        vessel=vessel,
        imo=imo,
        voyage=voyage,
        reason=_reason(said, at, context) or reason,
        remark=_remark(said),
        flags=(*flags, *more),
    )
    more_units = tuple(_of_unit(one, unit) for unit in units[1:])
    return (one, *more_units, *(fact for fact in expected if fact.milestone is not one.milestone))


def _of_unit(fact: FactDraft, unit: str) -> FactDraft:
    return FactDraft(
        fact.milestone,
        fact.classifier,
        fact.when,
        part=unit,
        unit=unit,
        place=fact.place,
        place_name=fact.place_name,
        place_role=fact.place_role,
        transport=fact.transport,
        vessel=fact.vessel,
        imo=fact.imo,
        voyage=fact.voyage,
        reason=fact.reason,
        remark=fact.remark,
        flags=fact.flags,
    )


def _spot(said: Status) -> Spot:
    """Where it happened: the place of activity, else the place in the status itself."""
    activity = next((one.spot for one in said.locs if one.qualifier == "175"), None)
    own = [one.spot for one in said.locs if one.stands == "own"]
    return activity or (own[-1] if own else NOWHERE)


def _main_date(said: Status, milestone: Milestone) -> times.Date:
    """The date of the status: of what stands in it, what happened comes before what is expected.

    Where only the leg has dates, that of its departure or of its arrival is meant.
    """
    here = [date for date in said.dates if date.place in {"here", ""} and date.value]
    legs = [date for date in said.dates if date.qualifier in _OF_LEG.get(milestone, ()) and date.value]
    for dates in (here, legs):
        for qualifier in times.CLASSIFIERS:
            for date in dates:
                if date.qualifier == qualifier:
                    return date
    raise Refused(
        "no_date",
        "`DTM` with a date of the status is missing.",
        "Send DTM+334 or DTM+78 below STS.",
        "/DTM",
    )


def _classifier(said: Status, date: times.Date, table: Table) -> Classifier:
    sure = times.CLASSIFIERS[date.qualifier]
    ahead = table is OCEAN and sure is Classifier.ACTUAL and code_of(said)[0] in x12_157.ESTIMATES | x12_157.BOOKINGS
    return Classifier.ESTIMATED if ahead else sure


def _expected(said: Status, context: Context, unit: str | None) -> tuple[FactDraft, ...]:
    """When the ship is expected at the port of discharge, and the goods at their place of delivery."""
    found = []
    port = next((one.spot for one in said.locs if one.qualifier == "11"), None)
    old = is_old(context.of.version, context.of.release)
    for date in said.dates:
        if date.qualifier == "132" and port is not None and (date.place == "11" or (old and date.place in {"", "9"})):
            found.append((Milestone.ARRIVED_DESTINATION, "eta", port, date))
        elif date.qualifier == "17":
            found.append((Milestone.DELIVERED, "delivery", _delivery(said), date))
    facts = []
    for milestone, part, spot, date in {one[1]: one for one in found}.values():
        try:
            when, flags = times.read_time(date, spot.zone, context.now, context.note)
        except Refused as refused:
            context.note("DTM", f"{refused.message} The expected date was left out.")
            continue
        facts.append(
            FactDraft(
                milestone,
                Classifier.ESTIMATED,
                when,
                part=part,
                unit=unit,
                place=spot.code,
                place_name=spot.name,
                transport=_transport(said, milestone),
                flags=flags,
            )
        )
    return tuple(facts)


def _delivery(said: Status) -> Spot:
    return next((one.spot for one in said.locs if one.qualifier in {"7", "8"}), NOWHERE)


def _transport(said: Status, milestone: Milestone) -> Transport:
    return Transport.RAIL if milestone in _RAIL else Transport(said.mode) if said.mode else Transport.UNKNOWN


def _ship(said: Status) -> tuple[str | None, str | None, str | None]:
    """Name, IMO number and voyage of the means of transport, where it is a ship."""
    if said.leg is None or said.mode not in {"ocean", ""}:
        return None, None, clean(get(said.leg, 2), 40) if said.leg else None
    number = get(said.leg, 8)
    return clean(get(said.leg, 8, 3), 60), number if is_imo(number) else None, clean(get(said.leg, 2), 40)


def _reason(said: Status, milestone: Milestone, context: Context) -> Reason | None:
    """The first reason (C556) that says why the goods wait."""
    unless = reasons.CLEARANCES if milestone is Milestone.CUSTOMS_HOLD else frozenset[str]()
    for number in range(3, min(len(said.sts), 8)):
        code = get(said.sts, number).upper().lstrip("0")
        found = _REASONS.reason(code, context.options, context.note, "STS", unless)
        if found is not None:
            return found
    return None


def _remark(said: Status) -> str | None:
    """The sender's words, for the operator: of the status, of its reason, or free text."""
    words = [get(said.sts, number, 3) for number in range(2, min(len(said.sts), 8))]
    return clean(" / ".join(filter(None, (*words, said.text))), 400)
