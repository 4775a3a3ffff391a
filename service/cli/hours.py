"""Opening hours as people type them: `Mon-Fri 08:00-18:00, Sat 9-12`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby, pairwise
from typing import Any

from service.cli.speech import fail

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EXAMPLE = '"Mon-Fri 08:00-18:00, Sat 09:00-12:00"'

_PART = re.compile(
    r"(?P<first>[a-z]{2,9})(?:\s*[-–]\s*(?P<last>[a-z]{2,9}))?\s+(?P<spans>[\d:.\s–-]+(?:and[\d:.\s–-]+)*)",
    re.IGNORECASE,
)
_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[:.](\d{2}))?")


def read(said: str) -> dict[str, list[list[str]]]:
    """{"0": [["08:00", "18:00"]], …} with Monday as 0; ends the command where it cannot be read."""
    found: dict[str, list[list[str]]] = {}
    for part in re.split(r"[,;]", said):
        match = _PART.fullmatch(part.strip())
        if match is None:
            fail(f"These hours cannot be read: write them as {EXAMPLE}.")
        first, last = _day(match["first"]), _day(match["last"] or match["first"])
        spans = [_span(span) for span in re.split(r"\band\b", match["spans"])]
        for step in range((last - first) % 7 + 1):
            found.setdefault(str((first + step) % 7), []).extend(spans)
    for spans in found.values():
        spans.sort()
        if any(one[1] > other[0] for one, other in pairwise(spans)):
            fail("These hours overlap on the same day: name each hour once.")
    return dict(sorted(found.items()))


def written(hours: Mapping[str, Any] | None) -> str | None:
    """The same in words, as they can be typed again; None where no hours are set."""
    spans = [(day, (hours or {}).get(str(number))) for number, day in enumerate(DAYS)]
    parts: list[str] = []
    for found, group in groupby(spans, key=lambda one: one[1]):
        days = [day for day, _ in group]
        if found:
            named = days[0] if len(days) == 1 else f"{days[0]}-{days[-1]}"
            parts.append(f"{named} {' and '.join('-'.join(span) for span in found)}")
    return ", ".join(parts) or None


def _day(name: str) -> int:
    numbers = [number for number, day in enumerate(DAYS) if name.lower().startswith(day.lower())]
    if not numbers:
        fail(f"{name} is not a day: write Mon, Tue, Wed, Thu, Fri, Sat or Sun.")
    return numbers[0]


def _span(said: str) -> list[str]:
    match = _SPAN.fullmatch(said.strip())
    if match is None:
        fail(f"These hours cannot be read: write them as {EXAMPLE}.")
    begin, end = (_clock(match[1], match[2]), _clock(match[3], match[4]))
    if begin >= end:
        fail(f"{begin}-{end} ends before it begins: write a day's hours in order.")
    return [begin, end]


def _clock(hour: str, minute: str | None) -> str:
    if int(hour) > 23 or int(minute or 0) > 59:
        fail(f"{hour}:{minute or '00'} is not a time of day: hours go from 00:00 to 23:59.")
    return f"{int(hour):02d}:{minute or '00'}"
