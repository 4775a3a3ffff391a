"""What the codes of a DCSA event mean, by the account's own mapping and the tables; never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.formats.base import Refused
from service.formats.dcsa import codes, documents
from service.formats.dcsa.head import TYPE_CODES, Head, choice, remark
from service.formats.dcsa.smdg import DELAYS, SMDG
from service.formats.fields import clip, shown, suggest, text
from service.formats.gathering import Nothing, Said, Strange, Warnings, own
from service.formats.vocabulary import IGNORE, own_meaning
from service.records.enums import Milestone, Reason


def meaning(head: Head, call: dict[str, Any], mode: str, options: Mapping[str, object]) -> Said:
    """What *head* says, by *mode* of transport. Raises `Refused`, `Strange` or `Nothing`."""
    if head.event_type == "SHIPMENT":
        return _of_document(head, options)
    table, rows = (codes.TRANSPORT_CODES, codes.TRANSPORT)
    if head.event_type == "EQUIPMENT":
        table, rows = (codes.EQUIPMENT_CODES, codes.EQUIPMENT)
    elif not call:
        raise Refused(
            "transportCall_missing",
            "`transportCall` is missing.",
            "Send the call that the event is about.",
            "/transportCall",
        )
    mine = own(options, table.name, head.code)
    if mine is not None:
        return mine
    field, known = TYPE_CODES[head.event_type]
    if head.code not in known:
        raise Strange(table.name, head.code, remark(head.event), f"/{field}")
    says = _row(head, call, mode, [row for row in rows if row.code == head.code])
    if says is None:
        raise Nothing("No milestone is known for this combination of codes.")
    if isinstance(says.says, Milestone):
        return Said(says.says, says.reason)
    raise Nothing(says.says)


def _row(head: Head, call: dict[str, Any], mode: str, rows: list[codes.Row]) -> codes.Row | None:
    """The first of the rows of a code of which every condition is met."""
    event = head.event
    facility = (clip(call.get("facilityTypeCode"), 10) or "").upper()
    moved = event.get("isTransshipmentMove") is True or call.get("isTransshipmentMove") is True
    empty: bool | None = None
    if any(row.empty is not None for row in rows):
        empty = choice(event, "emptyIndicatorCode", ("EMPTY", "LADEN")) == "EMPTY"
    for row in rows:
        if (
            row.empty in {None, empty}
            and (row.modes is None or mode in row.modes)
            and (row.facilities is None or facility in row.facilities)
            and row.transshipment in {None, moved}
            and (row.movement is None or row.movement == event.get("movementType"))
        ):
            return row
    return None


def _of_document(head: Head, options: Mapping[str, object]) -> Said:
    event, code = head.event, head.code
    field = "documentTypeCode" if event.get("documentTypeCode") is not None else "shipmentInformationTypeCode"
    if event.get(field) is None:
        field = "documentTypeCode"
    document = text(event.get(field), field, 40)
    if document is None:
        fix = suggest("", documents.DOCUMENTS)
        raise Refused("documentTypeCode_missing", "`documentTypeCode` is missing.", fix, "/documentTypeCode")
    document = document.upper()
    both = f"{code} {document}"
    mine = own(options, documents.SHIPMENT_CODES.name, both, code)
    if mine is not None:
        return mine
    if code not in documents.DOCUMENT_CODES or document not in documents.DOCUMENTS:
        where = "shipmentEventTypeCode" if code not in documents.DOCUMENT_CODES else field
        raise Strange(documents.SHIPMENT_CODES.name, both, remark(event), f"/{where}")
    row = documents.SHIPMENT.get((code, document))
    if row is None:
        raise Nothing(f"{documents.DOCUMENT_CODES[code]} ({both})")
    return Said(*row)


def delay(event: dict[str, Any], options: Mapping[str, object], warnings: Warnings) -> Reason | None:
    """The reason of the delay; a code that SMDG does not have is a cause for which there are no words."""
    code = text(event.get("delayReasonCode"), "delayReasonCode", 40)
    if not code:
        return None
    code = code.upper()
    mine = own_meaning(options, SMDG.name, code)
    if isinstance(mine, Reason) or mine == IGNORE:
        return mine if isinstance(mine, Reason) else None
    if code not in DELAYS:
        warnings.append(("/delayReasonCode", f"{SMDG.name}:{shown(code)} is in no table: kept as another reason."))
    return DELAYS.get(code, Reason.OTHER)
