"""One native event: field by field, by hand, because this is the path that thousands of events a second take."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from service.formats import native_more, places
from service.formats.base import Refused
from service.formats.fields import digest_of, kind, shown, text, word
from service.formats.people import read_tell
from service.formats.refs import checked, container_note, is_imo, looks_like_container, read_refs, unique
from service.formats.roles import DELIVERY, DESTINATION, ROLE, UNDATED
from service.formats.times import has_offset, read_instant, read_when, settled
from service.records.enums import Classifier, Milestone, Reason, ReferenceType, Transport
from service.records.inbound import BOOKED, FactDraft, Item, RefValue, compared
from service.records.when import When, at_minute

DOCS = "docs/integrations/native.md"

TRANSPORTS: dict[str, Transport] = {
    "sea": Transport.OCEAN,
    "ship": Transport.OCEAN,
    "vessel": Transport.OCEAN,
    "barge": Transport.OCEAN,
    "flight": Transport.AIR,
    "plane": Transport.AIR,
    "train": Transport.RAIL,
    "truck": Transport.ROAD,
}
"""Other words for the modes of transport."""

CLASSIFIERS: dict[str, Classifier] = {
    "pln": Classifier.PLANNED,
    "est": Classifier.ESTIMATED,
    "act": Classifier.ACTUAL,
}
"""Other words for how sure an event is."""

AT_DESTINATION = frozenset({Milestone.ETA_CHANGED, Milestone.CUSTOMS_STARTED, Milestone.CUSTOMS_HOLD})
"""Milestones whose place is the destination, though their name does not say so."""

AT_THE_DOOR = frozenset({Milestone.DELIVERED, Milestone.ARRIVED_DELIVERY_PLACE})
"""What is booked when it is planned for a time."""

MAX_ID = 150
"""Characters of an event's id; the key adds the instant of the statement."""

STATED_AHEAD = timedelta(days=1)
"""How far in the future a statement may claim to have been made, before its clock is plainly wrong."""

Warnings = list[tuple[str, str]]
"""Pointer and sentence of what was taken but looks wrong."""


class Stop(NamedTuple):
    """Where an event happens: code, English name, IANA zone; each None where unknown."""

    code: str | None
    name: str | None
    zone: str | None


NOWHERE = Stop(None, None, None)


def read_event(event: object, now: datetime, region: str | None) -> tuple[Item, Warnings]:
    """The item that *event* states, and warnings. Raises `Refused`, with a pointer that begins at the event."""
    if not isinstance(event, dict):
        raise Refused(
            "not_an_event", f"This is {kind(event)}, not an event.", 'Send {"ref": …, "milestone": …, "at": …}.'
        )
    stated_at = read_instant(event.get("stated_at"), "stated_at", now)
    if stated_at is not None and stated_at > now + STATED_AHEAD:
        raise Refused(
            "future_statement",
            "`stated_at` lies in the future.",
            "Send when your system learned it; of two statements the later counts.",
            "/stated_at",
        )
    retracts = text(event.get("retracts"), "retracts", MAX_ID)
    refs, warnings = _refs(event)
    facts: tuple[FactDraft, ...] = ()
    if retracts is None or event.get("milestone") is not None:
        facts = _facts(event, now, stated_at)
    digest = digest_of({name: value for name, value in event.items() if name != "tell"} if "tell" in event else event)
    event_key = _id(event.get("id")) or f"sha256:{digest}"
    return (
        Item(
            event_key=event_key,
            key=event_key if stated_at is None else f"{event_key}@{stated_at.isoformat()}",
            digest=digest,
            facts=facts,
            refs=refs,
            stated_at=stated_at,
            retracts=retracts,
            customer=text(event.get("customer"), "customer", 80),
            owner=text(event.get("owner"), "owner", 40),
            tell=read_tell(event.get("tell"), region),
        ),
        warnings,
    )


