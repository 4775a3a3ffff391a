"""Hostile bodies of 5 MB: how long each format takes to refuse the worst of them, and how much it holds meanwhile.

Every installed format gets every body, whatever it was made for; those that its own tests carry come on top.
"""

from __future__ import annotations

import contextlib
import gc
import time
import tracemalloc

from benchmarks.figures import table
from service.formats.base import Format, Unreadable
from service.formats.registry import get
from tests.formats import test_cargowise, test_edifact_tokens, test_x12_tokens
from tests.formats.bodies import BODIES
from tests.formats.test_hostile import NOW

SIZE = 5_000_000
OPTIONS: dict[str, object] = {"draft": True, "region": "GB"}

GENERAL: dict[str, bytes] = {
    "a list of empty objects": b"[" + b"{}," * (SIZE // 3 - 1) + b"{}]",
    "events that are empty": b'{"events":[' + b"{}," * (SIZE // 3 - 8) + b"{}]}",
    "lists in lists": b"[" * SIZE,
    "objects in objects": b'{"a":' * (SIZE // 5),
    "one long text": b'["' + b"x" * (SIZE - 4) + b'"]',
    "quotes": b'"' * SIZE,
    "an entity bomb": b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">]><a>' + b"&b;" * (SIZE // 3 - 20) + b"</a>",
    "elements in elements": b"<a>" * (SIZE // 3),
    "empty elements": b"<Body>" + b"<Event/>" * (SIZE // 8 - 2) + b"</Body>",
    "a tag without end": b"<a b='" + b"x" * (SIZE - 6),
    "cells without rows": b"Reference;Status;Date\n" + b";" * (SIZE - 30),
    "rows without cells": b"Reference;Status;Date\n" + b"\n" * (SIZE - 30),
    "rows of empty quotes": b"Reference;Status;Date\n" + b'"";\n' * (SIZE // 4 - 8),
    "lines of a waybill": b"FSU/15\n057-32156575LHRJFK/T1K1\n" + b"FOH/01JAN/LHR\n" * (SIZE // 14 - 4),
    "NULs": b"\0" * SIZE,
    "bytes of no encoding": b"\xff\xfe\xfa" * (SIZE // 3),
}
"""What it is made of to the body."""


def _packed(sources: str, milestones: int) -> bytes:
    """A shipment in the eAdaptor's stream: fifty kilobytes that become megabytes."""
    named = test_cargowise.source("S0") + sources
    return test_cargowise.packed(test_cargowise.shipment(named, milestones).encode())


OWN: dict[str, dict[str, bytes]] = {
    "x12_315": {code: body[:SIZE].encode() for body, code in test_x12_tokens.HURTFUL},
    "x12_214": {code: body[:SIZE].encode() for body, code in test_x12_tokens.HURTFUL},
    "cargowise": {
        "packed references that are too long": _packed(test_cargowise.source("L" * 81) * 40_000, 4_000),
        "packed references that are all the same": _packed(test_cargowise.source("S1") * 40_000, 4_000),
        "packed shipments that hold nothing": test_cargowise.packed(
            b"<Shipment><SubShipmentCollection>" + b"<SubShipment/>" * 200_000 + b"</SubShipmentCollection></Shipment>"
        ),
    },
    "iftsta": {code: body[:SIZE].encode() for body, code in test_edifact_tokens.HURTFUL},
}


def measure() -> None:
    """(j): the slowest and the largest of the hostile bodies, format by format, on one core."""
    rows = []
    for name in sorted({fmt for fmt, _ in BODIES.values()}):
        made = get(name)
        costs = {what: _cost(made, body) for what, body in (GENERAL | OWN.get(name, {})).items()}
        slow = max(costs, key=lambda what: costs[what][0])
        large = max(costs, key=lambda what: costs[what][1])
        rows.append([name, f"{costs[slow][0]:.2f} s", slow, "<= 1 s", f"{costs[large][1]:.0f} MB", large, "<= 64 MB"])
    head = ["", "slowest", "made of", "aim", "holds at most", "made of", "aim"]
    table("(j) Hostile bodies of 5 MB, one core", head, rows)


def _cost(made: Format, body: bytes) -> tuple[float, float]:
    """Seconds of the processor, the better of two, and MB that were held at one time."""
    gc.collect()
    gc.freeze()
    try:
        seconds = min(_seconds(made, body) for _ in range(2))
        tracemalloc.start()
        try:
            _read(made, body)
            return seconds, tracemalloc.get_traced_memory()[1] / 1e6
        finally:
            tracemalloc.stop()
    finally:
        gc.unfreeze()


def _seconds(made: Format, body: bytes) -> float:
    begun = time.process_time()
    _read(made, body)
    return time.process_time() - begun


def _read(made: Format, body: bytes) -> None:
    with contextlib.suppress(Unreadable):
        made.read(body, {}, now=NOW, options=OPTIONS)
