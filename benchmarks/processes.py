"""Processes that a benchmark starts: each answers in JSON lines, waits are bounded, and none outlives the run."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from types import TracebackType
from typing import Any, Self

START_SECONDS = 60.0
"""How long a process may take until it says that it is ready."""

STOP_SECONDS = 20.0


class Died(Exception):
    """A process that was measured ended, or did not answer in time."""


class Child:
    """A module of this folder as a process. `ready` is the line with which it began; it ends when we let go."""

    def __init__(self, module: str, *arguments: str, seconds: float = START_SECONDS) -> None:
        self._name = module
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"benchmarks.{module}", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()
        try:
            self.ready = self._next(seconds)
        except Died:
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def ask(self, command: str, seconds: float = 30.0) -> dict[str, Any]:
        """Send a line, and return the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._next(seconds)

    def stop(self) -> None:
        """Let go: the end of its input ends the process; one that does not listen is killed."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
            self._process.wait(STOP_SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()

    def _next(self, seconds: float) -> dict[str, Any]:
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            raise Died(f"{self._name} did not answer within {seconds:.0f} s") from None
        if not line:
            raise Died(f"{self._name} ended; its own words stand above")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")


def once(module: str, argument: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Run a module of this folder to its end, and return what it printed. Raises `Died`."""
    command = [sys.executable, "-m", f"benchmarks.{module}", json.dumps(argument)]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=seconds, check=True)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise Died(f"{module} did not come to its end: {type(error).__name__}") from None
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
