"""A logistics system that does not give up: `python -m benchmarks.proof.client '{"…": …}'`.

Posts facts, singly and in batches, and repeats a call with the same ids until it has a 2xx. What it tried and what it
was answered stands in a file of its own, in lines of ["invoke" | "ok" | "info", ids, status]. It says how far it is
when asked; it begins no new facts when standard input ends, and ends when each has its answer.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.proof.facts import event, fact_id
from benchmarks.proof.fast_clock import from_json
from benchmarks.proof.wires import Line

SINGLE = 0.5
"""The share of calls that carry one fact."""

LARGEST = 8
"""Facts in one call at most."""

REPEATED = 0.03
"""The share of acknowledged calls that are made once more, some time later."""

AGAIN = 0.1
"""Seconds after a failure until the same call is made again."""

LAST_TRY = 60.0
"""Seconds after the end within which everything must have its answer."""


class Client:
    """Shares the numbers of facts between its connections."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.run: str = options["run"]
        self.urls: list[str] = options["urls"]
        self.count: int = options["count"]
        self.per_second: float = options["per_second"]
        self.clock = from_json(options["clock"])
        self.headers = {"Authorization": f"Bearer {options['key']}", "Content-Type": "application/json"}
        self.chance = random.Random(options["seed"])
        self.journal = Path(options["journal"]).open("a", encoding="utf-8")  # noqa: SIM115 - as long as the process
        self.began = time.monotonic()
        self.given = self.acked = 0
        self.times: dict[int, str] = {}
        self.later: list[list[dict[str, object]]] = []
        self.stopping = False
        self.until = float("inf")

    def note(self, what: str, events: list[dict[str, object]], status: int) -> None:
        """Write down what was tried or answered, before anything follows from it."""
        self.journal.write(json.dumps([what, [str(one["id"]) for one in events], status]) + "\n")
        self.journal.flush()

    def next_call(self) -> list[dict[str, object]]:
        """The events of the next call; none where the pace says wait, or the end has come."""
        if self.stopping or self.given >= self.count:
            self.stopping = True
            return []
        if self.given > (time.monotonic() - self.began) * self.per_second:
            return []
        size = 1 if self.chance.random() < SINGLE else self.chance.randint(2, LARGEST)
        numbers = range(self.given, min(self.given + size, self.count))
        self.given = numbers.stop
        return [event(self.run, n, self.clock, self.times) for n in numbers]

    async def post(self, which: int) -> None:
        """One connection: calls one after the other, each until it is answered."""
        line = Line(self.urls[which % len(self.urls)])
        while not self.stopping or self.later:
            events = self.next_call()
            repeat = not events and bool(self.later) and (self.stopping or self.chance.random() < 0.5)
            if repeat:
                events = self.later.pop(0)
            if not events:
                await asyncio.sleep(0.01)
                continue
            await self.until_answered(line, which, events, new=not repeat)
        line.close()

    async def until_answered(self, line: Line, which: int, events: list[dict[str, object]], *, new: bool) -> None:
        """Make the call again and again until it has a 2xx."""
        body = json.dumps(events[0] if len(events) == 1 else events).encode()
        self.note("invoke", events, 0)
        lines = [line] + [Line(url) for n, url in enumerate(self.urls) if n != which % len(self.urls)]
        tries = 0
        while time.monotonic() < self.until:
            try:
                status, found = await lines[tries % len(lines)].ask("/v1/events", body, self.headers)
            except OSError:
                status, found = 0, b""
            if status in range(200, 300) and _all_taken(found):
                self.note("ok", events, status)
                self.acked += len(events) if new else 0
                if new and self.chance.random() < REPEATED:
                    self.later.append(events)
                break
            self.note("info", events, status)
            tries += 1
            await asyncio.sleep(AGAIN)
        for other in lines[1:]:
            other.close()

    def stop(self) -> None:
        """Begin no more facts; those that were begun get their answer."""
        self.stopping = True
        self.until = time.monotonic() + LAST_TRY


def _all_taken(body: bytes) -> bool:
    answer = json.loads(body)
    return all(one["outcome"] in ("accepted", "duplicate") for one in answer["results"])


async def _run(options: dict[str, Any]) -> None:
    client = Client(options)
    print(json.dumps({"ready": fact_id(client.run, 0)}), flush=True)
    posting = [asyncio.create_task(client.post(n)) for n in range(options["connections"])]
    lines = asyncio.StreamReader()
    reading = asyncio.StreamReaderProtocol(lines)
    await asyncio.get_running_loop().connect_read_pipe(lambda: reading, sys.stdin)
    while line := await lines.readline():
        if line.strip() == b"end":
            client.stop()
            await asyncio.gather(*posting)
        done = all(one.done() for one in posting)
        print(json.dumps({"acked": client.acked, "given": client.given, "done": done}), flush=True)
    client.stop()
    await asyncio.gather(*posting)


if __name__ == "__main__":
    uvloop.run(_run(json.loads(sys.argv[1])))
