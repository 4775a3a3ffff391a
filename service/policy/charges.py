"""What it costs that goods still stand at the port."""

from __future__ import annotations

from service.policy.look import Look
from service.records.enums import Line


def running_charge(look: Look) -> str | None:
    """What a day costs now that free time is over; None while it lasts, and where nobody says."""
    truth = look.journey.lines.get(Line.FREE_TIME)
    if truth is None or truth.when is None or truth.current is None or look.now < truth.when.end:
        return None
    return truth.current.charge
