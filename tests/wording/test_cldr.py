"""What one reader's language was asked changes nothing for the next reader's."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from service.wording.languages import LANGUAGES

WRITE = """
import json, sys
from datetime import UTC, date, datetime
from service.wording import dates

def written(tag):
    days = [dates.day(date(2026, month, 7), datetime(2025, 1, 1, tzinfo=UTC), language=tag) for month in range(1, 13)]
    near = [dates.day(date(2026, month, 7), language=tag) for month in range(1, 13)]
    week = [dates.weekday(number, tag) for number in range(7)]
    return [days, near, week, dates.city("Europe/Paris", tag), dates.pattern(tag)]

print(json.dumps({tag: written(tag) for tag in sys.argv[1:]}))
"""


def in_this_order(*tags: str) -> dict[str, object]:
    """What a process of its own writes that is asked for one language after the other."""
    done = subprocess.run([sys.executable, "-c", WRITE, *tags], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("first", LANGUAGES)
def test_every_language_writes_the_same_dates_whichever_was_asked_first(first: str) -> None:
    others = [tag for tag in LANGUAGES if tag != first]
    found = in_this_order(first, *others)
    assert found == in_this_order(*reversed(others), first)
