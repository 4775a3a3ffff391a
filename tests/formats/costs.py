"""What reading a body holds. How long it takes is measured in `benchmarks/hostile.py`."""

from __future__ import annotations

import contextlib
import tracemalloc
from collections.abc import Callable

from service.formats.base import Unreadable


def memory(read: Callable[[], object]) -> int:
    """The most bytes that *read*, or its refusal, holds at one time."""
    tracemalloc.start()
    try:
        with contextlib.suppress(Unreadable):
            read()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
