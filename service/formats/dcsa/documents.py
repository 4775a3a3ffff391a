"""What DCSA's documents and references mean, in all versions of Track & Trace; the source is that of `dcsa_codes`."""

from __future__ import annotations

from service.formats.dcsa.codes import SOURCE
from service.formats.vocabulary import Code, Vocabulary
from service.records.enums import Milestone, Reason, ReferenceType

DOCUMENTS: dict[str, str] = {
    "CBR": "carrier booking request",
    "BKG": "booking",
    "BOK": "booking (deprecated)",
    "SHI": "shipping instruction",
    "SRM": "shipment release message",
    "TRD": "transport document",
    "ARN": "arrival notice",
    "VGM": "verified gross mass",
    "CAS": "cargo survey",
    "CUS": "customs inspection",
    "CUC": "customs clearance (after 2.2)",
    "DEO": "delivery order (after 2.2)",
    "DGD": "dangerous goods declaration",
    "OOG": "out of gauge",
    "AMF": "advance manifest filing (3.0)",
    "CEA": "certificate of analysis (after 2.2)",
    "CEO": "certificate of origin (after 2.2)",
    "CQU": "contract quotation (after 2.2)",
    "CRO": "container release order (after 2.2)",
    "DEI": "delivery instructions (after 2.2)",
    "FCE": "fumigation certificate (after 2.2)",
    "HCE": "health certificate (after 2.2)",
    "ICE": "inspection certificate (after 2.2)",
    "INV": "invoice (after 2.2)",
    "PCE": "phytosanitary certificate (after 2.2)",
    "PFD": "proof of delivery (3.0)",
    "TRO": "transport order (after 2.2)",
    "VCE": "veterinary certificate (after 2.2)",
}
"""`documentTypeCode`."""

DOCUMENT_CODES: dict[str, str] = {
    "RECE": "Receipt of a document.",
    "DRFT": "A draft of a document.",
    "PENA": "A document waits for approval.",
    "PENU": "A document waits for an update.",
    "PENC": "A document waits for confirmation.",
    "REJE": "A document was rejected.",
    "APPR": "A document was approved.",
    "ISSU": "A document was issued.",
    "SURR": "A document was surrendered.",
    "SUBM": "A document was submitted.",
    "VOID": "A document was voided.",
    "CONF": "A document was confirmed.",
    "REQS": "A document was requested.",
    "CMPL": "A document was completed.",
    "HOLD": "A document is on hold.",
    "RELS": "A document was released.",
    "CANC": "A document was cancelled.",
    "DECL": "A document was declined.",
    "AMRE": "An amendment was received.",
    "AMPR": "An amendment is in progress.",
    "AMCF": "An amendment was confirmed.",
    "AMDC": "An amendment was declined.",
    "AMCN": "An amendment was cancelled.",
    "PENM": "A document waits for an amendment.",
    "CARE": "A cancellation was asked for.",
    "CACF": "A cancellation was confirmed.",
    "CADC": "A cancellation was declined.",
    "PSAM": "A document waits for its surrender for amendment.",
    "PSDL": "A document waits for its surrender for delivery.",
    "SUAM": "A document was surrendered for amendment.",
    "SUDL": "A document was surrendered for delivery.",
    "UPRE": "An update was received.",
    "UPDT": "An update is in progress.",
    "UPCF": "An update was confirmed.",
    "UPDC": "An update was declined.",
    "UPCN": "An update was cancelled.",
}
"""`shipmentEventTypeCode`, with the reason for which it is ignored on a document that no row below names."""

_BOOKINGS = ("BKG", "BOK", "CBR")
_PAPERS = ("SHI", "VGM", "DGD", "OOG")


def _rows() -> dict[tuple[str, str], tuple[Milestone, Reason | None]]:
    rows: dict[tuple[str, str], tuple[Milestone, Reason | None]] = {
        ("ISSU", "ARN"): (Milestone.CONSIGNEE_NOTIFIED, None),
        ("CMPL", "CUC"): (Milestone.CUSTOMS_CLEARED, None),
        ("REQS", "CUS"): (Milestone.CUSTOMS_HOLD, Reason.CUSTOMS_CHECK),
        ("REJE", "SRM"): (Milestone.EXCEPTION, None),
    }
    rows |= {("RECE", document): (Milestone.INFO_RECEIVED, None) for document in _BOOKINGS}
    rows |= {("CONF", document): (Milestone.BOOKING_CONFIRMED, None) for document in _BOOKINGS}
    for code in ("REJE", "VOID", "CANC", "DECL", "CACF"):
        rows |= {(code, document): (Milestone.BOOKING_CHANGED_CANCELLED, None) for document in _BOOKINGS}
    for document in ("CUS", "CUC"):
        rows |= {(code, document): (Milestone.CUSTOMS_STARTED, None) for code in ("RECE", "SUBM", "ISSU")}
        rows["RELS", document] = (Milestone.CUSTOMS_CLEARED, None)
        rows["HOLD", document] = (Milestone.CUSTOMS_HOLD, Reason.CUSTOMS_CHECK if document == "CUS" else None)
    rows |= {("RELS", document): (Milestone.FREIGHT_RELEASED, None) for document in ("SRM", "TRD", "ARN", "DEO")}
    for code in ("REJE", "DECL"):
        rows |= {(code, document): (Milestone.EXCEPTION, Reason.DOCS_MISSING) for document in _PAPERS}
    on_hold = (*_BOOKINGS, *_PAPERS, "SRM", "TRD", "ARN", "DEO", "CAS")
    return rows | {("HOLD", document): (Milestone.EXCEPTION, None) for document in on_hold}


SHIPMENT = _rows()
"""(`shipmentEventTypeCode`, `documentTypeCode`) to a milestone and the reason that comes with it."""


def _codes() -> tuple[Code, ...]:
    order = list(Milestone)
    said = sorted(SHIPMENT.items(), key=lambda row: (order.index(row[1][0]), row[0]))
    mapped = [
        Code(f"{code} {document}", f"{DOCUMENTS[document]}: {DOCUMENT_CODES[code]}", milestone, reason=reason)
        for (code, document), (milestone, reason) in said
    ]
    return (*mapped, *(Code(code, says, says) for code, says in DOCUMENT_CODES.items()))


SHIPMENT_CODES = Vocabulary(
    "dcsa-shipment", "DCSA shipmentEventTypeCode, alone or with documentTypeCode", SOURCE, _codes()
)
"""The code with its document where a row says so, else the code alone."""

DOCUMENT_REFERENCES: dict[str, ReferenceType] = {
    "BKG": ReferenceType.BOOKING,
    "BOK": ReferenceType.BOOKING,
    "TRD": ReferenceType.MASTER_BILL,
}
"""`documentReferenceType`, and the `documentTypeCode` whose `documentID` names the shipment. The others do not."""

REFERENCES: dict[str, ReferenceType] = {
    "FF": ReferenceType.REF,
    "PO": ReferenceType.PO,
    "EQ": ReferenceType.CONTAINER,
    "SI": ReferenceType.PO,
    "CR": ReferenceType.PO,
    "AAO": ReferenceType.PO,
    "CSI": ReferenceType.PO,
    "BPR": ReferenceType.PO,
}
"""`referenceType`. The forwarder's own reference identifies; those of shipper, consignee and customer may repeat."""

PLACEHOLDERS = frozenset({"STRING", "N/A", "NA", "NULL", "NONE", "-", "TBA", "TBD", "UNKNOWN"})
"""Values of references that stand for nothing."""
