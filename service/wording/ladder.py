"""The shrink ladder: a text gives up what it can spare, step by step, until it fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from service.wording.gsm7 import segments

MAX_SEGMENTS = 2
"""No text in the SMS alphabet that the service writes on its own is longer; one in another writing takes one more."""

Rung = tuple[int, Sequence[str]]
"""How many segments are allowed, and the steps that may be taken to get there."""


def fit(make: Callable[[tuple[str, ...]], str], rungs: Sequence[Rung]) -> tuple[str, tuple[str, ...]]:
    """The first text that fits, with the steps that changed it, in order and each named once.

    Every rung starts from the whole text again: a text that needs two segments anyway has room for what the first
    rung gave up. Where nothing fits, the shortest text is returned: a text never fails to leave.
    """
    taken: tuple[str, ...] = ()
    text = whole = make(taken)
    for limit, steps in rungs:
        text, taken = _descend(make, whole, limit, steps)
        if segments(text) <= limit:
            break
    return text, tuple(dict.fromkeys(taken))


def _descend(
    make: Callable[[tuple[str, ...]], str], whole: str, limit: int, steps: Sequence[str]
) -> tuple[str, tuple[str, ...]]:
    taken: tuple[str, ...] = ()
    text = whole
    for step in steps:
        if segments(text) <= limit:
            break
        shorter = make((*taken, step))
        if shorter != text:
            text, taken = shorter, (*taken, step)
    return text, taken
