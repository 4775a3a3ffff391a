"""What the codes of DCSA Track & Trace 2.2 mean: tables, and nothing else.

Source: DCSA's published API definition of Track & Trace 2.2.0 and its reference data for event, document and facility
types (https://github.com/dcsaorg). Codes that were added after 2.2 and are already sent by carriers stand here too.
A row names a milestone, or the reason for which such an event is ignored. The first row that fits counts.
"""

from __future__ import annotations

from typing import NamedTuple

from service.records.enums import Classifier, Milestone, Reason, ReferenceType, Transport

CLASSIFIERS: dict[str, Classifier] = {
    "PLN": Classifier.PLANNED,
    "EST": Classifier.ESTIMATED,
    "ACT": Classifier.ACTUAL,
}

MODES: dict[str, Transport] = {
    "VESSEL": Transport.OCEAN,
    "BARGE": Transport.OCEAN,
    "RAIL": Transport.RAIL,
    "TRUCK": Transport.ROAD,
}

WATER = frozenset({"VESSEL", "BARGE", ""})
"""Modes of a ship; "" stands for a call whose mode is not given."""

PORT = frozenset({"POTE", ""})
"""Facilities that are a port terminal; "" stands for one whose type is not given."""


class Row(NamedTuple):
    """One meaning: it fits when every given condition does. `says` is a milestone, or why the event is ignored."""

    code: str
    says: Milestone | str
    empty: bool | None = None
    modes: frozenset[str] | None = None
    facilities: frozenset[str] | None = None
    transshipment: bool | None = None
    reason: Reason | None = None


_RAIL = frozenset({"RAIL"})
_ROAD = frozenset({"TRUCK"})
_CUSTOMER = frozenset({"CLOC"})
_EMPTY = "It moves an empty container."

TRANSPORT: tuple[Row, ...] = (
    Row("ARRI", Milestone.RAIL_ARRIVED, modes=_RAIL),
    Row("DEPA", Milestone.RAIL_DEPARTED, modes=_RAIL),
    Row("ARRI", Milestone.ARRIVED_DELIVERY_PLACE, modes=_ROAD, facilities=_CUSTOMER),
    Row("ARRI", "A truck reached a terminal: the gate says it.", modes=_ROAD),
    Row("DEPA", "A truck left: pick-up or gate-out says it.", modes=_ROAD),
    Row("ARRI", Milestone.TRANSSHIPMENT_ARRIVED, transshipment=True),
    Row("DEPA", Milestone.TRANSSHIPMENT_DEPARTED, transshipment=True),
    Row("ARRI", Milestone.ARRIVED_DESTINATION),
    Row("DEPA", Milestone.DEPARTED),
)
"""`transportEventTypeCode`. Which port a ship reached or left is judged with all facts of the shipment."""

EQUIPMENT: tuple[Row, ...] = (
    Row("LOAD", _EMPTY, empty=True),
    Row("LOAD", "Loading on a train: its departure says it.", modes=_RAIL),
    Row("LOAD", "Loading on a truck: pick-up or gate-out says it.", modes=_ROAD),
    Row("LOAD", Milestone.TRANSSHIPMENT_LOADED, empty=False, transshipment=True),
    Row("LOAD", Milestone.LOADED, empty=False),
    Row("DISC", _EMPTY, empty=True),
    Row("DISC", "Unloading from a train: its arrival says it.", modes=_RAIL),
    Row("DISC", "Unloading from a truck: gate-in or delivery says it.", modes=_ROAD),
    Row("DISC", Milestone.TRANSSHIPMENT_UNLOADED, empty=False, transshipment=True),
    Row("DISC", Milestone.DISCHARGED, empty=False),
    Row("GTIN", Milestone.EMPTY_RETURNED, empty=True),
    Row("GTIN", "A move between terminals of a transfer port.", empty=False, transshipment=True),
    Row("GTIN", Milestone.GATED_IN_ORIGIN, empty=False, facilities=PORT),
    Row("GTIN", "An inland terminal, which may be at either end of the journey.", empty=False),
    Row("GTOT", Milestone.EMPTY_RELEASED, empty=True),
    Row("GTOT", "A move between terminals of a transfer port.", empty=False, transshipment=True),
    Row("GTOT", Milestone.GATED_OUT_DESTINATION, empty=False, facilities=PORT),
    Row("GTOT", "An inland terminal, which may be at either end of the journey.", empty=False),
    Row("STUF", Milestone.STUFFED),
    Row("STRP", "Unpacking says neither delivered nor ready."),
    Row("PICK", "The empty container was collected after unpacking.", empty=True),
    Row("PICK", Milestone.PICKED_UP, empty=False),
    Row("DROP", "An empty container was brought for packing.", empty=True),
    Row("DROP", Milestone.DELIVERED, empty=False),
    Row("INSP", "A seal was inspected."),
    Row("RSEA", "A seal was renewed."),
    Row("RMVD", "A seal was removed."),
    Row("AVPU", _EMPTY, empty=True),
    Row("AVPU", Milestone.AVAILABLE_PICKUP, empty=False),
    Row("AVDO", "Readiness for the drop-off is no news to the receiver."),
    Row("CUSS", Milestone.CUSTOMS_HOLD, reason=Reason.CUSTOMS_CHECK),
    Row("CUSI", Milestone.CUSTOMS_HOLD, reason=Reason.CUSTOMS_CHECK),
    Row("CUSR", Milestone.CUSTOMS_CLEARED),
    Row("CROS", "A point on the way was passed."),
    Row("WAYP", "A point on the way was passed."),
)
"""`equipmentEventTypeCode`, with `emptyIndicatorCode` where it matters. From AVPU on: codes that came after 2.2."""

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
    for code in ("REJE", "VOID", "CANC"):
        rows |= {(code, document): (Milestone.BOOKING_CHANGED_CANCELLED, None) for document in _BOOKINGS}
    for document in ("CUS", "CUC"):
        rows |= {(code, document): (Milestone.CUSTOMS_STARTED, None) for code in ("RECE", "SUBM", "ISSU")}
        rows["RELS", document] = (Milestone.CUSTOMS_CLEARED, None)
        rows["HOLD", document] = (Milestone.CUSTOMS_HOLD, Reason.CUSTOMS_CHECK)
    rows |= {("RELS", document): (Milestone.FREIGHT_RELEASED, None) for document in ("SRM", "TRD", "ARN", "DEO")}
    rows |= {("REJE", document): (Milestone.EXCEPTION, Reason.DOCS_MISSING) for document in _PAPERS}
    on_hold = (*_BOOKINGS, *_PAPERS, "SRM", "TRD", "ARN", "DEO", "CAS")
    return rows | {("HOLD", document): (Milestone.EXCEPTION, None) for document in on_hold}


SHIPMENT = _rows()
"""(`shipmentEventTypeCode`, `documentTypeCode`) to a milestone and the reason that comes with it."""

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

SURE_OF_PLACE = frozenset(
    {
        Milestone.STUFFED,
        Milestone.PICKED_UP,
        Milestone.TRANSSHIPMENT_ARRIVED,
        Milestone.TRANSSHIPMENT_UNLOADED,
        Milestone.TRANSSHIPMENT_LOADED,
        Milestone.TRANSSHIPMENT_DEPARTED,
        Milestone.ARRIVED_DELIVERY_PLACE,
        Milestone.DELIVERED,
    }
)
"""Milestones of this format that say what their place is to the shipment; the others leave it open."""
