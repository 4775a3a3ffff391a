"""What every endpoint works with: one object, built by the app and read from `app.state.deps`."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

from service.api.access import Access
from service.api.counts import Counts
from service.flows.dispatch import Dispatcher
from service.flows.intake import Journal
from service.flows.kit import Kit


@dataclass(frozen=True, slots=True)
class Deps:
    """`stopping` is set when the process begins to stop, so that open streams end; `stop()` sets it.

    `stream_seats` counts the open streams of each key; only the event loop touches it.
    """

    kit: Kit
    journal: Journal
    dispatcher: Dispatcher
    access: Access
    counts: Counts
    version: str = "0"
    stopping: threading.Event = field(default_factory=threading.Event)
    stream_seats: Counter[str] = field(default_factory=Counter)

    def stop(self) -> None:
        """End every open stream within a second. Safe to call from a signal handler and more than once."""
        self.stopping.set()


def make_deps(kit: Kit, journal: Journal, dispatcher: Dispatcher, *, rate_per_minute: int, version: str = "0") -> Deps:
    """Deps with a fresh cache of keys and fresh counters."""
    return Deps(
        kit=kit,
        journal=journal,
        dispatcher=dispatcher,
        access=Access(kit.database, kit.clock, rate_per_minute),
        counts=Counts(),
        version=version,
    )
