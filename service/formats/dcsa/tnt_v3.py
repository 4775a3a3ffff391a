"""DCSA Track & Trace 3.0.0 as drafted: `{"events": […]}`. Not released; read behind a setting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from service.formats import strict_json
from service.formats.base import Answer, Refused, Unreadable, unreadable
from service.formats.dcsa.feedback import feedback
from service.formats.dcsa.head import Rules, as_event, inner, read_id, revision, said_at
from service.formats.dcsa.refs import read_refs
from service.formats.dcsa.versions import (
    DRAFT,
    DRAFT_SAYS,
    VOCABULARIES,
    called,
    check_draft,
    check_version,
    digest_of_event,
    read_plain,
    translated,
)
from service.formats.gathering import Gathering, Warnings, check_count
from service.formats.vocabulary import Vocabulary
from service.records.inbound import Item, Problem, Reading

_RULES = Rules(any_id=True, longest_id=500, dated=False)

_TYPES = ("eventClassifierCode", "transportEventTypeCode", "equipmentEventTypeCode", "shipmentEventTypeCode")

_PATHS: dict[str, str] = {
    "/eventType": "/eventClassification/eventTypeCode",
    **{f"/{name}": f"/eventClassification/{name}" for name in _TYPES},
    "/documentTypeCode": "/shipmentDetails/documentReference/typeCode",
    "/documentID": "/shipmentDetails/documentReference/reference",
    "/documentReferences": "/shipmentDetails/additionalDocumentReferences",
    "/references": "/shipmentDetails/shipmentReferences",
    "/equipmentReference": "/equipmentDetails/equipmentReference",
    "/emptyIndicatorCode": "/equipmentDetails/emptyIndicatorCode",
    "/delayReasonCode": "/transportDetails/delayReasonCodes/0",
    "/transportCall": "/transportDetails/transportCall",
    "/transportCall/vessel": "/transportDetails/transportCall/vesselTransport",
}
"""Where a field of 2.2 stands here."""


class DcsaTrackAndTrace3:
    """An object with `events`. An eventID is the producer's own; a later update overrides. See the docs' page."""

    name: ClassVar[str] = "dcsa_tnt_v3"
    title: ClassVar[str] = "DCSA Track & Trace 3.0 (draft)"
    content_types: ClassVar[tuple[str, ...]] = ("application/json",)
    answer_status: ClassVar[int] = 200
    default_scheme: ClassVar[str] = "api_key"
    options: ClassVar[Mapping[str, str]] = {DRAFT: DRAFT_SAYS}
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = VOCABULARIES

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the events of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        check_draft(options, "3.0")
        payload = strict_json.loads(body)
        check_version(payload, self.name)
        events = payload.get("events") if isinstance(payload, dict) else None
        if not isinstance(events, list):
            raise unreadable("no_events", "The body holds no list `events`.", 'Post {"events": […]}.', "/events")
        check_count(events)
        gathering = Gathering("/eventID")
        for index, event in enumerate(events):
            gathering.add(index, f"/events/{index}", partial(_read, gathering, index, event, now, options))
        return gathering.reading(batch=True)

    def answer(self, body: bytes, refused: Problem | None, *, now: datetime) -> Answer | None:
        """What was not taken, as DCSA's feedback elements; see `service.formats.base.Answering`."""
        try:
            reading = self.read(body, {}, now=now, options={DRAFT: True})
        except Unreadable:
            reading = Reading()
        first = refused if refused is not None and refused.index is None else None
        content = json.dumps(feedback(reading, first)).encode()
        return Answer(200 if refused is None else 422, "application/json", content)


def _read(
    gathering: Gathering, index: int, event: object, now: datetime, options: Mapping[str, object]
) -> tuple[Item, Warnings]:
    event = as_event(event)
    digest = digest_of_event(event)
    if event.get("isRetracted") is True:
        item = _retraction(event, digest, now)
        gathering.once(index, item.key, digest)
        return item, []
    plain = _plain(event)
    item, warnings = translated(_PATHS, partial(read_plain, gathering, index, plain, digest, now, options, _RULES))
    return called(item, item.event_key), warnings


def _retraction(event: dict[str, Any], digest: str, now: datetime) -> Item:
    retracted = read_id(event.get("eventID"), "/eventID", _RULES)
    if retracted is None:
        raise Refused(
            "eventID_missing", "`eventID` is missing.", "Name the event that is retracted by its eventID.", "/eventID"
        )
    stated_at = said_at(event, "eventUpdatedDateTime", now)
    event_key = f"retraction:{retracted}"
    refs, _ = read_refs(_plain(event))
    item = Item(event_key, revision(event_key, stated_at, digest), digest, (), refs, stated_at, retracts=retracted)
    return called(item, retracted)


def _plain(event: dict[str, Any]) -> dict[str, Any]:
    """The event in the names of 2.2. Raises `Refused` for a part that is no object."""
    classification, shipment = inner(event, "eventClassification"), inner(event, "shipmentDetails")
    equipment, transport = inner(event, "equipmentDetails"), inner(event, "transportDetails")
    document = shipment.get("documentReference")
    document = document if isinstance(document, dict) else {}
    reasons = transport.get("delayReasonCodes")
    plain = {name: classification[name] for name in _TYPES if name in classification}
    return (
        plain
        | {
            "eventID": event.get("eventID"),
            "eventType": classification.get("eventTypeCode"),
            "eventDateTime": event.get("eventDateTime"),
            "eventUpdatedDateTime": event.get("eventUpdatedDateTime"),
            "eventLocation": event.get("eventLocation"),
            "documentTypeCode": document.get("typeCode"),
            "documentID": document.get("reference"),
            "documentReferences": shipment.get("additionalDocumentReferences"),
            "references": shipment.get("shipmentReferences"),
            "reason": shipment.get("reason"),
            "emptyIndicatorCode": equipment.get("emptyIndicatorCode"),
            "movementType": equipment.get("movementType"),
            "isTransshipmentMove": equipment.get("movementType") == "TRANSSHIPMENT",
            "transportCall": _call(event, inner(transport, "transportCall")),
            "delayReasonCode": reasons[0] if isinstance(reasons, list) and reasons else None,
            "changeRemark": transport.get("changeRemark"),
        }
        | ({"equipmentReference": equipment["equipmentReference"]} if "equipmentReference" in equipment else {})
    )


def _call(event: dict[str, Any], call: dict[str, Any]) -> dict[str, Any]:
    location = event.get("eventLocation")
    return {
        "modeOfTransport": call.get("modeOfTransport"),
        "facilityTypeCode": location.get("facilityTypeCode") if isinstance(location, dict) else None,
        "vessel": call.get("vesselTransport"),
        **{name: _number(call.get(f"{name}OrReference")) for name in ("exportVoyageNumber", "importVoyageNumber")},
    }


def _number(voyage: object) -> object:
    if not isinstance(voyage, dict):
        return None
    return voyage.get("carrierVoyageNumber") or voyage.get("universalVoyageReference")
