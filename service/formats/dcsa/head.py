"""What every DCSA event has, in the names of Track & Trace 2.2: id, kind, code, classifier, and when it was stated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from service.formats.base import Refused
from service.formats.dcsa import codes, documents
from service.formats.fields import clip, digest_of, kind, shown, suggest, text
from service.formats.times import read_instant
from service.records.enums import Classifier

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LONGEST_KEY = 150
_CREATED_AHEAD = timedelta(days=1)

TYPE_CODES: dict[str, tuple[str, frozenset[str]]] = {
    "TRANSPORT": ("transportEventTypeCode", frozenset(codes.TRANSPORT_SAYS)),
    "EQUIPMENT": ("equipmentEventTypeCode", frozenset(codes.EQUIPMENT_SAYS)),
    "SHIPMENT": ("shipmentEventTypeCode", frozenset(documents.DOCUMENT_CODES)),
}
"""Each `eventType`, the field that says what happened, and its codes."""

_TYPES = (*TYPE_CODES, *codes.SENSORS)


class Rules(NamedTuple):
    """Where the versions differ: whether an id must be a UUID, its length, and whether its creation must be dated."""

    any_id: bool = False
    longest_id: int = 150
    dated: bool = True


class Head(NamedTuple):
    """What every event has: its kind and code, how sure it is, when it was stated, and its key with revision."""

    event: dict[str, Any]
    event_type: str
    code: str
    classifier: Classifier
    stated_at: datetime | None
    event_key: str
    key: str
    digest: str


def read_head(event: dict[str, Any], now: datetime, rules: Rules, digest: str) -> Head:
    """The head of *event*; *digest* is that of the event as it came. Raises `Refused`, with a pointer below it."""
    event_id = read_id(event.get("eventID"), "/eventID", rules)
    event_type = choice(event, "eventType", _TYPES)
    code = _code(event, event_type)
    classifier = codes.CLASSIFIERS[choice(event, "eventClassifierCode", codes.CLASSIFIERS)]
    stated_at = _stated_at(event, now, rules.dated)
    event_key = event_id or f"sha256:{digest}"
    return Head(
        event, event_type, code, classifier, stated_at, event_key, revision(event_key, stated_at, digest), digest
    )


def revision(event_key: str, stated_at: datetime | None, digest: str) -> str:
    """The key of an event as stated at one time; without a time its content tells one statement from the next."""
    return f"{event_key}@{stated_at.isoformat()}" if stated_at else f"{event_key}#{digest[:16]}"


def as_event(event: object) -> dict[str, Any]:
    """*event*, where it is one. Raises `Refused` for what is none, or only holds some."""
    if not isinstance(event, dict):
        raise Refused("not_an_event", f"This is {kind(event)}, not an event.", "Each item is a JSON object.")
    if "eventType" not in event:
        inner = next((name for name, value in event.items() if isinstance(value, list)), None)
        if inner is not None and isinstance(event[inner], list) and not (event.keys() & {"eventID", "eventDateTime"}):
            raise Refused(
                "wrong_structure",
                f"This item is no event: it holds a list under {shown(inner)}.",
                "Post the events themselves as one array, without an object around them.",
                _pointer(inner),
            )
    return event


def _pointer(name: str) -> str:
    return "/" + shown(name).replace("~", "~0").replace("/", "~1")


def read_id(value: object, pointer: str, rules: Rules) -> str | None:
    """An event's id as it stands in keys: as it came, or its hash where it is too long for one. Raises `Refused`."""
    said = text(value, "eventID", rules.longest_id, pointer)
    if said is not None and not rules.any_id and not _UUID.fullmatch(said):
        raise Refused(
            "bad_event_id",
            f"`eventID` {shown(said)} is not a UUID.",
            "Send a UUID, or set the source's option any_event_id for a carrier that has ids of its own.",
            pointer,
        )
    return said if said is None or len(said) <= _LONGEST_KEY else f"sha256:{digest_of(said)}"


def _code(event: dict[str, Any], event_type: str) -> str:
    """What happened; the deprecated `eventTypeCode` stands in for the newer fields."""
    if event_type not in TYPE_CODES:
        return ""
    field, known = TYPE_CODES[event_type]
    if event.get(field) is None and event.get("eventTypeCode") is not None:
        field = "eventTypeCode"
    said = text(event.get(field), field, 40)
    if said is None:
        raise Refused(f"{field}_missing", f"`{field}` is missing.", suggest("", sorted(known)), f"/{field}")
    return said.upper()


def choice(event: dict[str, Any], field: str, known: Iterable[str], base: str = "") -> str:
    """The word in *field*, in capitals. Raises `Refused` for one that is missing or not *known*."""
    said = text(event.get(field), field, 40, f"{base}/{field}")
    if said is None:
        raise Refused(f"{field}_missing", f"`{field}` is missing.", suggest("", known), f"{base}/{field}")
    if said.upper() not in known:
        raise Refused(
            f"unknown_{field}",
            f"`{field}` {shown(said)} is not known.",
            suggest(said.upper(), known),
            f"{base}/{field}",
        )
    return said.upper()


def required_instant(event: dict[str, Any], field: str, now: datetime) -> datetime:
    """The instant in *field*. Raises `Refused` where it is missing or is none."""
    at = read_instant(event.get(field), field, now)
    if at is None:
        raise Refused(
            f"{field}_missing",
            f"`{field}` is missing.",
            f"Send it with its offset, such as {now.date()}T21:10:00+08:00.",
            f"/{field}",
        )
    return at


def _stated_at(event: dict[str, Any], now: datetime, dated: bool) -> datetime | None:
    """When the carrier said so: the update, else the creation of the event."""
    if dated:
        required_instant(event, "eventCreatedDateTime", now)
    created, updated = (said_at(event, field, now) for field in ("eventCreatedDateTime", "eventUpdatedDateTime"))
    return updated or created


def said_at(event: dict[str, Any], field: str, now: datetime) -> datetime | None:
    """When the carrier said so, by *field*. A clock that runs ahead is refused."""
    stated = read_instant(event.get(field), field, now)
    if stated is not None and stated > now + _CREATED_AHEAD:
        raise Refused(
            "future_statement",
            f"`{field}` {stated.date()} lies in the future.",
            "Send when the event was written; of two statements the later counts.",
            f"/{field}",
        )
    return stated


def inner(event: dict[str, Any], field: str) -> dict[str, Any]:
    """The object in *field*, an empty one where there is none. Raises `Refused` for anything else."""
    value = event.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused("not_an_object", f"`{field}` is {kind(value)}.", "Send an object.", f"/{field}")
    return value


_REMARKS = ("changeRemark", "vesselScheduleChangeRemark", "reason")


def remark(event: dict[str, Any]) -> str:
    """What the carrier says in its own words, cut; "" where it says nothing."""
    return next(filter(None, (clip(event.get(name), 400) for name in _REMARKS)), "")
