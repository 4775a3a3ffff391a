"""Whatever stands in whatever field of a JSON example, its events still end as items, ignored, unmapped or refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.bodies import BODIES
from tests.formats.test_hostile import read

JSON = {name: json.loads(body) for name, (_, body) in BODIES.items() if name.endswith(".json")}

junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(max_size=30),
    st.sampled_from(["", " ", "\t", "2026-02-30T10:00:00Z", "9999-12-31T23:59:59Z", "x" * 5_000, "\u202e", "\u2028"]),
    st.lists(st.one_of(st.none(), st.text(max_size=5)), max_size=3),
    st.dictionaries(st.text(max_size=5), st.none(), max_size=3),
)


def holders(value: Any) -> list[Any]:
    """Every object and list in *value* that holds something."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return ([value] if inner else []) + [one for held in inner for one in holders(held)]


@pytest.mark.parametrize("name", sorted(JSON))
@settings(max_examples=120)
@given(data=st.data())
def test_any_value_in_any_field(name: str, data: st.DataObject) -> None:
    payload = json.loads(BODIES[name][1])
    for _ in range(data.draw(st.integers(1, 3))):
        found = holders(payload)
        if not found:
            break
        target = found[data.draw(st.integers(0, len(found) - 1))]
        keys = sorted(target) if isinstance(target, dict) else list(range(len(target)))
        key = keys[data.draw(st.integers(0, len(keys) - 1))]
        target[key] = data.draw(junk)
    read(name, json.dumps(payload).encode("utf-8", "surrogatepass"))
