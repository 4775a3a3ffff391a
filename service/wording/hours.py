"""Opening hours in a few characters."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def hours_in_words(hours: Mapping[str, Any] | None) -> str | None:
    """`Mon-Fri 8-18` from {"0": [["08:00", "18:00"]], …} (weekday 0 is Monday); None where no hours are set."""
    if not hours:
        return None
    spans = [(day, _spans(hours.get(str(day)))) for day in range(7)]
    parts: list[str] = []
    for words, group in groupby(spans, key=lambda item: item[1]):
        days = [day for day, _ in group]
        if words:
            name = DAYS[days[0]] if len(days) == 1 else f"{DAYS[days[0]]}-{DAYS[days[-1]]}"
            parts.append(f"{name} {words}")
    return ", ".join(parts) or None


def _spans(spans: Any) -> str:
    return " and ".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in spans or ())


def _clock(moment: str) -> str:
    hour, minute = moment.split(":")
    return str(int(hour)) if minute == "00" else f"{int(hour)}:{minute}"
