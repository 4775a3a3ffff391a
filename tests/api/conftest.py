"""A service without an engine: tests say when it decides and sends, so nothing happens behind their back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.app import create_app
from service.clock import ManualClock
from service.settings import Settings
from tests.api.service import Service

NOON = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)


@pytest.fixture
def service(migrated_url: str, clock: ManualClock, noon: object) -> Iterator[Service]:
    """A running service with its own key, on each store."""
    yield from started(Settings(database_url=migrated_url), clock)


@pytest.fixture(scope="module")
def quick(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service on SQLite for all tests of a file that ask for it: for refusals, which leave nothing behind."""
    path = tmp_path_factory.mktemp("quick") / "milepost.db"
    shutil.copyfile(sqlite_template, path)
    yield from started(Settings(database_url=f"sqlite:///{path}"), ManualClock(NOON))


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
