"""What the codes of DCSA Track & Trace mean, in all of its versions: transport and equipment.

Source: DCSA's published API definitions of Track & Trace 2.2.0, 3.0.0-Beta-1 and 3.0.0 (draft), and its reference data
for event and facility types (https://github.com/dcsaorg). Carriers send codes of later versions in 2.2 too.
A row names a milestone, or the reason for which such an event is ignored. The first row that fits counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from service.formats.vocabulary import Code, Vocabulary
from service.records.enums import Classifier, Milestone, Reason, Transport

SOURCE = "DCSA Track & Trace 2.2.0, 3.0.0-Beta-1 and 3.0.0 (draft), https://github.com/dcsaorg"

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
    "MULTIMODAL": Transport.UNKNOWN,
}

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
    movement: str | None = None
    reason: Reason | None = None

    @property
    def when(self) -> str:
        """What else must be so, in words; "" where the code alone says it."""
        parts = []
        if self.empty is not None:
            parts.append("`EMPTY`" if self.empty else "`LADEN`")
        if self.modes is not None:
            parts.append("by " + ", ".join(f"`{mode}`" for mode in sorted(self.modes)))
        if self.facilities is not None:
            named = ", ".join(f"`{facility}`" for facility in sorted(self.facilities) if facility)
            parts.append(f"at {named}" + (" or not given" if "" in self.facilities else ""))
        if self.transshipment:
            parts.append("moved for transshipment")
        if self.movement:
            parts.append(f"`{self.movement}`")
        return ", ".join(parts)


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
    Row("GTIN", "Goods that arrived move between terminals.", empty=False, movement="IMPORT"),
    Row("GTIN", Milestone.GATED_IN_ORIGIN, empty=False, facilities=PORT),
    Row("GTIN", "An inland terminal, which may be at either end of the journey.", empty=False),
    Row("GTOT", Milestone.EMPTY_RELEASED, empty=True),
    Row("GTOT", "A move between terminals of a transfer port.", empty=False, transshipment=True),
    Row("GTOT", "Goods that leave the country move between terminals.", empty=False, movement="EXPORT"),
    Row("GTOT", Milestone.GATED_OUT_DESTINATION, empty=False, facilities=PORT),
    Row("GTOT", "An inland terminal, which may be at either end of the journey.", empty=False),
    Row("STUF", Milestone.STUFFED),
    Row("STRP", "Unpacking says neither delivered nor ready."),
    Row("PICK", "The empty container was collected after unpacking.", empty=True),
    Row("PICK", "A move at a transfer port.", empty=False, transshipment=True),
    Row("PICK", Milestone.PICKED_UP, empty=False),
    Row("DROP", "An empty container was brought for packing.", empty=True),
    Row("DROP", "A move at a transfer port.", empty=False, transshipment=True),
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

TRANSPORT_SAYS: dict[str, str] = {"ARRI": "arrived", "DEPA": "departed"}

EQUIPMENT_SAYS: dict[str, str] = {
    "LOAD": "loaded",
    "DISC": "discharged",
    "GTIN": "gated in",
    "GTOT": "gated out",
    "STUF": "packed",
    "STRP": "unpacked",
    "PICK": "collected at the customer's",
    "DROP": "brought to the customer's",
    "INSP": "seal inspected",
    "RSEA": "sealed again",
    "RMVD": "seal removed",
    "AVPU": "available for pick-up",
    "AVDO": "available for drop-off",
    "CUSS": "selected by customs for a scan",
    "CUSI": "selected by customs for an inspection",
    "CUSR": "released by customs",
    "CROS": "crossed",
    "WAYP": "passed a waypoint",
}


def _vocabulary(name: str, title: str, says: dict[str, str], rows: Iterable[Row]) -> Vocabulary:
    return Vocabulary(
        name, title, SOURCE, tuple(Code(row.code, says[row.code], row.says, row.when, row.reason) for row in rows)
    )


TRANSPORT_CODES = _vocabulary("dcsa-transport", "DCSA transportEventTypeCode", TRANSPORT_SAYS, TRANSPORT)
EQUIPMENT_CODES = _vocabulary("dcsa-equipment", "DCSA equipmentEventTypeCode", EQUIPMENT_SAYS, EQUIPMENT)

SENSORS: dict[str, str] = {
    "IOT": "A sensor's reading says nothing of the journey.",
    "REEFER": "A temperature says nothing of the journey.",
}
"""Kinds of events, after 2.2, that are ignored whatever they say."""

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
