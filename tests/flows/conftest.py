"""A service with notifiers that remember, on each store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from notifiers.base import Channel
from notifiers.testing import Recorder
from service.clock import ManualClock
from service.store.engine import Database
from tests.kits import Works, running


@pytest.fixture
def sms() -> Recorder:
    """The notifier for texts."""
    return Recorder(Channel.SMS)


@pytest.fixture
def email() -> Recorder:
    """The notifier for e-mails."""
    return Recorder(Channel.EMAIL, sender="desk@example.com")


@pytest.fixture
def works(database: Database, clock: ManualClock, sms: Recorder, email: Recorder, tmp_path: Path) -> Iterator[Works]:
    """A live account with both channels."""
    with running(database, clock, {Channel.SMS: sms, Channel.EMAIL: email}, place=tmp_path) as found:
        found.go()
        yield found


@pytest.fixture
def shadow(database: Database, clock: ManualClock, sms: Recorder, email: Recorder, tmp_path: Path) -> Iterator[Works]:
    """An account in shadow, whose notifiers must stay silent."""
    with running(database, clock, {Channel.SMS: sms, Channel.EMAIL: email}, place=tmp_path) as found:
        yield found
