"""What CargoWise's event codes and data types mean: tables, and nothing else.

WiseTech's own list of event codes is not public, and each customer adds codes (`Z..`). So the table holds what public
integrations show, every row with where, and the account maps the rest: nothing is guessed from three letters.
"""

from __future__ import annotations

from service.formats.vocabulary import Code, Vocabulary
from service.records.enums import Milestone, ReferenceType, Transport

_STATUS_MAP = "twopugs/maps, FFK-RiverCross-StatusUpdates-to-Cw1-UniversalResponse.xslt (github.com)"
_LOGIXBOARD = "help.logixboard.com, articles 8095297, 9217991 and 8034077"
_SENDERS = "carriers' interfaces that send this code into CargoWise for this status"

PICKUP = "`RES=Pickup`"
DELIVERY = "`RES=Delivery`"

EVENTS = Vocabulary(
    name="cargowise",
    title="CargoWise event codes",
    source="public integrations; WiseTech's own list is not public",
    rows=(
        Code("DEP", "departed", Milestone.PICKED_UP, PICKUP, source=_STATUS_MAP),
        Code("DEP", "departed", "The vehicle left the delivery address: the delivery says it.", DELIVERY),
        Code("DEP", "departed", Milestone.DEPARTED, source=_STATUS_MAP),
        Code("ARV", "arrived", "The vehicle reached the pick-up address: the collection says it.", PICKUP),
        Code("ARV", "arrived", Milestone.ARRIVED_DELIVERY_PLACE, DELIVERY, source=_STATUS_MAP),
        Code("ARV", "arrived", Milestone.ARRIVED_DESTINATION, source=_STATUS_MAP),
        Code("PCF", "pick-up cartage finalised", Milestone.PICKED_UP, source=_SENDERS),
        Code("DCF", "delivery cartage finalised", Milestone.DELIVERED, source=_SENDERS),
        Code("ECM", "export customs commenced", Milestone.CUSTOMS_STARTED, source=_LOGIXBOARD),
        Code("CCC", "import customs commenced, not cleared", Milestone.CUSTOMS_STARTED, source=_LOGIXBOARD),
        Code("DIM", "data import", "It answers an import into CargoWise.", source=_SENDERS),
    ),
)
"""`EventType` of an event and `EventCode` of a milestone. RES= of the event reference says which address is meant."""

DATA_TYPES: dict[str, ReferenceType] = {
    "ForwardingShipment": ReferenceType.REF,
    "CustomsDeclaration": ReferenceType.REF,
    "WarehouseOrder": ReferenceType.REF,
    "ForwardingConsol": ReferenceType.SYSTEM_ID,
    "LocalTransportLeg": ReferenceType.SYSTEM_ID,
}
"""`Type` of a data source or target. A consol holds several shipments and a leg is part of one: they tie together what
CargoWise says, and identify no shipment."""

CONTEXTS: dict[str, ReferenceType] = {
    "HBOLNumber": ReferenceType.HOUSE_BILL,
    "HAWBNumber": ReferenceType.HOUSE_BILL,
    "HouseBill": ReferenceType.HOUSE_BILL,
    "HouseBillNumber": ReferenceType.HOUSE_BILL,
    "MBOLNumber": ReferenceType.MASTER_BILL,
    "MAWBNumber": ReferenceType.MASTER_BILL,
    "MasterBill": ReferenceType.MASTER_BILL,
    "MasterBillNumber": ReferenceType.MASTER_BILL,
    "BookingReference": ReferenceType.BOOKING,
    "CarrierBookingNumber": ReferenceType.BOOKING,
    "ContainerNumber": ReferenceType.CONTAINER,
    "OrderNumber": ReferenceType.PO,
    "PurchaseOrderNumber": ReferenceType.PO,
    "OrderReference": ReferenceType.PO,
}
"""`Type` of a context, and what its value is kept as. Contexts of other types are not read."""

WAYBILLS: dict[str, ReferenceType] = {"HWB": ReferenceType.HOUSE_BILL, "MWB": ReferenceType.MASTER_BILL}
"""`WayBillType/Code` of a shipment."""

MODES: dict[str, Transport] = {
    "SEA": Transport.OCEAN,
    "AIR": Transport.AIR,
    "RAI": Transport.RAIL,
    "ROA": Transport.ROAD,
}
"""`TransportMode/Code` of a shipment."""

OTHERS: dict[str, str] = {
    "Native": "Master data, not an event.",
    "UniversalTransaction": "An accounting document, not an event.",
    "UniversalTransactionBatch": "Accounting documents, not events.",
    "UniversalActivity": "A task of the forwarder's own staff.",
    "UniversalSchedule": "A sailing schedule, not a shipment.",
}
"""Documents of CargoWise that say nothing to a customer, with the reason."""
