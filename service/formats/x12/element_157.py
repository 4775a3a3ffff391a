"""X12 element 157, the status codes of ocean messages (315, B403), in our own words.

The meanings are those of the element as Stedi's public reference prints it for 3010 to 4010, and of carriers' 4010
guides. A code of which only the two letters are certain is not here: it is kept as unmapped.
"""

from __future__ import annotations

from typing import NamedTuple

from service.formats.edi import rows_of
from service.formats.vocabulary import Vocabulary
from service.records.enums import Milestone, Reason

EMPTY = "the container is empty"
AT_ORIGIN = "at the port of loading, the place of receipt, or no place"
AT_DESTINATION = "at the port of discharge, the place of delivery, or no place"
AT_EXPORT = "at the port of loading or the place of receipt"
AT_DISCHARGE = "at the port of discharge"


class Route(NamedTuple):
    """What a message says of the journey, as far as the conditions of the table ask: UN/LOCODEs, or None."""

    here: str | None
    origins: frozenset[str]
    destinations: frozenset[str]
    discharge: str | None
    empty: bool

    def fits(self, when: str) -> bool:
        """Whether a condition of the table holds."""
        if when == EMPTY:
            return self.empty
        if when == AT_ORIGIN:
            return self.here is None or not self.origins or self.here in self.origins
        if when == AT_DESTINATION:
            return self.here is None or not self.destinations or self.here in self.destinations
        if when == AT_EXPORT:
            return self.here in self.origins - self.destinations
        return self.here is not None and self.here == self.discharge


ESTIMATES = frozenset({"AG", "BD", "BE", "C", "E", "X2"})
"""Codes that say when something is expected."""

BOOKINGS = frozenset({"AD", "X9"})
"""Codes of a delivery that is booked for a time."""

BOTH = {"CU": Milestone.CUSTOMS_CLEARED}
"""What a code says beside its row."""

_EMPTY_MOVE = "It moves an empty container."
_TERMINAL = "The handling of containers and chassis is no news to a receiver."
_REPAIR = "The care of equipment is no news to a receiver."
_PAPER = "Papers between carrier and forwarder."
_WAY = "A step on the way that its next event makes plain."
_APPOINTMENT = "An appointment at the shipper's."
_MONEY = "Charges between carrier and payer."
_IN_BOND = "How the move is declared is no news to a receiver."

_HOLDS = """
PC US customs hold, papers do not agree
PE US hold by the coast guard
PF US hold by the F.B.I.
PG US hold by local law enforcement
PH US hold by a lien of a court
PI US hold by food and drug control
PJ US hold by fish and wildlife control
PK US hold by drug enforcement
PM US agriculture hold, producer not registered
PN US agriculture hold, goods restricted
PO US agriculture hold, insects
PP US agriculture hold, bacteria
PQ US customs hold at the place of arrival
PR US customs hold at the in-bond destination
PS US agriculture hold at the place of arrival
PT US agriculture hold at the in-bond destination
PU hold of another US agency at the place of arrival
PV hold of another US agency at the in-bond destination
PW US agriculture hold for fumigation
A1 Canadian agriculture hold
C1 Canadian customs hold
"""

_EXAMINATIONS = """
PA US customs hold for a thorough examination
PL US agriculture hold for a thorough investigation
PX US agriculture hold for inspection or review of papers
"""

