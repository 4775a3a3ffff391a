"""Lengths of time as people type them: `30m`, `2h`, `3d`."""

from __future__ import annotations

import re
from datetime import timedelta

from service.cli.speech import fail

UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days"}
LONGEST = timedelta(days=366)


def read(said: str) -> timedelta | None:
    """The length of time, None for no words; ends the command where it cannot be read."""
    if not said:
        return None
    match = re.fullmatch(r"\s*(\d{1,6})\s*(m|min|h|d)\s*", said, re.IGNORECASE)
    length = timedelta(**{UNITS[match[2].lower()]: int(match[1])}) if match else timedelta()
    if not timedelta() < length <= LONGEST:
        fail(f"{said} is no length of time: write 30m, 2h or 3d, at most {LONGEST.days} days.")
    return length
