"""A service without an engine: tests say when it decides and sends, so nothing happens behind their back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.app import create_app
from service.clock import ManualClock
from service.settings import Settings
from tests.api.service import Service


@pytest.fixture
def service(migrated_url: str, clock: ManualClock, noon: object) -> Iterator[Service]:
    """A running service with its own key, on each store."""
    yield from started(Settings(database_url=migrated_url), clock)


@pytest.fixture
def quick(migrated_sqlite_url: str, clock: ManualClock) -> Iterator[Service]:
    """The same on SQLite only, for what does not touch the store."""
    yield from started(Settings(database_url=migrated_sqlite_url), clock)


@pytest.fixture
def small(migrated_sqlite_url: str, clock: ManualClock) -> Iterator[Service]:
    """A service that reads little and lets nobody call often."""
    settings = Settings(database_url=migrated_sqlite_url, max_body_bytes=2_000, rate_per_minute=5)
    yield from started(settings, clock)


@pytest.fixture
def live(migrated_url: str, clock: ManualClock) -> Iterator[Service]:
    """A service with a real notifier for texts, which remembers them."""
    sms = Recorder(Channel.SMS)
    yield from started(
        Settings(database_url=migrated_url, public_url="https://t.example.com"), clock, {Channel.SMS: sms}
    )


def started(
    settings: Settings, clock: ManualClock, notifiers: dict[Channel, Recorder] | None = None
) -> Iterator[Service]:
    """A service from start to stop."""
    app = create_app(settings, notifiers=notifiers or {}, clock=clock, engine=False)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Service(client, app, clock, notifiers or {})
