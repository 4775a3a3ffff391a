"""UN/EDIFACT element 9011, the status events of IFTSTA up to directory D.98A, in our own words.

UN/ECE Recommendation 24 keeps the numbers; directories from D.99B on carry it only by agreement, because element 4405
has other meanings for them.
"""

from __future__ import annotations

from service.formats.edi import rows_of
from service.formats.vocabulary import Vocabulary
from service.records.enums import Milestone, Reason

EMPTY = "the container is empty"
RAIL = "by rail"
AT_DOOR = "at the place of delivery"

_MOVES = "1 24 27 29 31 40 48 59 74 79 92 98 99 100"
_EMPTY = "It moves an empty container."
_CARE = "The care of equipment is no news to a receiver."
_HIRE = "Contracts about equipment."
_WAY = "A step on the way that its next event makes plain."
_BOOKS = "A step in the carrier's books."
_HELD = "One authority let it pass: whether others hold it is not said."
_BOND = "How goods are kept for customs is no news to a receiver."

LIST = Vocabulary(
    "iftsta-9011",
    "UN/EDIFACT element 9011, status event, as IFTSTA uses it up to D.98A",
    "UNTDID D.96A element 9011 (https://github.com/php-edifact/edifact-mapping, D96A/codes.xml)",
    (
        *rows_of("13 collected", Milestone.EMPTY_RELEASED, EMPTY),
        *rows_of("82 returned", Milestone.EMPTY_RETURNED, EMPTY),
        *(row for code in _MOVES.split() for row in rows_of(f"{code} moved while empty", _EMPTY, EMPTY)),
        *rows_of("1 arrived", Milestone.RAIL_ARRIVED, RAIL),
        *rows_of("1 arrived", Milestone.ARRIVED_DELIVERY_PLACE, AT_DOOR),
        *rows_of("1 arrived", Milestone.ARRIVED_DESTINATION),
        *rows_of("2 may be loaded; 71 ready for transport; 84 service ordered", _BOOKS),
        *rows_of("3 arrived in a defective condition", Milestone.EXCEPTION),
        *rows_of("5 begun; 14 completed", "What began or ended is not said."),
        *rows_of("6 booked", Milestone.BOOKING_CONFIRMED),
        *rows_of("7 booking cancelled", Milestone.BOOKING_CHANGED_CANCELLED),
        *rows_of("8 free of import restrictions; 12 cleared by customs", Milestone.CUSTOMS_CLEARED),
        *rows_of("9 free of export restrictions", Milestone.EXPORT_CUSTOMS_CLEARED),
        *rows_of("10 cleared by agriculture, food or fisheries; 11 cleared by the port", _HELD),
        *rows_of("13 collected", Milestone.PICKED_UP),
        *rows_of("15 consolidated; 88 split; 50 manifested; 38 freight paid; 61 claims settled", _BOOKS),
        *rows_of(
            "16 crossed a border; 31 on the way; 27 despatched; 35 sent on in haste; 100 transhipment",
            Milestone.IN_TRANSIT,
        ),
        *rows_of("17 refused by customs", Milestone.CUSTOMS_HOLD),
        *rows_of("18 damaged; 36 not found; 49 lost; 54 not identified; 66 plundered", Milestone.EXCEPTION),
        *rows_of(
            "62 more was landed; 85 less was landed; 86 less was shipped", Milestone.EXCEPTION, reason=Reason.RECOUNT
        ),
        *rows_of("69 thrown away; 81 returned as a wreck; 102 unknown goods", Milestone.EXCEPTION),
        *rows_of("20 delayed; 25 late to depart; 101 late on the way; 57 not loaded", Milestone.DELAYED),
        *rows_of("90 stopped; 87 sorted to a wrong route", Milestone.DELAYED),
        *rows_of("51 vehicle damaged; 52 mechanical breakdown", Milestone.DELAYED, reason=Reason.EQUIPMENT),
        *rows_of("21 delivered; 22 delivery completed", Milestone.DELIVERED),
        *rows_of(
            "23 delivery not completed; 56 not delivered; 77 refused without a reason",
            Milestone.DELIVERY_ATTEMPT_FAILED,
        ),
        *rows_of("24 left", Milestone.RAIL_DEPARTED, RAIL),
        *rows_of("24 left", Milestone.DEPARTED),
        *rows_of("26 taken off the train", "Unloading from a train: its arrival says it."),
        *rows_of("29 unloaded", "Unloading from a train: its arrival says it.", RAIL),
        *rows_of("29 unloaded", Milestone.DISCHARGED),
        *rows_of("48 loaded", "Loading on a train: its departure says it.", RAIL),
        *rows_of("48 loaded", Milestone.LOADED),
        *rows_of("45 the consignee was told of the arrival", Milestone.CONSIGNEE_NOTIFIED),
        *rows_of("68 announced", Milestone.INFO_RECEIVED),
        *rows_of("64 waits to be collected", Milestone.AVAILABLE_PICKUP),
        *rows_of("74 received", Milestone.RECEIVED_ORIGIN),
        *rows_of("78 released", Milestone.FREIGHT_RELEASED),
        *rows_of("79 loaded again", Milestone.TRANSSHIPMENT_LOADED),
        *rows_of("80 returned as instructed; 82 returned", Milestone.RETURNED_SHIPPER),
        *rows_of("93 packed into the container; 94 packed and sealed", Milestone.STUFFED),
        *rows_of("37 found; 40 at the port; 41 handed over; 42 handed over, delivered; 43 handed over, received", _WAY),
        *rows_of("44 sent on after a wrong route; 47 at the packing depot; 59 taken off; 67 put in its place", _WAY),
        *rows_of("70 on the ramp; 75 reconsigned; 76 sent on as asked; 91 stored; 92 stowed", _WAY),
        *rows_of(
            "98 transferred inwards; 99 transferred outwards; 53 no pick-up; 55 not collected; 63 package not ready",
            _WAY,
        ),
        *rows_of("72 receipt acknowledged; 73 receipt acknowledged in part", _BOOKS),
        *rows_of("39 out of bond; 46 into bond", _BOND),
        *rows_of(
            "4 defective equipment released; 19 damage of equipment estimated; 30 empty on inspection; 28 unpacked",
            _CARE,
        ),
        *rows_of(
            "32 back from repair; 33 to repair; 34 repaired; 65 plugged in; 83 sealed; 89 cleaned by steam", _CARE
        ),
        *rows_of("97 damage surveyed; 103 unplugged", _CARE),
        *rows_of("58 off hire; 60 on hire; 95 sub-leased inwards; 96 sub-leased outwards", _HIRE),
    ),
)

