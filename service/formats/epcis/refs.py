"""What an event of GS1 EPCIS names: shipments, consignments, bills and orders, and the units that it happened to."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from service.formats.base import Refused
from service.formats.epcis.codes import TRANSACTIONS
from service.formats.epcis.ids import number, shown
from service.formats.fields import UNWANTED
from service.formats.gathering import Warnings
from service.formats.jsonld import many
from service.formats.refs import MAX_LENGTH, MAX_REFS, container_note, is_imo, unique
from service.records.enums import ReferenceType
from service.records.inbound import RefValue

_LISTS = ("parentID", "epcList", "childEPCs")
_MOST = 5_000
"""Identifiers of one event that are looked at."""


class Named(NamedTuple):
    """References, logistic units or containers in their order, and the IMO number of a ship."""

    refs: tuple[RefValue, ...]
    units: tuple[str, ...]
    imo: str | None


def read_refs(event: dict[str, Any], warnings: Warnings) -> Named:
    """What *event* names. Raises `Refused` where nothing of it names a shipment."""
    refs = _transactions(event)
    labels: dict[str, None] = {}
    boxes: dict[str, None] = {}
    imo = None
    for said in _identifiers(event):
        found = number(said)
        if found is None:
            continue
        value = _clean(found.value)
        if found.kind in {"gsin", "ginc"}:
            refs.append(RefValue(ReferenceType.REF, value))
        elif found.kind == "sscc":
            labels[value[:40]] = None
        elif found.kind == "bic":
            boxes[value[:40]] = None
        elif found.kind == "imovn" and is_imo(value):
            imo = value
    for box in boxes:
        refs.append(RefValue(ReferenceType.CONTAINER, box))
        if note := container_note(box):
            warnings.append(("/epcList", note))
    if not refs and len(labels) == 1:
        refs = [RefValue(ReferenceType.REF, label) for label in labels]
    refs = [ref for ref in refs if ref.value]
    if not refs:
        raise Refused(
            "no_shipment",
            "The event names no shipment.",
            "Send the shipment (GSIN), the consignment (GINC), one logistic unit (SSCC), or `bizTransactionList` with "
            "a bill of lading, order or despatch advice.",
            "/bizTransactionList",
        )
    return Named(unique(refs)[:MAX_REFS], tuple(labels or boxes), imo)


def _transactions(event: dict[str, Any]) -> list[RefValue]:
    found = []
    for entry in many(event.get("bizTransactionList"))[:MAX_REFS]:
        if not isinstance(entry, dict):
            continue
        said = entry.get("bizTransaction")
        if not isinstance(said, str) or not said.strip():
            continue
        direct = number(said.strip())
        if direct is not None and direct.kind in {"gsin", "ginc"}:
            found.append(RefValue(ReferenceType.REF, _clean(direct.value)))
            continue
        sort = entry.get("type")
        kind = TRANSACTIONS.get(re.split("[-:/#]", sort[-80:])[-1]) if isinstance(sort, str) else None
        if kind is not None:
            found.append(RefValue(kind, _clean(shown(said.strip()))))
    return found


def _identifiers(event: dict[str, Any]) -> list[str]:
    said = [one for name in _LISTS for one in many(event.get(name))[:_MOST]]
    return [one for one in said if isinstance(one, str)]


def _clean(value: str) -> str:
    return " ".join(UNWANTED.sub(" ", value).split())[:MAX_LENGTH].strip()
