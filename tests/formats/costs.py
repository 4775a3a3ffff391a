"""What reading a body costs: processor time, the best of a few tries, because other processes take the caches away."""

from __future__ import annotations

import contextlib
import time
import tracemalloc
from collections.abc import Callable

from service.formats.base import Unreadable

TRIES = 4


def within(seconds: float, read: Callable[[], object]) -> bool:
    """Whether *read*, or its refusal, takes less than so many seconds of the processor."""
    for _ in range(TRIES):
        began = time.process_time()
        with contextlib.suppress(Unreadable):
            read()
        if time.process_time() - began < seconds:
            return True
    return False


def memory(read: Callable[[], object]) -> int:
    """The most bytes that *read*, or its refusal, holds at one time."""
    tracemalloc.start()
    try:
        with contextlib.suppress(Unreadable):
            read()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
