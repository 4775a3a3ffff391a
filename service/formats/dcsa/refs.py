"""What a DCSA event names: bookings, documents, orders, containers."""

from __future__ import annotations

from typing import Any

from service.formats.dcsa import documents as codes
from service.formats.gathering import Warnings
from service.formats.refs import bounded
from service.records.enums import ReferenceType
from service.records.inbound import RefValue


def read_refs(event: dict[str, Any]) -> tuple[tuple[RefValue, ...], Warnings]:
    """Every reference of *event*, and warnings about those that look wrong or cannot be kept."""
    warnings: Warnings = []
    pairs = ((kind, value, pointer) for pointer, kind, value in _named(event))
    first = bounded(pairs, codes.PLACEHOLDERS, warnings)
    boxes = {ref.value for ref in first.values() if ref.type is ReferenceType.CONTAINER}
    # Some carriers repeat the container as the forwarder's reference: a box is reused, so it must not identify.
    return (
        tuple(ref for ref in first.values() if ref.type is ReferenceType.CONTAINER or ref.value not in boxes),
        warnings,
    )


def _named(event: dict[str, Any]) -> list[tuple[str, ReferenceType, object]]:
    """(pointer, type, value) of each reference whose kind has a meaning here."""
    named: list[tuple[str, ReferenceType, object]] = []
    document = event.get("documentTypeCode") or event.get("shipmentInformationTypeCode")
    if isinstance(document, str) and document.upper() in codes.DOCUMENT_REFERENCES:
        named.append(("/documentID", codes.DOCUMENT_REFERENCES[document.upper()], event.get("documentID")))
    if "equipmentReference" in event:
        named.append(("/equipmentReference", ReferenceType.CONTAINER, event["equipmentReference"]))
    named += _pairs(event, "documentReferences", "documentReference", codes.DOCUMENT_REFERENCES)
    return named + _pairs(event, "references", "reference", codes.REFERENCES)


def _pairs(
    event: dict[str, Any], field: str, stem: str, kinds: dict[str, ReferenceType]
) -> list[tuple[str, ReferenceType, object]]:
    """Kind and value of each entry; the later versions of DCSA call them type and value, or typeCode and reference."""
    entries = event.get(field)
    if not isinstance(entries, list):
        return []
    names = ((f"{stem}Type", f"{stem}Value"), ("type", "value"), ("typeCode", "reference"))
    return [
        (f"/{field}/{i}/{value}", kinds[said.upper()], entry.get(value))
        for i, entry in enumerate(entries)
        if isinstance(entry, dict)
        for kind, value in names
        if isinstance(said := entry.get(kind), str) and said.upper() in kinds
    ]
