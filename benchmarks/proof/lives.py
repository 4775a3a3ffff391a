"""Lives of the service, and their ends: begun by a worker's parent, watched, killed, paused."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from benchmarks.processes import Child


class Life:
    """One process of the service; watched from outside, for only its end proves that it ended."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.began = time.monotonic()
        try:
            self._watch: int | None = os.pidfd_open(pid)
        except ProcessLookupError:
            self._watch = None

    def ended(self, seconds: float = 0.0) -> bool:
        """Whether it has ended, waiting up to *seconds*."""
        if self._watch is None:
            return True
        ready, _, _ = select.select([self._watch], [], [], seconds)
        if ready:
            os.close(self._watch)
            self._watch = None
        return self._watch is None

    def kill(self) -> bool:
        """`kill -9`; whether it was this that ended it. Waits until it is gone."""
        if self.ended():
            return False
        self._signal(signal.SIGKILL)
        self.ended(10.0)
        return True

    def pause(self) -> None:
        """Stop it where it stands."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it run again."""
        self._signal(signal.SIGCONT)

    def end(self, seconds: float = 20.0) -> None:
        """Ask it to stop, as an operator would."""
        self._signal(signal.SIGTERM)
        if not self.ended(seconds):
            self.kill()

    def _signal(self, number: int) -> None:
        if self._watch is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._watch, number)


class Lives:
    """Begins lives of one worker, one at a time."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.port: int = options["port"]
        self.now: Life | None = None
        self._parent = Child("proof.worker", json.dumps(dict(options)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def set_up(self) -> dict[str, str]:
        """Make the account ready; a key and the account's id."""
        return dict(self._parent.ask(json.dumps({"do": "set_up"}), 60.0))

    def begin(self, arm: tuple[str, int] | None = None, **changes: Any) -> Life:
        """A new life, armed to die at a point; *changes* are options of this life alone."""
        self.now = Life(self._parent.ask(json.dumps({"do": "live", "arm": arm, "with": changes}))["pid"])
        return self.now

    def keep_alive(self) -> None:
        """Begin a life where none is."""
        if self.now is None or self.now.ended():
            self.begin()

    def close(self) -> None:
        """End what lives."""
        if self.now is not None:
            self.now.go_on()
            self.now.kill()
        self._parent.stop()
