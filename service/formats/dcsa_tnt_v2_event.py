"""One event of DCSA Track & Trace 2.2: checked against the definition, mapped by the tables, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from service.formats import dcsa_tnt_v2_codes as codes
from service.formats.base import Refused
from service.formats.dcsa_tnt_v2_refs import Warnings, clip, read_refs
from service.formats.dcsa_tnt_v2_stop import read_stop
from service.formats.fields import digest_of, kind, shown, suggest, text
from service.formats.refs import is_imo
from service.formats.roles import ROLE
from service.formats.smdg import reason_of
from service.formats.times import read_instant, settled
from service.records.enums import Classifier, Milestone, Reason, Transport
from service.records.inbound import FactDraft, Item
from service.records.when import at_minute

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MAX_ID = 150
_CREATED_AHEAD = timedelta(days=1)

TYPE_CODES: dict[str, tuple[str, tuple[str, ...]]] = {
    "TRANSPORT": ("transportEventTypeCode", tuple(dict.fromkeys(row.code for row in codes.TRANSPORT))),
    "EQUIPMENT": ("equipmentEventTypeCode", tuple(dict.fromkeys(row.code for row in codes.EQUIPMENT))),
    "SHIPMENT": ("shipmentEventTypeCode", tuple(codes.DOCUMENT_CODES)),
}
"""Each `eventType`, the field that says what happened, and its codes."""


class Nothing(Exception):
    """The event is in order and says nothing to a customer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Said(NamedTuple):
    """What the code of an event means."""

    milestone: Milestone
    reason: Reason | None = None


class Head(NamedTuple):
    """What every event has: its kind and code, how sure it is, when it was stated, and its key with revision."""

    event: dict[str, Any]
    event_type: str
    code: str
    classifier: Classifier
    stated_at: datetime
    event_key: str
    key: str
    digest: str


def read_head(event: object, now: datetime, any_id: bool) -> Head:
    """The head of *event*. Raises `Refused`, with a pointer below the event."""
    event = _object(event)
    event_id = _event_id(event.get("eventID"), any_id)
    event_type, code = _type(event)
    classifier = codes.CLASSIFIERS[_choice(event, "eventClassifierCode", codes.CLASSIFIERS)]
    stated_at = _stated_at(event, now)
    digest = digest_of(event)
    event_key = event_id or f"sha256:{digest}"
    return Head(
        event, event_type, code, classifier, stated_at, event_key, f"{event_key}@{stated_at.isoformat()}", digest
    )


def read_event(head: Head, now: datetime) -> tuple[Item, Warnings]:
    """The item that the event states, and warnings. Raises `Refused`, with a pointer below the event, or `Nothing`."""
    event = head.event
    at = _required_instant(event, "eventDateTime", now)
    call = _inner(event, "transportCall")
    stop = read_stop(event, call)
    mode = _mode(call)
    said = _meaning(head, call, mode)
    refs, warnings = read_refs(event)
    if not refs:
        raise Nothing("It names no booking, transport document, container or order.")
    when = at_minute(at, stop.zone)
    classifier, flags = settled(head.classifier, when, now)
    vessel, imo, voyage = _ship(call, head.code, warnings)
    fact = FactDraft(
        milestone=said.milestone,
        classifier=classifier,
        when=when,
        unit=clip(event.get("equipmentReference"), 40),
        place=stop.code,
        place_name=stop.name,
        place_role=ROLE.get(said.milestone) if said.milestone in codes.SURE_OF_PLACE else None,
        transport=codes.MODES.get(mode, Transport.UNKNOWN),
        vessel=vessel,
        imo=imo,
        voyage=voyage,
        reason=_delay(event) or said.reason,
        remark=next(filter(None, (clip(event.get(name), 400) for name in _REMARKS)), None),
        flags=flags,
    )
    return Item(head.event_key, head.key, head.digest, (fact,), refs, head.stated_at), warnings


_REMARKS = ("changeRemark", "vesselScheduleChangeRemark", "reason")


def _object(event: object) -> dict[str, Any]:
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


def _event_id(value: object, any_id: bool) -> str | None:
    said = text(value, "eventID", _MAX_ID)
    if said is not None and not any_id and not _UUID.fullmatch(said):
        raise Refused(
            "bad_event_id",
            f"`eventID` {shown(said)} is not a UUID.",
            "Send a UUID, or set the source's option any_event_id for a carrier that has ids of its own.",
            "/eventID",
        )
    return said


def _type(event: dict[str, Any]) -> tuple[str, str]:
    """The `eventType` and its code; the deprecated `eventTypeCode` stands in for the newer fields."""
    event_type = _choice(event, "eventType", TYPE_CODES)
    field, known = TYPE_CODES[event_type]
    if event.get(field) is None and event.get("eventTypeCode") is not None:
        field = "eventTypeCode"
    return event_type, _choice(event, field, known)


