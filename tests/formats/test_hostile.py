"""No example of any format may be cut, bent or repeated into anything but a reading or a refusal that says the fix."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.formats.base import Unreadable
from service.formats.registry import get, known
from service.records.inbound import Reading
from tests.formats.bodies import BODIES, OPTIONS

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
MOST_MEMORY = 26 * 2**20
LARGE = 2_000_000
"""Two fifths of the largest body, and of what it may hold; `benchmarks/hostile.py` measures all of it."""
each = pytest.mark.parametrize("name", sorted(BODIES))
FIRST = {fmt: name for name, (fmt, _) in sorted(BODIES.items(), reverse=True)}


def read(name: str, body: bytes) -> Reading | None:
    """What the format of the example reads in *body*; None where it refuses all of it."""
    try:
        fmt = BODIES[name][0]
        reading = get(fmt).read(body, {}, now=NOW, options=OPTIONS.get(fmt, {}))
    except Unreadable as refused:
        hash(refused.problem)
        return None
    assert all(problem.message and problem.fix and problem.code for problem in reading.problems)
    hash((reading.items, reading.problems, reading.ignored, reading.unmapped))
    assert reading.items or reading.problems or reading.ignored or reading.unmapped, "dropped without a word"
    for _, item in reading.items:
        assert 1 <= len(item.key) <= 200
        assert 1 <= len(item.event_key) <= 200
        assert len(item.digest) == 64
        assert item.facts or item.retracts
        assert all(len(ref.shown) <= 80 and ref.value for ref in item.refs)
        assert all(len(fact.unit or "") <= 40 and len(fact.place_name or "") <= 120 for fact in item.facts)
        assert all(len(fact.vessel or "") <= 60 and len(fact.voyage or "") <= 40 for fact in item.facts)
        assert all(len(fact.part) <= 16 for fact in item.facts)
        assert all(len(fact.remark or "") <= 400 and len(fact.place or "") <= 10 for fact in item.facts)
    return reading


@each
def test_an_example_is_read_the_same_way_twice(name: str) -> None:
    assert read(name, BODIES[name][1]) == read(name, BODIES[name][1])


@each
def test_cut_off_at_every_byte(name: str) -> None:
    body = BODIES[name][1]
    whole = read(name, body)
    most = len(whole.items) if whole else 0
    for length in range(len(body)):
        part = read(name, body[:length])
        assert part is None or len(part.items) <= most


@each
@settings(max_examples=60)
@given(data=st.data())
def test_bytes_changed_at_random(name: str, data: st.DataObject) -> None:
    body = bytearray(BODIES[name][1])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    read(name, bytes(body))


@pytest.mark.parametrize("fmt", sorted(known()))
@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b"[{}]",
        b"null",
        b'{"@graph": []}',
        b'{"data": []}',
        b'{"events": []}',
        b'{"epcisBody": {"eventList": []}}',
        b'{"msg": {}}',
        b"<a/>",
        b"ref,status\n",
        b"FSU/14",
        b"FSU/14\n020-12345675FRAJFK/T10K250",
        b"FSU/14\nFSU/14\n020-12345675FRAJFK/T10K250\nRCS/16SEP1317/FRA/T10K250",
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'A':15}*ZZ*{'B':15}*260101*1200*U*00401*000000001*0*P*>~IEA*0*000000001~".encode(),
        b"UNB+UNOA:1+A+B+260101:1200+1'UNZ+0+1'",
    ],
)
def test_a_body_in_which_nothing_stands_is_refused_or_ignored_with_a_reason(fmt: str, body: bytes) -> None:
    try:
        reading = get(fmt).read(body, {}, now=NOW, options=OPTIONS.get(fmt, {}))
    except Unreadable as refused:
        hash(refused.problem)
        return
    assert reading.items or reading.problems or reading.ignored or reading.unmapped
    assert all(one.reason for one in reading.ignored)


@pytest.mark.parametrize("name", FIRST.values())
def test_repeated_many_times_it_stays_within_its_memory(name: str) -> None:
    body = BODIES[name][1]
    repeated = (body * (LARGE // max(1, len(body)) + 1))[:LARGE]
    tracemalloc.start()
    try:
        read(name, repeated)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
