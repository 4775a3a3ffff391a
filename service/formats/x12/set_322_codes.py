"""Status codes of terminals and rail ramps (322, Q501), in our own words.

They are codes of X12 element 157, which a ramp uses of trains: `A` is a train that came to a ramp on the way, `NF` the
notice that a container can be collected until its free time ends.
"""

from __future__ import annotations

from service.formats.edi import rows_of
from service.formats.vocabulary import Vocabulary
from service.records.enums import Milestone, Reason

EMPTY = "the container is empty"
AT_DESTINATION = "at the ramp of destination"
AT_ORIGIN = "at the ramp of origin"
ELSEWHERE_THAN_ORIGIN = "not at the ramp of origin"
ELSEWHERE_THAN_DESTINATION = "not at the ramp of destination"

_GATE = "Which gate of the journey it is cannot be said."

LIST = Vocabulary(
    "x12-322",
    "Codes of terminals and rail ramps (X12 322, Q501)",
    "X12 element 157 in 4010 (https://www.stedi.com/edi/x12-004010/element/157) as guides to the 322 use it "
    "(BNSF, CSX, Hamburg Süd)",
    (
        *rows_of("I through the gate, inwards", Milestone.EMPTY_RETURNED, EMPTY),
        *rows_of("OA through the gate, outwards", Milestone.EMPTY_RELEASED, EMPTY),
        *(
            row
            for code in ("A", "AR", "RL", "P", "AE", "UV", "NF", "AV", "D", "VA", "VD")
            for row in rows_of(f"{code} moved while empty", "It moves an empty container.", EMPTY)
        ),
        *rows_of("I through the gate, inwards", Milestone.GATED_IN_ORIGIN, ELSEWHERE_THAN_DESTINATION),
        *rows_of("I through the gate, inwards", _GATE),
        *rows_of("OA through the gate, outwards", Milestone.GATED_OUT_DESTINATION, ELSEWHERE_THAN_ORIGIN),
        *rows_of("OA through the gate, outwards", _GATE),
        *rows_of("A the train arrived", Milestone.RAIL_ARRIVED, AT_DESTINATION),
        *rows_of(
            "A the train arrived; P the train left a ramp; R received from the carrier before", Milestone.IN_TRANSIT
        ),
        *rows_of("AR the train arrived at the ramp of destination", Milestone.RAIL_ARRIVED),
        *rows_of("RL the train left the ramp of origin", Milestone.RAIL_DEPARTED),
        *rows_of("NF ready, with the time that is free; AV available for delivery", Milestone.AVAILABLE_PICKUP),
        *rows_of("AE loaded on a ship", Milestone.LOADED),
        *rows_of("UV unloaded from a ship", Milestone.DISCHARGED),
        *rows_of("VA the ship arrived", Milestone.ARRIVED_DESTINATION),
        *rows_of("VD the ship left", Milestone.DEPARTED),
        *rows_of("D delivered", Milestone.DELIVERED),
        *rows_of(
            "B out of order or damaged; H equipment sent to heavy repair", Milestone.EXCEPTION, reason=Reason.EQUIPMENT
        ),
        *rows_of("RD empty container returned", Milestone.EMPTY_RETURNED),
        *rows_of("EE empty container dispatched for loading", Milestone.EMPTY_RELEASED),
        *rows_of("HG held on the ground", Milestone.EXCEPTION),
        *rows_of("AL loaded on a train", "Loading on a train: its departure says it."),
        *rows_of("UR unloaded from a rail car", "Unloading from a train: its arrival says it."),
        *rows_of("AM loaded on a truck; AO loaded on a barge", "Loading: the next departure says it."),
        *rows_of("J delivered to the connecting line", "Handed on: the next carrier's events say more."),
        *rows_of(
            "CB tied to a chassis; CC untied from a chassis; CS container sealed; SC seals changed; CV container "
            "handled again; TM moved within the terminal; G repaired; DC unit cleaned",
            "The handling of equipment is no news to a receiver.",
        ),
        *rows_of("N arrived without paperwork", "Papers between carriers."),
        *rows_of("FT free time has expired", "Whether the date is the last free day is not said."),
    ),
)
