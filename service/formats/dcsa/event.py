"""One DCSA event, in the names of Track & Trace 2.2: what its tables make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from service.formats.dcsa import codes
from service.formats.dcsa.head import Head, choice, inner, remark, required_instant
from service.formats.dcsa.meaning import delay, meaning
from service.formats.dcsa.refs import read_refs
from service.formats.dcsa.stop import read_stop
from service.formats.fields import clip, shown
from service.formats.gathering import Nothing, Warnings
from service.formats.refs import is_imo
from service.formats.roles import DESTINATION, ORIGIN, ROLE
from service.formats.times import settled
from service.records.enums import Milestone, ReferenceType, Transport
from service.records.inbound import FactDraft, Item, RefValue
from service.records.when import at_minute

_BY_CUSTOMS = (Milestone.CUSTOMS_HOLD, Milestone.CUSTOMS_CLEARED)


def read_event(head: Head, now: datetime, options: Mapping[str, object]) -> tuple[Item, Warnings]:
    """The item that the event states, and warnings. Raises `Refused`, `Strange` or `Nothing`, with pointers below."""
    event = head.event
    if head.event_type in codes.SENSORS:
        raise Nothing(codes.SENSORS[head.event_type])
    at = required_instant(event, "eventDateTime", now)
    call = inner(event, "transportCall")
    stop = read_stop(event, call)
    mode = _mode(call)
    said = meaning(head, call, mode, options)
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
        place_role=_role(said.milestone, event),
        transport=codes.MODES.get(mode, Transport.UNKNOWN),
        vessel=vessel,
        imo=imo,
        voyage=voyage,
        reason=delay(event, options, warnings) or said.reason,
        remark=remark(event) or None,
        flags=flags,
    )
    return Item(head.event_key, head.key, head.digest, _of_each(fact, refs), refs, head.stated_at), warnings


def _of_each(fact: FactDraft, refs: Iterable[RefValue]) -> tuple[FactDraft, ...]:
    """What customs say by a document holds for the containers that it names; where it names none, for all."""
    boxes = [ref.value for ref in refs if ref.type is ReferenceType.CONTAINER]
    if fact.unit or not boxes or fact.milestone not in _BY_CUSTOMS:
        return (fact,)
    return tuple(replace(fact, unit=box, part=box if n else "") for n, box in enumerate(boxes))


def _role(milestone: Milestone, event: dict[str, Any]) -> str | None:
    """The role of the place, where the milestone or the direction of the move is sure of it."""
    if milestone in codes.SURE_OF_PLACE:
        return ROLE.get(milestone)
    moved = (milestone, event.get("movementType"))
    if moved == (Milestone.LOADED, "EXPORT"):
        return ORIGIN
    return DESTINATION if moved == (Milestone.DISCHARGED, "IMPORT") else None


def _mode(call: dict[str, Any]) -> str:
    return choice(call, "modeOfTransport", codes.MODES, "/transportCall") if call.get("modeOfTransport") else ""


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
