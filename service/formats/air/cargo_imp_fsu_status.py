"""One status of a Cargo-IMP message as an item: what happened at its airport, and what its flight is to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from service.formats.air import awb
from service.formats.air import cargo_imp_fsu_fields as fields
from service.formats.air.airport import Airport, airport
from service.formats.air.fsu_meaning import Route, Said, at_airport, check_part, meaning, part_of
from service.formats.base import Refused
from service.formats.fields import digest_of
from service.formats.gathering import Warnings
from service.formats.times import check_day, local, settled
from service.records.enums import Classifier, Milestone, Transport
from service.records.inbound import FactDraft, Item
from service.records.when import When, at_minute

_KINDS = {"S": Classifier.PLANNED, "E": Classifier.ESTIMATED, "A": Classifier.ACTUAL}
_PLANS = frozenset({"BKD", "PRE", "MAN"})
"""Their date is that of the flight, not of the status."""

BESIDE = frozenset({"OCI", "OSI", "ULD", "DOC"})
"""Lines that have no date of their own."""

_LONGEST = timedelta(days=2)
"""A flight that takes longer was read wrongly."""


def read_status(waybill_line: str, line: str, now: datetime, options: Mapping[str, object]) -> tuple[Item, Warnings]:
    """The item that a status *line* states. Raises `Refused`, `Nothing` or `Strange`."""
    if not line:
        raise Refused(
            "no_status",
            "The message ends before its first status.",
            "Send the whole text: FSU/14, a line with the air waybill, then its status lines.",
        )
    code = line[:3]
    if code in BESIDE:
        meaning(code, None, None, Route(), options)
    bill = fields.waybill(waybill_line)
    ref, note = awb.reference(bill.number, options, "")
    warnings: Warnings = [("", note)] if note else []
    status = _status(line, code, bill.route, options)
    here = _place(_airport(status), warnings)
    said = meaning(code, status.discrepancy, here.iata, bill.route, options)
    day = fields.dated(status.day, status.month, now.date(), fields.PLANNED if code in _PLANS else fields.HAPPENED)
    check_day(day, "date", now)
    check_part(said.milestone, status.part, bill.pieces)
    common: dict[str, Any] = {"transport": Transport.AIR, "voyage": status.flight, **_pieces(status, bill)}
    booked = said.milestone is Milestone.BOOKING_CONFIRMED and (status.flight or len(status.airports) > 1)
    if booked:
        facts = (_confirmed(here, now, common), *_departure(status, day, here, bill.route, now, common))
    else:
        facts = (_main(status, said, day, here, now, common),)
    facts += _arrival(status, day, here, bill.route, now, common, warnings)
    digest = digest_of([ref.value, day.isoformat(), status.content])
    return Item(digest, digest, digest, facts, (ref,)), warnings


def _status(line: str, code: str, route: Route, options: Mapping[str, object]) -> fields.Status:
    """The line taken apart; one that says nothing to customers, or is in no table, need not have a date."""
    try:
        return fields.status(line)
    except Refused:
        if code != "DIS":
            meaning(code, None, None, route, options)
        raise


def _airport(status: fields.Status) -> str | None:
    """Where it happened: a flight's airports are that of departure and that of arrival."""
    if not status.airports:
        return None
    return status.airports[-1 if status.code in {"ARR", "RCF", "RCT"} else 0]


def _place(code: str | None, warnings: Warnings) -> Airport:
    found = airport(code)
    if code is not None and found.name is None:
        warnings.append(("", f"{code} is not in the table of airports: its times are kept as dates."))
    return found


def _pieces(status: fields.Status, bill: fields.Waybill) -> dict[str, int | None]:
    if status.pieces is None:
        return {}
    total = bill.pieces if bill.pieces or status.part else status.pieces
    return {"pieces": status.pieces, "pieces_total": max(total, status.pieces) if total else None}


def _main(
    status: fields.Status, said: Said, day: date, here: Airport, now: datetime, common: dict[str, Any]
) -> FactDraft:
    clock, days = status.clock, 0
    if clock is None and said.milestone is not Milestone.BOOKING_CONFIRMED:
        known = next((one for one in status.times[:1] if one.kind == "A"), None)
        clock, days = (known.at, known.days) if known else (None, 0)
    when, flags = _moment(day, clock, days, here, now)
    classifier, more = settled(Classifier.ACTUAL, when, now)
    return FactDraft(
        milestone=said.milestone,
        classifier=classifier,
        when=when,
        place=here.code,
        place_name=here.name,
        place_role=said.role,
        reason=said.reason,
        flags=(*said.flags, *flags, *more, *part_of(status.part, common.get("pieces_total"))),
        **common,
    )


def _confirmed(here: Airport, now: datetime, common: dict[str, Any]) -> FactDraft:
    """A booking with a flight does not say when it was made: it stands since it was heard of, if not for longer."""
    return FactDraft(Milestone.BOOKING_CONFIRMED, Classifier.ACTUAL, at_minute(now, here.zone), **common)


def _departure(
    status: fields.Status, day: date, here: Airport, route: Route, now: datetime, common: dict[str, Any]
) -> tuple[FactDraft, ...]:
    """The departure that a booking plans."""
    first = status.times[0] if status.times and len(status.airports) > 1 else None
    clock, days = (first.at, first.days) if first else (status.clock, 0)
    when, flags = _moment(day, clock, days, here, now)
    kind = _KINDS[first.kind] if first and first.kind != "A" else Classifier.PLANNED
    milestone, role = at_airport(Milestone.DEPARTED, here.iata, route)
    fact = FactDraft(milestone, kind, when, "departure", None, here.code, here.name, role, flags=flags, **common)
    return (fact,)


def _arrival(
    status: fields.Status,
    day: date,
    here: Airport,
    route: Route,
    now: datetime,
    common: dict[str, Any],
    warnings: Warnings,
) -> tuple[FactDraft, ...]:
    """When the flight of a status is to arrive, where the line says so and it can be so."""
    if len(status.airports) < 2 or len(status.times) < 2:
        return ()
    left, lands = status.times[0], status.times[1]
    there = _place(status.airports[1], warnings)
    when, flags = _moment(day, lands.at, lands.days, there, now)
    start, _ = _moment(day, left.at, left.days, here, now)
    if when.at is not None and start.at is not None and not timedelta() < when.at - start.at < _LONGEST:
        warnings.append(("", f"The flight would land at {there.iata} before it leaves: its arrival was left out."))
        return ()
    classifier, more = settled(_KINDS[lands.kind], when, now)
    milestone, role = at_airport(Milestone.ARRIVED_DESTINATION, there.iata, route)
    flags = (*flags, *more)
    fact = FactDraft(milestone, classifier, when, "arrival", None, there.code, there.name, role, flags=flags, **common)
    return (fact,)


def _moment(day: date, clock: time | None, days: int, place: Airport, now: datetime) -> tuple[When, tuple[str, ...]]:
    return local(day + timedelta(days=days), clock, place.zone, "date", now)
