"""JSON with one meaning: what is refused, with which sentence, and where it points."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats.base import Unreadable
from service.formats.strict_json import MOST_HOLDERS, MOST_VALUES, loads


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (b"", "empty_body", ""),
        (b" \n", "empty_body", ""),
        (b'{"a":1', "not_json", ""),
        (b'{"a":1} x', "not_json", ""),
        (b"{'a':1}", "not_json", ""),
        (b'"a\nb"', "not_json", ""),
        (b'"a\x00b"', "not_json", ""),
        (b'{"a":1,"a":2}', "duplicate_key", ""),
        (b'[{"x":{"a":1,"b":1,"a":2}}]', "duplicate_key", "/0/x"),
        (b'{"a/b":{"a":1,"a":2}}', "duplicate_key", "/a~1b"),
        (b'{"a":NaN}', "bad_number", "/a"),
        (b"[1,-Infinity]", "bad_number", "/1"),
        (b"[Infinity]", "bad_number", "/0"),
        (b"[1e400]", "bad_number", "/0"),
        (b"[9223372036854775808]", "bad_number", "/0"),
        (b"[-9223372036854775809]", "bad_number", "/0"),
        (b"[" + b"9" * 4300 + b"]", "bad_number", "/0"),
        (b"[0." + b"9" * 5000 + b"]", "bad_number", "/0"),
        (rb'{"a":["\u0000"]}', "nul_character", "/a/0"),
        (rb'{"a\u0000":1}', "nul_character", ""),
        (rb'{"a":"x\ud800y"}', "lone_surrogate", "/a"),
        (rb'["\uDE00\ud83d"]', "lone_surrogate", "/0"),
        (b'"\xed\xa0\x80"', "not_utf8", ""),
        (b'"\xff"', "not_utf8", ""),
        ("[1]".encode("utf-16"), "not_utf8", ""),
        (b"[" * 65 + b"]" * 65, "too_deep", ""),
        (b'{"a":' * 65 + b"1" + b"}" * 65, "too_deep", ""),
        (b"[" * 100_000, "too_deep", ""),
        (b'{"a":' * 100_000, "too_deep", ""),
        (b"[" + b"[]," * MOST_HOLDERS + b"[]]", "too_many_values", ""),
        (b"[" + b"1," * (MOST_VALUES + 1) + b"1]", "too_many_values", ""),
    ],
)
def test_refused(body: bytes, code: str, pointer: str) -> None:
    with pytest.raises(Unreadable) as caught:
        loads(body)
    problem = caught.value.problem
    assert (problem.code, problem.pointer, problem.index) == (code, pointer, None)
    assert problem.message.endswith(".")
    assert problem.fix.endswith(".")
    assert len(problem.message) < 200


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'\xef\xbb\xbf{"a":1}', {"a": 1}),
        (b"[9223372036854775807,-9223372036854775808]", [2**63 - 1, -(2**63)]),
        (rb'["\ud83d\ude00", "\\u0000", "\\ud800"]', ["😀", "\\u0000", "\\ud800"]),
        (b"[" * 64 + b"]" * 64, json.loads("[" * 64 + "]" * 64)),
        (b'["' + b"[" * 500 + b'\\"' + b"{" * 500 + b'"]', ["[" * 500 + '"' + "{" * 500]),
        (b"[" + b",".join([b"[[]]"] * 300) + b"]", [[[]]] * 300),
        (b"[1.5e3,-0]", [1500.0, 0]),
    ],
)
def test_taken(body: bytes, value: object) -> None:
    assert loads(body) == value


@pytest.mark.parametrize(
    "body",
    [
        b'["' + b'\\"' * 500_000 + b"[" * 70,
        b'"' * 500_000 + b"[" * 70,
        b"[" + b"{}," * 300_000 + b"{}]",
        b'["' + b"\\" * 999_999 + b"[" * 70,
    ],
)
def test_what_is_long_and_hostile_comes_to_an_end(body: bytes) -> None:
    with contextlib.suppress(Unreadable):
        loads(body)


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), inner)
    ),
    max_leaves=20,
)


@given(plain, st.booleans())
def test_reads_what_it_should(value: Any, ascii_only: bool) -> None:
    assert loads(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary(max_size=200) | st.text('[]{}",:0123456789eE.-\\u\0dD8aNI', max_size=60).map(str.encode))
def test_nothing_but_unreadable_is_raised(body: bytes) -> None:
    try:
        value = loads(body)
    except Unreadable:
        return
    assert value == json.loads(body)


def test_what_stands_in_a_text_is_not_counted() -> None:
    assert loads(b'["' + b"{,[" * 400_000 + b'"]') == ["{,[" * 400_000]
