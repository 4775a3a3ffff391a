"""CloudEvents around payloads of any format: three ways to send, and one name for each event."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats import cloudevents
from service.formats.base import Unreadable
from service.formats.registry import get
from service.records.enums import Milestone
from service.records.inbound import Reading

NOW = datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
NATIVE = {"ref": "PO 4711", "milestone": "departed", "at": "2026-09-16T18:00+08:00"}
FSU = "FSU/14\n999-12345675FRASIN/T10K250\nRCS/12SEP1317/FRA/T10\nXYZ/12SEP/FRA/T10\nOSI/HELLO\n"
EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "type": "example.shipment.departed",
    "source": "/tms",
    "id": "A234",
    "datacontenttype": "application/json",
    "data": NATIVE,
}
STRUCTURED = "application/cloudevents+json; charset=UTF-8"
BATCH = "application/cloudevents-batch+json"


def read(
    payload: object,
    content_type: str = STRUCTURED,
    name: str = "native",
    headers: Mapping[str, str] | None = None,
    *,
    headers_count: bool = True,
) -> Reading:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    given_headers = {"content-type": content_type, **(headers or {})}
    return cloudevents.read(
        body,
        given_headers,
        content_type,
        lambda data, had: get(name).read(data, had, now=NOW, options={}),
        headers_count=headers_count,
    )


def binary(**change: str) -> dict[str, str]:
    return {"ce-specversion": "1.0", "ce-type": "x", "ce-source": "/tms", "ce-id": "A234"} | change


def keys(reading: Reading) -> list[str]:
    return [item.key for _, item in reading.items]


def test_without_an_envelope_nothing_changes() -> None:
    plain = get("native").read(json.dumps(NATIVE).encode(), {}, now=NOW, options={})
    assert read(NATIVE, "application/json") == plain
    assert read(NATIVE, "application/json", headers={"ce-subject": "1", "x-ce-id": "1"}) == plain
    assert read(NATIVE, "application/json", headers={"ce-id": "1", "ce-source": "/x"}, headers_count=False) == plain


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"datacontenttype": None},
        {"data": json.dumps(NATIVE)},
        {"data": None, "data_base64": base64.b64encode(json.dumps(NATIVE).encode()).decode()},
        {"subject": "PO 4711", "time": "2026-09-16T10:00:00Z", "comexampleextension": 5, "data_base64": None},
        {"specversion": "1.1"},
    ],
)
def test_a_structured_event(change: dict[str, object]) -> None:
    reading = read(EVENT | change)
    assert [item.facts[0].milestone for _, item in reading.items] == [Milestone.DEPARTED]
    assert keys(reading) == ["ce:/tms#A234"]
    assert not reading.batch


def test_a_binary_event() -> None:
    assert keys(read(NATIVE, "application/json", headers=binary())) == ["ce:/tms#A234"]
    assert keys(read(NATIVE, "application/json", headers=binary(**{"ce-id": "A%20%E2%82%AC"}))) == ["ce:/tms#A €"]
    with pytest.raises(Unreadable) as refused:
        read(NATIVE, "application/json", headers=binary(**{"ce-specversion": "0.3"}))
    assert refused.value.problem.code == "cloudevents_version"


def test_headers_that_nobody_signed_name_nothing() -> None:
    plain = get("native").read(json.dumps(NATIVE).encode(), {}, now=NOW, options={})
    for more in ({}, {"ce-id": "invented"}, {"ce-specversion": "0.3"}, {"ce-id": "x" * 9_000}):
        assert read(NATIVE, "application/json", headers=binary(**more), headers_count=False) == plain
    assert keys(read(EVENT, headers=binary(**{"ce-id": "invented"}), headers_count=False)) == ["ce:/tms#A234"]


LONG = "x" * 200
PAIRS = [
    ("/tms", LONG + "1"),
    ("/tms", LONG + "2"),
    (LONG + "1", "a"),
    (LONG + "2", "a"),
    ("/tms#1", "2"),
    ("/tms", "1#2"),
    ("/tms", "1"),
    ("/tms", "1/0"),
    ("/tms", "1@2026-09-17T10:00:00+00:00"),
    ("/tms", "1\n"),
    ("/tms", "é" * 190 + "1"),
    ("/tms", "é" * 190 + "2"),
]


def test_every_pair_of_source_and_id_is_a_name_of_its_own() -> None:
    structured = [read(EVENT | {"source": source, "id": name.strip()}) for source, name in PAIRS]
    listed = [read(EVENT | {"source": source, "id": name.strip(), "data": [NATIVE]}) for source, name in PAIRS]
    stated = EVENT | {"source": "/tms", "id": "1", "data": NATIVE | {"stated_at": "2026-09-17T10:00Z"}}
    distinct = {(source, name.strip()) for source, name in PAIRS}
    found = {key for reading in (*structured, *listed, read(stated)) for key in keys(reading)}
    assert len(found) == 2 * len(distinct) + 1
    assert all(len(key) < 160 and key.isprintable() for key in found)


@pytest.mark.parametrize(("source", "name"), PAIRS)
def test_headers_give_the_same_name(source: str, name: str) -> None:
    headers = binary(**{"ce-source": quote(source), "ce-id": quote(name)})
    assert keys(read(NATIVE, "application/json", headers=headers)) == keys(
        read(EVENT | {"source": source, "id": name.strip()})
    )


def test_headers_differ_in_any_byte() -> None:
    names = ["%00", "%01", "%FF", "%FE", "%EF%BF%BD", '"a', 'a"', '"b"', "c" * 2_000, "c" * 1_999]
    found = [keys(read(NATIVE, "application/json", headers=binary(**{"ce-id": name})))[0] for name in names]
    assert len(set(found)) == len(names)
    assert all(key.isprintable() for key in found)


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type"])
@pytest.mark.parametrize("blank", [True, False])
def test_a_header_that_is_missing_is_named(name: str, blank: bool) -> None:
    headers = binary(**{f"ce-{name}": " "}) if blank else {k: v for k, v in binary().items() if k != f"ce-{name}"}
    with pytest.raises(Unreadable) as refused:
        read(NATIVE, "application/json", headers=headers)
    problem = refused.value.problem
    assert (problem.code, problem.message) == (f"{name}_missing", f"The header `ce-{name}` is missing.")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ce-id": "%20"}, "id_missing"),
        ({"ce-source": '""'}, "source_missing"),
        ({"ce-id": "x" * 2_001}, "id_too_long"),
        ({"ce-source": "x" * 2_001}, "source_too_long"),
    ],
)
def test_headers_that_cannot_name(change: dict[str, str], code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(NATIVE, "application/json", headers=binary(**change))
    assert refused.value.problem.code == code


def test_a_name_with_other_data_in_a_batch_is_no_repeat() -> None:
    other = EVENT | {"data": NATIVE | {"milestone": "loaded"}}
    reading = read([EVENT, other, EVENT, other], BATCH)
    assert keys(reading) == ["ce:/tms#A234", "ce:/tms#A234"]
    assert len({item.digest for _, item in reading.items}) == 2
    assert [(one.index, one.reason) for one in reading.ignored] == [
        (2, "It repeats event 0 of the same batch."),
        (3, "It repeats event 1 of the same batch."),
    ]
    empty = read([{**EVENT, "data": None}, EVENT], BATCH)
    assert keys(empty) == ["ce:/tms#A234"]


@pytest.mark.parametrize("name", ["csv", "native", "cargowise"])
def test_a_batch_of_nonsense_ends_early(name: str) -> None:
    few = [EVENT | {"id": str(number), "data": "x"} for number in range(1_000)]
    assert len(read(few, BATCH, name).problems) == 1_000
    for bad in ("x", None):
        events = [EVENT | {"id": str(n), "data": bad} if bad else n for n in range(20_000)]
        began = time.process_time()
        with pytest.raises(Unreadable) as refused:
            read(events, BATCH, name)
        assert refused.value.problem.code == "too_many_problems"
        assert time.process_time() - began < 2


def test_a_batch_has_an_end() -> None:
    with pytest.raises(Unreadable) as refused:
        read([EVENT] * 25_001, BATCH)
    assert refused.value.problem.code == "too_many_events"
    nonsense = [EVENT | {"id": str(number), "data": [{}] * 400} for number in range(26)]
    with pytest.raises(Unreadable) as refused:
        read(nonsense, BATCH)
    assert refused.value.problem.code == "too_many_problems"


def test_text_comes_as_text() -> None:
    for change in ({"data": FSU}, {"data_base64": base64.b64encode(FSU.encode()).decode(), "data": None}):
        reading = read(EVENT | {"datacontenttype": "text/plain"} | change, name="cargo_imp_fsu")
        assert [item.facts[0].milestone for _, item in reading.items] == [Milestone.RECEIVED_ORIGIN]
        assert [one.code for one in reading.unmapped] == ["fsu:XYZ"]


def test_an_event_with_an_id_of_its_own_keeps_it() -> None:
    assert keys(read(EVENT | {"data": NATIVE | {"id": "e1"}})) == ["e1"]
    assert keys(read(EVENT | {"data": [NATIVE, NATIVE | {"id": "e1"}]})) == ["ce:/tms#A234/0", "e1"]
    stated = keys(read(EVENT | {"data": NATIVE | {"stated_at": "2026-09-17T10:00Z"}}))
    assert stated == ["ce:/tms#A234@2026-09-17T10:00:00+00:00"]
    fsu = EVENT | {"data": FSU}
    assert keys(read(fsu, name="cargo_imp_fsu")) == keys(read(fsu | {"id": "B"}, name="cargo_imp_fsu"))


def test_a_long_name_is_shortened_and_stays_one() -> None:
    (long,) = keys(read(EVENT | {"source": "https://example.com/" + "x" * 180}))
    (other,) = keys(read(EVENT | {"source": "https://example.com/" + "x" * 179 + "y"}))
    assert len(long) < 100
    assert long != other


def test_a_batch() -> None:
    events = [
        EVENT,
        EVENT | {"id": "2", "data": [NATIVE, {"milestone": "departed"}]},
        EVENT,
        {"id": "3"},
        EVENT | {"id": "4", "data": None},
        EVENT | {"id": "5", "data": "{"},
        EVENT | {"id": "6", "data": NATIVE | {"refs": {"container": "MSKU1234560"}}},
        "x",
    ]
    reading = read(events, BATCH)
    assert reading.batch
    assert [(index, item.key) for index, item in reading.items] == [
        (0, "ce:/tms#A234"),
        (1, "ce:/tms#2/0"),
        (7, "ce:/tms#6"),
    ]
    assert [(one.index, one.code, one.pointer) for one in reading.problems] == [
        (2, "ref_missing", "/1/data/1/ref"),
        (4, "specversion_missing", "/3/specversion"),
        (6, "not_json", "/5/data"),
        (8, "not_an_event", "/7"),
    ]
    assert [(one.index, one.reason) for one in reading.ignored] == [
        (3, "It repeats event 0 of the same batch."),
        (5, "The event carries no data."),
    ]
    assert list(reading.notes) == ["/7/refs"]
    assert read([], BATCH) == Reading()


def test_notes_and_codes_of_a_batch_find_their_event() -> None:
    text = FSU.replace("12345675", "12345670")
    reading = read([EVENT | {"data": FSU}, EVENT | {"id": "2", "data": text}], BATCH, "cargo_imp_fsu")
    assert [index for index, _ in reading.items] == [0, 3]
    assert [one.index for one in reading.unmapped] == [1, 4]
    assert [one.index for one in reading.ignored] == [2, 5]
    assert list(reading.notes) == ["/3"]
    assert reading.unmapped[1].pointer == "/1/data/lines/4"


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"specversion": "0.3"}, "cloudevents_version", "/specversion"),
        ({"specversion": 1.0}, "specversion_missing", "/specversion"),
        ({"id": ""}, "id_missing", "/id"),
        ({"source": None}, "source_missing", "/source"),
        ({"type": " "}, "type_missing", "/type"),
        ({"data_base64": "ä"}, "bad_base64", "/data_base64"),
        ({"data_base64": "abc"}, "bad_base64", "/data_base64"),
        ({"data": {"milestone": "departed"}}, "ref_missing", "/data/ref"),
    ],
)
def test_an_event_that_cannot_be_read(change: dict[str, object], code: str, pointer: str) -> None:
    (problem,) = read(EVENT | change).problems
    assert (problem.code, problem.pointer) == (code, pointer)


@pytest.mark.parametrize(
    ("payload", "content_type", "code"),
    [
        (b"<a/>", "application/cloudevents+xml", "cloudevents_format"),
        (b"", "application/cloudevents+avro", "cloudevents_format"),
        (b"{", STRUCTURED, "not_json"),
        (EVENT, BATCH, "not_a_batch"),
        (EVENT | {"data": 3}, STRUCTURED, "not_an_event"),
        (EVENT | {"data": "<much wow='xml'/>", "datacontenttype": "text/xml"}, STRUCTURED, "not_json"),
    ],
)
def test_a_body_that_cannot_be_read(payload: object, content_type: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(payload, content_type)
    assert refused.value.problem.code == code


def test_an_event_without_data_says_nothing() -> None:
    assert read({key: value for key, value in EVENT.items() if key != "data"}).ignored[0].reason
    assert read([3], STRUCTURED).problems[0].code == "not_an_event"


@given(body=st.binary(max_size=200), content_type=st.sampled_from([STRUCTURED, BATCH, "application/cloudevents+json"]))
def test_random_bytes(body: bytes, content_type: str) -> None:
    try:
        assert isinstance(read(body, content_type), Reading)
    except Unreadable as refused:
        hash(refused.problem)


junk = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.lists(st.integers(), max_size=2)


@given(name=st.sampled_from([*EVENT, "data_base64"]), value=junk, content_type=st.sampled_from([STRUCTURED, BATCH]))
def test_any_value_in_any_attribute(name: str, value: object, content_type: str) -> None:
    event = EVENT | {name: value}
    try:
        reading = read([event] if content_type == BATCH else event, content_type)
    except Unreadable as refused:
        hash(refused.problem)
    else:
        assert len(reading.items) + len(reading.problems) + len(reading.ignored) >= (value != [])
