"""One status of an XFSU document as an item: the same meanings as in Cargo-IMP, with dates that have their year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from service.formats import places
from service.formats.air import awb
from service.formats.air.airport import Airport, airport
from service.formats.air.cargo_xml_xfsu_parts import EVENT, Part
from service.formats.air.fsu_meaning import Route, at_airport, check_part, meaning, part_of
from service.formats.base import Refused
from service.formats.fields import digest_of, shown
from service.formats.gathering import Warnings
from service.formats.times import has_offset, read_instant, read_when, settled
from service.records.enums import Classifier, Milestone, Transport
from service.records.inbound import FactDraft, Item
from service.records.when import When, at_minute

_AWB = "MasterConsignment/TransportContractDocument/ID"
_KINDS = {"S": Classifier.PLANNED, "E": Classifier.ESTIMATED, "A": Classifier.ACTUAL}
_LEAVES = frozenset({"BKD", "PRE", "MAN", "DEP"})
"""Statuses that stand at the airport where the flight begins."""

_LANDS = frozenset({"ARR", "RCF", "RCT"})
"""Statuses that stand at the airport where it ends, unless they say where."""

DELETED = "DELETION"
"""The purpose of a message that takes back what an earlier one said."""


class _Leg(NamedTuple):
    """One end of a flight: its airport, the time as written, and how sure it is (S, E or A)."""

    stop: Airport
    time: str | None
    kind: str


def read_status(part: Part, now: datetime, options: Mapping[str, object]) -> tuple[Item, Warnings]:
    """The item that *part* states. Raises `Refused`, `Nothing` or `Strange`."""
    code, head = part.code.upper()[:20], part.head
    if not code:
        raise Refused("no_code", "The status has no ReasonCode.", "Send the status code, such as DEP.")
    route = Route(
        *(_iata(head.get(f"MasterConsignment/{end}/ID")) for end in ("OriginLocation", "FinalDestinationLocation"))
    )
    leaves, lands = _leg(part.flight, "Departure"), _leg(part.flight, "Arrival")
    here = _here(code, part.flight, leaves, lands)
    discrepancy = part.consignment.get("DiscrepancyDescriptionCode")
    said = meaning(code, discrepancy.upper()[:20] if discrepancy else None, here.iata, route, options)
    ref, note = awb.reference(head.get(_AWB, ""), options, "")
    pieces, total, partial = _pieces(part)
    check_part(said.milestone, partial, total)
    common: dict[str, Any] = {
        "transport": Transport.AIR,
        "voyage": part.flight.get("ID", "")[:40] or None,
        "pieces": pieces,
        "pieces_total": max(total, pieces) if total and pieces else None,
    }
    facts: tuple[FactDraft, ...]
    if said.milestone is Milestone.BOOKING_CONFIRMED:
        confirmed = FactDraft(Milestone.BOOKING_CONFIRMED, Classifier.ACTUAL, at_minute(now, here.zone), **common)
        facts = (confirmed, *_planned("departure", Milestone.DEPARTED, leaves, route, now, common))
    else:
        when, flags = _moment(_time(code, part.flight, leaves, lands), here, now)
        classifier, more = settled(Classifier.ACTUAL, when, now)
        flags = (*said.flags, *flags, *more, *part_of(partial, common["pieces_total"]))
        main = FactDraft(
            said.milestone,
            classifier,
            when,
            "",
            None,
            here.code,
            here.name,
            said.role,
            reason=said.reason,
            flags=flags,
            **common,
        )
        facts = (main,)
    if code in _LEAVES and lands.kind != "A":
        facts += _planned("arrival", Milestone.ARRIVED_DESTINATION, lands, route, now, common)
    content = [ref.value, code, discrepancy, pieces, partial, sorted(part.flight.items())]
    key = digest_of(content)
    warnings: Warnings = [("", note)] if note else []
    stated_at = _stated_at(head.get("MessageHeaderDocument/IssueDateTime"), now)
    if head.get("MessageHeaderDocument/PurposeCode", "").upper() == DELETED:
        return Item(f"{key}#deleted", f"{key}#deleted", key, (), (ref,), stated_at, retracts=key), warnings
    return Item(key, key, key, facts, (ref,), stated_at), warnings


def _iata(said: str | None) -> str | None:
    """The airport's code; a UN/LOCODE of an airport bears it after its country."""
    code = places.normal(said) if said else ""
    return code[-3:] if len(code) in {3, 5} else None


