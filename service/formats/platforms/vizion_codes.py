"""What Vizion's standardised milestones mean: a table, and nothing else.

Vizion names milestones in words and publishes the list (https://docs.vizionapi.com/docs/standardized-milestones). What
a carrier says that Vizion has not standardised comes as the carrier wrote it, and stands in no table.
"""

from __future__ import annotations

from service.formats.vocabulary import Code, Vocabulary, index
from service.records.enums import Milestone, Reason

M = Milestone

_BOARD = "A move by truck: the gate says it."
_YARD = "A move within the terminal."

_ROWS: tuple[Code, ...] = (
    Code("gate out empty", "empty container collected", M.EMPTY_RELEASED),
    Code("gate out from origin port", "empty container collected at the port of origin", M.EMPTY_RELEASED),
    Code("gate in at origin port", "container brought to the port of origin", M.GATED_IN_ORIGIN),
    Code("gate in full", "full container brought to the terminal", M.GATED_IN_ORIGIN),
    Code("gate in", "container brought to a terminal", "It does not say which end of the journey, nor full or empty."),
    Code("gate out", "container left a terminal", "It does not say which end of the journey, nor full or empty."),
    Code("loaded on vessel at origin port", "loaded at the port of origin", M.LOADED),
    Code("loaded on vessel", "loaded on a ship", M.LOADED),
    Code("loaded on feeder", "loaded on a feeder", M.LOADED),
    Code("loaded on barge", "loaded on a barge", M.LOADED),
    Code("loaded on vessel at transshipment port", "loaded on the next ship", M.TRANSSHIPMENT_LOADED),
    Code("loaded transshipment", "loaded on the next ship", M.TRANSSHIPMENT_LOADED),
    Code("vessel departure from origin port", "ship left the port of origin", M.DEPARTED),
    Code("vessel departed", "ship left", M.DEPARTED),
    Code("feeder departed", "feeder left", M.DEPARTED),
    Code("barge departed", "barge left", M.DEPARTED),
    Code("estimated vessel departure", "ship will leave", M.DEPARTED),
    Code("vessel departure from transshipment port", "ship left a transfer port", M.TRANSSHIPMENT_DEPARTED),
    Code("vessel arrived at origin port", "ship came to fetch the container", "The goods are not on it yet."),
    Code("vessel arrival at transshipment port", "arrived at a transfer port", M.TRANSSHIPMENT_ARRIVED),
    Code("vessel berthed at transshipment port", "berthed at a transfer port", M.TRANSSHIPMENT_ARRIVED),
    Code("vessel arrived at destination port", "arrived at the port of destination", M.ARRIVED_DESTINATION),
    Code("vessel berthed at destination port", "berthed at the port of destination", M.ARRIVED_DESTINATION),
    Code("vessel arrived", "ship arrived", M.ARRIVED_DESTINATION),
    Code("vessel berthed in port", "ship berthed", M.ARRIVED_DESTINATION),
    Code("feeder arrived", "feeder arrived", M.ARRIVED_DESTINATION),
    Code("barge arrived", "barge arrived", M.ARRIVED_DESTINATION),
    Code("estimated vessel arrival", "ship will arrive", M.ARRIVED_DESTINATION),
    Code("estimated arrival at destination", "will arrive at the destination", M.ARRIVED_DESTINATION),
    Code("discharged from vessel at transshipment port", "unloaded at a transfer port", M.TRANSSHIPMENT_UNLOADED),
    Code("discharged from feeder at transshipment port", "unloaded at a transfer port", M.TRANSSHIPMENT_UNLOADED),
    Code("discharged transshipment", "unloaded at a transfer port", M.TRANSSHIPMENT_UNLOADED),
    Code("vessel unloading at transshipment port", "being unloaded", "The unloading itself is said when it is done."),
    Code("vessel unloading at destination port", "being unloaded", "The unloading itself is said when it is done."),
    Code("discharged from vessel at destination port", "unloaded at the port of destination", M.DISCHARGED),
    Code("discharged from feeder at destination port", "unloaded at the port of destination", M.DISCHARGED),
    Code("discharged from barge at destination port", "unloaded at the port of destination", M.DISCHARGED),
    Code("discharged from vessel", "unloaded from a ship", M.DISCHARGED),
    Code("discharged from feeder", "unloaded from a feeder", M.DISCHARGED),
    Code("discharged from barge", "unloaded from a barge", M.DISCHARGED),
    Code("customs hold", "held by customs", M.CUSTOMS_HOLD),
    Code("customs hold release", "released from the hold of customs", M.CUSTOMS_CLEARED),
    Code("customs release", "cleared by customs", M.CUSTOMS_CLEARED),
    Code("freight hold", "held by the carrier", M.EXCEPTION, reason=Reason.PAYMENT),
    Code("freight hold release", "released by the carrier", M.FREIGHT_RELEASED),
    Code("carrier release", "released by the carrier", M.FREIGHT_RELEASED),
    Code("terminal hold", "held by the terminal", M.EXCEPTION),
    Code("terminal hold release", "released by the terminal", "Its availability is said by itself."),
    Code("available for pickup", "available for pick-up", M.AVAILABLE_PICKUP),
    Code("container available for pickup", "available for pick-up", M.AVAILABLE_PICKUP),
    Code("available for pickup / container available for pickup", "available for pick-up", M.AVAILABLE_PICKUP),
    Code("available for release / delivery", "released by the carrier", M.FREIGHT_RELEASED),
    Code("gate out from destination port", "full container left the port of destination", M.GATED_OUT_DESTINATION),
    Code("gate out at port of destination", "full container left the port of destination", M.GATED_OUT_DESTINATION),
    Code("gate out to consignee", "full container left for the consignee", M.GATED_OUT_DESTINATION),
    Code("picked up by customer", "collected by the customer", M.GATED_OUT_DESTINATION),
    Code(
        "gate out at transhipment port", "left a transfer port by road", "A move between terminals of a transfer port."
    ),
    Code("out for delivery", "out for delivery", M.OUT_FOR_DELIVERY),
    Code("delivered", "delivered", M.DELIVERED),
    Code("gate in empty return", "empty container returned", M.EMPTY_RETURNED),
    Code("gate in empty", "empty container returned", M.EMPTY_RETURNED),
    Code("destuffed and reused for export", "unpacked and used again", "Unpacking says neither delivered nor ready."),
    Code("loaded on rail", "loaded on a train", "Loading on a train: its departure says it."),
    Code("loaded on rail at inbound rail origin", "loaded on a train", "Loading on a train: its departure says it."),
    Code("rail departed", "train left", M.RAIL_DEPARTED),
    Code("rail departed from inland origin", "train left", M.RAIL_DEPARTED),
    Code("inbound rail departure", "train left", M.RAIL_DEPARTED),
    Code("rail arrived", "train arrived", M.RAIL_ARRIVED),
    Code("inbound rail arrival", "train arrived", M.RAIL_ARRIVED),
    Code("discharged from rail", "unloaded from a train", "Unloading from a train: its arrival says it."),
    Code(
        "discharged from rail at inland destination", "unloaded inland", "Unloading from a train: its arrival says it."
    ),
    Code("discharged from rail at origin port", "unloaded at the port", "Unloading from a train: its arrival says it."),
    Code("unloaded from rail at inbound rail destination", "unloaded", "Unloading from a train: its arrival says it."),
    Code("car spot", "a rail car is being placed", _YARD),
    Code("positioned in", "moved in the yard", _YARD),
    Code("positioned out", "moved in the yard", _YARD),
    Code("loaded on truck", "loaded on a truck", _BOARD),
    Code("truck loaded", "loaded on a truck", _BOARD),
    Code("truck departed", "truck left", _BOARD),
    Code("truck arrived", "truck arrived", _BOARD),
    Code("discharged from truck", "unloaded from a truck", _BOARD),
)

FREE_TIME_ENDS = "free time to expire"
"""Read by what it holds: the end of free time."""

MILESTONES = Vocabulary("vizion", "Vizion milestones", "https://docs.vizionapi.com/docs/standardized-milestones", _ROWS)

BY_NAME = index(_ROWS)