def _id(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text(value, "id", MAX_ID)


def _refs(event: dict[str, Any]) -> tuple[tuple[RefValue, ...], Warnings]:
    refs: list[RefValue] = []
    ref = text(event.get("ref"), "ref", 80)
    if ref is not None:
        refs.append(checked(RefValue(ReferenceType.REF, ref), "/ref"))
    if "refs" in event:
        refs += read_refs(event["refs"])
    if not refs:
        raise Refused(
            "ref_missing",
            "The event does not say which shipment it is about.",
            'Send `ref`, your own order number, such as "PO 4711".',
            "/ref",
        )
    warnings = [
        ("/refs", note)
        for ref_value in refs
        if ref_value.type is ReferenceType.CONTAINER and (note := container_note(ref_value.value))
    ]
    if "unit" in event:
        unit = text(event["unit"], "unit", 40)
        value = compared(unit) if unit else ""
        if unit and looks_like_container(value):
            refs.append(RefValue(ReferenceType.CONTAINER, unit))
            if note := container_note(value):
                warnings.append(("/unit", note))
    return unique(refs), warnings


def _facts(event: dict[str, Any], now: datetime, stated_at: datetime | None) -> tuple[FactDraft, ...]:
    """The milestone itself and, beside it, the dates that the event expects (`eta`, `due`), free time and papers."""
    milestone = native_more.read_milestone(event.get("milestone"), DOCS)
    if milestone is None:
        raise Refused(
            "milestone_missing",
            "The event does not say what happened.",
            f"Send `milestone`, such as departed; the list is in {DOCS}.",
            "/milestone",
        )
    classifier = word(event.get("classifier"), "classifier", Classifier, CLASSIFIERS, DOCS) or Classifier.ACTUAL
    stop = _place(event) if "place" in event else NOWHERE
    when, flags = _when(event, milestone, stop.zone, now, stated_at)
    classifier, more = settled(classifier, when, now)
    until = event.get("until")
    when, late = native_more.with_window(until, when, classifier, stop.zone, now, place_helps="place" not in event)
    if classifier is Classifier.PLANNED and milestone in AT_THE_DOOR and when.at is not None:
        late = (*late, BOOKED)
    common = _common(event)
    papers = native_more.needs(event)
    main = FactDraft(
        milestone=milestone,
        classifier=classifier,
        when=when,
        place=stop.code,
        place_name=stop.name,
        place_role=ROLE.get(milestone) if stop.code else None,
        flags=flags + more + late,
        needs=None if event.get("needs_by") is not None else papers,
        **common,
    )
    there = stop if ROLE.get(milestone) == DESTINATION or milestone in AT_DESTINATION else NOWHERE
    free = native_more.free_time(event, there.zone, now, common)
    asked = native_more.needed_by(event, papers, there.zone, now, common)
    return (main, *_dates(event, milestone, stop, now, common), *free, *asked)


def _dates(
    event: dict[str, Any], milestone: Milestone, stop: Stop, now: datetime, common: dict[str, Any]
) -> tuple[FactDraft, ...]:
    """The arrival (`eta`) and the delivery (`due`) that the event expects."""
    eta, due = event.get("eta"), event.get("due")
    if eta is None and due is None:
        if milestone is Milestone.ETA_CHANGED:
            raise Refused(
                "eta_missing",
                "`eta_changed` does not say the new date.",
                "Send `eta` (arrival at the last port or airport) or `due` (at the door or ready to collect).",
                "/eta",
            )
        return ()
    facts = []
    role = ROLE.get(milestone)
    if eta is not None:
        there = stop if role == DESTINATION or milestone is Milestone.ETA_CHANGED else NOWHERE
        facts.append(_expected("eta", Milestone.ARRIVED_DESTINATION, eta, there, DESTINATION, now, common))
    if due is not None:
        there = stop if role == DELIVERY else NOWHERE
        zoned = stop if role in {DESTINATION, DELIVERY} or milestone is Milestone.ETA_CHANGED else NOWHERE
        facts.append(_expected("due", Milestone.DELIVERED, due, there, DELIVERY, now, common, zoned.zone))
    return tuple(facts)


def _expected(
    part: str,
    milestone: Milestone,
    value: object,
    stop: Stop,
    role: str,
    now: datetime,
    common: dict[str, Any],
    zone: str | None = None,
) -> FactDraft:
    """The date that an event gives for a milestone to come; its place is known only when the event is about it."""
    when, flags = read_when(value, part, stop.zone or zone, now, place_helps=False)
    return FactDraft(
        milestone=milestone,
        classifier=Classifier.ESTIMATED,
        when=when,
        part=part,
        place=stop.code,
        place_name=stop.name,
        place_role=role,
        flags=flags,
        **common,
    )


def _when(
    event: dict[str, Any], milestone: Milestone, zone: str | None, now: datetime, stated_at: datetime | None
) -> tuple[When, tuple[str, ...]]:
    at = event.get("at")
    if at is not None:
        return read_when(at, "at", zone, now, place_helps="place" not in event)
    if milestone in UNDATED:
        return at_minute(stated_at or now, zone), ()
    raise Refused(
        "at_missing",
        "The event does not say when it happened.",
        f"Send `at`, such as {now.date()}T21:10+08:00, or {now.date()} where only the date is known.",
        "/at",
    )


def _common(event: dict[str, Any]) -> dict[str, Any]:
    """What every fact of the event shares."""
    common: dict[str, Any] = {}
    for field, limit in (("unit", 40), ("vessel", 60), ("voyage", 40)):
        if field in event:
            common[field] = text(event[field], field, limit)
    if "imo" in event:
        common["imo"] = _imo(event["imo"])
    if "transport" in event:
        said = word(event["transport"], "transport", Transport, TRANSPORTS, DOCS)
        common["transport"] = said or Transport.UNKNOWN
    if "reason" in event:
        common["reason"] = word(event["reason"], "reason", Reason, {}, DOCS)
    return common


def _imo(value: object) -> str | None:
    said = text(str(value) if type(value) is int else value, "imo", 20)
    if said is None:
        return None
    number = said.upper().removeprefix("IMO").strip()
    if not is_imo(number):
        raise Refused(
            "bad_imo", f"`imo` {shown(said)} is not an IMO number.", "Send its seven digits, such as 9321483.", "/imo"
        )
    return number


def _place(event: dict[str, Any]) -> Stop:
    """Where it happened. A code of a real country that the table lacks is taken when the time carries its offset."""
    said = text(event["place"], "place", 120)
    if said is None:
        return NOWHERE
    code = places.normal(said)
    known = places.find(code) if len(code) <= 5 else None
    if known is not None:
        return Stop(known.code, known.name, known.zone)
    land = places.country(code) if places.WELL_FORMED.fullmatch(code) else None
    at = event.get("at")
    if land is not None and (at is None or (isinstance(at, str) and has_offset(at))):
        return Stop(code, land.name, land.zone)
    hint = places.meant(said) or "Send a UN/LOCODE (GBFXT) or an airport code (LHR)."
    more = " For a place that is not in our list, send `at` with its offset." if land else ""
    raise Refused("unknown_place", f"`place` {shown(said)} is not known.", hint + more, "/place")
