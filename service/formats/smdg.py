"""SMDG delay reason codes in our own words.

Source: SMDG's list of 47 codes as DCSA publishes it (https://smdg.org/smdg-code-lists/). A code speaks of a ship's
call, not of one customer's goods: a reason stands here only where the sentence that a customer reads is true of it,
and "the ship is running late" is true of all the others.
"""

from __future__ import annotations

from service.records.enums import Reason

DELAYS: dict[str, tuple[str, Reason]] = {
    "ACC": ("accident on board", Reason.VESSEL_LATE),
    "DEV": ("route changed to avoid bad weather", Reason.WEATHER),
    "EDD": ("emergency dry-docking", Reason.ENGINE),
    "ENG": ("engine repairs", Reason.ENGINE),
    "MVX": ("more containers than planned", Reason.VESSEL_LATE),
    "PAU": ("ship detained by port authorities", Reason.VESSEL_LATE),
    "SPE": ("crew or ship's equipment not ready", Reason.VESSEL_LATE),
    "STW": ("cargo stowed again", Reason.VESSEL_LATE),
    "VGR": ("ship's gear broke down", Reason.EQUIPMENT),
    "OTV": ("other reasons of the ship", Reason.VESSEL_LATE),
    "AIP": ("accident at the terminal", Reason.VESSEL_LATE),
    "ANA": ("authorities not available", Reason.VESSEL_LATE),
    "BUN": ("refuelling", Reason.VESSEL_LATE),
    "CGS": ("berth busy, ship off its schedule", Reason.PORT_CONGESTION),
    "CRN": ("too few cranes", Reason.VESSEL_LATE),
    "FTE": ("terminal equipment failed", Reason.EQUIPMENT),
    "HLD": ("hatch-cover problem", Reason.VESSEL_LATE),
    "LAB": ("too few workers", Reason.VESSEL_LATE),
    "LAS": ("lashing took longer", Reason.VESSEL_LATE),
    "LOT": ("other trouble with labour", Reason.VESSEL_LATE),
    "MIL": ("military exercise", Reason.VESSEL_LATE),
    "PBC": ("berth busy, ship on its schedule", Reason.PORT_CONGESTION),
    "PIT": ("pilot or tug not available", Reason.VESSEL_LATE),
    "PLT": ("planning of the terminal", Reason.VESSEL_LATE),
    "PRD": ("slow work at the terminal", Reason.VESSEL_LATE),
    "QUA": ("quarantine inspection", Reason.VESSEL_LATE),
    "YRD": ("terminal yard full", Reason.PORT_CONGESTION),
    "OTS": ("other reasons on shore", Reason.VESSEL_LATE),
    "CAE": ("waiting for export cargo", Reason.VESSEL_LATE),
    "CIN": ("authorities inspect cargo", Reason.VESSEL_LATE),
    "DIN": ("missing information", Reason.VESSEL_LATE),
    "LEK": ("leaking container", Reason.VESSEL_LATE),
    "REF": ("refrigerated container failed", Reason.VESSEL_LATE),
    "SPH": ("special handling of cargo", Reason.VESSEL_LATE),
    "STF": ("wrongly packed container", Reason.VESSEL_LATE),
    "UCC": ("oversize or loose cargo", Reason.VESSEL_LATE),
    "WGT": ("weight of cargo declared wrongly", Reason.VESSEL_LATE),
    "OTC": ("other reasons of cargo", Reason.VESSEL_LATE),
    "HOL": ("public holiday", Reason.HOLIDAY),
    "QUV": ("ship in quarantine", Reason.VESSEL_LATE),
    "PTF": ("traffic restricted in the port", Reason.PORT_CONGESTION),
    "RSC": ("ship helped in a rescue", Reason.VESSEL_LATE),
    "STR": ("strike", Reason.STRIKE),
    "TID": ("tides", Reason.VESSEL_LATE),
    "VIN": ("coast guard inspects the ship", Reason.VESSEL_LATE),
    "WEA": ("bad weather", Reason.WEATHER),
    "OTF": ("other force majeure", Reason.VESSEL_LATE),
}
"""Code to what it says, and to the reason that customers are told."""


def reason_of(code: str) -> Reason:
    """The reason of *code*; a code that is not in the list is a cause for which there are no words."""
    return DELAYS[code][1] if code in DELAYS else Reason.OTHER
