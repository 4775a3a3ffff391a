"""SMDG delay reason codes in our own words.

Source: SMDG's list of 47 codes as DCSA publishes it (https://smdg.org/smdg-code-lists/). A code speaks of a ship's
call, not of one customer's goods: a reason stands here only where the sentence that a customer reads is true of it,
and "the ship is running late" is true of all the others.
"""

from __future__ import annotations

from service.formats.vocabulary import Code, Vocabulary
from service.records.enums import Reason

_ROWS: tuple[Code, ...] = (
    Code("ACC", "accident on board", Reason.VESSEL_LATE),
    Code("DEV", "route changed to avoid bad weather", Reason.WEATHER),
    Code("EDD", "emergency dry-docking", Reason.ENGINE),
    Code("ENG", "engine repairs", Reason.ENGINE),
    Code("MVX", "more containers than planned", Reason.VESSEL_LATE),
    Code("PAU", "ship detained by port authorities", Reason.VESSEL_LATE),
    Code("SPE", "crew or ship's equipment not ready", Reason.VESSEL_LATE),
    Code("STW", "cargo stowed again", Reason.VESSEL_LATE),
    Code("VGR", "ship's gear broke down", Reason.EQUIPMENT),
    Code("OTV", "other reasons of the ship", Reason.VESSEL_LATE),
    Code("AIP", "accident at the terminal", Reason.VESSEL_LATE),
    Code("ANA", "authorities not available", Reason.VESSEL_LATE),
    Code("BUN", "refuelling", Reason.VESSEL_LATE),
    Code("CGS", "berth busy, ship off its schedule", Reason.PORT_CONGESTION),
    Code("CRN", "too few cranes", Reason.VESSEL_LATE),
    Code("FTE", "terminal equipment failed", Reason.EQUIPMENT),
    Code("HLD", "hatch-cover problem", Reason.VESSEL_LATE),
    Code("LAB", "too few workers", Reason.VESSEL_LATE),
    Code("LAS", "lashing took longer", Reason.VESSEL_LATE),
    Code("LOT", "other trouble with labour", Reason.VESSEL_LATE),
    Code("MIL", "military exercise", Reason.VESSEL_LATE),
    Code("PBC", "berth busy, ship on its schedule", Reason.PORT_CONGESTION),
    Code("PIT", "pilot or tug not available", Reason.VESSEL_LATE),
    Code("PLT", "planning of the terminal", Reason.VESSEL_LATE),
    Code("PRD", "slow work at the terminal", Reason.VESSEL_LATE),
    Code("QUA", "quarantine inspection", Reason.VESSEL_LATE),
    Code("YRD", "terminal yard full", Reason.PORT_CONGESTION),
    Code("OTS", "other reasons on shore", Reason.VESSEL_LATE),
    Code("CAE", "waiting for export cargo", Reason.VESSEL_LATE),
    Code("CIN", "authorities inspect cargo", Reason.VESSEL_LATE),
    Code("DIN", "missing information", Reason.VESSEL_LATE),
    Code("LEK", "leaking container", Reason.VESSEL_LATE),
    Code("REF", "refrigerated container failed", Reason.VESSEL_LATE),
    Code("SPH", "special handling of cargo", Reason.VESSEL_LATE),
    Code("STF", "wrongly packed container", Reason.VESSEL_LATE),
    Code("UCC", "oversize or loose cargo", Reason.VESSEL_LATE),
    Code("WGT", "weight of cargo declared wrongly", Reason.VESSEL_LATE),
    Code("OTC", "other reasons of cargo", Reason.VESSEL_LATE),
    Code("HOL", "public holiday", Reason.HOLIDAY),
    Code("QUV", "ship in quarantine", Reason.VESSEL_LATE),
    Code("PTF", "traffic restricted in the port", Reason.PORT_CONGESTION),
    Code("RSC", "ship helped in a rescue", Reason.VESSEL_LATE),
    Code("STR", "strike", Reason.STRIKE),
    Code("TID", "tides", Reason.VESSEL_LATE),
    Code("VIN", "coast guard inspects the ship", Reason.VESSEL_LATE),
    Code("WEA", "bad weather", Reason.WEATHER),
    Code("OTF", "other force majeure", Reason.VESSEL_LATE),
)

SMDG = Vocabulary("smdg", "SMDG delay reasons", "https://smdg.org/smdg-code-lists/, as DCSA publishes it", _ROWS)

DELAYS: dict[str, Reason] = {row.code: row.becomes for row in _ROWS if isinstance(row.becomes, Reason)}
"""Code to the reason that customers are told. A code that is not in it is a cause for which there are no words."""
