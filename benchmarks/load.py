"""A load generator for one HTTP address: keep-alive connections, one request after the other on each.

Run as a process of its own, so that it does not share the interpreter with what it measures:
`python -m benchmarks.load '{"url": …}'` prints one JSON line.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import cast
from urllib.parse import urlsplit

import uvloop

from service.clock import utc_now


@dataclass(frozen=True, slots=True)
class Job:
    """What to post: *kind* names a body of `BODIES`; with *per_second* the load is steady, else as fast as it goes.

    It ends after *seconds*, or after *count* calls where that is set. Events are on every *stride*-th of the shipments
    in turn. With *marks* each call's phone and times are returned.
    """

    url: str
    key: str
    kind: str
    connections: int
    seconds: float
    run: str
    batch: int = 1
    per_second: float = 0.0
    shipments: int = 1000
    stride: int = 1
    count: int = 0
    zone: str = "UTC"
    marks: bool = False


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it: answers per second by status, and the time of one answer in milliseconds."""

    answers: int
    seconds: float
    statuses: dict[int, int]
    p50_ms: float
    p99_ms: float
    marks: list[tuple[str, float, float]] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return self.answers / self.seconds


def event(job: Job, n: int) -> dict[str, object]:
    """One event as a system of a forwarder would post it, on one of the shipments in turn."""
    return {
        "id": f"{job.run}-{n}",
        "ref": f"PO {n % job.shipments * job.stride}",
        "milestone": "departed",
        "at": "2026-09-17T18:00:00+08:00",
        "place": "CNNGB",
    }


def told(job: Job, n: int) -> dict[str, object]:
    """One event on a shipment of its own, with somebody of its own to tell, whose day it is."""
    at = (utc_now() - timedelta(minutes=1)).isoformat()
    return event(job, n) | {"ref": f"{job.run} {n}", "at": at, "tell": [{"phone": phone(n), "zone": job.zone}]}


def phone(n: int) -> str:
    """A number of its own for each *n* up to 78,900, of those that belong to nobody: 555-0100 to 0199 of each area."""
    return f"+1{201 + n // 100}55501{n % 100:02d}"


BODIES: dict[str, Callable[[Job, int], dict[str, object]]] = {"event": event, "told": told}


class _Connection(asyncio.Protocol):
    """Speaks just enough HTTP/1.1 to count answers."""

    def __init__(self, run: _Run) -> None:
        self.run = run
        self.buffer = b""
        self.need = -1
        self.sent_at = 0.0
        self.number = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.run.ready(self)

    def post(self) -> None:
        self.number, request = self.run.request()
        self.sent_at = time.monotonic()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if self.need < 0:
            head, mark, rest = self.buffer.partition(b"\r\n\r\n")
            if not mark:
                return
            lower = head.lower()
            at = lower.index(b"content-length:") + 15
            self.need = int(lower[at:].split(b"\r\n", 1)[0])
            self.status = int(head[9:12])
            self.buffer = rest
        if len(self.buffer) >= self.need:
            self.buffer, self.need = self.buffer[self.need :], -1
            self.run.answered(self, self.status, time.monotonic())

    def connection_lost(self, exc: Exception | None) -> None:
        self.run.lost(exc)


class _Run:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.until = time.monotonic() + job.seconds
        self.times: list[float] = []
        self.marks: list[tuple[str, float, float]] = []
        self.statuses: Counter[int] = Counter()
        self.number = 0
        self.idle: list[_Connection] = []
        self.open = 0
        self.done = asyncio.get_running_loop().create_future()
        parts = urlsplit(job.url)
        self.head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {job.key}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()

    def request(self) -> tuple[int, bytes]:
        make = BODIES[self.job.kind]
        first = self.number
        self.number += self.job.batch
        events = [make(self.job, n) for n in range(first, self.number)]
        body = json.dumps(events[0] if self.job.batch == 1 else events).encode()
        return first, self.head + str(len(body)).encode() + b"\r\n\r\n" + body

    def ready(self, connection: _Connection) -> None:
        self.open += 1
        if self.job.per_second:
            self.idle.append(connection)
        else:
            connection.post()

    def answered(self, connection: _Connection, status: int, at: float) -> None:
        self.times.append(at - connection.sent_at)
        self.statuses[status] += 1
        if self.job.marks:
            self.marks.append((phone(connection.number), connection.sent_at, at))
        if at >= self.until or 0 < self.job.count <= self.number // self.job.batch:
            self.open -= 1
            connection.transport.close()
            self._finish_if_done()
        elif self.job.per_second:
            self.idle.append(connection)
        else:
            connection.post()

    def lost(self, exc: Exception | None) -> None:
        if exc is not None and not self.done.done():
            self.done.set_exception(exc)

    def _finish_if_done(self) -> None:
        if self.open == 0 and not self.done.done():
            self.done.set_result(None)

    async def steady(self) -> None:
        """Post at even intervals, whatever the answers do."""
        begin = time.monotonic()
        count = int(self.job.seconds * self.job.per_second)
        for n in range(count):
            await asyncio.sleep(max(0.0, begin + n / self.job.per_second - time.monotonic()))
            if self.idle:
                self.idle.pop().post()
        self.until = 0.0
        for connection in self.idle:
            self.open -= 1
            connection.transport.close()
        self._finish_if_done()


async def _load(job: Job) -> Load:
    parts = urlsplit(job.url)
    loop = asyncio.get_running_loop()
    begin = time.monotonic()
    run = _Run(job)
    for _ in range(job.connections):
        await loop.create_connection(lambda: _Connection(run), parts.hostname or "", parts.port or 80)
    if job.per_second:
        await run.steady()
    await run.done
    seconds = time.monotonic() - begin
    ordered = sorted(run.times)
    return Load(
        answers=len(ordered),
        seconds=seconds,
        statuses=dict(run.statuses),
        p50_ms=1000 * ordered[len(ordered) // 2],
        p99_ms=1000 * ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))],
        marks=run.marks,
    )


if __name__ == "__main__":
    print(json.dumps(asdict(uvloop.run(_load(Job(**json.loads(sys.argv[1])))))))
