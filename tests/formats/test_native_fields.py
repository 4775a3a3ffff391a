"""A name that is no field of a native event is told of, with the field that may be meant."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from service.formats.native import Native
from service.formats.native_fields import FIELDS, MOST
from tests.conftest import NOON

PAGE = Path(__file__).parents[2] / "docs" / "integrations" / "native.md"


def notes(*events: dict[str, object]) -> dict[str, str]:
    whole = [{"ref": "PO 4711", "milestone": "departed", "at": "2026-09-16"} | event for event in events]
    body = json.dumps(whole[0] if len(whole) == 1 else whole).encode()
    return dict(Native().read(body, {}, now=NOON, options={}).notes)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("container", "unit"),
        ("Container-Number", "unit"),
        ("location", "place"),
        ("event_time", "at"),
        ("phone", "tell"),
        ("etaa", "eta"),
        ("vesel", "vessel"),
        ("freeuntil", "free_until"),
    ],
)
def test_the_field_that_may_be_meant_is_named(name: str, field: str) -> None:
    assert notes({name: "x"}) == {
        f"/{name}": f"`{name}` is no field of an event, and was not read. Did you mean `{field}`?"
    }


def test_what_is_like_no_field_is_said_not_to_be_read() -> None:
    assert notes({"a/b": 1}) == {"/a~1b": "`a/b` is no field of an event, and was not read."}


def test_each_name_is_told_once_in_a_call() -> None:
    assert set(notes({}, {"container": "x"}, {"container": "y", "port": "z"})) == {"/1/container", "/2/port"}


def test_whoever_sends_something_else_than_events_hears_of_a_few() -> None:
    assert len(notes({f"name {n}": n for n in range(1000)})) == MOST
    assert notes({"n" * 10_000: 1}) == {}


def test_every_field_stands_on_the_page() -> None:
    table = PAGE.read_text().split("## Fields")[1].split("## Time")[0]
    first = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {name for cell in first for name in re.findall(r"`(\w+)`", cell)} == FIELDS
