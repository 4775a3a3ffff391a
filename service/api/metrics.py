"""Figures of the whole database for Prometheus, asked when they are scraped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from service.api.deps import Deps
from service.store import views_deliveries, views_parked, views_status, views_unmapped

Gauge = GaugeMetricFamily


class Figures(Collector):
    """What one look at the database says. Labels are states, channels and stages: no account, no address."""

    def __init__(self, families: list[Gauge]) -> None:
        self._families = families

    def collect(self) -> Iterator[Gauge]:
        """The families as they were read."""
        yield from self._families


def gauges(deps: Deps) -> bytes:
    """The figures in Prometheus' text format. Raises StoreUnavailable."""
    registry = CollectorRegistry()
    registry.register(Figures(read(deps)))
    return generate_latest(registry)


def read(deps: Deps) -> list[Gauge]:
    """Ask the database once, in one snapshot."""
    now = deps.kit.clock()
    with deps.kit.database.read() as conn:
        due = views_status.oldest_due(conn, now)
        look = views_status.oldest_look(conn, now)
        looks = views_status.looks_due(conn, now)
        ticked = views_status.last_tick(conn)
        waiting = views_status.open_messages(conn)
        recent = views_status.recent_messages(conn, now)
        calls = views_status.recent_calls(conn, now)
        told = views_deliveries.oldest_due(conn, now)
        off = views_deliveries.switched_off(conn)
        threads = views_status.open_threads(conn)
        parked = views_parked.oldest(conn)
        codes = views_unmapped.open_count(conn)
    return [
        age("milepost_oldest_due_message_seconds", "How long the oldest due message waits.", due, now),
        age("milepost_oldest_look_seconds", "How long the oldest shipment due for a look waits.", look, now),
        age("milepost_last_tick_seconds", "How long ago a scheduled check was done.", ticked, now),
        age("milepost_oldest_due_delivery_seconds", "How long the oldest due call of a webhook waits.", told, now),
        age("milepost_oldest_parked_fact_seconds", "How long the oldest fact waits for a shipment.", parked, now),
        single("milepost_unmapped_codes", "Codes that nobody has given a meaning.", codes),
        single("milepost_webhooks_off", "Webhooks that are switched off.", off),
        single("milepost_shipments_due", "Shipments due for a look.", looks),
        single("milepost_threads_open", "Conversations that wait for us.", threads),
        counted("milepost_messages_open", "Messages that have not ended.", ("state", "channel", "stage"), waiting),
        counted("milepost_messages_day", "Messages made in 24 hours.", ("state", "channel", "stage"), recent),
        counted("milepost_calls_day", "Calls received in 24 hours.", ("outcome",), calls),
    ]


def age(name: str, text: str, since: datetime | None, now: datetime) -> Gauge:
    """Seconds since an instant; 0 where there is none."""
    return single(name, text, max(0.0, (now - since).total_seconds()) if since else 0.0)


def single(name: str, text: str, value: float) -> Gauge:
    """One number."""
    return Gauge(name, text, value=value)


def counted(
    name: str, text: str, labels: tuple[str, ...], rows: list[tuple[str, str, str, int]] | list[tuple[str, int]]
) -> Gauge:
    """Numbers by their labels; the last member of each row is the number."""
    family = Gauge(name, text, labels=labels)
    for *words, number in rows:
        family.add_metric([str(word) for word in words], float(number))
    return family