_FULL = (
    *rows_of("SI shipping instructions received", Milestone.INFO_RECEIVED),
    *rows_of("XB shipment acknowledged", Milestone.INFO_RECEIVED),
    *rows_of("BF booking confirmed", Milestone.BOOKING_CONFIRMED),
    *rows_of("CA shipment or load cancelled", Milestone.BOOKING_CHANGED_CANCELLED),
    *rows_of("AF left the pick-up location with the goods; BE estimated pick-up", Milestone.PICKED_UP),
    *rows_of("CO received at the contractual place of receipt", Milestone.RECEIVED_ORIGIN),
    *rows_of("I through the gate, inwards", Milestone.GATED_IN_ORIGIN, AT_ORIGIN),
    *rows_of("I through the gate, inwards", "An inland terminal, or a return to a terminal."),
    *rows_of("CT released by customs", Milestone.EXPORT_CUSTOMS_CLEARED, AT_EXPORT),
    *rows_of("CT released by customs", Milestone.CUSTOMS_CLEARED),
    *rows_of("AE loaded on a ship; AO loaded on a barge; AP loaded on a feeder ship", Milestone.LOADED),
    *rows_of("VD the ship left; C estimated to leave", Milestone.DEPARTED),
    *rows_of("A arrived at the place named", Milestone.ARRIVED_DESTINATION, AT_DISCHARGE),
    *rows_of("A arrived at the place named", Milestone.IN_TRANSIT),
    *rows_of("P left the place named", Milestone.IN_TRANSIT),
    *rows_of("F in flight; R received from the carrier before; X4 arrived at a terminal", Milestone.IN_TRANSIT),
    *rows_of("X6 on the way to the delivery location", Milestone.IN_TRANSIT),
    *rows_of("VA the ship arrived; E estimated to arrive", Milestone.ARRIVED_DESTINATION),
    *rows_of("UV unloaded from the ship", Milestone.DISCHARGED),
    *rows_of("RL the train left the ramp of origin", Milestone.RAIL_DEPARTED),
    *rows_of("AR the train arrived at the ramp of destination", Milestone.RAIL_ARRIVED),
    *rows_of("K arrived at customs", Milestone.CUSTOMS_STARTED),
    *rows_of(_EXAMINATIONS, Milestone.CUSTOMS_HOLD, reason=Reason.CUSTOMS_CHECK),
    *rows_of("PB US customs hold, papers missing", Milestone.CUSTOMS_HOLD, reason=Reason.DOCS_MISSING),
    *rows_of("PD US customs hold, number of pieces does not agree", Milestone.CUSTOMS_HOLD, reason=Reason.RECOUNT),
    *rows_of(_HOLDS, Milestone.CUSTOMS_HOLD),
    *rows_of(
        "CR released by the carrier; CU released by carrier and customs (also `customs_cleared`)",
        Milestone.FREIGHT_RELEASED,
    ),
    *rows_of("AV available for delivery", Milestone.AVAILABLE_PICKUP),
    *rows_of("OA through the gate, outwards", Milestone.GATED_OUT_DESTINATION, AT_DESTINATION),
    *rows_of("OA through the gate, outwards", "The gate of a terminal of origin or on the way."),
    *rows_of("X1 arrived at the delivery location; X5 arrived at its dock", Milestone.ARRIVED_DELIVERY_PLACE),
    *rows_of(
        "AH delivery attempted; 2 returned to the carrier's terminal after an attempt",
        Milestone.DELIVERY_ATTEMPT_FAILED,
    ),
    *rows_of(
        "D delivered; AG estimated delivery; BD new delivery date of the carrier; X2 estimated arrival at the "
        "consignee's; AD booked time of delivery; X9 delivery appointment secured",
        Milestone.DELIVERED,
    ),
    *rows_of("3 returned to the shipper", Milestone.RETURNED_SHIPPER),
    *rows_of("SD shipment delayed", Milestone.DELAYED),
    *rows_of("HC held, consignee closed", Milestone.DELAYED, reason=Reason.SITE_CLOSED),
    *rows_of("1 delivered short", Milestone.EXCEPTION, reason=Reason.RECOUNT),
    *rows_of(
        "B out of order or damaged; H equipment sent to heavy repair", Milestone.EXCEPTION, reason=Reason.EQUIPMENT
    ),
    *rows_of("TC held for terminal charges", Milestone.EXCEPTION, reason=Reason.PAYMENT),
    *rows_of("NH no dangerous goods papers", Milestone.EXCEPTION, reason=Reason.DOCS_MISSING),
    *rows_of(
        "4 delivered damaged; A3 refused entry by Canadian agriculture; GO moved to a general order "
        "warehouse; HD held, shipment refused; HG held on the ground",
        Milestone.EXCEPTION,
    ),
    *rows_of("AL loaded on a train", "Loading on a train: its departure says it."),
    *rows_of("UR unloaded from a rail car", "Unloading from a train: its arrival says it."),
    *rows_of("AM loaded on a truck", "Loading on a truck: pick-up or gate-out says it."),
    *rows_of(
        "CB tied to a chassis; CC untied from a chassis; CS container sealed; SC seals changed; CV container "
        "handled again; TM moved within the terminal; RC container reserved for a booking; MT empty container "
        "committed; L being loaded; CL trailer closed",
        _TERMINAL,
    ),
    *rows_of(
        "DA repair authorization asked for; DC unit cleaned; DP unit tested before the trip; DR repair "
        "authorization received; DS damage survey asked for; DT damage survey completed; EA estimate of "
        "repair approved; ER estimate of repair received; G repaired",
        _REPAIR,
    ),
    *rows_of(
        "BR bill of lading issued; OB original bill of lading received; N arrived without paperwork; O "
        "paperwork without the goods; NR shipment information not received; AC waiting for clearance",
        _PAPER,
    ),
    *rows_of("FP freight paid; ND technical charges due", _MONEY),
    *rows_of(
        "FT free time has expired; NF free time will expire", "Whether the date is the last free day is not said."
    ),
    *rows_of("IB in-bond move authorized; IR no longer in bond; RI now in bond", _IN_BOND),
    *rows_of("AA booked time of pick-up; X3 arrived at the pick-up location; X8 arrived at its dock", _APPOINTMENT),
    *rows_of(
        "AI reconsigned by shipper or consignee; AJ tendered for delivery; AN handed to an air carrier; AW "
        "waiting for export; BA set off at an agent; BC stored in transit; CD the carrier left the delivery "
        "location; HA held, protective service; HB held for a delivery appointment; J delivered to the "
        "connecting line",
        _WAY,
    ),
    *rows_of(
        "A2 released by Canadian agriculture; A4 released by Canadian agriculture on conditions; HR a hold was lifted",
        "One hold was lifted: whether others stand is not said.",
    ),
    *rows_of(
        "M charged from a location; Q ordered; SA shipment split; SB shipments consolidated",
        "A step in the carrier's books.",
    ),
)

_WITH_EMPTY = (
    *rows_of("EE empty container dispatched for loading", Milestone.EMPTY_RELEASED),
    *rows_of("RD empty container returned", Milestone.EMPTY_RETURNED),
    *rows_of("I through the gate, inwards", Milestone.EMPTY_RETURNED, EMPTY),
    *rows_of("OA through the gate, outwards", Milestone.EMPTY_RELEASED, EMPTY),
)

MOVES = frozenset({"A", "AE", "AF", "AO", "AP", "AR", "AV", "E", "C", "P", "RL", "UV", "VA", "VD", "X1", "X6", "D"})
"""Moves of a container, which are no news where it is empty."""

LIST = Vocabulary(
    "x12-157",
    "X12 element 157, shipment status code, as the 315 uses it",
    "X12 element 157 in 3010 to 4010 (https://www.stedi.com/edi/x12-004010/element/157), carriers' guides to the 315",
    (
        *_WITH_EMPTY,
        *(row for code in sorted(MOVES) for row in rows_of(f"{code} moved while empty", _EMPTY_MOVE, EMPTY)),
        *_FULL,
    ),
)
