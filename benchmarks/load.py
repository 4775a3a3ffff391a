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
from dataclasses import asdict, dataclass
from typing import cast
from urllib.parse import urlsplit

import uvloop


@dataclass(frozen=True, slots=True)
class Job:
    """What to post: *kind* names a body of `BODIES`; with *per_second* the load is steady, else as fast as it goes."""

    url: str
    key: str
    kind: str
    connections: int
    seconds: float
    run: str
    batch: int = 1
    per_second: float = 0.0
    shipments: int = 1000


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it: answers per second by status, and the time of one answer in milliseconds."""

    answers: int
    seconds: float
    statuses: dict[int, int]
    p50_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return self.answers / self.seconds


def event(job: Job, n: int) -> dict[str, object]:
    """One event as a system of a forwarder would post it, on one of the shipments in turn."""
    return {
        "id": f"{job.run}-{n}",
        "ref": f"PO {n % job.shipments}",
        "milestone": "departed",
        "at": "2026-09-17T18:00:00+08:00",
        "place": "CNNGB",
    }


def told(job: Job, n: int) -> dict[str, object]:
    """One event on a shipment of its own, with somebody of its own to tell."""
    phone = f"+44770{int(time.time()) % 10}{n:06d}"
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60))
    return event(job, n) | {"ref": f"{job.run} {n}", "at": now, "tell": [phone]}


BODIES: dict[str, Callable[[Job, int], dict[str, object]]] = {"event": event, "told": told}


class _Connection(asyncio.Protocol):
    """Speaks just enough HTTP/1.1 to count answers."""

    def __init__(self, run: _Run) -> None:
        self.run = run
        self.buffer = b""
        self.need = -1
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.run.ready(self)

    def post(self) -> None:
        self.sent_at = time.perf_counter()
        self.transport.write(self.run.request())

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
            self.run.answered(self, self.status, time.perf_counter() - self.sent_at)

    def connection_lost(self, exc: Exception | None) -> None:
        self.run.lost(exc)


class _Run:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.until = time.perf_counter() + job.seconds
        self.times: list[float] = []
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

    def request(self) -> bytes:
        make = BODIES[self.job.kind]
        first = self.number
        self.number += self.job.batch
        events = [make(self.job, n) for n in range(first, self.number)]
        body = json.dumps(events[0] if self.job.batch == 1 else events).encode()
        return self.head + str(len(body)).encode() + b"\r\n\r\n" + body

    def ready(self, connection: _Connection) -> None:
        self.open += 1
        if self.job.per_second:
            self.idle.append(connection)
        else:
            connection.post()

    def answered(self, connection: _Connection, status: int, seconds: float) -> None:
        self.times.append(seconds)
        self.statuses[status] += 1
        if time.perf_counter() >= self.until:
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
        begin = time.perf_counter()
        count = int(self.job.seconds * self.job.per_second)
        for n in range(count):
            await asyncio.sleep(max(0.0, begin + n / self.job.per_second - time.perf_counter()))
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
    begin = time.perf_counter()
    run = _Run(job)
    for _ in range(job.connections):
        await loop.create_connection(lambda: _Connection(run), parts.hostname, parts.port)
    if job.per_second:
        await run.steady()
    await run.done
    seconds = time.perf_counter() - begin
    ordered = sorted(run.times)
    return Load(
        answers=len(ordered),
        seconds=seconds,
        statuses=dict(run.statuses),
        p50_ms=1000 * ordered[len(ordered) // 2],
        p99_ms=1000 * ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))],
    )


if __name__ == "__main__":
    print(json.dumps(asdict(uvloop.run(_load(Job(**json.loads(sys.argv[1])))))))
