"""Opening hours in a few characters."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from service.wording.dates import weekday
from service.wording.languages import Language, language_of
from service.wording.lines import join


def hours_in_words(hours: Mapping[str, Any] | None, language: str = "en") -> str | None:
    """`Mon-Fri 8-18` from {"0": [["08:00", "18:00"]], …} (weekday 0 is Monday); None where no hours are set."""
    if not hours:
        return None
    words = language_of(language)
    spans = [(day, _spans(words, hours.get(str(day)))) for day in range(7)]
    parts: list[str] = []
    for open_hours, group in groupby(spans, key=lambda item: item[1]):
        days = [weekday(day, language) for day, _ in group]
        if open_hours:
            parts.append(f"{days[0] if len(days) == 1 else f'{days[0]}-{days[-1]}'} {open_hours}")
    return join(words, parts) or None


def _spans(language: Language, spans: Any) -> str:
    return join(language, [f"{_clock(begin)}-{_clock(end)}" for begin, end in spans or ()], "hours.and")


def _clock(moment: str) -> str:
    hour, minute = moment.split(":")
    return str(int(hour)) if minute == "00" else f"{int(hour)}:{minute}"
