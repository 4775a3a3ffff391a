"""What events and shipments of CargoWise have in common: references, places, times, meanings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from service.formats import places
from service.formats.base import Refused
from service.formats.cargowise import codes
from service.formats.fields import UNWANTED, shown
from service.formats.gathering import Nothing, Said, Strange, Warnings, own
from service.formats.refs import bounded
from service.formats.strict_xml import Node
from service.formats.times import local, read_when
from service.formats.vocabulary import Code, index
from service.records.enums import Milestone, ReferenceType
from service.records.inbound import RefValue
from service.records.when import When, on_day

_ROWS = index(codes.EVENTS.rows)
_NAIVE = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?", re.ASCII)
_PLACEHOLDERS = frozenset({"N/A", "NA", "NONE", "NULL", "TBA", "TBC", "TBD", "UNKNOWN", "-"})


class Stop(NamedTuple):
    """Code, English name and IANA zone of a place; each None where unknown."""

    code: str | None = None
    name: str | None = None
    zone: str | None = None


def clip(value: str, limit: int) -> str | None:
    """*value* on one line, cut at *limit* characters; None where nothing is left."""
    return " ".join(UNWANTED.sub(" ", value[: 4 * limit]).split())[:limit].strip() or None


def parameters(reference: str) -> dict[str, str]:
    """The pairs of an event reference (`TEXT|LOC=AUSYD|FAC=CTO`), the first of each name; upper-case names.

    Conditions of milestones write commas for bars. A value that is still a template (`<FirstLeg.Origin>`) says nothing.
    """
    found: dict[str, str] = {}
    for part in re.split(r"[|,]", reference[:2000]):
        name, equals, value = part.partition("=")
        if equals and value.strip() and not value.strip().startswith("<"):
            found.setdefault(name.strip().upper(), value.strip())
    return found


def names_of(reference: str, place: str | None) -> list[str]:
    """What an event reference adds to the name of its event, in one order and spelling; *place* is that of its LOC."""
    found: set[str] = set()
    for part in re.split(r"[|,]", reference):
        name, equals, value = (" ".join(one.split()).upper() for one in part.partition("="))
        if equals and name == "LOC" and place is not None:
            value = place
        if name or value:
            found.add(name + equals + value)
    return sorted(found)


def moment_as_named(when: When, said: str) -> str:
    """A moment in one notation; the clock time of an unknown place, which is no moment, tells two of them apart too."""
    naive = _NAIVE.fullmatch(said)
    if when.at is not None or naive is None:
        return (when.at or when.on).isoformat()
    return f"{naive[1]}T{naive[2]}:{naive[3]}:{naive[4] or '00'}"


def trigger_as_named(said: str) -> str:
    """When a trigger fired, without the notation, where it is a time at all."""
    try:
        at = datetime.fromisoformat(said)
        return (at.astimezone(UTC) if at.tzinfo else at).isoformat()
    except (ValueError, OverflowError):
        return said


def stop_at(said: str, pointer: str, warnings: Warnings) -> Stop:
    """The place of a UN/LOCODE or IATA code. A code that is neither is left out, with a warning."""
    if not said:
        return Stop()
    code = places.normal(said[:40])
    known = places.find(code)
    if known is not None:
        return Stop(known.code, known.name, known.zone)
    land = places.country(code) if places.WELL_FORMED.fullmatch(code) else None
    if land is not None:
        return Stop(code, land.name, land.zone)
    warnings.append((pointer, f"{shown(said)} is no UN/LOCODE: the place was left out."))
    return Stop()


def moment(said: str, field: str, zone: str | None, now: datetime) -> tuple[When, tuple[str, ...]]:
    """When it is, as CargoWise writes it: local to the place. Midnight stands for a date without a time of day."""
    pointer = f"/{field}"
    if not said:
        raise Refused(f"{field}_missing", f"`{field}` is missing.", "Let the trigger send it.", pointer)
    naive = _NAIVE.fullmatch(said)
    if naive is None:
        return read_when(said, field, zone, now, pointer=pointer)
    read_when(naive[1], field, zone, now, pointer=pointer)
    day = date.fromisoformat(naive[1])
    hour, minute, second = (int(part or 0) for part in naive.groups()[1:])
    if hour == minute == second == 0:
        return on_day(day, zone), ()
    if hour > 23 or minute > 59 or second > 59:
        raise Refused(
            "impossible_time",
            f"`{field}` is {shown(said)}, and there is no such time.",
            f"Hours go from 00 to 23, minutes and seconds to 59. Send {now.date()}T21:10:00.",
            pointer,
        )
    return local(day, time(hour, minute, second), zone, field, now)


def meaning(code: str, resource: str, says: str, options: Mapping[str, object], pointer: str) -> Said:
    """What *code* means to this account. Raises `Nothing`, or `Strange` where nobody has said so yet."""
    said = own(options, codes.EVENTS.name, code)
    if said is not None:
        return said
    for row in _ROWS.get(code, ()):
        if _fits(row, resource):
            if isinstance(row.becomes, Milestone):
                return Said(row.becomes, row.reason)
            raise Nothing(str(row.becomes))
    raise Strange(codes.EVENTS.name, code, says, pointer)


def _fits(row: Code, resource: str) -> bool:
    return not row.when or row.when == f"`RES={resource.capitalize()}`"


def data_keys(context: Node | None) -> Iterator[tuple[ReferenceType, str, str]]:
    """(kind, value, pointer) of each data source and target of a known type."""
    if context is None:
        return
    for name in ("DataSource", "DataTarget"):
        for node in (*context.all(f"{name}Collection", name), *context.all(name)):
            kind, value = codes.DATA_TYPES.get(node.said("Type")), node.said("Key")
            if kind is ReferenceType.SYSTEM_ID and value:
                value = f"cargowise:{value}"
            if kind is not None:
                yield kind, value, "/DataContext"


def references(pairs: Iterable[tuple[ReferenceType, str, str]], warnings: Warnings) -> tuple[RefValue, ...]:
    """The references out of (kind, value, pointer), without placeholders, repeats, and what is too long or too many."""
    return tuple(bounded(pairs, _PLACEHOLDERS, warnings).values())
