"""One event of GS1 EPCIS 2.0: what happened to goods, where on their way, and what was declared an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from service.formats import places
from service.formats.base import Refused
from service.formats.epcis import codes
from service.formats.epcis.ids import location
from service.formats.epcis.refs import Named, read_refs
from service.formats.fields import digest_of, kind, shown, text
from service.formats.gathering import Nothing, Strange, Warnings
from service.formats.jsonld import address, many, name_of
from service.formats.roles import ORIGIN, ROLE
from service.formats.times import read_instant, read_when, settled
from service.formats.vocabulary import IGNORE, Code, Vocabulary, own_meaning
from service.records.enums import Classifier, Milestone, Reason
from service.records.inbound import FactDraft, Item, Place
from service.records.when import When, at_minute

_OFFSET = re.compile(r"([+-])(0\d|1[0-4]):([0-5]\d)", re.ASCII)
_LONGEST_ID = 180
_MOST_UNITS = 50
_AHEAD = timedelta(days=1)
_TERM = re.compile(r".*(?:(?:BizStep|Disp)-|:(?:bizstep|disp):)([a-z_]+)")


class _Where(NamedTuple):
    """Where it happened, and where the goods come from and go to, as locations are compared."""

    here: str | None
    source: str | None
    destination: str | None
    place: Place | None

    @property
    def side(self) -> str:
        """Where it lies, in the words of `epcis_codes`, or nothing where that cannot be said."""
        if self.here is None or self.destination is None:
            return ""
        return codes.AT_DESTINATION if self.here == self.destination else codes.ELSEWHERE


class _Said(NamedTuple):
    milestone: Milestone
    role: str | None = None
    reason: Reason | None = None
    flags: tuple[str, ...] = ()
    part: str = ""


def read_event(event: object, now: datetime, options: Mapping[str, object]) -> tuple[Item, Warnings]:
    """The item that *event* states. Raises `Refused`, with a pointer below the event, `Nothing` or `Strange`."""
    if not isinstance(event, dict):
        raise Refused("not_an_event", f"This is {kind(event)}, not an event.", "Send the event as an object.")
    if (event.get("type") or event.get("@type")) == "TransformationEvent":
        raise Nothing("Goods were made into others: no step of a journey.")
    warnings: Warnings = []
    named = read_refs(event, warnings)
    event_key = _event_key(event)
    error = event.get("errorDeclaration")
    if error is not None:
        return _retraction(event, error, event_key, named, now), warnings
    where = _where(event)
    said = _meaning(event, where, options, warnings)
    when, flags = _when(event, where.place, now, warnings)
    classifier, more = settled(Classifier.ACTUAL, when, now)
    facts = tuple(
        FactDraft(
            milestone=one.milestone,
            classifier=classifier,
            when=when,
            part=digest_of([one.part, unit])[:16] if len(named.units) > 1 else one.part,
            unit=unit or None,
            place=where.place.code if where.place else None,
            place_name=where.place.name if where.place else None,
            place_role=one.role,
            imo=named.imo,
            reason=one.reason,
            flags=(*one.flags, *flags, *more),
        )
        for one in said
        for unit in (named.units if len(named.units) <= _MOST_UNITS else ()) or ("",)
    )
    digest = digest_of([event.get(name) for name in _CONTENT])
    # An event without a time of record was stated when it happened, at the earliest: no error declaration is older.
    stated_at = _stated_at(event.get("recordTime"), now) or (when.at if when.at and when.at <= now else None)
    return Item(event_key, event_key, digest, facts, named.refs, stated_at), warnings


_CONTENT = ("type", "action", "bizStep", "disposition", "eventTime", "eventTimeZoneOffset", "readPoint", "bizLocation")


def _event_key(event: dict[str, Any]) -> str:
    """The event's id, else the hash of all but what an error declaration adds to it."""
    said = text(event.get("eventID"), "eventID", 500)
    if said is not None and len(said) <= _LONGEST_ID:
        return said
    later = {"errorDeclaration", "recordTime", "@context"}
    return digest_of({name: value for name, value in event.items() if name not in later})


def _retraction(event: dict[str, Any], error: object, event_key: str, named: Named, now: datetime) -> Item:
    """An event that is sent again with an error declaration never happened as it was said; what did comes by itself."""
    if not isinstance(error, dict):
        raise Refused("not_an_object", f"`errorDeclaration` is {kind(error)}.", "Send an object.", "/errorDeclaration")
    declared = read_instant(error.get("declarationTime"), "declarationTime", now, pointer="/errorDeclaration")
    if declared is not None and declared > now + _AHEAD:
        declared = None
    corrected_by = [one for one in many(error.get("correctiveEventIDs")) if isinstance(one, str)]
    digest = digest_of([event_key, error.get("reason"), corrected_by])
    # Whatever the repository's clocks say, it takes back what was said until now: None is the time of the call.
    known = (_stated_at(event.get("recordTime"), now), declared)
    stated_at = max((at for at in known if at is not None and at > now), default=None)
    own_key = f"{event_key}#error"
    return Item(own_key, own_key, digest, (), named.refs, stated_at, retracts=event_key)


