"""The facts that a proof posts: which there are, what each must lead to, and under what names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from benchmarks.load import phone
from benchmarks.proof.fast_clock import FastClock

GROUP, NEW = 5, 3
"""Of five facts three are of new shipments, whose follower gets one text each; two report an earlier one again."""

BACK = 60
"""How many facts earlier a shipment was new whose departure is reported again."""


def fact_id(run: str, n: int) -> str:
    """The event's own id."""
    return f"{run}-{n}"


def number_of(event_id: str) -> int:
    """Which fact an id names."""
    return int(event_id.rpartition("-")[2])


def about(n: int) -> int:
    """The fact that was the first of its shipment: *n* itself, or an earlier one that *n* reports again."""
    if n < BACK or n % GROUP < NEW:
        return n
    earlier = n - BACK
    return earlier - earlier % GROUP


def phone_of(n: int) -> str:
    """Whose text fact *n* leads to; everybody follows one shipment."""
    first = about(n)
    return phone(first if first < BACK else BACK + (first - BACK) // GROUP * NEW + first % GROUP)


def texts(numbers: Iterable[int]) -> set[str]:
    """The phones that these facts lead to one text each."""
    return {phone_of(n) for n in numbers}


def event(run: str, n: int, clock: FastClock, times: dict[int, str]) -> dict[str, object]:
    """Fact *n*. *times* remembers when each shipment left, so that a second report says the same."""
    first = about(n)
    left = times.setdefault(first, (clock() - timedelta(minutes=1)).isoformat())
    return {
        "id": fact_id(run, n),
        "ref": f"{run} {first}",
        "milestone": "departed",
        "at": left,
        "place": "CNNGB",
        "tell": [{"phone": phone_of(n), "zone": "UTC"}],
    }
