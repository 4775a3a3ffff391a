"""A service in this process, on a fresh store and by a handed clock: what the runs share in which nothing is killed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.proof.setting import Setting
from notifiers.base import Accepted, Channel, Message, Notifier, Seen
from service.clock import Clock, ManualClock
from service.flows import decide
from service.logs import set_up_logs
from service.store.engine import open_database
from service.store.migrations import upgrade
from tests.kits import Works

NOON = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
"""A Thursday in summer time, far from any change of clocks."""

AT_ONCE = {
    "N3.near_minutes": 0,
    "N3.far_minutes": 0,
    "N6.bundle_minutes": 0,
    "N7.join_minutes": 0,
    "N15.least": 10**6,
    "breaker.least": 10**6,
}
"""Rules without waiting and without a surge: a proof says in a minute what an account says in a year."""


class Witness:
    """A provider that takes everything and remembers when, by the clock that it was handed."""

    name = "witness"
    two_way = True

    def __init__(self, clock: Clock, channel: Channel = Channel.SMS) -> None:
        self.channel = channel
        self.sender = "+447700900000" if channel is Channel.SMS else "desk@example.com"
        self.taken: list[tuple[datetime, Message]] = []
        self._clock = clock
        self._gate = threading.Lock()

    def send(self, message: Message) -> Accepted:
        """Take it. See `Notifier.send`."""
        with self._gate:
            self.taken.append((self._clock(), message))
            return Accepted(f"wit_{len(self.taken)}")


class Listed(Witness):
    """A witness that lists what it took, as late as *lag*."""

    def __init__(self, clock: Clock, lag: timedelta = timedelta(0)) -> None:
        super().__init__(clock)
        self._lag = lag

    def since(self, instant: datetime, to: str | None = None) -> Sequence[Seen]:
        """What it lists by now. See `Lists.since`."""
        now = self._clock()
        with self._gate:
            return [
                Seen(f"wit_{number}", True, self.sender, message.to, message.text, at)
                for number, (at, message) in enumerate(self.taken, 1)
                if at >= instant and to in (None, message.to) and now - at >= self._lag
            ]


@contextmanager
def house(
    setting: Setting,
    kind: str,
    clock: ManualClock,
    notifiers: Mapping[Channel, Notifier] | None = None,
    **settings: Any,
) -> Iterator[Works]:
    """A service on a fresh store of *kind*, without loops of its own."""
    with quiet(), setting.stores.fresh(kind) as url:
        upgrade(url)
        with opened(setting, url, clock, notifiers, **settings) as works:
            yield works


@contextmanager
def quiet() -> Iterator[None]:
    """Without the log lines of this process: what it is made to suffer here is no news."""
    set_up_logs("error", as_json=False)
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def opened(
    setting: Setting, url: str, clock: ManualClock, notifiers: Mapping[Channel, Notifier] | None = None, **more: Any
) -> Iterator[Works]:
    """A further process's share of a service on the same store, or the same one after a restart."""
    database = open_database(url)
    try:
        works = Works(database, clock, notifiers, setting.folder, **more)
        try:
            yield works
        finally:
            works.close()
    finally:
        database.close()


def decided(works: Works) -> int:
    """Look at every shipment that is due; returns how many looks that took."""
    looks = 0
    while some := decide.run_due(works.kit):
        looks += some
    return looks


def drained(works: Works, seconds: float = 60.0) -> int:
    """Decide and send until nothing more happens at this instant; returns how many messages were dealt with."""
    dealt = 0
    while (sent := works.dispatcher.run_due()) or decided(works):
        dealt += sent
        assert works.dispatcher.wait_idle(seconds), "a call did not come back"
    return dealt


def phone(number: int) -> str:
    """A phone of its own for each of a hundred thousand people, none of whom exists."""
    return f"+4477009{number:05d}"
