"""Reading: what each format takes in per second, and whether a body of 5 MB costs as much per byte as a small one.

Every installed format with an example under `tests/formats/fixtures/<format>/` is measured; a new one adds an example.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

from benchmarks.figures import Figure, table
from service.formats.base import Format, Unreadable
from service.formats.registry import get
from tests.formats.bodies import BODIES

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
OPTIONS: dict[str, object] = {"draft": True, "region": "GB"}
"""Options that some formats need to read at all."""

LARGEST = 5_000_000
SMALL = LARGEST // 10
ORDINARY = 20_000
"""Bytes of the body with which events per second are measured: a few dozen events, as a feed sends them."""

_UUID = re.compile(rb"([0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3})[0-9a-fA-F]{12}")


def measure(runs: int, seconds: float) -> None:
    """(i): events a second in bodies of ordinary size, and the time per byte at 5 MB beside that at 0.5 MB."""
    rows = []
    for name, example in _examples():
        made = get(name)
        grow = _way_to_grow(made, example)
        speed, cost, whole = Figure(), Figure(digits=2, unit=" x"), Figure(digits=2, unit=" s")
        refused = False
        for _ in range(runs):
            speed.values.append(_speed(made, grow(example, ORDINARY) if grow else example, seconds))
            if grow is not None:
                small, large = grow(example, SMALL), grow(example, LARGEST)
                refused = refused or not _events(made, large)
                least = min(_seconds(made, small) for _ in range(3))
                whole.values.append(_seconds(made, large))
                cost.values.append(whole.values[-1] / len(large) / (least / len(small)))
        rows.append([name, str(speed), ">= 5,000", "refused" if refused else str(whole), str(cost), "<= 1.5 x"])
    head = ["", "events/s", "aim", "5 MB", "a byte of it, against 0.5 MB", "aim"]
    table("(i) Reading, one core; an event is whatever ends as a fact, ignored, unmapped or a problem", head, rows)


def _examples() -> Iterator[tuple[str, bytes]]:
    """The largest example of each format."""
    largest: dict[str, bytes] = {}
    for fmt, body in BODIES.values():
        largest[fmt] = max(body, largest.get(fmt, b""), key=len)
    yield from sorted(largest.items())


def _events(made: Format, body: bytes) -> int:
    """How many events *body* holds; nothing for a body that is refused as a whole."""
    try:
        reading = made.read(body, {}, now=NOW, options=OPTIONS)
    except Unreadable:
        return 0
    return len(reading.items) + len(reading.ignored) + len(reading.unmapped) + len(reading.problems)


def _seconds(made: Format, body: bytes) -> float:
    begun = time.process_time()
    _events(made, body)
    return time.process_time() - begun


def _speed(made: Format, body: bytes, seconds: float) -> float:
    """Events per second of processor time over about *seconds*."""
    found, begun = 0, time.process_time()
    while (spent := time.process_time() - begun) < seconds:
        found += _events(made, body)
    return found / spent


Grow = Callable[[bytes, int], bytes]


def _way_to_grow(made: Format, example: bytes) -> Grow | None:
    """The first way to make a larger body of which the format reads more events, None for formats of one event."""
    before = _events(made, example)
    for grow in (_longer_list, _more_rows, _again, _inside):
        if _events(made, grow(example, 8 * len(example) + 2_000)) > 2 * before:
            return grow
    return None


def _times(part: bytes, size: int) -> Iterator[bytes]:
    """*part* until *size* is reached, each time with other UUIDs, so that no event repeats another's id."""
    for number in count():
        if size <= 0:
            return
        fresh = _UUID.sub(rb"\g<1>%012x" % number, part)
        size -= len(fresh)
        yield fresh


def _longer_list(example: bytes, size: int) -> bytes:
    """JSON: the longest list of objects, repeated."""
    try:
        whole = json.loads(example)
    except ValueError:
        return example
    longest = max(_lists(whole), key=len, default=None)
    if not longest:
        return example
    items = [json.dumps(one).encode() for one in longest]
    longest[:] = ["\0"]
    body = json.dumps(whole).encode()
    return body.replace(b'"\\u0000"', b",".join(_times(b",".join(items), size - len(body))))


def _lists(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _lists(inner)
    elif isinstance(value, list):
        if value and all(isinstance(one, dict) for one in value):
            yield value
        for inner in value:
            yield from _lists(inner)


def _more_rows(example: bytes, size: int) -> bytes:
    """CSV: the rows below the head, repeated."""
    head, end, rows = example.partition(b"\n")
    if not rows or not head[:1].isalpha() or not any(sign in head for sign in (b",", b";", b"\t")):
        return example
    return head + end + b"".join(_times(rows, size - len(head)))


def _again(example: bytes, size: int) -> bytes:
    """EDI: one interchange after the other."""
    return b"".join(_times(example, size))


def _inside(example: bytes, size: int) -> bytes:
    """XML: what the root holds, repeated."""
    parts = re.fullmatch(rb"(\s*(?:<\?.*?\?>\s*)?<[^>]*>)(.*)(</[^>]*>\s*)", example, re.DOTALL)
    return parts[1] + b"".join(_times(parts[2], size)) + parts[3] if parts else example
