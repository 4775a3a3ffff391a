"""How far a shipment is switched on."""

from __future__ import annotations

from service.records.enums import Mode, Stage
from service.records.situation import Situation

_STAGES = {Mode.OFF: None, Mode.SHADOW: Stage.REHEARSAL, Mode.LIVE: Stage.LIVE}


def mode_of(situation: Situation) -> Mode:
    """The mode that applies: the shipment's own, else its customer's, else the account's."""
    shipment = situation.shipment
    return shipment.mode or shipment.customer_mode or situation.account.mode


def stage_of(situation: Situation) -> Stage | None:
    """In which stage words are said now; None where nothing is."""
    return stage_under(mode_of(situation))


def stage_under(mode: Mode) -> Stage | None:
    """In which stage words are said where *mode* applies; None where nothing is."""
    return _STAGES[mode]