NEW_LIST = Vocabulary(
    "iftsta-4405",
    "UN/EDIFACT element 4405, status description, as IFTSTA uses it from D.98B on",
    "UNTDID D.16A element 4405 (https://github.com/php-edifact/edifact-mapping, D16A/codes.xml)",
    (
        *rows_of("146 transhipped", Milestone.TRANSSHIPMENT_LOADED),
        *rows_of("128 ready for loading", "Not yet moved."),
        *rows_of(
            "111 inactive; 112 active; 113 incomplete data; 115 provisional; 119 out of date; 120 "
            "alternative; 123 contracted; 124 limited by technology; 125 adjusted; 127 measured",
            "A status of data, not of goods.",
        ),
        *rows_of(
            "117 washed; 118 unwashed; 129 not heat treated; 130 heat treated; 131 fully cooked; 132 not "
            "fully cooked; 133 grown in a hothouse; 134 knocked down; 135 solid; 136 liquid; 137 gas; 138 "
            "sludge",
            "What goods are like, not where they are.",
        ),
        *rows_of(
            "139 normal security; 140 heightened security; 141 exceptional security; 142 ship security not "
            "kept; 143 ship security kept; 144 more security; 145 security matter to report",
            "Security of the ship.",
        ),
    ),
)
"""Codes up to 127 that mean amounts, law or schools in this list are not in it: many senders mean Recommendation 24."""

ESTIMATES: frozenset[str] = frozenset()
"""No code of either list is an estimate: the qualifier of the date decides."""