def _choice(event: dict[str, Any], field: str, known: Iterable[str], base: str = "") -> str:
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


def _required_instant(event: dict[str, Any], field: str, now: datetime) -> datetime:
    at = read_instant(event.get(field), field, now)
    if at is None:
        raise Refused(
            f"{field}_missing",
            f"`{field}` is missing.",
            f"Send it with its offset, such as {now.date()}T21:10:00+08:00.",
            f"/{field}",
        )
    return at


def _stated_at(event: dict[str, Any], now: datetime) -> datetime:
    """When the carrier said so: the update, else the creation of the event. A clock that runs ahead is refused."""
    created = _required_instant(event, "eventCreatedDateTime", now)
    updated = read_instant(event.get("eventUpdatedDateTime"), "eventUpdatedDateTime", now)
    field, stated = ("eventCreatedDateTime", created) if updated is None else ("eventUpdatedDateTime", updated)
    if stated > now + _CREATED_AHEAD:
        raise Refused(
            "future_statement",
            f"`{field}` {stated.date()} lies in the future.",
            "Send when the event was written; of two statements the later counts.",
            f"/{field}",
        )
    return stated


def _inner(event: dict[str, Any], field: str) -> dict[str, Any]:
    value = event.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused("not_an_object", f"`{field}` is {kind(value)}.", "Send an object.", f"/{field}")
    return value


def _mode(call: dict[str, Any]) -> str:
    return _choice(call, "modeOfTransport", codes.MODES, "/transportCall") if call.get("modeOfTransport") else ""


def _meaning(head: Head, call: dict[str, Any], mode: str) -> _Said:
    event, event_type, code = head.event, head.event_type, head.code
    if event_type == "SHIPMENT":
        return _of_document(event, code)
    if event_type == "TRANSPORT" and not call:
        raise Refused(
            "transportCall_missing",
            "`transportCall` is missing.",
            "Send the call that the event is about.",
            "/transportCall",
        )
    rows = [row for row in (codes.TRANSPORT if event_type == "TRANSPORT" else codes.EQUIPMENT) if row.code == code]
    facility = clip(call.get("facilityTypeCode"), 10) or ""
    moved = event.get("isTransshipmentMove") is True or call.get("isTransshipmentMove") is True
    empty: bool | None = None
    if any(row.empty is not None for row in rows):
        empty = _choice(event, "emptyIndicatorCode", ("EMPTY", "LADEN")) == "EMPTY"
    for row in rows:
        if (
            row.empty in {None, empty}
            and (row.modes is None or mode in row.modes)
            and (row.facilities is None or facility.upper() in row.facilities)
            and row.transshipment in {None, moved}
        ):
            if isinstance(row.says, Milestone):
                return _Said(row.says, row.reason)
            raise Nothing(row.says)
    raise Nothing("No milestone is known for this combination of codes.")


def _of_document(event: dict[str, Any], code: str) -> _Said:
    field = "documentTypeCode" if event.get("documentTypeCode") is not None else "shipmentInformationTypeCode"
    if event.get(field) is None:
        field = "documentTypeCode"
    document = _choice(event, field, codes.DOCUMENTS)
    row = codes.SHIPMENT.get((code, document))
    if row is None:
        raise Nothing(f"{codes.DOCUMENT_CODES[code]} ({code} {document})")
    return _Said(*row)


def _delay(event: dict[str, Any]) -> Reason | None:
    code = text(event.get("delayReasonCode"), "delayReasonCode", 40)
    return reason_of(code.upper()) if code else None


def _ship(call: dict[str, Any], code: str, warnings: Warnings) -> tuple[str | None, str | None, str | None]:
    """Name, IMO number and voyage of the ship; a wrong IMO number is left out with a warning."""
    vessel = call.get("vessel") if isinstance(call.get("vessel"), dict) else {}
    imo = clip(vessel.get("vesselIMONumber"), 20) if vessel else None
    if imo is not None and not is_imo(imo):
        warnings.append(("/transportCall/vessel/vesselIMONumber", f"{shown(imo)} is not an IMO number: left out."))
        imo = None
    voyages = ("exportVoyageNumber", "importVoyageNumber", "carrierVoyageNumber")
    if code in {"ARRI", "DISC"}:
        voyages = ("importVoyageNumber", "exportVoyageNumber", "carrierVoyageNumber")
    voyage = next(filter(None, (clip(call.get(name), 40) for name in voyages)), None)
    return clip(vessel.get("vesselName"), 60) if vessel else None, imo, voyage
