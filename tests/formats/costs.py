"""What reading a body costs: processor time, the best of a few tries, because other processes take the caches away."""

from __future__ import annotations

import contextlib
import gc
import time
import tracemalloc
from collections.abc import Callable

from service.formats.base import Unreadable

TRIES = 4


def within(seconds: float, read: Callable[[], object]) -> bool:
    """Whether *read*, or its refusal, takes less than so many seconds of the processor.

    What the tests before have left is set aside, as the service does with what is there at its start.
    """
    gc.collect()
    gc.freeze()
    try:
        return any(_cost(read) < seconds for _ in range(TRIES))
    finally:
        gc.unfreeze()


def _cost(read: Callable[[], object]) -> float:
    began = time.process_time()
    with contextlib.suppress(Unreadable):
        read()
    return time.process_time() - began


def memory(read: Callable[[], object]) -> int:
    """The most bytes that *read*, or its refusal, holds at one time."""
    tracemalloc.start()
    try:
        with contextlib.suppress(Unreadable):
            read()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
