"""Whatever the bytes are, a format answers with a reading or says that it cannot read them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats.base import Format, Unreadable
from service.formats.registry import get, known
from service.records.inbound import Reading

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
ARRIVAL = (Path(__file__).parent / "fixtures" / "dcsa_arrival.json").read_bytes()
EVENT = {
    "ref": "PO 4711",
    "refs": {"container": ["MSKU1234565"]},
    "milestone": "departed",
    "at": "2026-09-17T18:00+08:00",
    "place": "CNNGB",
    "eta": "2026-10-09",
    "due": "2026-10-12",
    "reason": "weather",
    "unit": "MSKU1234565",
    "id": "e1",
    "stated_at": "2026-09-17T10:00Z",
    "imo": "9321483",
    "transport": "ocean",
    "tell": ["+447700900123", {"email": "ann@example.com", "zone": "Europe/London"}],
}
NATIVE = json.dumps(EVENT).encode()
BODIES = {"native": NATIVE, "dcsa_tnt_v2": ARRIVAL}


def read(fmt: Format, body: bytes) -> Reading | None:
    try:
        reading = fmt.read(body, {}, now=NOW, options={"region": "GB"})
    except Unreadable:
        return None
    assert all(problem.message and problem.fix and problem.code for problem in reading.problems)
    hash((reading.items, reading.problems, reading.ignored))
    for _, item in reading.items:
        assert len(item.key) <= 200
        assert len(item.digest) == 64
        assert all(len(ref.shown) <= 80 and ref.value for ref in item.refs)
        assert all(len(fact.unit or "") <= 40 and len(fact.place_name or "") <= 120 for fact in item.facts)
    return reading


@pytest.mark.parametrize("name", sorted(known()))
@given(body=st.binary(max_size=300))
def test_random_bytes(name: str, body: bytes) -> None:
    reading = read(get(name), body)
    assert reading is None or isinstance(reading, Reading)


@pytest.mark.parametrize("name", sorted(BODIES))
def test_cut_off_at_every_byte(name: str) -> None:
    body = BODIES[name]
    whole = read(get(name), body)
    assert whole is not None
    assert whole.items
    for length in range(len(body.rstrip()) - 1):
        assert read(get(name), body[:length]) is None


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=90)
    | st.sampled_from(
        ["", "  ", "2026-02-30", "0001-01-01", "9999-12-31T23:59+00:00", "2026-10-25T01:30", "XYABC", "+1", "a@b"]
    )
    | st.sampled_from(
        ["2000-01-01T00:00+14:00", "2029-12-31T23:59-14:00", "2026-01-01T00:00+23:59", "2026-01-01T24:00Z"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "value", "phone", "zone", "po"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(field=st.sampled_from([*EVENT, "classifier", "retracts", "customer", "owner", "vessel", "voyage"]), value=junk)
def test_any_value_in_any_native_field(field: str, value: Any) -> None:
    body = json.dumps(EVENT | {field: value})
    reading = read(get("native"), body.encode("utf-8", "replace"))
    assert reading is None or len(reading.items) + len(reading.problems) == 1


@given(data=st.data(), value=junk)
def test_any_value_in_any_dcsa_field(data: st.DataObject, value: Any) -> None:
    events = json.loads(ARRIVAL)
    at = data.draw(st.integers(0, 2))
    target = events[at]
    targets = [target, *(held for held in target.values() if isinstance(held, dict))]
    target = targets[data.draw(st.integers(0, len(targets) - 1))]
    target[data.draw(st.sampled_from(sorted(target)))] = value
    reading = read(get("dcsa_tnt_v2"), json.dumps(events).encode("utf-8", "replace"))
    assert (
        reading is None
        or len(reading.items) + len(reading.problems) + len(reading.ignored) + len(reading.unmapped) == 3
    )


@pytest.mark.parametrize("name", sorted(known()))
@pytest.mark.parametrize(
    "body", [b"null", b"1", b'"x"', b"[]", b"{}", b"[[]]", b"[null]", b'{"events":3}', b"[" * 60 + b"]" * 60]
)
def test_shapes_that_are_no_events(name: str, body: bytes) -> None:
    reading = read(get(name), body)
    assert reading is None or not reading.items
