"""N6: containers of one shipment do the same thing within the hour: one text says how many, and one more the rest."""

from __future__ import annotations

from datetime import datetime

from service.policy.happenings import Happening
from service.policy.look import Look
from service.policy.rules import hours, in_words, minutes
from service.records.decision import Verdict
from service.records.enums import NoticeState
from service.records.said import Said
from service.records.situation import Spoken

REST = "rest"
"""Behind the key of an occurrence: the text about the units that came after the first one."""


def gathers_until(look: Look, what: Happening) -> datetime | None:
    """Until when more units of *what* are waited for; None where it may be said now."""
    if what.units <= 1 or what.complete:
        return None
    until = what.known_at + minutes(look.rules, "N6.bundle_minutes")
    return until if until > look.now else None


def gathering(look: Look, what: Happening) -> Verdict:
    """N6 in words."""
    span = in_words(minutes(look.rules, "N6.bundle_minutes"))
    return Verdict("N6", False, f"{what.units_done} of {what.units} have done it, and {span} are given to the others")


def rest_due(look: Look, what: Happening, past: Spoken | None) -> datetime | None:
    """When the units that were not counted in *past* are said; None where nothing is left to say."""
    if past is None or past.state is not NoticeState.SAID:
        return None
    said = Said.from_json(past.params)
    if said.units <= 1 or said.units_done >= said.units or what.units_done <= said.units_done:
        return None
    return look.now if what.complete else past.created_at + hours(look.rules, "N6.rest_hours")
