"""DCSA Track & Trace 3.0.0-Beta-1: events of `metadata` and `payload`. Never released; read behind a setting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from service.formats import strict_json
from service.formats.base import Refused, unreadable
from service.formats.dcsa.head import Rules, as_event, inner, read_id, required_instant, revision
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
from service.formats.fields import kind
from service.formats.gathering import Gathering, Warnings, check_count
from service.formats.vocabulary import Vocabulary
from service.records.inbound import Item, Reading

_IN_METADATA = ("eventID", "eventType", "eventCreatedDateTime", "eventUpdatedDateTime")

_SAME = (
    "eventClassifierCode",
    "eventDateTime",
    "transportEventTypeCode",
    "equipmentEventTypeCode",
    "shipmentEventTypeCode",
    "documentTypeCode",
    "equipmentReference",
    "emptyIndicatorCode",
    "isTransshipmentMove",
    "delayReasonCode",
    "changeRemark",
    "reason",
    "references",
)

_PATHS: dict[str, str] = {
    **{f"/{name}": f"/metadata/{name}" for name in _IN_METADATA},
    **{f"/{name}": f"/payload/{name}" for name in _SAME},
    "/documentID": "/payload/documentReference",
    "/documentReferences": "/payload/relatedDocumentReferences",
    "/eventLocation": "/payload/eventLocation",
    "/transportCall": "/payload/transportCall",
}
"""Where a field of 2.2 stands here."""


class DcsaTrackAndTrace3Beta:
    """One event, or a JSON array of them. See docs/integrations/dcsa-tnt.md."""

    name: ClassVar[str] = "dcsa_tnt_v3beta"
    title: ClassVar[str] = "DCSA Track & Trace 3.0 Beta"
    content_types: ClassVar[tuple[str, ...]] = ("application/json",)
    answer_status: ClassVar[int] = 204
    default_scheme: ClassVar[str] = "dcsa_sha256"
    options: ClassVar[Mapping[str, str]] = {
        "any_event_id": "true takes an eventID that is no UUID, for carriers that have ids of their own.",
        DRAFT: DRAFT_SAYS,
    }
    vocabularies: ClassVar[tuple[Vocabulary, ...]] = VOCABULARIES

    def read(self, body: bytes, headers: Mapping[str, str], *, now: datetime, options: Mapping[str, object]) -> Reading:
        """Read the events of *body*; see `service.formats.base.Format`."""
        del headers  # the content says everything
        check_draft(options, "3.0 Beta")
        payload = strict_json.loads(body)
        check_version(payload, self.name)
        if not isinstance(payload, list | dict):
            raise unreadable(
                "not_an_event", f"The body is {kind(payload)}, not a list of events.", "Post a JSON array of events."
            )
        check_count(payload)
        batch = isinstance(payload, list)
        rules = Rules(any_id=options.get("any_event_id") is True)
        gathering = Gathering("/metadata/eventID")
        for index, event in enumerate(payload if isinstance(payload, list) else [payload]):
            pointer = f"/{index}" if batch else ""
            gathering.add(index, pointer, partial(_read, gathering, index, event, now, options, rules))
        return gathering.reading(batch)


def _read(
    gathering: Gathering, index: int, event: object, now: datetime, options: Mapping[str, object], rules: Rules
) -> tuple[Item, Warnings]:
    event = as_event(event)
    metadata = inner(event, "metadata")
    digest = digest_of_event(event)
    if metadata.get("retractedEventID") is not None:
        payload = inner(event, "payload")
        item, warnings = translated(_PATHS, partial(_retraction, metadata, payload, digest, now, rules))
        gathering.once(index, item.key, digest)
        return item, warnings
    if event.get("payload") is None:
        raise Refused(
            "payload_missing", "`payload` is missing.", "Send what happened, or which event is retracted.", "/payload"
        )
    plain = _plain(metadata, inner(event, "payload"))
    item, warnings = translated(_PATHS, partial(read_plain, gathering, index, plain, digest, now, options, rules))
    return called(item, item.event_key), warnings


def _retraction(
    metadata: dict[str, Any], payload: dict[str, Any], digest: str, now: datetime, rules: Rules
) -> tuple[Item, Warnings]:
    retracted = read_id(metadata["retractedEventID"], "/metadata/retractedEventID", rules)
    if retracted is None:
        raise Refused(
            "retractedEventID_empty",
            "`retractedEventID` is empty.",
            "Name the event that is retracted.",
            "/metadata/retractedEventID",
        )
    event_key = read_id(metadata.get("eventID"), "/eventID", rules) or f"sha256:{digest}"
    stated_at = required_instant(metadata, "eventCreatedDateTime", now)
    refs, warnings = read_refs(_plain(metadata, payload))
    key = revision(event_key, stated_at, digest)
    return called(Item(event_key, key, digest, (), refs, stated_at, retracts=retracted), retracted), warnings


def _plain(metadata: dict[str, Any], payload: dict[str, Any]) -> dict[str, Any]:
    """The event in the names of 2.2."""
    plain = {name: payload[name] for name in _SAME if name in payload}
    plain |= {name: metadata[name] for name in _IN_METADATA if name in metadata}
    plain["documentID"] = payload.get("documentReference")
    plain["documentReferences"] = payload.get("relatedDocumentReferences")
    plain["eventLocation"] = payload.get("eventLocation", payload.get("location"))
    call = payload.get("transportCall")
    if isinstance(call, dict):
        plain["transportCall"] = _call(call)
    elif call is not None:
        plain["transportCall"] = call
    elif payload.get("facilityTypeCode") is not None:
        plain["transportCall"] = {"facilityTypeCode": payload["facilityTypeCode"]}
    return plain


def _call(call: dict[str, Any]) -> dict[str, Any]:
    vessel = call.get("vessel")
    more = {
        "exportVoyageNumber": call.get("carrierExportVoyageNumber"),
        "importVoyageNumber": call.get("carrierImportVoyageNumber"),
    }
    if isinstance(vessel, dict):
        more["vessel"] = {**vessel, "vesselName": vessel.get("name")}
    return {**call, **more}
