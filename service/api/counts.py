"""Counters of one process, for `/metrics`. Their labels are closed vocabularies: no account, no address, no path."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

from service.records.results import IntakeResult

OUTCOMES = ("accepted", "duplicate", "parked", "ignored", "unmapped", "rejected")

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Counts:
    """Counters and their registry; one per app, so that two apps in one process count apart."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        items = Counter("milepost_items", "Items posted, by what became of them.", ["outcome"], registry=self.registry)
        self._items = {outcome: items.labels(outcome=outcome) for outcome in OUTCOMES}
        self.accept_seconds = Histogram(
            "milepost_accept_seconds",
            "From the first byte read to the durable commit of a call.",
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.callbacks = Counter(
            "milepost_callbacks", "Calls of providers, by what became of them.", ["outcome"], registry=self.registry
        )
        self.streams = Counter("milepost_streams", "Streams opened.", registry=self.registry)

    def count(self, result: IntakeResult) -> None:
        """Add what became of one call's items."""
        for item in result.items:
            counter = self._items.get(item.outcome)
            if counter is not None:
                counter.inc()