def _leg(flight: Mapping[str, str], end: str) -> _Leg:
    base = f"{end}Event"
    return _Leg(
        airport(_iata(flight.get(f"{base}/Occurrence{end}Location/ID"))),
        flight.get(f"{base}/{end}OccurrenceDateTime") or flight.get(f"{base}/ScheduledOccurrenceDateTime"),
        flight.get(f"{base}/{end}DateTimeTypeCode", "S")[:1].upper(),
    )


def _here(code: str, flight: Mapping[str, str], leaves: _Leg, lands: _Leg) -> Airport:
    named = airport(_iata(flight.get("SpecifiedLocation/ID")))
    if code in _LEAVES:
        return leaves.stop if leaves.stop.code else named
    return lands.stop if code in _LANDS and not named.code else named


def _time(code: str, flight: Mapping[str, str], leaves: _Leg, lands: _Leg) -> str:
    """When the status came to be: its own event, else the actual time of the flight's end at which it stands."""
    leg = leaves if code in _LEAVES else lands
    said = flight.get(f"{EVENT}/A") or (leg.time if leg.kind == "A" else None) or flight.get(f"{EVENT}/") or leg.time
    if said is None:
        raise Refused("no_date", f"{shown(code)} has no time.", "Send SpecifiedEvent with OccurrenceDateTime.")
    return said


def _planned(
    part: str, milestone: Milestone, leg: _Leg, route: Route, now: datetime, common: dict[str, Any]
) -> tuple[FactDraft, ...]:
    """What a flight is to do, where the message says when."""
    if leg.time is None or leg.stop.code is None:
        return ()
    when, flags = _moment(leg.time, leg.stop, now)
    kind = _KINDS.get(leg.kind, Classifier.PLANNED)
    classifier, more = settled(kind, when, now)
    milestone, role = at_airport(milestone, leg.stop.iata, route)
    flags = (*flags, *more)
    return (
        FactDraft(milestone, classifier, when, part, None, leg.stop.code, leg.stop.name, role, flags=flags, **common),
    )


def _moment(said: str, stop: Airport, now: datetime) -> tuple[When, tuple[str, ...]]:
    """A time at the airport; where nobody knows its zone, and the text has no offset, its date."""
    if stop.zone is None and len(said) > 10 and not has_offset(said):
        when, _ = read_when(said[:10], "OccurrenceDateTime", None, now, pointer="", place_helps=False)
        return when, ("zone_unknown",)
    return read_when(said, "OccurrenceDateTime", stop.zone, now, pointer="", place_helps=False)


def _pieces(part: Part) -> tuple[int | None, int | None, bool]:
    """Pieces of the status, those of the whole consignment, and whether it is about a part."""
    split = part.consignment.get("TransportSplitDescription", "T")[:1].upper()
    pieces = _number(part.consignment.get("PieceQuantity"))
    total = _number(part.head.get("MasterConsignment/TotalPieceQuantity"))
    if total is None and split == "T":
        total = pieces
    return pieces, total, split not in {"T", ""}


def _number(said: str | None) -> int | None:
    whole = (said or "").partition(".")[0]
    return int(whole) or None if whole.isascii() and whole.isdigit() and len(whole) < 7 else None


def _stated_at(said: str | None, now: datetime) -> datetime | None:
    """When the message was issued; a time without an offset, or ahead of us, counts for nothing."""
    try:
        stated = read_instant(said, "IssueDateTime", now)
    except Refused:
        return None
    return stated if stated is not None and stated <= now else None