def _where(event: dict[str, Any]) -> _Where:
    spots = [address(event.get(name)) for name in ("bizLocation", "readPoint")]
    source, destination = _end(event, "source"), _end(event, "destination")
    known = [location(spot) for spot in spots if spot]
    here = next((spot for spot in known if spot in {source, destination}), known[0] if known else None)
    return _Where(here, source, destination, next(filter(None, map(_place, filter(None, spots))), None))


def _end(event: dict[str, Any], stem: str) -> str | None:
    """The location from which or to which the goods go."""
    for entry in many(event.get(f"{stem}List"))[:20]:
        if not isinstance(entry, dict):
            continue
        sort, said = entry.get("type"), entry.get(stem)
        if isinstance(sort, str) and isinstance(said, str) and re.fullmatch(r"(?:.*[-:/])?location", sort):
            return location(said)
    return None


def _place(spot: str) -> Place | None:
    """The place of a location that is named by its UN/LOCODE; numbers of GS1 are in no public table."""
    code = name_of(spot)
    return places.find(code) if places.WELL_FORMED.fullmatch(code) else None


def _meaning(
    event: dict[str, Any], where: _Where, options: Mapping[str, object], warnings: Warnings
) -> tuple[_Said, ...]:
    step, reason = _one(event, "bizStep", codes.BIZSTEP, codes.STEPS, where, options)
    try:
        state, other = _one(event, "disposition", codes.DISPOSITION, codes.DISPOSITIONS, where, options)
    except Strange as unknown:
        if step is None:
            raise
        warnings.append(("/disposition", f"{shown(unknown.code)} is not known: only the business step was read."))
        return (step,)
    if step and state and state.milestone in codes.BESIDE and step.milestone is not state.milestone:
        return step, state._replace(part="disposition")
    if step or state:
        return (step._replace(flags=state.flags) if step and state else step or state,)  # type: ignore[return-value]
    raise Nothing(reason or other or "It has neither `bizStep` nor `disposition`.")


def _one(
    event: dict[str, Any],
    field: str,
    vocabulary: Vocabulary,
    table: Mapping[str, tuple[Code, ...]],
    where: _Where,
    options: Mapping[str, object],
) -> tuple[_Said | None, str]:
    """What one field says; or why it says nothing, which is empty where it is not there."""
    said = text(address(event.get(field)), field, 500)
    if said is None:
        return None, ""
    term = _TERM.fullmatch(said)
    code = (term[1] if term else said)[:120]
    own = own_meaning(options, vocabulary.name, code)
    if own == IGNORE:
        return None, "Your own mapping says that this code means nothing to customers."
    if isinstance(own, Reason):
        return _Said(Milestone.DELAYED, reason=own), ""
    if own is not None:
        return _at(Milestone(own), where), ""
    rows = table.get(code)
    if rows is None:
        raise Strange(vocabulary.name, code, said if said != code else "", f"/{field}")
    row = next((row for row in rows if row.when in {"", where.side}), rows[-1])
    if not isinstance(row.becomes, Milestone):
        return None, f"{row.becomes} ({code}: {row.says})"
    return _at(row.becomes, where)._replace(flags=codes.FLAGS.get(code, ())), ""


def _at(milestone: Milestone, where: _Where) -> _Said:
    """*milestone* with the role of its location, where that is an end of the journey itself.

    Another location may be a door of that end, so it says nothing: the shipment's other facts decide.
    """
    side = ROLE.get(milestone)
    at = where.source if side == ORIGIN else where.destination
    return _Said(milestone, side if where.here is not None and where.here == at else None)


def _when(
    event: dict[str, Any], place: Place | None, now: datetime, warnings: Warnings
) -> tuple[When, tuple[str, ...]]:
    """`eventTime`, with the date that clocks at the place showed (`eventTimeZoneOffset`)."""
    if event.get("eventTime") is None:
        raise Refused("eventTime_missing", "`eventTime` is missing.", "Send when it happened.", "/eventTime")
    when, flags = read_when(event["eventTime"], "eventTime", None, now, place_helps=False, day_too=False)
    if when.at is None:
        raise Refused("no_time", "`eventTime` is a date without a time.", "Send date and time.", "/eventTime")
    if place is not None:
        return at_minute(when.at, place.zone), flags
    said = event.get("eventTimeZoneOffset")
    if said is None:
        warnings.append(("/eventTimeZoneOffset", "It is missing: the offset of `eventTime` was taken."))
        return when, flags
    parts = _OFFSET.fullmatch(said) if isinstance(said, str) else None
    if parts is None:
        raise Refused(
            "bad_offset",
            f"`eventTimeZoneOffset` is {shown(said)}.",
            "Send the offset of the place's clocks, such as +02:00.",
            "/eventTimeZoneOffset",
        )
    minutes = int(parts[2]) * 60 + int(parts[3])
    offset = timezone(timedelta(minutes=-minutes if parts[1] == "-" else minutes))
    return replace(at_minute(when.at.astimezone(offset)), zone_known=True), flags


def _stated_at(value: object, now: datetime) -> datetime | None:
    """When it was recorded; a time that is wrong or ahead of us counts for nothing."""
    try:
        stated = read_instant(value, "recordTime", now)
    except Refused:
        return None
    return stated if stated is not None and stated <= now + _AHEAD else None
