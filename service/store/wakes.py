"""Waking those who wait for rows: at once within the process, by NOTIFY between processes on PostgreSQL.

A wake only shortens a wait. Whoever listens also looks by the clock, so a lost wake loses time and nothing else.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

CHANNEL = "milepost"
POLL_SECONDS = 0.25
"""How often the listening thread sees whether it should end."""

PAUSE_SECONDS = 1.0
"""How long it waits before it connects again."""

log = logging.getLogger(__name__)


class Subscription:
    """A callback that is called until it is closed."""

    def __init__(self, close: Callable[[], None]) -> None:
        self._close = close

    def close(self) -> None:
        """Call it no more. Safe to call twice."""
        self._close()


class Wakes:
    """Topics and their callbacks within this process. A callback must be quick: it sets a flag and returns."""

    def __init__(self) -> None:
        self._gate = threading.Lock()
        self._callbacks: dict[str, list[Callable[[], None]]] = {}

    def on(self, topic: str, callback: Callable[[], None]) -> Subscription:
        """Call *callback* at each wake of *topic*."""
        with self._gate:
            self._callbacks.setdefault(topic, []).append(callback)
        return Subscription(lambda: self._off(topic, callback))

    def wake(self, topic: str) -> None:
        """Call those who wait for *topic*."""
        for callback in list(self._callbacks.get(topic, ())):
            try:
                callback()
            except Exception:  # one listener that is gone must not harm the work that woke it
                log.exception("a listener of %s failed", topic)

    def listening(self, timeout: float) -> bool:  # noqa: ARG002 - here there is nothing to wait for
        """Whether wakes of other processes are heard; within one process there are none."""
        return True

    def wake_all(self) -> None:
        """Call everybody: something may have been missed."""
        for topic in list(self._callbacks):
            self.wake(topic)

    def close(self) -> None:
        """Nothing to end within one process."""

    def _off(self, topic: str, callback: Callable[[], None]) -> None:
        with self._gate:
            if callback in self._callbacks.get(topic, []):
                self._callbacks[topic].remove(callback)


class PostgresWakes(Wakes):
    """Also wakes other processes. Wakes that come while one is being sent are sent together.

    Two threads, each with a connection of its own, start when first needed.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._me = uuid.uuid4().hex
        self._pending: set[str] = set()
        self._more = threading.Event()
        self._ended = threading.Event()
        self._listening = threading.Event()
        self._threads: dict[str, threading.Thread] = {}

    def on(self, topic: str, callback: Callable[[], None]) -> Subscription:
        """Call *callback* at each wake of *topic*, in whichever process it began."""
        subscription = super().on(topic, callback)
        self._start("listen", self._listen)
        return subscription

    def wake(self, topic: str) -> None:
        """Call those who wait for *topic*, here and in other processes."""
        super().wake(topic)
        with self._gate:
            self._pending.add(topic)
        self._more.set()
        self._start("notify", self._notify)

    def listening(self, timeout: float) -> bool:
        """Wait until wakes of other processes are heard; False where that takes longer than *timeout* seconds."""
        return self._listening.wait(timeout)

    def close(self) -> None:
        """End both threads."""
        self._ended.set()
        self._more.set()
        for thread in list(self._threads.values()):
            thread.join()

    def _start(self, name: str, work: Callable[[], None]) -> None:
        with self._gate:
            if name not in self._threads and not self._ended.is_set():
                self._threads[name] = threading.Thread(target=work, name=f"milepost-{name}", daemon=True)
                self._threads[name].start()

    def _notify(self) -> None:
        while not self._ended.is_set():
            self._connected(self._send)

    def _send(self, raw: Any) -> None:
        while not self._ended.is_set():
            self._more.wait()
            self._more.clear()
            with self._gate:
                topics, self._pending = self._pending, set()
            try:
                for topic in sorted(topics):
                    raw.execute("SELECT pg_notify(%s, %s)", (CHANNEL, f"{self._me} {topic}"))
            except Exception:
                with self._gate:
                    self._pending |= topics
                self._more.set()
                raise

    def _listen(self) -> None:
        while not self._ended.is_set():
            self._connected(self._hear)
            self._listening.clear()

    def _hear(self, raw: Any) -> None:
        raw.execute(f"LISTEN {CHANNEL}")
        self._listening.set()
        super().wake_all()
        while not self._ended.is_set():
            for notification in raw.notifies(timeout=POLL_SECONDS):
                sender, _, topic = notification.payload.partition(" ")
                if sender != self._me:
                    super().wake(topic)

    def _connected(self, work: Callable[[Any], None]) -> None:
        """Do *work* on a connection of its own that commits by itself; wait a little where there is none."""
        try:
            with self._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
                raw = conn.connection.driver_connection
                try:
                    work(raw)
                finally:
                    conn.invalidate()
        except Exception as error:  # the database may be away: what it would have said is found by the clock
            log.warning("waking between processes is interrupted: %s", type(error).__name__)
            self._ended.wait(PAUSE_SECONDS)
